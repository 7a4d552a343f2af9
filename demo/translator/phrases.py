"""A phrase book in place of a model: sentences that it knows are translated, of others it says that it did what it could."""

import re

PHRASES = (
    ("No school", "اسکول بند"),
    ("School is closed tomorrow.", "کل اسکول بند رہے گا۔"),
    ("Please send a warm jacket.", "براہِ کرم گرم جیکٹ ساتھ بھیجیں۔"),
    ("The trip starts at eight.", "سفر آٹھ بجے شروع ہوگا۔"),
    ("Could we talk?", "کیا ہم بات کر سکتے ہیں؟"),
    ("Thank you.", "شکریہ۔"),
    ("She was ill yesterday.", "وہ کل بیمار تھی۔"),
)
NAMES = {"en": "English", "ur": "Urdu"}
_BOOK = {
    ("en", "ur"): {english.casefold(): urdu for english, urdu in PHRASES},
    ("ur", "en"): {urdu: english for english, urdu in PHRASES},
}
_SENTENCES = re.compile(r"[^.!?۔؟\n]+[.!?۔؟]?|\n")
_ARABIC = re.compile(r"[\u0600-\u06ff]")


def translated(text: str, source: str, target: str) -> str:
    """Sentence by sentence; lines stay lines."""
    if source == target:
        return text
    told = [_sentence(found, source, target) for found in _SENTENCES.findall(text)]
    return re.sub(r" *\n *", "\n", " ".join(told)).strip()


def detected(text: str) -> tuple[str, float]:
    """The language, and how sure it is, of a hundred."""
    letters = sum(character.isalpha() for character in text) or 1
    arabic = len(_ARABIC.findall(text))
    return ("ur", min(100.0, 100.0 * arabic / letters)) if arabic * 2 > letters else ("en", 90.0)


def _sentence(sentence: str, source: str, target: str) -> str:
    said = sentence.strip()
    if not said:
        return sentence if sentence == "\n" else ""
    return _BOOK[source, target].get(said.casefold(), f"[{target}] {said}")
