"""One line for each request, written in batches: one by one through structlog they cost more than all checks together."""

import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from typing import Any, TextIO

EVERY = 0.25  # seconds
_encode = json.JSONEncoder(ensure_ascii=False).encode


class AccessLog:
    """Lines as `schoolbus.logs` writes them. Ids and words of ours only: a path, a query or an address may name a person."""

    def __init__(self, *, log_format: str, level: str, out: TextIO = sys.stdout) -> None:
        self._json = log_format == "json"
        self._wanted = level.upper() in ("DEBUG", "INFO")
        self._out = out
        self._waiting: list[dict[str, Any]] = []

    def add(self, **fields: Any) -> None:
        if self._wanted:
            fields["timestamp"] = time.time()
            self._waiting.append(fields)

    def flush(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._out.write("".join(map(self._line, waiting)))
            self._out.flush()

    async def keep_flushing(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            self.flush()

    def _line(self, fields: dict[str, Any]) -> str:
        fields["timestamp"] = datetime.fromtimestamp(fields["timestamp"], UTC).isoformat()
        if self._json:
            return _encode({"event": "request", "process": "gateway", "level": "info", **fields}) + "\n"
        when = fields.pop("timestamp")
        return f"{when} [info] request {' '.join(f'{name}={value}' for name, value in fields.items())}\n"
