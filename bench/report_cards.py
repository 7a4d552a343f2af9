"""report_cards.per_s: bilingual cards of one page with marks, class averages, attendance and the chart, set by one core.

Each is another child's, with a name of its own in both scripts. `with_all_parts_per_s`: also behaviour, goals, the home's part,
remarks in both languages. They are set by a process of their own, as the image of reports runs it: with jemalloc where it is
there.
"""

import json
import os
import subprocess
import sys
import time
from ctypes.util import find_library
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import mean
from typing import Any

from bench.figures import Figure
from demo.names import FAMILIES, GIRLS
from deploy.local.infrastructure import Infrastructure
from services.reports.cards.card import Card, Line
from services.reports.cards.example import example
from services.reports.cards.parts import Aspect, Attendance
from services.reports.cards.typesetting import render
from services.reports.paper.points import Point

SUBJECTS = ("English", "Urdu", "Mathematics", "General Science", "Islamiyat", "Social Studies", "Computer Studies", "Art")
CARDS = 1000
WARM = 20


def card(number: int, *, all_parts: bool = False) -> Card:
    """The child's marks, days and course are its own; goals and remarks come from a class's and a bank's."""
    whole = full(number)
    return whole if all_parts else replace(whole, behaviour=(), goals=(), home=None, remarks=())


def full(number: int) -> Card:
    def some(place: int) -> Decimal:
        return Decimal(20 + (number * 7 + place) % 30)

    given, family = GIRLS[number % len(GIRLS)], FAMILIES[number * 7 % len(FAMILIES)]
    return replace(
        example("Gulberg Model School", "گلبرگ ماڈل اسکول", date(2026, 11, 24)),
        student_name=f"{given.latin} {family.latin}",
        student_name_ur=f"{given.urdu} {family.urdu}",
        roll=f"{number % 40}",
        lines=tuple(Line(subject, some(place), Decimal(50), average=Decimal("66.4")) for place, subject in enumerate(SUBJECTS)),
        number=f"{number:08d}",
        attendance=Attendance(days=92, present=92 - number % 9, absent=number % 9, late=number % 4),
        behaviour=tuple(
            Aspect(name, (number + place) % 12, number % 3)
            for place, name in enumerate(("Listening", "Participating", "Finishing tasks"))
        ),
        progress=tuple(
            Point(f"{term} Term 2026", some(place)) for place, term in enumerate(("First", "Second", "Third", "Final"))
        ),
        check=None,
    )


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    (taken, used, size), (_, used_for_all, _) = _in_a_process_of_its_own()
    return [
        Figure("report_cards.per_s", CARDS / used, "cards/s and core", 120),
        Figure("report_cards.per_s_by_the_clock", CARDS / taken, "cards/s"),
        Figure("report_cards.with_all_parts_per_s", CARDS // 4 / used_for_all, "cards/s and core"),
        Figure("report_cards.kilobytes", size / 1000, "kB", 250, ceiling=True),
    ]


def _in_a_process_of_its_own() -> Any:
    allocator = find_library("jemalloc")
    if allocator is None:
        print("bench: libjemalloc.so.2 is missing (the package libjemalloc2): cards are set without it, as no image does")
    environment = {**os.environ, "LD_PRELOAD": allocator} if allocator else None
    done = subprocess.run([sys.executable, "-m", "bench.report_cards"], stdout=subprocess.PIPE, env=environment, check=True)
    return json.loads(done.stdout)


def _set(count: int, *, all_parts: bool) -> tuple[float, float, float]:
    """Seconds by the clock, of the processor, and the mean size."""
    cards = [card(number, all_parts=all_parts) for number in range(WARM + count)]
    for each in cards[:WARM]:
        render(each, "both")
    began, used = time.perf_counter(), time.process_time()
    sizes = [len(render(each, "both")) for each in cards[WARM:]]
    return time.perf_counter() - began, time.process_time() - used, mean(sizes)


if __name__ == "__main__":
    print(json.dumps([_set(CARDS, all_parts=False), _set(CARDS // 4, all_parts=True)]))
