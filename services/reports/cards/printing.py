"""What of a card the template (card.typ) prints: all numbers as text, all text cleaned. A new field of the card begins here."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from services.reports.cards import words
from services.reports.cards.card import Card, Line, result
from services.reports.cards.design import PLAIN, STACKED, Design
from services.reports.cards.parts import Attendance, Home
from services.reports.gradebook import grading
from services.reports.paper.codes import check_of
from services.reports.paper.pairs import day, pair, text_pair
from services.reports.paper.points import Point, course, signers
from services.reports.text import one_line

NOTHING = "–"  # where there is no mark
MOST_POINTS = 8  # terms in the chart: the newest
COLUMNS = ("score", "out_of", "percent", "average", "grade", "remark")


def printed(card: Card, design: Design = PLAIN) -> dict[str, Any]:
    lines = [_line(line, card.scheme) for line in card.lines]
    total = _total(card)
    return {
        "look": design.look.printed(),
        "stacked": design.bilingual == STACKED,
        "branch": pair(card.branch_name, card.branch_name_ur),
        "student": pair(card.student_name, card.student_name_ur),
        "class": one_line(card.class_title),
        "roll": one_line(card.roll or ""),
        "term": pair(card.term, words.term_ur(card.term)),
        "date": day(card.issued_on),
        "number": f"{one_line(card.number)} / {card.version}",
        "lines": lines,
        "columns": _columns(card, design, lines),
        "total": {name: total[name] or NOTHING for name in ("score", "out_of", "percent", "average", "grade")},
        "totals": bool(total["score"] or total["percent"]),
        "percent": total["percent"],
        "grade": {"letter": total["grade"], "en": total["word"], "ur": total["word_ur"]},
        "outcome": bool(total["grade"] or total["percent"]),
        "scheme": [{"letter": band.letter, "least": grading.shown(band.least)} for band in card.scheme.bands],
        "check": check_of(card.check),
        **_parts(card),
        "signatures": signers(design.signers),
        "sections": [name for name in design.sections if name in _SAYS and _SAYS[name](card, design)],
    }


# A section of which a card says nothing takes no room.
_SAYS: dict[str, Callable[[Card, Design], object]] = {
    "marks": lambda card, _: card.lines or card.result,
    "attendance": lambda card, _: card.attendance,
    "behaviour": lambda card, _: card.behaviour,
    "goals": lambda card, _: card.goals,
    "home": lambda card, _: card.home,
    "progress": lambda card, _: card.progress,
    "remarks": lambda card, _: card.remarks,
    "signatures": lambda _, design: design.signers,
}


# Marks


def _line(line: Line, scheme: grading.Scheme) -> dict[str, Any]:
    percentage, letter = line.percent, line.grade
    if percentage is None and line.score is not None and line.out_of is not None:
        percentage = grading.percent(line.score, line.out_of, scheme)
        letter = letter or grading.grade(percentage, scheme).letter
    return {
        "subject": pair(line.subject, words.subject_ur(line.subject)),
        "score": _shown(line.score),
        "out_of": _shown(line.out_of),
        "percent": _shown(percentage, plain=True),
        "average": _shown(line.average, plain=True),
        "grade": one_line(letter or "") or NOTHING,
        "remark": one_line(line.remark or ""),
    }


def _shown(number: Decimal | None, *, plain: bool = False) -> str:
    """As written by hand, 17.5; `plain`: with the places that it came with, 70.0."""
    if number is None:
        return NOTHING
    return f"{number}" if plain else grading.shown(number)


def _columns(card: Card, design: Design, lines: list[dict[str, Any]]) -> list[str]:
    """Those in which something stands; the class's average where the branch wants it."""
    said = {name for name in COLUMNS if any(line[name] not in ("", NOTHING) for line in lines)}
    if "averages" not in design.sections:
        said.discard("average")
    return [name for name in COLUMNS if name in said]


def _total(card: Card) -> dict[str, str]:
    """The gradebook's result; or that of the sum, graded by its percentage as printed."""
    of, sums = card.result, result(card)
    if of is None and sums is not None:
        percentage = grading.percent(*sums, card.scheme)
        band = grading.grade(percentage, card.scheme)
        found: dict[str, Any] = {"percent": percentage, "grade": band.letter, "word": band.word, "word_ur": band.word_ur}
    elif of is not None:
        found = {"percent": of.percent, "grade": of.grade, "word": of.word, "word_ur": of.word_ur or of.word}
        sums = (of.score, of.out_of) if of.score is not None and of.out_of is not None else None
    else:
        found = {"percent": None, "grade": "", "word": "", "word_ur": ""}
    average = of.average if of else None
    return {
        **{name: one_line(found[name]) for name in ("grade", "word", "word_ur")},
        "score": grading.shown(sums[0]) if sums else "",
        "out_of": grading.shown(sums[1]) if sums else "",
        "percent": "" if found["percent"] is None else f"{found['percent']}",
        "average": "" if average is None else f"{average}",
    }


# The other parts


def _parts(card: Card) -> dict[str, Any]:
    return {
        "attendance": _attendance(card.attendance) if card.attendance else None,
        "behaviour": [
            {"aspect": pair(each.name, each.name_ur or words.aspect_ur(each.name)), **_counts(each.praise, each.concern)}
            for each in card.behaviour
        ],
        "goals": [{"text": pair(goal.text, goal.text_ur), "state": words.GOAL[goal.state]} for goal in card.goals],
        "home": _home(card.home) if card.home else None,
        "progress": _progress(card.progress[-MOST_POINTS:]) if card.progress else None,
        "remarks": [
            {"by": words.REMARK_BY[remark.by], "text": text_pair(remark.text, remark.text_ur)} for remark in card.remarks
        ],
    }


def _attendance(days: Attendance) -> dict[str, Any]:
    counted = {"days": days.days, "present": days.present, "absent": days.absent}
    counted |= {name: count for name, count in (("excused", days.excused), ("late", days.late)) if count}
    return {"keys": list(counted), "values": [f"{count}" for count in counted.values()]}


def _counts(praise: int, concern: int) -> dict[str, str]:
    return {"praise": f"{praise}", "concern": f"{concern}"}


def _home(home: Home) -> dict[str, Any]:
    """Homework that was done and signed beside how much there was: a count says little without it."""
    done = (("homework_done", home.homework_done), ("homework_signed", home.homework_signed))
    of = "" if home.homework_set is None else f" / {home.homework_set}"
    counts = [{"label": words.HOME[name], "value": f"{count}{of}"} for name, count in done if count is not None]
    if home.notes is not None:
        counts.append({"label": words.HOME["notes"], "value": f"{home.notes}"})
    return {"counts": counts, "advice": text_pair(home.advice, home.advice_ur)}


def _progress(points: tuple[Point, ...]) -> dict[str, Any]:
    """The chart, and in words what it shows."""
    those = [Point(each.term, each.percent, each.term_ur or words.term_ur(each.term)) for each in points]
    shown = course(tuple(those))
    said = {
        language: comma.join(f"{each['term'][language]}: {each['percent']}%" for each in shown)
        for language, comma in (("en", "; "), ("ur", "؛ "))
    }
    return {"points": shown, "alt": {name: words.PROGRESS[name].format(said[name]) for name in ("en", "ur")}}
