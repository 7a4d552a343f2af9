"""One click in an e-mail: RFC 8058. The address is signed, names a message, and so its branch and its person."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import open_links
from services.notifications.opting import opt_outs
from services.notifications.settings import Receiving
from services.notifications.wording.languages import LANGUAGES, phrase
from services.notifications.wording.texts import UNSUBSCRIBE, UNSUBSCRIBED

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

PATH = "/v1/unsubscribe/"
PURPOSE, HOW = "unsubscribe", "list_unsubscribe"


def address(public_url: str, secret: str, message_id: str) -> str:
    return f"{public_url}{PATH}{open_links.token(secret, PURPOSE, message_id)}"


def page(store: Store, settings: Receiving, token: str) -> bytes:
    """Changes nothing: mail scanners follow links."""
    language = _message(store, settings, token)["language"]
    asked = html.escape(phrase(UNSUBSCRIBE, language))
    return _page(language, f'<form method="post"><button name="List-Unsubscribe" value="One-Click">{asked}</button></form>')


def unsubscribe(store: Store, settings: Receiving, token: str) -> bytes:
    """A second time is as the first."""
    message = _message(store, settings, token)
    opt_outs.leave(store, message["branch_id"], message["person_id"], "email", HOW)
    return _page(message["language"], f"<p>{html.escape(phrase(UNSUBSCRIBED, message['language']))}</p>")


def _message(store: Store, settings: Receiving, token: str) -> Document:
    id = open_links.message_id(settings.link_secret, PURPOSE, token)
    message = store.messages.first(WHOLE_CHAIN, {"_id": id}) if id else None
    if message is None or not message["person_id"]:
        raise NotFound("This link")
    return message


def _page(language: str, told: str) -> bytes:
    direction = "rtl" if LANGUAGES[language].right_to_left else "ltr"
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
    return f'<!doctype html><html lang="{language}" dir="{direction}"><head>{head}</head><body>{told}</body></html>'.encode()
