"""Catalogues that the operator brings: checked when they come, kept with versions, one of each language in force over ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from babel.messages.pofile import escape

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.roster import LANGUAGES
from schoolbus.ids import fingerprint
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Invalid, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy
from services.notifications.wording import catalogues, in_force, lengths
from services.notifications.wording.catalogues import Catalogue, Refused
from services.notifications.wording.language import Language, headers_of
from services.notifications.wording.texts import TEXTS
from services.notifications.wording.words import Wording, Words

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LIMIT = 100_000  # bytes: ten times ours; more would hold up everybody while it is read
SHOWN = 50  # versions, and entries of a list
TYPE = "text/x-gettext-translation; charset=utf-8"


def every() -> list[dict[str, Any]]:
    """The languages that families can choose, and how far each is translated."""
    words = in_force.words()
    return [_state(words, code) for code in LANGUAGES]


def take(store: Store, caller: Caller, code: str, raw: bytes) -> dict[str, Any]:
    """A catalogue comes into force. The same once more is no new version. Raises NotFound, Invalid."""
    catalogue = _checked(code, raw)
    with store.transaction():
        in_force.changed(store)
        newest = _newest(store, code)
        there = (row for row in newest if row[in_force.IN_FORCE])
        same = next((row for row in there if row["hash"] == fingerprint(raw.decode("utf-8-sig"))), None)
        version = same["version"] if same else max((row["version"] for row in newest), default=0) + 1
        if same is None:
            _retire(store, code)
            _add(store, _row(caller, code, version, raw, catalogue))
    in_force.IN_FORCE_HERE.look_again()
    log().info("catalogue_in_force", language=code, version=version)
    return {**_state(in_force.words(), code), "version": version, **_report(catalogue)}


def file(store: Store, code: str) -> bytes:
    """The .po in force, as it came. Raises NotFound."""
    row = store.catalogues.first(WHOLE_CHAIN, {"language": _known(code), in_force.IN_FORCE: True})
    if row is not None:
        return str(row["po"]).encode()
    path = catalogues.LOCALE / f"{code}.po"
    if not path.exists():
        raise NotFound(
            "Catalogue",
            detail=Sentence("There is none yet: GET /v1/catalogues/%(code)s/to-translate gives one to fill in.", code=code),
        )
    return path.read_bytes()


def to_translate(code: str) -> bytes:
    """A .po with all that is said, what there is in the language filled in."""
    language = in_force.words().language(_known(code))
    return "\n".join(_lines(in_force.words(), language)).encode()


def versions(store: Store, code: str) -> list[dict[str, Any]]:
    return _newest(store, _known(code))


def put_in_force(store: Store, caller: Caller, code: str, version: int) -> dict[str, Any]:
    """An earlier one again. A second time is as the first. Raises NotFound."""
    with store.transaction():
        in_force.changed(store)
        found = store.catalogues.first(WHOLE_CHAIN, {"language": _known(code), "version": version})
        if found is None:
            raise NotFound("Version")
        _retire(store, code)
        store.catalogues.change(WHOLE_CHAIN, found["_id"], to={in_force.IN_FORCE: True, "at": now(), "by": caller.person_id})
    in_force.IN_FORCE_HERE.look_again()
    log().info("catalogue_in_force", language=code, version=version)
    return _state(in_force.words(), code) | {"version": version}


def withdraw(store: Store, code: str) -> None:
    """Ours is in force again, where there is one. Raises NotFound."""
    with store.transaction():
        in_force.changed(store)
        if not _retire(store, _known(code)):
            raise NotFound("Catalogue", detail="None was brought for this language, or it is withdrawn already.")
    in_force.IN_FORCE_HERE.look_again()
    log().info("catalogue_withdrawn", language=code)


def _known(code: str) -> str:
    if code not in LANGUAGES:
        raise NotFound("Language", detail=Sentence("Families can choose these: %(languages)s.", languages=list(LANGUAGES)))
    return code


def _checked(code: str, raw: bytes) -> Catalogue:
    ours = catalogues.shipped().get(_known(code))
    try:
        return catalogues.read(raw, code, ours.language if ours else None)
    except Refused as refused:
        raise Invalid({"entries": refused.faults}, "The catalogue can't be used", "catalogue") from refused


def _newest(store: Store, code: str) -> list[Document]:
    rows = store.catalogues.collection.find(WHOLE_CHAIN.filter({"language": code}), {"po": False, "words": False})
    return list(rows.sort("version", -1).limit(SHOWN))


def _retire(store: Store, code: str) -> int:
    return store.catalogues.change_all(WHOLE_CHAIN, {"language": code, in_force.IN_FORCE: True}, {in_force.IN_FORCE: False})


def _add(store: Store, row: Document) -> None:
    try:
        store.catalogues.add(row)
    except AlreadyThere as error:  # somebody else's, just now
        raise Busy from error


def _row(caller: Caller, code: str, version: int, raw: bytes, catalogue: Catalogue) -> Document:
    text = raw.decode("utf-8-sig")
    return {
        "_id": f"{code}.{version}",
        "branch_id": [],
        "language": code,
        "version": version,
        in_force.IN_FORCE: True,
        "po": text,
        "hash": fingerprint(text),
        "headers": asdict(catalogue.language),
        "words": [[key, list(forms)] for key, forms in catalogue.words.items()],
        "missing": list(catalogue.missing),
        "by": caller.person_id,
        "at": now(),
    }


def _state(words: Words, code: str) -> dict[str, Any]:
    layers = words.layers.get(code, ())
    wanted = catalogues.wanted()
    missing = [key for key in wanted if code != "en" and not any(key in layer.words for layer in layers)]
    language = words.language(code)
    return {
        "language": code,
        "name": language.name,
        "right_to_left": language.right_to_left,
        "ours": code in catalogues.shipped(),
        "in_force": bool(layers),
        "entries": len(wanted),
        "complete": round(1 - len(missing) / len(wanted), 3),
        "missing": missing,
    }


def _report(catalogue: Catalogue) -> dict[str, Any]:
    """What is not wrong, but worth a look."""
    there = [text for text in TEXTS.values() if text.one in catalogue.words]
    told = [Wording(text, catalogue.language, 0, text.subject, catalogue.words[text.one]) for text in there]
    warnings = [{"entry": wording.text.one, "why": why} for wording in told for why in lengths.warnings(wording)]
    return {"not_asked_for": list(catalogue.unknown[:SHOWN]), "unsure": list(catalogue.unsure), "warnings": warnings}


def _lines(words: Words, language: Language) -> Iterator[str]:
    layers = words.layers.get(language.code, ())
    yield from ('msgid ""', 'msgstr ""')
    for name, value in headers_of(language).items():
        yield escape(f"{name}: {value}\n")
    for entry in catalogues.wanted().values():
        forms = next((layer.words[entry.key] for layer in layers if entry.key in layer.words), ("",) * language.plurals)
        yield from ("", f"msgid {escape(entry.key)}")
        if entry.many is None:
            yield f"msgstr {escape(forms[0])}"
        else:
            yield f"msgid_plural {escape(entry.many)}"
            yield from (f"msgstr[{number}] {escape(form)}" for number, form in enumerate(forms))
    yield ""
