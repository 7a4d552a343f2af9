"""What a third party learns of a card, as a page in English and Urdu: the QR code on the card leads to it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from schoolbus.clock import BRANCH_ZONE
from schoolbus.problems import NotFound
from services.reports.cards.states import WITHDRAWN
from services.reports.cards.verifying.looking_up import CURRENT, REPLACED, look_up
from services.reports.paper.pairs import Pair, day, pair

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
TITLE = pair("Report card", "رپورٹ کارڈ")
STATES = {
    CURRENT: pair("This is the school's card as it stands.", "یہ اسکول کا موجودہ کارڈ ہے۔"),
    REPLACED: pair("This card was replaced by version {}.", "اس کارڈ کی جگہ ورژن {} جاری ہو چکا ہے۔"),
    WITHDRAWN: pair("The school has withdrawn this card.", "اسکول نے یہ کارڈ واپس لے لیا ہے۔"),
}
LABELS = {
    "school": pair("School", "اسکول"),
    "term": pair("Term", "ٹرم"),
    "version": pair("Version", "ورژن"),
    "issued": pair("Issued on", "تاریخِ اجرا"),
    "code": pair("Code", "کوڈ"),
    "en": pair("SHA-256 of the file in English", "انگریزی فائل کا SHA-256"),
    "ur": pair("SHA-256 of the file in Urdu", "اردو فائل کا SHA-256"),
    "both": pair("SHA-256 of the file in both languages", "دونوں زبانوں کی فائل کا SHA-256"),
}
MISTYPED = pair(
    "The code is mistyped. Compare the 16 characters with those on the card.",
    "کوڈ درست نہیں لکھا گیا۔ کارڈ پر لکھے 16 حروف سے ملا لیجیے۔",
)
UNKNOWN = pair("No school here has issued a card with this code.", "اس کوڈ کا کوئی کارڈ یہاں کے کسی اسکول نے جاری نہیں کیا۔")


def page(store: Store, typed: str) -> bytes:
    """Of a code that is none it says so, to people: a program asks `looking_up`."""
    try:
        return _page(_of_card(look_up(store, typed)))
    except NotFound as problem:
        return _page(_both("p", MISTYPED if problem.body["type"].endswith("/mistyped-code") else UNKNOWN))


def _of_card(said: Document) -> str:
    state = {language: text.format(said["replaced_by_version"]) for language, text in STATES[said["state"]].items()}
    facts = {
        "school": pair(said["school"], said["school_ur"]),
        "term": pair(said["term"]),
        "version": pair(f"{said['version']}"),
        "issued": day(said["issued_at"].astimezone(BRANCH_ZONE).date()),
        "code": pair(said["code"]),
        **{language: pair(digest) for language, digest in said["sha256"].items()},
    }
    rows = "".join(_both("dt", LABELS[name]) + _both("dd", value) for name, value in facts.items())
    return f"{_both('p', state)}<dl>{rows}</dl>"


def _both(tag: str, text: Pair) -> str:
    """What is the same in both languages stands once."""
    made = f"<{tag}>{escape(text['en'])}</{tag}>"
    return made if text["ur"] == text["en"] else f'{made}<{tag} lang="ur" dir="rtl">{escape(text["ur"])}</{tag}>'


def _page(body: str) -> bytes:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
    title = f"<title>{escape(TITLE['en'])}</title>"
    return f'<!doctype html><html lang="en"><head>{head}{title}</head><body>{_both("h1", TITLE)}{body}</body></html>'.encode()
