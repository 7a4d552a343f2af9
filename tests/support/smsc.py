"""An operator's SMSC: somebody else's implementation of SMPP (npm's smpp), in a process of its own."""

import os
import subprocess
from pathlib import Path
from typing import Any

import requests

from deploy.local.processes import free_port
from tests.support.programs import node_packages
from tests.support.waiting import eventually

FOLDER = Path(__file__).parent / "smpp"


class Smsc:
    def __init__(self) -> None:
        self.port, http = free_port(), free_port()
        self.url = f"smpp://rabta:secret@127.0.0.1:{self.port}"
        self._http = f"http://127.0.0.1:{http}"
        environment = {"PATH": os.environ["PATH"], "NODE_PATH": str(node_packages(FOLDER))}
        command = ["node", str(FOLDER / "server.js"), str(self.port), str(http)]
        self._process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        eventually(self._ready)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def state(self) -> dict[str, Any]:
        return dict(requests.get(f"{self._http}/messages", timeout=10).json())

    def received(self, phone: str) -> list[dict[str, Any]]:
        return [message for message in self.state()["messages"] if message["phone"] == phone]

    def write(self, phone: str, *parts: str, **more: Any) -> int:
        """A family writes; 200 when all parts were acknowledged."""
        body = {"from": phone, "parts": list(parts), **more}
        return requests.post(f"{self._http}/write", json=body, timeout=20).status_code

    def do(self, what: str) -> None:
        """drop: all lines break; unbind: the operator ends them."""
        assert requests.post(f"{self._http}/{what}", timeout=10).status_code == 200

    def _ready(self) -> bool:
        assert self._process.poll() is None, "the simulator ended"
        try:
            return requests.get(f"{self._http}/health/ready", timeout=2).ok
        except requests.RequestException:
            return False
