"""Phones as a page: nothing in it runs or is loaded, so that it can be looked at under the strictest of policies."""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from schoolbus.route import Answer
from services.notifications.wording.languages import LANGUAGES

_STYLE = """
*{box-sizing:border-box}
body{margin:0;padding:24px;background:#eceff1;color:#1b1f23;font:15px/1.6 system-ui,"Noto Sans","Noto Naskh Arabic",sans-serif}
h1{font-size:20px;margin:0 0 16px}
h2{font-size:16px;margin:24px 0 12px}
h2 small{color:#5f6b75;font-weight:normal}
.row{display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start}
figure{margin:0;width:272px}
figcaption{text-align:center;color:#5f6b75;font-size:13px;padding-top:8px}
.phone{height:468px;border:9px solid #20242a;border-radius:30px;background:#fff}
.phone{overflow:hidden;display:flex;flex-direction:column}
.bar{background:#20242a;color:#fff;font-size:12px;padding:2px 14px 6px;display:flex;justify-content:space-between}
.head{padding:8px 12px;font-weight:600;border-bottom:1px solid #e1e4e8}
.screen{flex:1;overflow:auto;padding:12px}
.said{white-space:pre-line;overflow-wrap:anywhere;unicode-bidi:plaintext;text-align:start}
.bubble{background:#e9e9eb;border-radius:14px;padding:8px 12px;margin:0 0 4px}
.piece{color:#8a939b;font-size:11px;margin:0 0 10px}
.whatsapp .head{background:#075e54;color:#fff}
.whatsapp .screen{background:#e5ddd5}
.whatsapp .bubble{background:#fff;border-radius:8px}
.mail .subject{font-weight:600;font-size:16px;margin:0 0 10px}
.push .screen{background:linear-gradient(#27476e,#5f7ea8)}
.push .card{background:#fffffff0;border-radius:14px;padding:10px 12px}
.push .title{font-weight:600}
.push .app{color:#5f6b75;font-size:12px}
.none{color:#8a939b}
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {"Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; frame-ancestors 'none'"}


def answer(title: str, phones: Sequence[Mapping[str, Any]]) -> Answer:
    return Answer(page(title, phones), "text/html; charset=utf-8", headers=HEADERS)


def page(title: str, phones: Iterable[Mapping[str, Any]]) -> bytes:
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
    )
    told = "".join(_language(each) for each in phones)
    return f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{escape(title)}</h1>{told}</body></html>'.encode()


def _language(phone: Mapping[str, Any]) -> str:
    language = LANGUAGES[phone["language"]]
    way = f'lang="{escape(language.code)}" dir="{"rtl" if phone["right_to_left"] else "ltr"}"'
    frames = (
        _sms(phone["sms"], way) + _whatsapp(phone["whatsapp"], way) + _mail(phone["email"], way) + _push(phone["push"], way)
    )
    name = f"{escape(language.name)} <small>{escape(language.code)}</small>"
    return f'<section><h2 lang="{escape(language.code)}">{name}</h2><div class="row">{frames}</div></section>'


def _sms(sms: Mapping[str, Any], way: str) -> str:
    pieces = "".join(
        f'<p class="bubble said" {way}>{escape(piece)}</p><p class="piece">{number} / {len(sms["segments"])}</p>'
        for number, piece in enumerate(sms["segments"], start=1)
    )
    told = f"{sms['parts']} SMS, {sms['characters']} characters, {sms['encoding'].upper()}"
    return _frame("sms", "SMS", pieces, told)


def _whatsapp(whatsapp: Mapping[str, Any] | None, way: str) -> str:
    if whatsapp is None:
        return _frame("whatsapp", "WhatsApp", '<p class="none">No template: never by WhatsApp, or only as an answer.</p>', "")
    waits = "" if whatsapp.get("approved", True) else ", not approved yet"
    told = f"{whatsapp['template']}{waits}" if "template" in whatsapp else "WhatsApp"
    return _frame("whatsapp", "WhatsApp", f'<p class="bubble said" {way}>{escape(whatsapp["text"])}</p>', told)


def _mail(mail: Mapping[str, Any], way: str) -> str:
    told = f'<p class="subject said" {way}>{escape(mail["subject"])}</p><p class="said" {way}>{escape(mail["text"])}</p>'
    return _frame("mail", "Mail", told, "E-mail")


def _push(push: Mapping[str, Any], way: str) -> str:
    title, body = escape(push["title"]), escape(push["body"])
    card = f'<div class="app">Rabta</div><div class="title said" {way}>{title}</div><div class="said" {way}>{body}</div>'
    return _frame("push", "", f'<div class="card">{card}</div>', "App")


def _frame(kind: str, head: str, screen: str, caption: str) -> str:
    bar = '<div class="bar"><span>9:41</span><span>Rabta</span></div>'
    top = f'<div class="head">{escape(head)}</div>' if head else ""
    return (
        f'<figure class="{kind}"><div class="phone">{bar}{top}<div class="screen">{screen}</div></div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
