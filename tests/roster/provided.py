"""The chain that other systems read in the tests: a branch for one client, and one for another."""

from typing import Any

from services.roster.provider.entrypoints import Provider
from services.roster.provider.shapes import BASE
from tests.roster.chain import Chain
from tests.roster.sets import RosterSet

SET = (
    RosterSet()
    .add("academicSessions", sourcedId="t", title="Autumn", type="term", startDate="2026-08-01", endDate="2026-12-31",
         parentSourcedId="y", schoolYear="2027")
    .add("academicSessions", sourcedId="p", title="October", type="gradingPeriod", startDate="2026-10-01", endDate="2026-10-31",
         parentSourcedId="t", schoolYear="2027")
    .change("classes", "c1", termSourcedIds="t")
    .change("classes", "c2", termSourcedIds="t")
    .add("enrollments", sourcedId="e5", classSourcedId="c2", schoolSourcedId="b2", userSourcedId="t3", role="teacher")
    .add("users", sourcedId="t3", givenName="Tariq", familyName="Aziz", username="tariq", enabledUser="true")
    .add("roles", sourcedId="t3r", userSourcedId="t3", roleType="primary", role="teacher", orgSourcedId="b2")
    # one who teaches in both, and whose other branch is nobody's business
    .add("users", sourcedId="t4", givenName="Tehmina", familyName="Both", username="tehmina", enabledUser="true")
    .add("roles", sourcedId="t4a", userSourcedId="t4", roleType="primary", role="teacher", orgSourcedId="b1")
    .add("roles", sourcedId="t4b", userSourcedId="t4", roleType="primary", role="principal", orgSourcedId="b2")
    .add("demographics", sourcedId="s2", birthDate="2015-01-01", sex="male")
)  # fmt: skip


def ids(records: list[dict[str, Any]]) -> set[str]:
    return {record["sourcedId"] for record in records}


def routes() -> list[str]:
    """The path of every GET, below the base."""
    found = [vars(Provider)[name].nameko_entrypoints for name in vars(Provider) if name.startswith("get_")]
    return sorted(entrypoint.route.path.removeprefix(BASE) for each in found for entrypoint in each)


IN_THE_FIRST = {  # ids that a client of the first branch finds, by the word before them in a path
    "orgs": ("branch", "b1"),
    "schools": ("branch", "b1"),
    "academicSessions": ("term", "y"),
    "terms": ("term", "t"),
    "gradingPeriods": ("term", "p"),
    "courses": ("course", "k5"),
    "classes": ("class", "c1"),
    "users": ("person", "s1"),
    "students": ("person", "s1"),
    "teachers": ("person", "t1"),
    "enrollments": ("enrollment", "e1"),
    "demographics": ("person", "s1"),
}
IN_THE_SECOND = {
    **IN_THE_FIRST,
    **{"orgs": ("branch", "b2"), "schools": ("branch", "b2"), "classes": ("class", "c2"), "users": ("person", "s2")},
    **{
        "students": ("person", "s2"),
        "teachers": ("person", "t3"),
        "enrollments": ("enrollment", "e3"),
        "demographics": ("person", "s2"),
    },
}
SHARED = {"academicSessions", "terms", "gradingPeriods", "courses"}


def filled(chain: Chain, path: str, known: dict[str, tuple[str, str]]) -> str:
    words = path.split("/")
    for place, word in enumerate(words):
        if word.startswith("{"):
            words[place] = chain.id(*known[words[place - 1]])
    return "/".join(words)
