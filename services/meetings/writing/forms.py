"""The short forms of a written meeting: data in the repository, `forms.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from schoolbus.problems import Sentence

SIDES = ("guardian", "teacher")
Form = dict[str, Any]
FORMS: dict[int, Form] = {
    form["version"]: form for form in tomllib.loads(Path(__file__).with_name("forms.toml").read_text())["forms"]
}
NEWEST = max(FORMS)
LONGEST = 1000  # characters of an answer


def wrong(version: int, side: str, answers: Mapping[str, str]) -> dict[str, list[str]]:
    """What is wrong with a side's answers: one, at least, says something."""
    known = {question["id"] for question in FORMS[version][side]}
    faults = {id: ["There is no such question."] for id in answers if id not in known}
    faults |= {
        id: [Sentence("Up to %(longest)s characters.", longest=LONGEST)] for id, text in answers.items() if len(text) > LONGEST
    }
    if not any(text.strip() for text in answers.values()):
        faults["answers"] = ["Wants an answer to one question at least."]
    return faults
