"""Bodies that are asked for more than once."""

from datetime import date, timedelta
from typing import Any


def in_days(days: int) -> str:
    return (date.today() + timedelta(days=days)).isoformat()


CARD_TEMPLATE = {"title": "Primary school"}
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'
CERTIFICATE = {"title": "Star of the week", "text": "For helping others."}
BANK_REMARK = {"text": "Reads with joy.", "text_ur": "شوق سے پڑھتی ہے۔", "tags": ["reading"]}
HOMEWORK = {"title": "Plants", "text": "Water one.", "due_on": in_days(3)}
EXPECTATIONS: dict[str, Any] = {"rules": "Be on time.", "homework": "Each evening.", "assessments": "A quiz a week."}
MARKED: dict[str, Any] = {"term": "First term", "subject": "Science"}
MEETING_DAY: dict[str, Any] = {
    "title": "Autumn meeting",
    "held_on": in_days(10),
    "starts": "16:00",
    "ends": "17:00",
    "slot_minutes": 10,
}
PLANNED: dict[str, Any] = {"since": in_days(200), "until": in_days(201), "reason": {"kind": "travel"}}
WEEK: dict[str, Any] = {"days": [{"weekday": weekday, "ends": "23:59"} for weekday in range(7)]}  # whenever it is tested
PROMISE: dict[str, Any] = {"text": "Read for ten minutes", "due_on": in_days(14), "owners": ["guardian"]}
PTA_OFFICES: dict[str, Any] = {
    "offices": [
        {"key": "chair", "name": "Chair"},
        {"key": "treasurer", "name": "Treasurer"},
        {"key": "member", "name": "Committee member", "exclusive": False},
    ]
}
PTA_TERM: dict[str, Any] = {"office_key": "member", "starts_on": in_days(-1), "ends_on": in_days(300)}
PTA_MEETING: dict[str, Any] = {
    "title": "New playground",
    "starts_at": f"{in_days(9)}T11:00:00Z",
    "ends_at": f"{in_days(9)}T12:00:00Z",
    "place": "Library",
    "reserves_room": False,
}
PTA_DECISION: dict[str, Any] = {"title": "Three quotes", "due_on": in_days(20)}
PTA_ELECTION: dict[str, Any] = {
    "title": "Committee",
    "races": [{"office_key": "chair"}, {"office_key": "treasurer"}],
    "nominations_close_at": f"{in_days(5)}T11:00:00Z",
    "opens_at": f"{in_days(6)}T11:00:00Z",
    "closes_at": f"{in_days(9)}T11:00:00Z",
    "term_starts_on": in_days(20),
    "term_ends_on": in_days(300),
}
HOURS: dict[str, Any] = {"days": [0, 1, 2, 3, 4, 5], "from": "08:00", "to": "13:30", "answer_within_hours": 8}
DESK: dict[str, Any] = HOURS | {"phone": "042-35761999", "shares_suggestions": True}
BLOCK: dict[str, Any] = {"until": f"{in_days(20)}T00:00:00Z", "reason": "Insults"}
LETTER: dict[str, Any] = {"client_id": "1", "text": "Could we talk?"}
WORDS = {"subject": "No school", "body": "School is closed tomorrow."}
ANNOUNCEMENT: dict[str, Any] = {"texts": {"en": WORDS}}
GUIDE: dict[str, Any] = {"texts": {"en": {"title": "Reading at home", "body": "Ten minutes a day."}}}
CATALOGUE = """
msgid ""
msgstr ""
"Language: sd\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Your school"
msgstr "توهان جو اسڪول"
""".encode()
VERSION: dict[str, Any] = {
    "subject": "Homework: {children}",
    "forms": [f"{{children}} {has} homework in {{class_title}} for {{due_on}}." for has in ("has", "have")],
}
HOOK: dict[str, Any] = {"url": "https://hooks.example.pk/rabta", "events": ["reports.homework_set"]}
DEVICE: dict[str, Any] = {
    "endpoint": "https://push.example.pk/a",
    "keys": {  # RFC 8291, appendix A
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}
TERM = {"title": "First term", "kind": "term", "starts_on": "2026-08-01", "ends_on": "2026-12-20"}
HOLIDAY = {"title": "Iqbal Day", "starts_on": "2026-11-09"}
PREFERENCES: dict[str, Any] = {"language": "ur", "channels": ["app"]}
PLAN: dict[str, Any] = {"name": {"en": "Words"}, "services": ["notifications"]}
PULL: dict[str, Any] = {  # nobody listens there
    "base_url": "http://127.0.0.1:9/ims/oneroster/rostering/v1p2",
    "token_url": "http://127.0.0.1:9/token",
    "client_id": "rabta",
    "client_secret": "not so secret",
}
PASSWORD = "green mangoes in June"
CLASS_LIST = b"Class,Student,Guardian,Phone\r\n1-Z,Saba Naz,Naz Begum,0301 7770001\r\n"
