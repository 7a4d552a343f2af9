"""report_cards.per_s: bilingual one-page cards, set by one core: each another child, in a process like the worker's."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import mean

from bench.figures import Figure
from deploy.local.infrastructure import Infrastructure
from services.reports.cards.card import Card, Line
from services.reports.cards.typesetting import render

SUBJECTS = ("English", "Urdu", "Mathematics", "General Science", "Islamiyat", "Social Studies", "Computer Studies", "Art")
CARDS = 1000
WARM = 20


def card(number: int) -> Card:
    return Card(
        branch_name="Gulberg Model School",
        branch_name_ur="گلبرگ ماڈل اسکول",
        student_name=f"Ayesha Khan {number}",
        student_name_ur="عائشہ خان",
        class_title="Class 5-A",
        term="First Term 2026",
        lines=tuple(Line(subject, Decimal(20 + (number + place) % 30), Decimal(50)) for place, subject in enumerate(SUBJECTS)),
        issued_on=date(2026, 11, 24),
        number=f"{number:08d}",
    )


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    for number in range(WARM):
        render(card(number), "both")
    began, used = time.perf_counter(), time.process_time()
    sizes = [len(render(card(WARM + number), "both")) for number in range(CARDS)]
    taken, used = time.perf_counter() - began, time.process_time() - used
    return [
        Figure("report_cards.per_s", CARDS / used, "cards/s and core", 100),
        Figure("report_cards.per_s_by_the_clock", CARDS / taken, "cards/s"),
        Figure("report_cards.kilobytes", mean(sizes) / 1000, "kB", 250, ceiling=True),
    ]
