"""Errors that a caller can cause: RFC 9457 problem details, each with a type, a sentence and a way out.

A sentence with something filled in is a `Sentence`, never an f-string: on the wire stands the whole of it, and in `texts` its
text and its values, so that who shows it can say it in another language.

    Conflict("too-late", "It is too late", Sentence("That was until %(until)s: please call the office.", until=moment))
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, ClassVar, Self

from schoolbus.clock import in_words

BASE = "https://rabta.pk/problems/"
CONTENT_TYPE = "application/problem+json"


class Sentence(str):
    """In English as a whole, such as for a title, a detail or what is wrong with a field; `text` has `%(name)s` for a value.

    Values: words, whole numbers, moments, days, hours, lists of them, or a further Sentence.
    """

    text: str
    values: dict[str, Any]

    def __new__(cls, text: str, /, **values: Any) -> Self:
        filled = text % {name: _in_english(value) for name, value in values.items()} if values else text
        return cls.read(filled, text, values)

    @classmethod
    def read(cls, whole: str, text: str, values: dict[str, Any]) -> Self:
        """Of what the wire says."""
        made = super().__new__(cls, whole)
        made.text, made.values = text, values
        return made


class Problem(Exception):
    """`slug` names the type, `title` says what is wrong, `detail` what to do; more members as keywords."""

    status: ClassVar[int] = 400

    def __init__(self, slug: str, title: str, detail: str | None = None, *, status: int | None = None, **members: Any) -> None:
        super().__init__(f"{slug}: {title}")
        self.code = status or type(self).status
        self.headers: dict[str, str] = {}
        self.body = {"type": BASE + slug, "title": title, "status": self.code, **members}
        if detail is not None:
            self.body["detail"] = detail

    def shown(self) -> dict[str, Any]:
        found = texts(self.body)
        return {**self.body, "texts": found} if found else self.body

    def json(self) -> bytes:
        return json.dumps(self.shown(), ensure_ascii=False, default=str).encode()


class NotFound(Problem):
    status = 404

    def __init__(self, what: str = "Nothing", slug: str = "not-found", detail: str | None = None, **members: Any) -> None:
        super().__init__(
            slug,
            Sentence("%(what)s is not here", what=what),
            detail or "The id is unknown, or it is not yours to see.",
            **members,
        )


class NotAllowed(Problem):
    status = 403

    def __init__(
        self, slug: str = "not-allowed", title: str = "Not allowed", detail: str | None = None, **members: Any
    ) -> None:
        super().__init__(slug, title, detail, **members)


class Conflict(Problem):
    status = 409


class AlreadyThere(Conflict):
    def __init__(self, what: str = "This id") -> None:
        super().__init__(
            "already-there",
            Sentence("%(what)s is already taken", what=what),
            "Use another id, or read the one that is there.",
        )


class GoneOn(Conflict):
    """What was seen is another by now."""

    def __init__(
        self, title: str = "Somebody has changed it meanwhile", detail: str = "Look at it again.", **members: Any
    ) -> None:
        super().__init__("gone-on", title, detail, **members)


class Invalid(Problem):
    """The input is not what is wanted; `errors` says where and why."""

    status = 422

    def __init__(
        self, errors: Any, title: str = "The input is not what is wanted", slug: str = "invalid", **members: Any
    ) -> None:
        super().__init__(slug, title, "See errors: where and why.", errors=errors, **members)


class NotYet(Exception):
    """An event came before what it needs: it is tried again later."""


def texts(body: Any) -> dict[str, Any]:
    """Of each sentence in it that has values: `{sentence: {text, values}}`."""
    return {str(each): {"text": each.text, "values": _plain(each.values)} for each in _sentences(body)}


def _in_english(value: Any) -> str:
    if isinstance(value, datetime):
        return in_words(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, int):
        return f"{value:,}" if value >= 10_000 else str(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(_in_english, value))
    return str(value)


def _plain(value: Any) -> Any:
    """As JSON has it: moments, days and hours by ISO 8601."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else value  # a moment is a day, too


def _sentences(value: Any) -> Iterator[Sentence]:
    if isinstance(value, Sentence) and value.values:
        yield value
        yield from _sentences(value.values)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _sentences(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _sentences(each)
