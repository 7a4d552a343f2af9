"""A folder in memory for what is thrown away at the end: nothing waits for a disk."""

import shutil
import tempfile
from pathlib import Path

import psutil

SHARED = Path("/dev/shm")
ROOM = 4 * 1024**3  # bytes free in it
AVAILABLE = 8 * 1024**3  # bytes of memory that nobody uses: what lies there is taken from all


def move(folder: Path) -> None:
    """`folder` lies in memory where there is enough of it, else it stays where it is. `clear` ends it."""
    if _is_roomy():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.symlink_to(tempfile.mkdtemp(prefix="rabta-", dir=SHARED))


def clear(folder: Path) -> None:
    """Gone, wherever it lay."""
    if folder.is_symlink():
        shutil.rmtree(folder.resolve(), ignore_errors=True)
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _is_roomy() -> bool:
    try:
        return shutil.disk_usage(SHARED).free >= ROOM and psutil.virtual_memory().available >= AVAILABLE
    except OSError:
        return False
