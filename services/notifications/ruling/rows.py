"""A rule as data: from a row to a rule and back, and all that can be wrong with a row.

The rows of `wording/rules.toml` are read at the start: with a wrong one no process starts.
"""

import tomllib
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from schoolbus import contracts  # noqa: F401 - so that every event is known
from schoolbus.events import Event
from schoolbus.problems import Sentence
from services.notifications.sending.channels import CHANNELS, PAPER
from services.notifications.wording import rules
from services.notifications.wording.audiences import AUDIENCES
from services.notifications.wording.rules import DIGEST, PLACES, URGENCIES, URGENT, Rule
from services.notifications.wording.texts import TEXTS

Row = dict[str, Any]
Faults = dict[str, list[str]]
WAYS = (*(name for name in CHANNELS if name != PAPER), DIGEST)  # by which alone a rule may tell
NO_DIGEST = "Families get a digest, and teachers none, who may be among these."
MOMENTS = ("until", "urgent_until")
EMPTY: Row = {
    "urgency": "normal",
    "channel": None,
    "paper": True,
    "on": True,
    "branches_may_narrow": True,
    **dict.fromkeys(MOMENTS),
}
_NEEDED = ("event", "tells", "text", "about")
_FILE = Path(rules.__file__).with_name("rules.toml")
_WORDS = {urgency: word for word, urgency in URGENCIES.items()}
_EVENTS = {event.type: event for event in sorted(Event.known.values(), key=lambda event: event.version)}


def rule_of(key: str, row: Mapping[str, Any]) -> Rule:
    """Of a row without faults."""
    return Rule(
        key=key,
        event=_EVENTS[row["event"]],
        tells=AUDIENCES[row["tells"]],
        text=TEXTS[row["text"]],
        about=row["about"],
        urgency=URGENCIES[row["urgency"]],
        channel=row["channel"],
        paper=row["paper"],
        on=row["on"],
        branches_may_narrow=row["branches_may_narrow"],
        until=row["until"],
        urgent_until=row["urgent_until"],
    )


def row_of(rule: Rule) -> Row:
    return {
        "event": rule.event.type,
        "tells": rule.tells.name,
        "text": rule.text.name,
        "about": rule.about,
        "urgency": _WORDS[rule.urgency],
        "channel": rule.channel,
        "paper": rule.paper,
        "on": rule.on,
        "branches_may_narrow": rule.branches_may_narrow,
        "until": rule.until,
        "urgent_until": rule.urgent_until,
    }


def faults(row: Mapping[str, Any]) -> Faults:
    """What is wrong with a row, by field; nothing, when it is one."""
    known: dict[str, Container[Any]] = {
        "event": _EVENTS,
        "tells": AUDIENCES,
        "text": TEXTS,
        "about": PLACES,
        "urgency": URGENCIES,
    }
    wrong: dict[str, list[str]] = {
        name: [Sentence("There is no %(word)s.", word=repr(row[name]))]
        for name, values in known.items()
        if row[name] not in values
    }
    if wrong:
        return wrong
    event, audience, text = _EVENTS[row["event"]], AUDIENCES[row["tells"]], TEXTS[row["text"]]
    told = {*event.schema.fields, *(["children"] if audience.of_children else [])}
    told |= {"teacher"} if "teacher_id" in told else set()
    if not audience.fits(event):
        wrong["tells"] = ["The event does not say who that is."]
    if unsaid := sorted(set(text.fields) - told):
        wrong["text"] = [Sentence("The event does not say: %(unsaid)s.", unsaid=list(unsaid))]
    if f"{row['about']}_id" not in told:
        wrong["about"] = ["The event does not say which."]
    wrong |= {name: ["The event does not say when."] for name in MOMENTS if row[name] not in (None, *told)}
    if row["channel"] is not None and (reason := _way(row)):
        wrong["channel"] = [reason]
    return wrong


def _way(row: Mapping[str, Any]) -> str | None:
    if row["channel"] not in WAYS:
        return Sentence("Its own channels (null), or one of: %(ways)s.", ways=list(WAYS))
    if row["channel"] == DIGEST and URGENCIES[row["urgency"]] == URGENT:
        return "What is urgent waits for no digest."
    if row["channel"] == DIGEST and not AUDIENCES[row["tells"]].of_families:
        return NO_DIGEST
    return None


def _defaults() -> dict[str, Rule]:
    read = {}
    for key, given in tomllib.loads(_FILE.read_text()).items():
        row = {**EMPTY, **given}
        unknown = {name: ["There is no such field."] for name in set(given) - {*_NEEDED, *EMPTY}}
        if wrong := unknown or faults(row):
            raise ValueError(f"{_FILE.name}: {key}: {wrong}")
        read[key] = rule_of(key, row)
    return read


RULES = _defaults()
OF_EVENT = {rule.event.type: rule for rule in RULES.values()}  # any of an event's: what it is about


def completed(row: Mapping[str, Any]) -> Row:
    """A row of the chain's with what is its event's, and what it does not name as it usually is."""
    model = OF_EVENT[row["event"]]
    return {**EMPTY, **row, "about": model.about, **{name: getattr(model, name) for name in MOMENTS}}
