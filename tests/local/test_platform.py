"""`make run` and `make stop`, as a newcomer meets them."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from deploy.local import ports
from deploy.local.processes import LOOPBACK, Ledger, free_port, free_ports
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]


class Terminal:
    """Types `run`, `stop` and `status` for a platform with a folder and ports of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "terminal"
        own_ports = dict(zip(ports.DEFAULTS, map(str, free_ports(len(ports.DEFAULTS))), strict=True))
        self.environment = {**os.environ, **own_ports, "PLATFORM_FOLDER": str(folder)}

    def begin(self) -> subprocess.Popen:
        with self.log.open("wb") as output:
            return subprocess.Popen(self._command("run"), cwd=ROOT, env=self.environment, stdout=output, stderr=output)

    def says(self, word: str) -> tuple[int, str]:
        done = subprocess.run(self._command(word), cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        return done.returncode, (done.stdout + done.stderr).strip()

    def running(self) -> list[psutil.Process]:
        """Those of this platform, whoever's children they have become."""
        mine = f"PLATFORM_FOLDER={self.folder}"
        return [each for each in psutil.process_iter() if mine in _environment(each)]

    @staticmethod
    def _command(word: str) -> list[str]:
        return [sys.executable, "-m", "deploy.local.platform", word]


def _environment(process: psutil.Process) -> list[str]:
    try:
        return [f"{name}={value}" for name, value in process.environ().items()]
    except psutil.Error:
        return []


GIVEN = bool(os.environ.get("AMQP_URI") or os.environ.get("MONGODB_URI"))


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.says("stop")


@pytest.mark.skipif(GIVEN, reason="would write into the given database")
def test_it_runs_says_where_and_leaves_nothing_even_when_killed(terminal):
    run = terminal.begin()

    def welcome() -> str:
        text = terminal.log.read_text()
        assert run.poll() is None, text
        assert "ends everything" in text, text
        return text

    said = eventually(welcome, every=0.2)
    address = re.search(r"ready at (\S+)", said)[1]
    for who in ("operator", "head", "teacher"):
        username, password = re.search(rf"^  {who} +(\S+) +(\S+)$", said, re.MULTILINE).groups()
        sign_in = {"username": username, "password": password}
        assert requests.post(f"{address}/v1/sign-in/password", json=sign_in, timeout=30).ok
    phone = re.search(r"guardian +(\S+)", said)[1]
    assert requests.post(f"{address}/v1/sign-in/code", json={"phone": phone}, timeout=30).ok
    terminal.environment["GATEWAY_PORT"] = str(free_port())  # of this command, not of the run
    code, again = terminal.says("run")
    assert (code, again) == (0, f"Rabta is already running at {address} (process {run.pid}); `make stop` ends it")

    processes = [entry.process() for entry in Ledger(terminal.folder).entries()]
    assert len(processes) == 20  # the platform's own, RabbitMQ with its port mapper, MongoDB, and 16
    run.kill()
    run.wait()
    assert terminal.says("stop") == (0, "stopped")
    assert not any(process.is_running() for process in processes)
    eventually(lambda: not terminal.running())
    assert terminal.says("stop") == (0, "nothing is running")


def test_ctrl_c_while_python_still_imports_is_no_traceback(terminal, tmp_path):
    """A module of the same name as one that is imported late stands in for a slow disk: Ctrl-C comes in the midst of it."""
    modules = tmp_path / "modules"
    modules.mkdir()
    heeded = "signal.signal(signal.SIGINT, signal.default_int_handler)"  # also where the tests were begun in the background
    (modules / "honcho.py").write_text(f"import os, signal\n{heeded}\nos.kill(os.getpid(), signal.SIGINT)\nsignal.pause()\n")
    terminal.environment["PYTHONPATH"] = str(modules)
    assert terminal.says("run") == (130, "stopped")


def test_a_taken_port_is_one_line(terminal):
    with socket.create_server((LOOPBACK, int(terminal.environment["ROSTER_PORT"]))):
        code, said = terminal.says("run")
    assert code == 1
    assert said.startswith(f"rabta: taken by another program: port {terminal.environment['ROSTER_PORT']} (ROSTER_PORT).")
    assert len(said.splitlines()) == 1


def test_a_missing_broker_is_one_line(terminal):
    terminal.environment.update(PATH="/nowhere", MONGODB_URI="mongodb://database.example")
    terminal.environment.pop("AMQP_URI", None)
    code, said = terminal.says("run")
    assert code == 1
    assert "RabbitMQ is missing: install the package rabbitmq-server" in said
    assert terminal.running() == []
