"""Every text of the portal in Urdu: what templates and pages say, and what stands in their place."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from gateway.portal.language import LOCALE, texts

PORTAL = LOCALE.parent
WORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}  # of templates
CALLS = {"text": None, "texts": (1, 2)}  # of pages
SAID = re.compile(r'"([^"]+)"\s*\|\s*said')  # a word of the API that a template names itself
HOLDER = re.compile(r"%\(([a-z_]+)\)")


def said(path: Path) -> Iterator[str]:
    """English, the singular of what has two."""
    of_template = path.suffix == ".html"
    method, words = ("jinja2.ext:babel_extract", WORDS) if of_template else ("python", CALLS)
    options = {"extensions": "jinja2.ext.i18n", "silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
    with path.open("rb") as file:
        for _, message, _, _ in extract(method, file, words, (), options if of_template else {}):
            yield message if isinstance(message, str) else message[0]
    if of_template:
        yield from SAID.findall(path.read_text())


def files() -> list[Path]:
    return sorted([*PORTAL.rglob("*.html"), *PORTAL.rglob("*.py")])


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PORTAL)))
def test_what_is_said_is_said_in_urdu(path: Path) -> None:
    missing = [english for english in said(path) if english and english not in texts("ur")]
    assert not missing, f"no Urdu in gateway/portal/locale/ur for: {missing}"


@pytest.mark.parametrize("path", sorted(LOCALE.rglob("*.po")), ids=lambda path: path.stem)
def test_each_translation_has_the_same_places_and_is_written_once(path: Path) -> None:
    once: set[str] = set()
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale=path.parent.name) if message.id]
    for message in messages:
        english = [message.id] if isinstance(message.id, str) else list(message.id)
        urdu = [message.string] if isinstance(message.string, str) else list(message.string)
        for text in urdu:
            assert text, english
            assert set(HOLDER.findall(text)) == set(HOLDER.findall(english[-1])), english
        once.add(english[0])
    assert len(once) == len(re.findall(r"^msgid \"", path.read_text(), re.MULTILINE)) - 1, "something is there twice"
