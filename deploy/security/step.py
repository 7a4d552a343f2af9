"""What a step of `make security` is, and what it may find."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from schoolbus.chain import SERVICES

ROOT = Path(__file__).parents[2]
LOGS = ROOT / ".run" / "security"
SHIPS = ("schoolbus", "services", "gateway")  # what the images hold
PARTS = (*SERVICES, "gateway")  # an image each, and requirements/PART.txt


@dataclass(frozen=True)
class Finding:
    """`where` is a file and line, a package, a manifest; `do` says what gets rid of it."""

    what: str
    where: str
    do: str


class NotDone(Exception):
    """The step could not look: nobody knows whether there is something. The text says why, and what would help."""


@dataclass(frozen=True)
class Step:
    """`look` raises NotDone. `online`: it asks others than the machine that it runs on."""

    name: str
    what: str
    look: Callable[[], list[Finding]]
    online: bool = False


def run(name: str, command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """The exit code and what it printed, which also stands in .run/security/NAME.log. `python` is the one that we run in."""
    LOGS.mkdir(parents=True, exist_ok=True)
    program = {"python": [sys.executable]}.get(command[0], [command[0]])
    done = subprocess.run(
        [*program, *command[1:]],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    log_of(name).write_text(done.stdout)
    return done.returncode, done.stdout


def log_of(name: str) -> Path:
    return LOGS / f"{name}.log"


def end_of(text: str, lines: int = 1) -> str:
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])
