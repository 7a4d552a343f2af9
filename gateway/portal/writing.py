"""What is written in both languages: announcements and guides."""

from collections.abc import Mapping
from typing import Any

from gateway.portal.api import Refused
from gateway.portal.forms import Form
from gateway.portal.sentences import joined

LANGUAGES = ("ur", "en")


def texts(form: Form, heading: str, known: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, dict[str, Any]]:
    """By language: `heading` (subject, title) and body, of the fields `subject_ur`, `body_ur` … What is `known` in further
    languages stays."""
    fields = {name: {heading: form[f"{heading}_{name}"], "body": form[f"body_{name}"]} for name in LANGUAGES}
    further = {name: dict(words) for name, words in (known or {}).items() if name not in LANGUAGES}
    return further | {name: words for name, words in fields.items() if any(words.values())}


def translatable(known: Mapping[str, Mapping[str, Any]], translations: Mapping[str, Any] | None) -> list[str]:
    """Languages that are not written yet, and that a machine makes of what a person wrote. `translations`: the API's answer."""
    written = [name for name, words in known.items() if words.get("made_by") != "machine"]
    pairs = translations["languages"] if translations else []
    possible = {to for pair in pairs if pair["from"] in written for to in pair["to"]}
    return [name for name in LANGUAGES if name in possible and name not in known]


def by_field(refused: Refused | None) -> Refused | None:
    """What the API calls `schedule.days`, `people.0.given_name` or `texts.ur.value.body`, under the form's own names: `days`,
    `given_name`, `body_ur`. Its sentences stand above the form, too, as not every one has a field there."""
    if refused is None or not refused.errors:
        return refused
    errors = {_field(name.split(".")): why for name, why in refused.errors.items()}
    return Refused({**refused.problem, "detail": joined(dict.fromkeys(errors.values())), "errors": errors})


def _field(parts: list[str]) -> str:
    named = [part for part in parts if not part.isdecimal()] or parts
    return f"{named[-1]}_{named[1]}" if named[0] == "texts" and len(named) > 2 else named[-1]
