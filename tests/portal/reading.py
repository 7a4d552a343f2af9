"""What a page says to who reads it, or has it read aloud; and what of an Urdu page is English."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

_SAID = ("aria-label", "alt", "placeholder", "title", "data-later", "data-says", "data-waits", "data-refused", "data-drop")
_VOID = ("meta", "link", "input", "br", "img", "use", "source")
_UNREAD = ("script", "style", "code")
_NAMES = {"AM", "PM", "Rabta", "PDF", "SMS", "WhatsApp", "English", "CSV"}  # written so in Urdu, too
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._unread: list[bool] = [False]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        unread = self._unread[-1] or tag in _UNREAD or (given.get("lang", "ur") != "ur" and tag != "html")
        self.said += [] if unread else [given[name] or "" for name in _SAID if name in given]
        if tag not in _VOID:
            self._unread.append(unread)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and len(self._unread) > 1:
            self._unread.pop()

    def handle_data(self, data: str) -> None:
        if not self._unread[-1]:
            self.said.append(data)


def english_in(page: str, given: Any) -> list[str]:
    """Words of English on an Urdu page, but those that people or services wrote themselves: the strings within `given`."""
    reader = _Reader()
    reader.feed(page)
    text = "\n".join(reader.said)
    for each in sorted(strings(given), key=len, reverse=True):
        text = text.replace(each, " ")
    return sorted(set(_WORD.findall(text)) - _NAMES)


def strings(thing: Any) -> Iterator[str]:
    if isinstance(thing, str):
        yield from (part for part in (thing.strip(), *thing.split()) if len(part) > 1)
    elif isinstance(thing, Mapping):
        for each in thing.values():
            yield from strings(each)
    elif isinstance(thing, Iterable):
        for each in thing:
            yield from strings(each)
