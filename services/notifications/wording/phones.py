"""How a message looks on a phone: as SMS, as WhatsApp message, as mail, and as the knock of the app."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.notifications.messages import sms_text
from services.notifications.segments import cut, is_gsm_7, parts
from services.notifications.wording import templates
from services.notifications.wording.in_force import words
from services.notifications.wording.languages import LANGUAGES, said
from services.notifications.wording.templates import EXAMPLES, LINK
from services.notifications.wording.texts import FAREWELL, GREETING, Text
from services.notifications.wording.words import Wording

SHOWN = 1000  # characters of a knock


def phone(language: str, subject: str, body: str, link: str | None, whatsapp: Mapping[str, Any] | None) -> dict[str, Any]:
    """`whatsapp`: its text, and what else is known of its template; None where it never goes that way."""
    text = sms_text(body, link)
    return {
        "language": language,
        "right_to_left": LANGUAGES[language].right_to_left,
        "sms": {
            "text": text,
            "parts": parts(text),
            "characters": len(text),
            "encoding": "gsm-7" if is_gsm_7(text) else "ucs-2",
            "segments": cut(text),
        },
        "whatsapp": whatsapp,
        "email": {"subject": subject, "text": f"{body}\n\n{link}" if link else body},
        "push": {"title": subject, "body": body[:SHOWN]},
    }


def of_wording(wording: Wording, children: int, approved: bool) -> dict[str, Any]:
    """Of one version, with made-up children and facts; its WhatsApp template as it will be once it is `approved`."""
    names = templates.names(wording, children)
    told = said(wording, wording, names, EXAMPLES)
    shown = of_template(wording.text, wording, told.parameters, children)
    named = {"template": wording.template(children), "language": wording.language.at_meta, "approved": approved}
    return phone(wording.language.code, told.subject, told.body, LINK, {**shown, **named} if shown else None)


def of_template(
    text: Text, wording: Wording | None, parameters: Sequence[str], children: int = 1, link: str = LINK
) -> dict[str, Any] | None:
    """What somebody reads in WhatsApp; None for a text without a template."""
    if wording is None or not templates.has(text):
        return None
    code, told = wording.language.code, dict(zip(text.fields, parameters, strict=True))
    sentence = wording.sentence(children).format_map(told)
    return {"text": "\n".join([words().phrase(GREETING, code), sentence, link, words().phrase(FAREWELL, code)])}
