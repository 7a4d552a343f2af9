"""A child that is nobody's, for the preview of a template: every part of a card says something."""

from datetime import date
from decimal import Decimal

from services.reports.cards.card import Card, Line
from services.reports.cards.parts import REACHED, Aspect, Attendance, Goal, Home, Remark
from services.reports.paper.codes import Check
from services.reports.paper.points import Point

_MARKS = (
    ("English", "41", "74.2"),
    ("Urdu", "44.5", "78.0"),
    ("Mathematics", "38", "69.5"),
    ("General Science", "46", "72.8"),
    ("Islamiyat", "47", "81.3"),
    ("Social Studies", "40.5", "70.6"),
    ("Computer Studies", "43", "75.9"),
    ("Art", "45", "83.0"),
)


def example(branch_name: str, branch_name_ur: str | None, on: date) -> Card:
    return Card(
        branch_name=branch_name,
        branch_name_ur=branch_name_ur,
        student_name="Ayesha Khan",
        student_name_ur="عائشہ خان",
        class_title="Class 5-A",
        roll="17",
        term="Second Term",
        lines=tuple(Line(subject, Decimal(score), Decimal(50), average=Decimal(of)) for subject, score, of in _MARKS),
        issued_on=on,
        number="EXAMPLE",
        attendance=Attendance(days=92, present=88, absent=3, excused=1, late=2),
        behaviour=(Aspect("Listening", 9, 1), Aspect("Participating", 12, 0), Aspect("Finishing tasks", 7, 3)),
        goals=(
            Goal("Reads a page aloud without help", "ایک صفحہ بغیر مدد کے بلند آواز میں پڑھتی ہے", REACHED),
            Goal("Knows the tables up to twelve", "بارہ تک کے پہاڑے یاد ہیں"),
        ),
        home=Home(34, 31, 29, 4, "Ten minutes of reading together, every evening.", "ہر شام دس منٹ مل کر پڑھیں۔"),
        progress=(
            Point("Final Term 2024", Decimal("74.5")),
            Point("First Term 2025", Decimal("78.2")),
            Point("Final Term 2025", Decimal("81.0")),
            Point("First Term 2026", Decimal("86.3")),
        ),
        remarks=(
            Remark(
                "teacher",
                "A curious child who asks good questions and helps others.",
                "عائشہ ذہین اور متجسس بچی ہے، اچھے سوال پوچھتی ہے اور ساتھیوں کی مدد کرتی ہے۔",
            ),
        ),
        check=Check("https://example.org/c/4F6F-0123", "4F6F-0123"),
    )
