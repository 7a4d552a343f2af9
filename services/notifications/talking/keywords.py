"""What a whole message may be that is no sentence but a word to us: one table, in English, Urdu and Roman Urdu.

Case, digits, punctuation, doubled letters, two letters that changed places, and the vowels of Roman Urdu don't matter. One word
more, and it is somebody's sentence.
"""

import re
import unicodedata
from enum import StrEnum
from functools import cache

LONGEST = 40  # characters


class Keyword(StrEnum):
    STOP = "stop"  # no more on this channel
    START = "start"  # this channel again
    HELP = "help"
    READ = "read"  # the message was read


WORDS: dict[Keyword, dict[str, str]] = {
    Keyword.STOP: {
        "english": "stop, stop it, stopall, stop all, unsubscribe, please stop, stop please",
        "urdu": "بند, بند کرو, بند کریں, بند کر دیں, بند کردو, روکو",
        "roman": "band, bnd, band karo, band kar do, band kar dein, band karein, roko",
    },
    Keyword.START: {
        "english": "start, restart, unstop, subscribe",
        "urdu": "شروع, شروع کرو, شروع کریں, شروع کر دیں, جاری رکھیں",
        "roman": "shuru, shuroo, shru, shuru karo, shuru kar do, shuru karein, jari rakho",
    },
    Keyword.HELP: {
        "english": "help, help me, please help, info",
        "urdu": "مدد, مدد کریں, مدد چاہیے",
        "roman": "madad, madat, mdad, madad karo, madad karein, madad chahiye",
    },
    Keyword.READ: {
        "english": "ok, okay, okey, k, read, yes read, seen, noted, received, got it",
        "urdu": "جی, جی ہاں, ٹھیک ہے, پڑھ لیا, دیکھ لیا, اوکے, مل گیا",
        "roman": "ji, jee, g, ji han, ok ji, ji ok, theek hai, parh liya, padh liya, par liya, dekh liya, mil gaya",
    },
}
_SAME = str.maketrans("يىكهةھۂأإآؤ", "ییکہہہہاااو")  # as other keyboards write them
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"[aeiouy]")


def keyword(text: str) -> Keyword | None:
    """What the whole message means; None for anything that somebody wrote."""
    if len(text) > LONGEST:
        return None
    words, digits = _plain(text)
    found = _table().get(words) or _table().get(_skeleton(words)) or _swapped(words)
    return None if found is Keyword.READ and digits else found  # "ok 5" answers a question


def _plain(text: str) -> tuple[str, bool]:
    """In small letters and single spaces, each doubled letter once; and whether there were digits."""
    kept = []
    for sign in unicodedata.normalize("NFKC", text).casefold().translate(_SAME):
        kind = unicodedata.category(sign)[0]
        if kind == "L":
            kept.append(sign)
        elif kind in "ZPSC" and unicodedata.category(sign) != "Cf":  # "don't" is no way to write a keyword
            kept.append(" ")
    digits = any(unicodedata.category(sign) == "Nd" for sign in text)
    return _DOUBLED.sub(r"\1", " ".join("".join(kept).split())), digits


@cache
def _table() -> dict[str, Keyword]:
    table: dict[str, Keyword] = {}
    for meaning, languages in WORDS.items():
        for language, listed in languages.items():
            for words in listed.split(", "):
                plain = _plain(words)[0]
                table.setdefault(plain, meaning)
                if language == "roman" and " " in words:
                    table.setdefault(_skeleton(plain), meaning)
    return table


def _skeleton(words: str) -> str:
    """Roman Urdu has no spelling: its consonants, in one word. Of single words nothing, as too many would be alike."""
    return "=" + _VOWELS.sub("", words.replace(" ", "")) if words.isascii() and " " in words else words


def _swapped(word: str) -> Keyword | None:
    """A single word of four letters or more, in which two neighbours have changed places."""
    if not word.isascii() or not word.isalpha() or len(word) < 4:
        return None
    others = (word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1))
    return next((found for other in others if (found := _table().get(other))), None)
