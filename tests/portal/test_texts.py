"""Every text of a page is there in Urdu, none is there for nothing, and what is filled in is filled in on both sides."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from gateway.portal.language import LOCALE, Language
from tests.portal.texts import all_strings, of_code, of_templates

FILES = sorted((LOCALE / "ur").glob("*.po"))
PLACES = re.compile(r"%\((\w+)\)[sd]|%%")
URDU = re.compile(r"[\u0600-\u06ff]")


def messages(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        yield from (message for message in read_po(file, locale="ur") if message.id)


def one(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def both(message: Message) -> list[tuple[str, str]]:
    """English and Urdu, form by form."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return list(zip(message.id, message.string, strict=True))


@pytest.fixture(scope="module")
def urdu() -> dict[str, str]:
    """Each English text and the file in which it has Urdu."""
    return {one(message): path.name for path in FILES for message in messages(path) if all(text for _, text in both(message))}


def test_every_text_has_urdu(urdu: dict[str, str]) -> None:
    missing = [f"{where}: {text!r}" for text, where in {**of_code(), **of_templates()}.items() if text not in urdu]
    assert not missing, "no Urdu in gateway/portal/locale/ur for:\n  " + "\n  ".join(missing)


def test_no_urdu_is_there_for_nothing(urdu: dict[str, str]) -> None:
    used = {*of_templates(), *of_code()} | all_strings()
    unused = [f"{name}: {text!r}" for text, name in urdu.items() if text not in used]
    assert not unused, "nothing says this:\n  " + "\n  ".join(unused)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_filled_in_is_the_same_on_both_sides(path: Path) -> None:
    for message in messages(path):
        for english, text in both(message):
            wanted, given = (sorted(found[0] for found in PLACES.finditer(side)) for side in (english, text))
            forms_may_leave_out = {"%(num)s"} if not isinstance(message.id, str) else set()
            assert set(wanted) - forms_may_leave_out == set(given) - forms_may_leave_out, f"{english!r}: {text!r}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_urdu_is_urdu(path: Path) -> None:
    for message in messages(path):
        for english, text in both(message):
            assert URDU.search(text) or not re.search(r"[A-Za-z]{3}", english), f"{english!r}: {text!r}"
            assert text == text.strip(), english
            assert english.endswith("…") == text.endswith("…"), english


def test_a_text_is_said_one_way(urdu: dict[str, str]) -> None:
    """Two files that say it differently: which one counts would hang on their names."""
    said: dict[str, dict[str, str]] = {}
    for path in FILES:
        for message in messages(path):
            said.setdefault(one(message), {})[path.name] = str(message.string)
    differing = {text: by_file for text, by_file in said.items() if len(set(by_file.values())) > 1}
    assert not differing, "\n".join(f"{text!r}: {by_file}" for text, by_file in differing.items())


def test_counts_and_names_are_filled_in() -> None:
    language = Language("ur", "arabext")
    one, many = "%(num)s recovery code is left.", "%(num)s recovery codes are left."
    assert language.texts(one, many, 1) != language.texts(one, many, 2)
    assert language.text("until %(day)s") % {"day": language.day("2026-11-26")} == "جمعرات ۲۶ نومبر تک"
