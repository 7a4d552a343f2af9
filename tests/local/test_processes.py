"""What was started is ended, and nothing else is."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from deploy.local import processes
from deploy.local.processes import CannotStart, Ledger, free_port

SLEEP = ("sleep", "60")


@contextmanager
def bystander() -> Iterator[psutil.Popen]:
    with psutil.Popen(SLEEP) as process:
        yield process
        process.kill()


def test_all_that_was_started_ends_with_its_children(tmp_path):
    ledger = Ledger(tmp_path)
    parent = ledger.start("shell", ["sh", "-c", "sleep 60 & echo $!; wait"], tmp_path / "log")
    while not (said := (tmp_path / "log").read_text().strip()):
        pass
    Ledger(tmp_path).end()  # as from another terminal
    assert not parent.is_running()
    assert not psutil.pid_exists(int(said))
    assert ledger.entries() == []


def test_one_that_does_not_listen_is_killed(tmp_path):
    ledger = Ledger(tmp_path)
    deaf = ledger.start("deaf", ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"], tmp_path / "log")
    while "deaf" not in (tmp_path / "log").read_text():
        pass
    ledger.end(patience=0.1)
    assert not deaf.is_running()


def test_a_process_id_used_again_is_left_alone(tmp_path):
    with bystander() as process:
        entry = {"name": "mongod", "pid": process.pid, "began": process.create_time() - 3600}
        (tmp_path / "processes.json").write_text(json.dumps([entry]))
        Ledger(tmp_path).end()
        assert process.is_running()


def test_a_folder_in_use_is_not_taken(tmp_path):
    with bystander() as process:
        ledger = Ledger(tmp_path)
        ledger.add(Ledger.OWNER, process.pid)
        with pytest.raises(CannotStart, match=f"in use by process {process.pid}"):
            ledger.claim()
        assert process.is_running()


def test_what_a_killed_run_left_is_ended_by_the_next(tmp_path):
    run = f"""
import os, pathlib, signal
from deploy.local.processes import Ledger
ledger = Ledger(pathlib.Path({str(tmp_path)!r}))
ledger.claim()
print(ledger.start("left", {SLEEP!r}, ledger.path.with_name("log")).pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    left = int(subprocess.run([sys.executable, "-c", run], stdout=subprocess.PIPE, text=True, check=False).stdout)
    assert psutil.pid_exists(left)
    ledger = Ledger(tmp_path)
    ledger.claim()
    assert not psutil.pid_exists(left)
    assert ledger.owner() == psutil.Process(os.getpid())


def test_two_who_look_at_once_get_two_ports(monkeypatch):
    """The first has not begun to listen yet when the second looks."""
    ask = "from deploy.local.processes import free_port; print(free_port(), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", ask], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        taken = int(other.stdout.readline())
        drawn = iter([taken, taken, 31_999, *range(20_000, 20_100)])
        monkeypatch.setattr(processes.random, "randrange", lambda *_: next(drawn))
        assert free_port() != taken
        other.stdin.close()
        other.wait()
        drawn = iter([taken])
        assert free_port() == taken, "it is free again when that process has ended"


def test_a_ledger_cut_short_says_nothing(tmp_path):
    (tmp_path / "processes.json").write_text('[{"name": "mon')
    assert Ledger(tmp_path).entries() == []
