"""What a tour does again and again: ask as somebody, wait, say what it sees, keep what it gets."""

import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import requests

from deploy.local.commands import FOLDER
from deploy.local.processes import CannotStart

PATIENCE = 60  # seconds for what takes effect a moment later


class Person:
    """Somebody signed in at the gateway."""

    def __init__(self, address: str, token: str = "") -> None:
        self.address = address
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def try_to(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.session.request(method, self.address + path, timeout=30, **more)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        answer = self.try_to(method, path, **more)
        if not answer.ok:
            raise CannotStart(f"{method} {path} was answered with {answer.status_code}: {answer.text[:300]}")
        return answer.json()


def wait_for(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.2)
    raise CannotStart(f"what was expected did not come within {PATIENCE} s: see the logs in {FOLDER}/logs")


def say(line: str) -> None:
    print(line, flush=True)


def in_days(days: int) -> str:
    return (date.today() + timedelta(days=days)).isoformat()


def folder() -> Path:
    """Where the tour keeps what it got, as seen from here."""
    made = Path(os.path.relpath(FOLDER.parent / "tour"))
    made.mkdir(exist_ok=True)
    return made


def keep(name: str, content: bytes) -> None:
    (folder() / name).write_bytes(content)
