"""A child's day in sentences, for who would rather hear it."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.portal.pages import Visit
from gateway.portal.parent.children import Child


def day(visit: Visit, child: Child, today: Mapping[str, Any]) -> str:
    return " ".join(_sentences(visit, visit.language.given_name_of(child.person), today))


def _sentences(visit: Visit, name: str, today: Mapping[str, Any]) -> Iterator[str]:
    yield visit.text("%(name)s today.", name=name)
    if today["attendance"]:
        yield _register(visit)[today["attendance"][0]["status"]] % {"name": name}
    for each in today["homework"]:
        yield visit.text(
            "Homework: %(title)s, due %(day)s. %(text)s",
            title=each["title"],
            day=_day(visit, each["due_on"]),
            text=each["text"],
        )
    for each in today["results"]:
        if each["score"]:
            yield visit.text(
                "%(subject)s: %(score)s of %(of)s.", subject=each["subject"], score=each["score"], of=each["out_of"]
            )
    for each in today["behaviour"]:
        aspect = _in_language(visit, each, "aspect")
        praise = each["tone"] == "praise"
        words = visit.text("Praise: %(aspect)s. %(text)s") if praise else visit.text("To work on: %(aspect)s. %(text)s")
        yield words % {"aspect": aspect, "text": _in_language(visit, each, "text")}
    for each in today["report_cards"]:
        yield visit.text("The report card of %(term)s is here.", term=each["term"])
    for each in today["tonight"]["talking_points"]:
        yield visit.text("For this evening: %(text)s", text=_in_language(visit, each, "talking_point"))


def _register(visit: Visit) -> dict[str, str]:
    return {
        "present": visit.text("%(name)s is at school today."),
        "absent": visit.text("%(name)s is not at school today."),
        "excused": visit.text("%(name)s is on leave today."),
        "late": visit.text("%(name)s came late today."),
        "left_early": visit.text("%(name)s left early today."),
    }


def _day(visit: Visit, value: str) -> str:
    return visit.language.day(value)


def _in_language(visit: Visit, thing: Mapping[str, Any], field: str) -> str:
    urdu = thing.get(f"{field}_ur") if visit.language.name == "ur" else None
    return str(urdu or thing.get(field) or thing.get(f"{field}_ur") or "")
