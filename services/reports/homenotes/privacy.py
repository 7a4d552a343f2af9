"""What home notes hold about a person: a part of the service's table. The sound itself goes by `voices.erase`."""

from typing import Any

from schoolbus.privacy import Held

_NOTE = ("kind", "text", "choices", "voice", "language", "written_at", "acknowledged_at", "answer")
_VOICE = ("content_type", "size", "seconds", "at")
_NO_WORDS: dict[str, Any] = {"text": "", "choices": [], "voice": None, "answer": None}

OF_HOME_NOTES = (
    Held("home_notes", "guardian_id", shows=_NOTE, blanks=_NO_WORDS),
    Held("home_notes", "student_id", shows=_NOTE, blanks=_NO_WORDS),
    Held("home_notes", "acknowledged_by", shows=("acknowledged_at", "answer")),
    Held("home_note_voices", "owner_id", shows=_VOICE),
    Held("home_note_voices", "student_id"),
    Held("home_note_wishes", "guardian_id", shows=("prompt_every", "set_at"), goes=True),
)
