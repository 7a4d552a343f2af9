"""The WhatsApp templates of all texts, for Meta to approve: `python -m services.notifications.wording.templates` prints those
that come with us, `GET /v1/whatsapp-templates` all that are in force.

https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates
"""

import json
from datetime import UTC, date, datetime
from typing import Any

from services.notifications.wording.languages import said
from services.notifications.wording.texts import FAREWELL, GREETING, NO_TEMPLATE, TEXTS, Text
from services.notifications.wording.words import Wording, Words, shipped

LINK = "https://rabta.example.pk/v1/m/XwqKPmwLWw6aVQ0Obyt8EQ"
CHILDREN = (("Ayesha", "عائشہ"), ("Bilal", "بلال"), ("Zoya", "زویا"), ("Hamza", "حمزہ"), ("Sana", "ثنا"))
EXAMPLES: dict[str, Any] = {
    "words": "School is closed tomorrow.",
    "class_title": "Science 5B",
    "absent_on": date(2026, 11, 26),
    "due_on": date(2026, 11, 27),
    "term": "First term",
    "teacher": "Farah Siddiqui",
    "title": "Parents' day",
    "held_on": date(2026, 12, 5),
    "starts_at": datetime(2026, 12, 5, 12, 30, tzinfo=UTC),
    "expected_at": datetime(2026, 12, 5, 12, 45, tzinfo=UTC),
    "place": "Room 4",
    "last_day": date(2026, 12, 5),
    "held_until": datetime(2026, 11, 27, 9, tzinfo=UTC),
    "heads": 3,
    "answer_by": datetime(2026, 11, 27, 9, tzinfo=UTC),
    "office": "Treasurer",
    "starts_on": date(2026, 12, 7),
    "ends_on": date(2027, 12, 6),
    "closes_at": datetime(2026, 12, 5, 12, 30, tzinfo=UTC),
    "until": datetime(2026, 11, 27, 9, tzinfo=UTC),
    "writer": "Farah Siddiqui",
    "count": "3",
    "subjects": ("New homework: Ayesha", "Report card: Ayesha"),
    "code": "493021",
    "phone": "042-35761999",
    "used": "9000",
    "limit": "10000",
    "host": "hooks.school.example.pk",
}


def templates(words: Words | None = None) -> list[dict[str, Any]]:
    """One JSON object for each: POST it to /v21.0/{whatsapp-business-account-id}/message_templates. Of the words that come with
    us, where no others are given."""
    words = words or shipped()
    return [template for wording in with_templates(words) for template in of(words, wording)]


def with_templates(words: Words) -> list[Wording]:
    """All that is in force and has any."""
    texts = [text for text in TEXTS.values() if has(text)]
    return [wording for text in texts for code in sorted(words.layers) if (wording := words.own(text, code))]


def has(text: Text) -> bool:
    """Whether there are any of this text."""
    return text not in NO_TEMPLATE


def of(words: Words, wording: Wording) -> list[dict[str, Any]]:
    """Those of one wording: one for each of its forms that differs."""
    if not has(wording.text):
        return []
    named: dict[str, int] = {}
    for children in range(1, len(CHILDREN) + 1):
        named.setdefault(wording.template(children), children)
    return [_template(words, wording, name, children) for name, children in sorted(named.items())]


def names(wording: Wording, children: int) -> list[str]:
    """Of so many children, as its language would write them."""
    script = 1 if wording.language.right_to_left else 0
    return [CHILDREN[number % len(CHILDREN)][script] for number in range(children)]


def _template(words: Words, wording: Wording, name: str, children: int) -> dict[str, Any]:
    text, code = wording.text, wording.language.code
    places = {field: f"{{{{{number}}}}}" for number, field in enumerate(text.fields, start=1)}
    link = f"{{{{{len(text.fields) + 1}}}}}"
    sentence = wording.sentence(children).format_map(places)
    lines = [words.phrase(GREETING, code), sentence, link, words.phrase(FAREWELL, code)]
    example = [*said(wording, wording, names(wording, children), EXAMPLES).parameters, LINK]
    body = {"type": "BODY", "text": "\n".join(lines), "example": {"body_text": [example]}}
    return {"name": name, "language": wording.language.at_meta, "category": "UTILITY", "components": [body]}


if __name__ == "__main__":
    print(json.dumps(templates(), ensure_ascii=False, indent=2))
