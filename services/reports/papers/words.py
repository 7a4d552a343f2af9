"""What a school says in papers of its own accord, in English and Urdu."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schoolbus.ids import fingerprint

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """A sentence with {names} in it. What is put in is never read as one."""

    english: str
    urdu: str

    def en(self, said: Said) -> str:
        return self.english.format_map(said)

    def ur(self, said: Said) -> str:
        return self.urdu.format_map(said)


TO = Words("To the parents of {name}", "{name} کے والدین کے نام")
SUBJECT = Words("Progress in {term}", "{term} میں پیش رفت")
DEAR = Words("Dear parents,", "محترم والدین،")
SO_FAR = Words(
    "This is how {name} has done in {term} so far: {percent} percent over all subjects, grade {grade}.",
    "{term} میں {name} کی اب تک کی کارکردگی یہ ہے: تمام مضامین میں {percent} فیصد، گریڈ {grade}۔",
)
DAYS = Words(
    "Of {days} school days {name} was away on {away} and late on {late}.",
    "{days} تعلیمی دنوں میں سے غیر حاضری {away} دن اور تاخیر {late} دن رہی۔",
)
TALK = Words(
    "Below is each subject. If you would like to talk about it, write to us or come to the school.",
    "ہر مضمون کی تفصیل نیچے درج ہے۔ بات کرنا چاہیں تو ہمیں لکھیں یا اسکول تشریف لائیں۔",
)


def text(language: str, said: Said, days: Said | None) -> str:
    """The letter's paragraphs; `days` as attendance counts them."""
    parts = [(DEAR, said), (SO_FAR, said)]
    if days is not None:
        parts.append((DAYS, {**said, "days": days["days"], "away": days["absent"] + days["excused"], "late": days["late"]}))
    parts.append((TALK, said))
    return "\n".join(words.en(values) if language == "en" else words.ur(values) for words, values in parts)


def number(letter: str, *of: str) -> str:
    """By which a paper is found again: the same for the same thing."""
    return f"{letter}-{fingerprint(':'.join(of))[:8].upper()}"
