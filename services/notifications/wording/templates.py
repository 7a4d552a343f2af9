"""The WhatsApp templates of all texts, for Meta to approve: `python -m services.notifications.wording.templates` prints them.

https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates
"""

import json
from typing import Any

from services.notifications.wording.languages import LANGUAGES, phrase, sentence
from services.notifications.wording.texts import FAREWELL, GREETING, NO_TEMPLATE, TEXTS, Text

_EXAMPLES = {
    "children": "Ayesha",
    "words": "School is closed tomorrow.",
    "class_title": "Science 5B",
    "due_on": "Fri 27 Nov",
    "absent_on": "Thu 26 Nov",
    "term": "First term",
    "teacher": "Farah Siddiqui",
    "title": "Parents' day",
    "held_on": "Sat 5 Dec",
    "starts_at": "Sat 5 Dec, 5:30 pm",
    "place": "Room 4",
    "answer_by": "Fri 27 Nov, 2:00 pm",
    "until": "Fri 27 Nov, 2:00 pm",
    "writer": "Farah Siddiqui",
    "count": "3",
    "subjects": "New homework: Ayesha; Report card: Ayesha",
}


def templates() -> list[dict[str, Any]]:
    """One JSON object for each: POST it to /v21.0/{whatsapp-business-account-id}/message_templates."""
    texts = [text for text in TEXTS.values() if text not in NO_TEMPLATE]
    return [template for text in texts for code in LANGUAGES for template in _of(text, code)]


def _of(text: Text, code: str) -> list[dict[str, Any]]:
    counts = {text.template(children): children for children in (2, 1)}
    return [_template(name, text, code, children) for name, children in sorted(counts.items())]


def _template(name: str, text: Text, code: str, children: int) -> dict[str, Any]:
    places = {field: f"{{{{{number}}}}}" for number, field in enumerate(text.fields, start=1)}
    link = f"{{{{{len(text.fields) + 1}}}}}"
    words = [phrase(GREETING, code), sentence(text, code, children).format_map(places), link, phrase(FAREWELL, code)]
    example = [*(_EXAMPLES[field] for field in text.fields), "https://rabta.example.pk/v1/m/XwqKPmwLWw6aVQ0Obyt8EQ"]
    body = {"type": "BODY", "text": "\n".join(words), "example": {"body_text": [example]}}
    return {"name": name, "language": code, "category": "UTILITY", "components": [body]}


if __name__ == "__main__":
    print(json.dumps(templates(), ensure_ascii=False, indent=2))
