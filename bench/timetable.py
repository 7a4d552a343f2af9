"""timetable: 800 families, 60 teachers, 3 wishes for each child, every fourth family with siblings, two evenings: what is
placed of what the solver proves that could be, in a minute on two cores; and the same with wishes for 95 % of all times."""

import subprocess
import sys
from pathlib import Path

from bench.figures import Figure
from deploy.local.infrastructure import Infrastructure

FAMILIES, TEACHERS, SECONDS = 800, 60, 60
INSTANCES = {"": 0.8, ".full": 0.95}  # wishes by slots


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    """Each in a process of its own, as the worker is one: what it holds at most is its own too."""
    return [figure for name, use in INSTANCES.items() for figure in _figures(name, use)]


def _figures(name: str, use: float) -> list[Figure]:
    answer = subprocess.run(
        [sys.executable, "-m", "bench.timetable", str(use)], check=True, capture_output=True, text=True, timeout=600
    )
    share, seconds, waiting, gaps, mebibytes = map(float, answer.stdout.split())
    return [
        Figure(f"timetable{name}.placed_of_bound", share, "of the bound", 0.98),
        Figure(f"timetable{name}.seconds", seconds, "s", SECONDS, ceiling=True),
        Figure(f"timetable{name}.waiting", waiting, "minutes between a family's meetings"),
        Figure(f"timetable{name}.gaps", gaps, "minutes of a teacher's evening"),
        Figure(f"timetable{name}.peak_mib", mebibytes, "MiB", 1200, ceiling=True),
    ]


def solve(use: float) -> None:
    """Prints the share, seconds, minutes of waiting and of gaps, and MiB."""
    import resource
    import time

    from services.meetings.timetabling.problem import Board
    from services.meetings.timetabling.solving import Effort
    from services.meetings.timetabling.solving import solve as solved
    from services.meetings.timetabling.weights import mean_gaps, mean_waiting
    from tests.meetings.timetabling.instances import broken, school

    instance = school(FAMILIES, TEACHERS, seed=1, use=use)
    began = time.perf_counter()
    solution = solved(instance, Effort(SECONDS), _shown)
    taken = time.perf_counter() - began
    board = Board.of(instance, solution.at)
    assert broken(instance, solution.at) == []
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{solution.share:.5f} {taken:.2f} {mean_waiting(board):.2f} {mean_gaps(board):.2f} {peak:.0f}")


def _shown(sofar: object) -> bool:
    print(getattr(sofar, "rounds", 0), getattr(sofar, "placed", 0), getattr(sofar, "bound", 0), file=sys.stderr)
    return True


if __name__ == "__main__":
    solve(float(sys.argv[1]))
