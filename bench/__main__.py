"""python -m bench [GROUP …]: measures, writes bench/results.json, docs/performance.md and docs/capacity.md, prints a table.

Without a group all but the full-size ones; `--full` adds these.
"""

import importlib
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench import report
from bench.figures import Figure, keep, table
from deploy.capacity import page
from deploy.local import infrastructure

CACHE = 4.0  # GiB for MongoDB, as on a machine of its own: with less it is the disk that is measured
GROUPS = (
    *("relay", "consumer", "latency", "gateway_read", "today", "portal", "imports", "report_cards", "handover", "fanout"),
    *("booking_storm", "timetable", "print_run", "engagement", "cost", "mixed_load"),
)
FULL: tuple[str, ...] = ("imports_full", "search", "fanout_full")  # groups that need the full-size data sets


def main(words: list[str]) -> int:
    full = "--full" in words
    wanted = [word for word in words if word != "--full"] or [*GROUPS, *(FULL if full else ())]
    unknown = set(wanted) - {*GROUPS, *FULL}
    if unknown:
        print(f"bench: no group {', '.join(sorted(unknown))}; there are {', '.join((*GROUPS, *FULL))}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="rabta-bench-", dir=_folder()) as folder:
        started = infrastructure.start(Path(folder), cache=CACHE)
        try:
            for group in wanted:
                begun = time.monotonic()
                measured = importlib.import_module(f"bench.{group}").measure(started, Path(folder))
                keep(group, measured)
                print(f"{table(measured)}\n  ({group}: {time.monotonic() - begun:.0f} s)", flush=True)
                figures += measured
        finally:
            _end_all()
            started.stop()
    report.main()
    page.write()
    print(f"\n{table(figures)}")
    return 0 if all(figure.met for figure in figures) else 1


def _end_all() -> None:
    """A group that failed leaves nothing running."""
    for process in psutil.Process().children():
        if "schoolbus" in process.cmdline() or "gateway" in process.cmdline() or "demo.carriers" in process.cmdline():
            process.kill()


def _folder() -> Path:
    folder = Path(__file__).parents[1] / ".run"
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
