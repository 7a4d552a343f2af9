"""Quick choices: what a guardian can say with a touch, by the kind of the note.

A note keeps keys; whoever reads it, in whatever language, has the words of today. No key ever gets another meaning.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Choice(NamedTuple):
    key: str
    en: str
    ur: str


CHOICES: dict[str, tuple[Choice, ...]] = {
    "learning": (
        Choice("reads_daily", "Reads at home every day", "گھر پر روز پڑھتا/پڑھتی ہے"),
        Choice("homework_alone", "Does homework alone", "ہوم ورک خود کرتا/کرتی ہے"),
        Choice("homework_with_help", "Needs help with homework", "ہوم ورک میں مدد چاہیے"),
        Choice("asks_questions", "Asks many questions", "بہت سے سوال پوچھتا/پوچھتی ہے"),
        Choice("tells_of_school", "Tells us what happened at school", "اسکول کی باتیں بتاتا/بتاتی ہے"),
    ),
    "routines": (
        Choice("sleeps_early", "Goes to bed early", "جلدی سوتا/سوتی ہے"),
        Choice("sleeps_late", "Goes to bed late", "دیر سے سوتا/سوتی ہے"),
        Choice("eats_breakfast", "Eats breakfast before school", "اسکول سے پہلے ناشتہ کرتا/کرتی ہے"),
        Choice("fixed_study_time", "Studies at a fixed time", "مقررہ وقت پر پڑھتا/پڑھتی ہے"),
        Choice("helps_at_home", "Helps at home", "گھر کے کاموں میں ہاتھ بٹاتا/بٹاتی ہے"),
        Choice("much_screen", "Spends much time with the phone or TV", "فون یا ٹی وی پر زیادہ وقت گزارتا/گزارتی ہے"),
    ),
    "strengths": (
        Choice("kind", "Is kind to others", "دوسروں سے نرمی سے پیش آتا/آتی ہے"),
        Choice("keeps_trying", "Keeps trying when it is hard", "مشکل میں بھی کوشش جاری رکھتا/رکھتی ہے"),
        Choice("creative", "Draws, builds or sings", "تصویریں بناتا، چیزیں جوڑتا یا گاتا/گاتی ہے"),
        Choice("good_with_numbers", "Is good with numbers", "حساب میں اچھا/اچھی ہے"),
        Choice("responsible", "Takes care of younger ones", "چھوٹوں کا خیال رکھتا/رکھتی ہے"),
    ),
    "challenges": (
        Choice("reading_is_hard", "Finds reading hard", "پڑھنا مشکل لگتا ہے"),
        Choice("numbers_are_hard", "Finds mathematics hard", "ریاضی مشکل لگتی ہے"),
        Choice("cannot_concentrate", "Finds it hard to concentrate", "توجہ دینا مشکل لگتا ہے"),
        Choice("does_not_like_school", "Does not like to go to school", "اسکول جانا پسند نہیں"),
        Choice("no_quiet_place", "Has no quiet place to study", "پڑھنے کے لیے پرسکون جگہ نہیں"),
        Choice("worries", "Is worried about something", "کسی بات سے پریشان ہے"),
    ),
}
KINDS = tuple(CHOICES)
_BY_KEY = {choice.key: choice for choices in CHOICES.values() for choice in choices}


def of_kind(kind: str) -> list[dict[str, str]]:
    return [shown(choice.key) for choice in CHOICES[kind]]


def strange(kind: str, keys: Iterable[str]) -> list[str]:
    """Those that are no choices of this kind."""
    known = {choice.key for choice in CHOICES[kind]}
    return [key for key in keys if key not in known]


def shown(key: str) -> dict[str, str]:
    """In both languages. One that an older release kept is shown by its key."""
    choice = _BY_KEY.get(key, Choice(key, key, key))
    return {"key": key, "text": choice.en, "text_ur": choice.ur}


def in_words(note: dict[str, Any], most: int) -> str:
    """What a note says in text, for where there is room for no more than `most` characters of it."""
    said = note["text"] or "; ".join(shown(key)["text"] for key in note.get("choices", ()))
    said = said or ("(voice note)" if note.get("voice") else "")
    return said if len(said) <= most else f"{said[: most - 3]}..."
