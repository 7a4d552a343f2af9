"""Processes of the platform under test: real ones, each on a free port, each with its log."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.support.http import http
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
STARTING = 300  # seconds; one that ended is not waited for


class Process:
    """One process; `url` is where it answers."""

    def __init__(
        self, name: str, words: list[str], environment: dict[str, str], folder: Path, ready_port: int | None = None
    ) -> None:
        self.name = name
        self.root = ROOT  # whose code it runs
        self.words = words
        self.environment = environment
        self.log = folder / f"{name}.log"
        self.port = int(environment["HTTP_PORT"])
        self.ready_port = ready_port or self.port
        self.popen: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Process":
        # nothing of the environment of whoever runs the tests, but what Python itself needs
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-W", "ignore::DeprecationWarning", "-m", *self.words],
                cwd=self.root,
                env={**inherited, **self.environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    def wait_ready(self) -> "Process":
        eventually(self._is_ready, timeout=STARTING)
        return self

    def stop(self, timeout: float = 60) -> int:
        """SIGTERM, and the exit code."""
        assert self.popen is not None
        self.popen.send_signal(signal.SIGTERM)
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not stop within {timeout} s:\n{self.tail()}") from None

    def kill(self) -> None:
        assert self.popen is not None
        self.popen.kill()
        self.popen.wait()

    def running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def metric(self, start: str) -> float:
        """The sum of the samples that begin with `start`: a name, or a name and `{` and labels."""
        lines = self.metrics(start.partition("{")[0]).splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if re.match(re.escape(start) + r"[ {,]", line))

    def metrics(self, name: str) -> str:
        """All samples of one, a line each."""
        return http.get(f"http://127.0.0.1:{self.ready_port}/metrics", params={"name[]": name}, timeout=30).text

    @contextmanager
    def handles(self, event: str) -> Iterator[None]:
        """Waits until this service has handled one more `event` (such as "reports.homework_set.v1") than before."""
        counter = f'rabta_events_handled_total{{event="{event}",outcome="handled"'
        before = self.metric(counter)
        yield
        eventually(lambda: self.metric(counter) > before)

    def tail(self, size: int = 3000) -> str:
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""

    def _is_ready(self) -> bool:
        if not self.running():
            raise RuntimeError(f"{self.name} ended before it was ready:\n{self.tail()}")
        try:
            answer = http.get(f"http://127.0.0.1:{self.ready_port}/health/ready", timeout=2)
        except requests.RequestException:
            return False
        assert answer.status_code == 200, f"{self.name} says {answer.text}\n{self.tail(1500)}"
        return True


def stop_all(processes: Iterable[Process], patience: float = 15) -> None:
    """Asks all at once; who has not ended after so many seconds together is killed."""
    running = [process for process in processes if process.running()]
    for process in running:
        assert process.popen is not None
        process.popen.terminate()
    until = time.monotonic() + patience
    for process in running:
        assert process.popen is not None
        try:
            process.popen.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
