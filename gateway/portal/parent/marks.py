"""A child's results, subject by subject, with the course of each."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children

pages = Pages()
WIDTH, HEIGHT, EDGE = 300, 90, 8  # of a course, in units of its picture
_MOST = 400  # of all terms; of one there are fewer
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """`results`: the latest first. `points`: of those that have a percentage, from the earliest on."""

    name: str
    results: Sequence[Document]
    points: Sequence[tuple[float, float]]


@pages.get("/children/{branch_id}/{student_id}/marks")
async def marks(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    term = visit.query.get("term")
    found, terms = await asyncio.gather(
        visit.api.all(child.api("results"), _MOST, student_id=child.id), visit.api.perhaps(child.api("terms"), limit=50)
    )
    known = [each["title"] for each in (terms or {"items": []})["items"] if each["active"]]
    named = list(dict.fromkeys(each["term"] for each in found))
    cut = len(found) >= _MOST
    shown = [each for each in found if not term or each["term"] == term]
    if term and cut:
        shown = await visit.api.all(child.api("results"), student_id=child.id, term=term)
    return await visit.show(
        "parent/marks.html",
        child=child,
        subjects=by_subject(shown),
        cut=0 if term or not cut else len(found),
        term=term,
        terms=[each for each in named if each in known] or named,
        size=(WIDTH, HEIGHT),
    )


@pages.get("/children/{branch_id}/{student_id}/marks/letter")
async def progress_letter(visit: Visit) -> StreamResponse:
    """The results of a term as a letter to print."""
    child = await children.of_path(visit)
    path = child.api("progress-letters", child.id, "pdf")
    return await visit.file(path, "progress.pdf", term=visit.query.get("term"), language=visit.language.name)


def by_subject(results: Sequence[Document]) -> list[Subject]:
    """In the order of the alphabet."""
    subjects: dict[str, list[Document]] = {}
    for result in results:
        subjects.setdefault(result["subject"], []).append(result)
    return [Subject(name, subjects[name], course(subjects[name])) for name in sorted(subjects)]


def course(results: Sequence[Document]) -> list[tuple[float, float]]:
    """Where each result stands in the picture: time to the right, 0 to 100 % upwards. None of one alone: that is no course."""
    percents = [float(each["percent"]) for each in reversed(results) if each["percent"] is not None]
    if len(percents) < 2:
        return []
    step = (WIDTH - 2 * EDGE) / (len(percents) - 1)
    room = HEIGHT - 2 * EDGE
    return [
        (round(EDGE + step * place, 1), round(HEIGHT - EDGE - room * min(percent, 100) / 100, 1))
        for place, percent in enumerate(percents)
    ]
