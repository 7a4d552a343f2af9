"""A language is a catalogue: a gettext .po, which translators' tools know, with all that a language is in its header.

English is the key. `locale/*.po` are those that come with us (English's has a header and no more); operators bring others.
Whatever bytes come in, what comes out is a catalogue whose sentences can be filled in, or a `Refused` that says where and why.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_string
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.pofile import PoFileError, PoFileParser

from services.notifications.wording import sentences
from services.notifications.wording.language import Language, NotALanguage, headers_of, of_headers
from services.notifications.wording.texts import PHRASES, TEXTS, Text

LOCALE = Path(__file__).parent / "locale"
MOST_FORMS = 6  # of a plural: Arabic's
MOST_FAULTS = 50  # that are listed
SHOWN = 200  # characters of what is not ours
_LINE = re.compile(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr|msgstr\[[0-9]\]) +)?"(?:[^"\\]|\\.)*"')
_PLURALS = re.compile(r"\s*nplurals\s*=\s*([0-9]{1,9})\s*;\s*plural\s*=\s*([^;]{1,300}?)\s*;?\s*")


class Refused(Exception):
    """Not a catalogue that can be used. `faults`: `{"entry", "why"}`; an entry is an English sentence, or where in the file."""

    def __init__(self, faults: Sequence[Mapping[str, str]]) -> None:
        super().__init__("; ".join(f"{fault['entry']}: {fault['why']}" for fault in faults[:3]))
        self.faults = [dict(fault) for fault in faults]


@dataclass(frozen=True)
class Catalogue:
    """`words`: by the English sentence its forms, as many as the language has for a sentence about children, else one.
    `unknown`: sentences in the file that nothing asks for. `unsure`: marked as fuzzy, and so not taken."""

    language: Language
    words: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    missing: tuple[str, ...] = field(default=())


@cache
def shipped() -> Mapping[str, Catalogue]:
    """Those that come with us, by language."""
    return {path.stem: read(path.read_bytes(), path.stem) for path in sorted(LOCALE.glob("*.po"))}


def read(raw: bytes, code: str, over: Language | None = None) -> Catalogue:
    """The catalogue of a language. `over`: the language as it is told without this catalogue. Raises Refused."""
    headers, found = _parsed(_text(raw))
    language = _language(headers, code, over)
    words: dict[str, tuple[str, ...]] = {}
    faults: list[dict[str, str]] = []
    unsure = []
    for entry in wanted().values():
        message = found.pop(entry.key, None)
        forms = () if message is None else _forms(message, plural=entry.many is not None)
        if not any(forms):
            continue
        if message.fuzzy:
            unsure.append(entry.key)
            continue
        why = list(_faults(entry, message, forms, language))
        faults += [{"entry": entry.key, "why": each} for each in why]
        if not why:
            words[entry.key] = forms
    if faults:
        raise Refused(faults[:MOST_FAULTS])
    missing = () if code == "en" else tuple(key for key in wanted() if key not in words)
    return Catalogue(language, words, tuple(key[:SHOWN] for key in found), tuple(unsure), missing)


@dataclass(frozen=True)
class Entry:
    """What a catalogue is asked for: a sentence about children has a plural."""

    key: str
    many: str | None
    fields: frozenset[str]


@cache
def wanted() -> Mapping[str, Entry]:
    """All entries, by the English."""
    entries: dict[str, Entry] = {}
    for text in TEXTS.values():
        for entry in (Entry(text.subject, None, sentences.fields(text.subject)), _about_children(text)):
            entries.setdefault(entry.key, entry)
    return entries | {phrase: Entry(phrase, None, frozenset()) for phrase in PHRASES}


def _about_children(text: Text) -> Entry:
    return Entry(text.one, text.many, sentences.fields(text.one))


def _faults(entry: Entry, message: Any, forms: Sequence[str], language: Language) -> Iterator[str]:
    if entry.many is not None and message.id != (entry.key, entry.many):
        yield "its msgid_plural is another than ours, or missing"
    elif entry.many is not None and not all(forms):
        yield f"the language has {language.plurals} forms, and not all are there"
    else:
        longest = sentences.LONGEST if entry.many is not None else sentences.LONGEST_LINE
        for form in forms:
            yield from sentences.faults(form, entry.fields, longest)


def _forms(message: Any, *, plural: bool) -> tuple[str, ...]:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return tuple(str(each) for each in strings) if plural else (str(strings[0]),)


def _language(headers: Mapping[str, str], code: str, over: Language | None) -> Language:
    if headers.get("language") != code:
        found = headers.get("language", "nothing")[:20]
        raise Refused([{"entry": "Language", "why": f"the header says {found!r}, not {code!r}"}])
    charset = re.search(r"charset\s*=\s*([^\s;]+)", headers.get("content-type", ""), re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        raise Refused([{"entry": "Content-Type", "why": "its charset is not UTF-8"}])
    ours = {name.lower(): value for name, value in headers_of(over).items()} if over else {}
    try:
        return of_headers(code, {**ours, **headers})
    except NotALanguage as fault:
        raise Refused([{"entry": name, "why": why} for name, why in fault.faults.items()]) from fault


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise Refused([{"entry": f"line {line}", "why": "not in UTF-8"}]) from fault


def _parsed(text: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Headers by their names in lower case, and messages by their English."""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        stripped = line.strip()
        if stripped and stripped[0] != "#" and not _LINE.fullmatch(stripped):
            raise Refused([{"entry": f"line {number}", "why": "no line of a .po: a keyword and a text in quotation marks"}])
    catalog = _Catalog()
    try:
        PoFileParser(catalog, ignore_obsolete=True, abort_invalid=True).parse(_without_comments(lines))
    except PoFileError as fault:
        why = str(fault).rpartition(" on ")[0][:SHOWN]
        raise Refused([{"entry": f"line {fault.lineno + 1}", "why": why}]) from fault
    if catalog.headers is None:
        raise Refused([{"entry": "header", "why": 'missing: the entry of msgid "" with Language and Plural-Forms'}])
    return catalog.headers, {_key(message.id): message for message in catalog if message.id and message.context is None}


def _key(id: Any) -> str:
    return str(id[0] if isinstance(id, tuple) else id)


def _without_comments(lines: Iterable[str]) -> list[str]:
    """But for flags: nobody asks for the others, and they cost more than all else."""
    return [line if line.lstrip()[:1] != "#" or line.lstrip()[:2] == "#," else "" for line in lines]


class _Catalog(BabelCatalog):  # type: ignore[misc]
    """Keeps the header as it stands. Babel's own believes whatever number of plural forms it names, and makes room for them."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: dict[str, str] | None = None

    def __setitem__(self, id: Any, message: Any) -> None:
        if self.headers is None and id != "":
            raise Refused([{"entry": "header", "why": 'comes first: the entry of msgid ""'}])
        if id == "":
            if self.headers is not None:
                raise Refused([{"entry": "header", "why": "is there twice"}])
            self._take(str(message.string))
        elif self._key_for(id, message.context) in self._messages:
            raise Refused([{"entry": _key(id)[:SHOWN], "why": "is there twice"}])
        else:
            super().__setitem__(id, message)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._messages.values())

    def _take(self, header: str) -> None:
        self.headers = {name.lower(): str(value) for name, value in message_from_string(header).items()}
        found = _PLURALS.fullmatch(self.headers.get("plural-forms", ""))
        if not found or not 1 <= int(found[1]) <= MOST_FORMS:
            why = f"wanted: nplurals=2; plural=(n != 1); with the language's own number (1 to {MOST_FORMS}) and rule"
            raise Refused([{"entry": "Plural-Forms", "why": why}])
        self._num_plurals = int(found[1])
        self.headers["plurals"], self.headers["plural"] = found[1], found[2]
