"""report_cards.per_s: bilingual one-page cards with every part and a chart, set by one core: each another child, as the worker
does."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import mean

from bench.figures import Figure
from deploy.local.infrastructure import Infrastructure
from services.reports.cards.card import Card, Line
from services.reports.cards.example import example
from services.reports.cards.parts import Aspect, Attendance
from services.reports.cards.typesetting import render
from services.reports.paper.points import Point

SUBJECTS = ("English", "Urdu", "Mathematics", "General Science", "Islamiyat", "Social Studies", "Computer Studies", "Art")
CARDS = 1000
WARM = 20


def card(number: int) -> Card:
    """The child's marks, days and course are its own; goals and remarks come from a class's and a bank's."""

    def some(place: int) -> Decimal:
        return Decimal(20 + (number * 7 + place) % 30)

    return example(
        "Gulberg Model School",
        "گلبرگ ماڈل اسکول",
        date(2026, 11, 24),
        student_name=f"Ayesha Khan {number}",
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
    for number in range(WARM):
        render(card(number), "both")
    began, used = time.perf_counter(), time.process_time()
    sizes = [len(render(card(WARM + number), "both")) for number in range(CARDS)]
    taken, used = time.perf_counter() - began, time.process_time() - used
    return [
        Figure("report_cards.per_s", CARDS / used, "cards/s and core", 120),
        Figure("report_cards.per_s_by_the_clock", CARDS / taken, "cards/s"),
        Figure("report_cards.kilobytes", mean(sizes) / 1000, "kB", 250, ceiling=True),
    ]
