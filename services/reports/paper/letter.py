"""A letter of the school to a family, such as of a child's progress: text, and where it is wanted a table and a chart."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.reports.paper import setting
from services.reports.paper.look import Look
from services.reports.paper.pairs import Pair, day, pair, text_pair
from services.reports.paper.points import Point, Signer, course, signers
from services.reports.text import one_line

TEMPLATE = "/services/reports/paper/letter.typ"


@dataclass(frozen=True)
class Row:
    """A subject with its percentage of the term before and of this one; None where there is none."""

    subject: str
    now: Decimal | None
    before: Decimal | None = None
    subject_ur: str | None = None


@dataclass(frozen=True)
class Letter:
    """`text`: paragraphs, a line each. `table`, `progress`: left out where empty."""

    branch_name: str
    to: str
    subject: str
    text: str
    written_on: date
    child: str = ""
    class_title: str = ""
    branch_name_ur: str | None = None
    to_ur: str | None = None
    subject_ur: str | None = None
    text_ur: str | None = None
    child_ur: str | None = None
    table: tuple[Row, ...] = ()
    progress: tuple[Point, ...] = ()
    signers: tuple[Signer, ...] = (Signer("Head of school", "سربراہِ ادارہ"),)
    number: str = ""


def render(letter: Letter, edition: str, look: Look | None = None) -> bytes:
    points = course(letter.progress)
    return setting.pdf(
        TEMPLATE,
        "letter",
        {
            "look": (look or Look()).printed(),
            "branch": pair(letter.branch_name, letter.branch_name_ur),
            "to": pair(letter.to, letter.to_ur),
            "child": pair(letter.child, letter.child_ur),
            "class": one_line(letter.class_title),
            "subject": pair(letter.subject, letter.subject_ur),
            "text": text_pair(letter.text, letter.text_ur),
            "date": day(letter.written_on),
            "table": [_row(row) for row in letter.table],
            "progress": points,
            "progress_alt": {language: _spoken(points, language) for language in ("en", "ur")},
            "signatures": signers(letter.signers),
            "number": one_line(letter.number),
        },
        edition,
    )


def _row(row: Row) -> dict[str, Pair | str]:
    now, before = (f"{percent}" if percent is not None else "–" for percent in (row.now, row.before))
    return {"subject": pair(row.subject, row.subject_ur), "now": now, "before": before}


def _spoken(points: list[dict[str, Pair]], language: str) -> str:
    return "; ".join(f"{point['term'][language]}: {point['percent']}%" for point in points)
