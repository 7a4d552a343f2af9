"""Versions of a text in a language, over its catalogue's: written, looked at, put in force, gone back to; approved by Meta."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy
from services.notifications.wording import in_force, lengths, phones, sentences, templates
from services.notifications.wording.in_force import IN_FORCE
from services.notifications.wording.texts import TEXTS, Text
from services.notifications.wording.words import Wording, Words, fits, of_row

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

DRAFT, RETIRED, REMOVED = "draft", "retired", "removed"
STATES = (DRAFT, IN_FORCE, RETIRED)  # of those that are shown
MOST = 100  # versions of a text in a language


def every() -> list[dict[str, Any]]:
    """All texts, and which version of each language is in force."""
    words = in_force.words()
    return [
        {
            "text": text.name,
            "fields": list(text.fields),
            "subject": text.subject,
            "one": text.one,
            "many": text.many,
            "versions": {code: wording.version for code in words.layers if (wording := words.own(text, code))},
        }
        for text in TEXTS.values()
    ]


def one(store: Store, name: str, code: str) -> dict[str, Any]:
    """A text in a language with its versions, the newest first. Raises NotFound."""
    words, text = in_force.words(), _text(name)
    language = _language(words, code)
    rows = _rows(store, name, code)
    approvals = _approvals(store, name, code)
    said, by_whatsapp = words.wording(text, code), words.by_whatsapp(text, code)
    ours = words.of_catalogue(text, code)
    wordings = [(row, of_row(words, text, row)) for row in rows]
    shown = [_shown(words, wording, row, approvals) for row, wording in wordings]
    return {
        "text": name,
        "language": code,
        "fields": list(text.fields),
        "forms_wanted": language.plurals,
        "said": {"language": said.language.code, "version": said.version},
        "by_whatsapp": _by_whatsapp(by_whatsapp),
        "versions": shown + ([_shown(words, ours, _of_catalogue(said, code), approvals)] if ours else []),
    }


def write(store: Store, caller: Caller, name: str, code: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """A draft. Raises NotFound, Invalid, Conflict."""
    words, text = in_force.words(), _text(name)
    language = _language(words, code)
    if faults := _faults(text, language.plurals, given):
        raise Invalid(faults)
    if len(_rows(store, name, code)) >= MOST:
        raise Conflict(
            "too-many", Sentence("A text has at most %(most)s versions", most=MOST), "Remove drafts that nobody needs."
        )
    version = _newest(store, name, code) + 1
    row = {
        "_id": f"{name}.{code}.{version}",
        "branch_id": [],
        "text": name,
        "language": code,
        "version": version,
        "subject": given["subject"],
        "forms": list(given["forms"]),
        "plural": language.plural,
        "note": given["note"],
        "state": DRAFT,
        "by": caller.person_id,
        "at": now(),
        "put_in_force_by": None,
        "put_in_force_at": None,
    }
    try:
        store.templates.add(row)
    except AlreadyThere as error:  # somebody else's, just now
        raise Busy from error
    wording = of_row(words, text, row)
    return _shown(words, wording, row, {}) | {"warnings": list(lengths.warnings(wording))}


def remove(store: Store, name: str, code: str, version: int) -> None:
    """A draft alone: what was said once stays. Its number is not given again: Meta may have a template of that name."""
    row = _row(store, name, code, version)
    if store.templates.change(WHOLE_CHAIN, row["_id"], to={"state": REMOVED}, when={"state": DRAFT}) is None:
        raise Conflict("no-draft", "It is no draft any more", "Put another version in force.")


def put_in_force(store: Store, caller: Caller, name: str, code: str, version: int) -> dict[str, Any]:
    """From now on this one is said; 0: the catalogue's. A second time is as the first. Raises NotFound, Conflict."""
    text = _text(name)
    _language(in_force.words(), code)
    with store.transaction():
        in_force.changed(store)
        row = _row(store, name, code, version) if version else None
        if row and not fits(text, row["subject"], row["forms"]):
            raise Conflict("other-fields", "The text has other fields by now", "Write a new version.")
        others = {"text": name, "language": code, "state": IN_FORCE, "version": {"$ne": version}}
        store.templates.change_all(WHOLE_CHAIN, others, {"state": RETIRED})
        if row and row["state"] != IN_FORCE:
            to = {"state": IN_FORCE, "put_in_force_by": caller.person_id, "put_in_force_at": now()}
            store.templates.change(WHOLE_CHAIN, row["_id"], to=to)
    in_force.IN_FORCE_HERE.look_again()
    log().info("text_in_force", text=name, language=code, version=version)
    return one(store, name, code)


def approve(store: Store, caller: Caller, name: str, code: str, version: int, *, approved: bool) -> dict[str, Any]:
    """What Meta said of its template. A second time is as the first. Raises NotFound, Conflict."""
    wording = _wording(store, name, code, version)
    if not templates.has(wording.text):
        raise Conflict("no-template", "This text has no template", "It never goes by WhatsApp, or only as an answer.")
    id = f"{name}.{code}.{version}"
    with store.transaction():
        in_force.changed(store)
        known = store.template_approvals.first(WHOLE_CHAIN, {"_id": id})
        if approved and known is None:
            named = {"text": name, "language": code, "version": version}
            store.template_approvals.add({"_id": id, "branch_id": [], **named, "by": caller.person_id, "at": now()})
        elif known is not None and not approved:
            store.template_approvals.remove(WHOLE_CHAIN, id)
    in_force.IN_FORCE_HERE.look_again()
    log().info("template_approved" if approved else "template_not_approved", text=name, language=code, version=version)
    return one(store, name, code)


def approve_all(store: Store, caller: Caller, code: str) -> dict[str, Any]:
    """The templates of a language's whole catalogue."""
    words = in_force.words()
    _language(words, code)
    names = [text.name for text in TEXTS.values() if templates.has(text) and words.of_catalogue(text, code)]
    with store.transaction():
        in_force.changed(store)
        rows = store.template_approvals.find(WHOLE_CHAIN, {"language": code, "version": 0})
        for name in sorted(set(names) - {row["text"] for row in rows}):
            named = {"_id": f"{name}.{code}.0", "text": name, "language": code, "version": 0}
            store.template_approvals.add({**named, "branch_id": [], "by": caller.person_id, "at": now()})
    in_force.IN_FORCE_HERE.look_again()
    log().info("templates_approved", language=code, texts=len(names))
    return {"language": code, "texts": names}


def phone(store: Store, name: str, code: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """How it looks; without a version, what is in force, be it another language's."""
    words, text = in_force.words(), _text(name)
    _language(words, code)
    version = query["version"]
    wording = words.wording(text, code) if version is None else _wording(store, name, code, version)
    return phones.of_wording(wording, query["children"], words.is_approved(wording)) | {"version": wording.version}


def _text(name: str) -> Text:
    text = TEXTS.get(name)
    if text is None:
        raise NotFound("Text", detail="GET /v1/texts lists them.")
    return text


def _language(words: Words, code: str) -> Any:
    if code not in words.layers:
        raise NotFound("Language", detail="It has no catalogue yet: PUT /v1/catalogues/{language}.")
    return words.language(code)


def _wording(store: Store, name: str, code: str, version: int) -> Wording:
    words, text = in_force.words(), _text(name)
    _language(words, code)
    wording = of_row(words, text, _row(store, name, code, version)) if version else words.of_catalogue(text, code)
    if wording is None:
        raise NotFound("Version", detail="The language's catalogue has not this text.")
    return wording


def _row(store: Store, name: str, code: str, version: int) -> Document:
    id = f"{_text(name).name}.{code}.{version}"
    row = store.templates.first(WHOLE_CHAIN, {"_id": id, "state": {"$ne": REMOVED}})
    if row is None:
        raise NotFound("Version")
    return row


def _rows(store: Store, name: str, code: str) -> list[Document]:
    where = {"text": name, "language": code, "state": {"$ne": REMOVED}}
    return store.templates.find(WHOLE_CHAIN, where, sort="-version", limit=MOST)


def _newest(store: Store, name: str, code: str) -> int:
    row = store.templates.first(WHOLE_CHAIN, {"text": name, "language": code}, sort="-version")
    return int(row["version"]) if row else 0


def _approvals(store: Store, name: str, code: str) -> dict[int, Document]:
    rows = store.template_approvals.find(WHOLE_CHAIN, {"text": name, "language": code})
    return {row["version"]: row for row in rows}


def _faults(text: Text, plurals: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """By the fields of a draft."""
    forms: Sequence[str] = given["forms"]
    wanted = sentences.fields(text.one)
    if len(forms) != plurals:
        return {"forms": [Sentence("The language has %(plurals)s: about one child, and about several.", plurals=plurals)]}
    found = {str(number): list(sentences.faults(form, wanted)) for number, form in enumerate(forms)}
    of_forms = {number: why for number, why in found.items() if why}
    of_subject = list(sentences.faults(given["subject"], sentences.fields(text.subject), sentences.LONGEST_LINE))
    return {**({"forms": of_forms} if of_forms else {}), **({"subject": of_subject} if of_subject else {})}


def _shown(words: Words, wording: Wording, row: Mapping[str, Any], approvals: Mapping[int, Document]) -> dict[str, Any]:
    approval = approvals.get(wording.version)
    return {
        "version": wording.version,
        "state": row["state"],
        "subject": wording.subject,
        "forms": list(wording.forms),
        "note": row.get("note", ""),
        "by": row.get("by"),
        "at": row.get("at"),
        "approved": words.is_approved(wording),
        "approved_at": approval["at"] if approval else None,
        "whatsapp_templates": templates.of(words, wording),
        "warnings": [],
    }


def _of_catalogue(said: Wording, code: str) -> Mapping[str, Any]:
    is_said = said.version == 0 and said.language.code == code
    return {"state": IN_FORCE if is_said else RETIRED}


def _by_whatsapp(wording: Wording | None) -> dict[str, Any] | None:
    if wording is None:
        return None
    return {"language": wording.language.code, "version": wording.version, "template": wording.template(1)}


def whatsapp_templates() -> list[dict[str, Any]]:
    """All in force, as Meta wants them, and whether it has approved them."""
    words = in_force.words()
    wordings = templates.with_templates(words)
    return [{**each, "approved": words.is_approved(wording)} for wording in wordings for each in templates.of(words, wording)]
