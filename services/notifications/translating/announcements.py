"""An announcement in another language: a machine's draft, and a person who says that it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.roster import LANGUAGES
from schoolbus.logs import log
from schoolbus.problems import Conflict, Invalid, NotFound, Sentence
from services.notifications.announcing import drafts, reach
from services.notifications.translating import asking
from services.notifications.translating.marks import MACHINE, PERSON, by_machine, source_of

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.settings import Receiving
    from services.notifications.store import Store

SUBJECT, BODY = 100, 2000  # characters


def translate(
    store: Store, settings: Receiving, caller: Caller, branch_id: str | None, id: str, language: str, source: str | None
) -> Document:
    """A machine's text in this language, as long as it is a draft. What a person wrote is never replaced."""
    found = reach.one(store, caller, branch_id, id)
    if language not in LANGUAGES:
        raise NotFound("Language", detail=Sentence("There are %(languages)s.", languages=sorted(LANGUAGES)))
    _still_open(found, language)
    wanted = source_of(found["texts"], source, language)
    if wanted is None:
        raise Invalid({"from": ["Name a language in which a person has written it."]})
    words = found["texts"][wanted]
    subject, body = asking.translate(store, settings, branch_id, [words["subject"], words["body"]], wanted, language)
    if not subject.strip() or not body.strip() or len(subject) > SUBJECT or len(body) > BODY:
        way_out = Sentence(
            "The subject has room for %(subject)s characters, the text for %(body)s: shorten what it is made from.",
            subject=SUBJECT,
            body=BODY,
        )
        raise Conflict("translation-too-long", "The translation does not fit", way_out)
    to = {f"texts.{language}": {"subject": subject, "body": body, "made_by": MACHINE}}
    scope = reach.scope_of(caller, branch_id)
    changed = store.announcements.change(scope, id, to=to, when={"state": drafts.DRAFT, "texts": found["texts"]})
    if changed is None:
        raise reach.gone_on()
    store.previews.remove(scope, id)
    return changed


def confirm(store: Store, caller: Caller, branch_id: str | None, id: str, language: str) -> Document:
    """From now on it is a person's: what is still queued loses its mark. Again changes nothing."""
    found = reach.one(store, caller, branch_id, id)
    if language not in found["texts"]:
        raise NotFound("Text", detail="There is none in this language.")
    if not by_machine(found["texts"][language]):
        return drafts.one(store, caller, branch_id, id)
    if found["state"] == drafts.CANCELED:
        raise reach.gone_on()
    to: dict[str, Any] = {f"texts.{language}.made_by": PERSON}
    if found["state"] != drafts.DRAFT:  # what waits is said anew, as after a correction
        to |= {"text": found["text"] + 1, "mending": True}
    unchanged = {"texts": found["texts"], "text": found["text"], "state": found["state"]}
    push = {"confirmed": {"language": language, "by": caller.person_id, "at": now()}}
    if store.announcements.change(reach.scope_of(caller, branch_id), id, to=to, when=unchanged, push=push) is None:
        raise reach.gone_on()
    log().info("translation_confirmed", announcement=id, language=language)
    return drafts.one(store, caller, branch_id, id)


def _still_open(found: Document, language: str) -> None:
    if found["state"] != drafts.DRAFT:
        raise Conflict("no-draft", "It is no draft any more", "What still waits can be corrected: POST …/correction.")
    there = found["texts"].get(language)
    if there is not None and not by_machine(there):
        raise Conflict("written-by-a-person", "A person has written this text", "Take it out first, if a machine is to do it.")
