"""Programs of the distribution and of npm that tests talk to: brought when they are missing."""

import shutil
import subprocess
from pathlib import Path

from tests.support.processes import ROOT


def bring(*programs: str) -> None:
    """By the same script as `make setup`."""
    missing = [program for program in programs if found(program) is None]
    if missing:
        done = subprocess.run(["sh", "deploy/local/setup.sh", *missing], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def found(program: str) -> str | None:
    """Also where the PATH of a plain user does not lead."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")


def node_packages(folder: Path) -> Path:
    """Where the packages of a folder's package-lock.json are: installed once, by npm ci."""
    bring("node", "npm")
    into = ROOT / ".run" / folder.name
    lock, known = folder / "package-lock.json", into / "package-lock.json"
    if not (known.exists() and known.read_bytes() == lock.read_bytes() and (into / "node_modules").exists()):
        into.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / "package.json", into)
        shutil.copy(lock, into)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=into, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return into / "node_modules"
