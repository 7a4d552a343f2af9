"""A name's words as keys that do not depend on script or spelling: Mohammad, Muhammed and محمد are all MHMD.

A key is the word's consonants, `A` before them where it begins with a vowel, and the vowel that it ends with (a, i or o): so
Ali is `ALi`, Alia `ALa`. Vowels within a word are left out: Urdu does not write the short ones, and in Latin letters everybody
does as they like.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import product

_URDU = {
    **dict.fromkeys("ب", "B"),
    "پ": "P",
    **dict.fromkeys("تٹطة", "T"),
    **dict.fromkeys("ثسص", "S"),
    "ج": "J",
    "چ": "C",
    **dict.fromkeys("حہ", "H"),
    "خ": "X",
    **dict.fromkeys("دڈ", "D"),
    **dict.fromkeys("ذزژضظ", "Z"),
    **dict.fromkeys("رڑ", "R"),
    "ش": "Q",
    **dict.fromkeys("غگ", "G"),
    "ف": "F",
    **dict.fromkeys("کق", "K"),
    "ل": "L",
    "م": "M",
    **dict.fromkeys("نں", "N"),
}
_LATIN = {
    **{letter: letter.upper() for letter in "bdfghjklmnprstz"},
    "c": "K",
    "q": "K",
    "v": "V",
    "w": "V",
    "x": "X",
}
_PAIRS = {
    **{f"{letter}h": letter.upper() for letter in "tdbjzr"},
    "sh": "Q",
    "kh": "X",
    "gh": "G",
    "ch": "C",
    "ph": "F",
    "ck": "K",
}
_BEGINS = {"s": ("sh",), "k": ("kh",), "c": ("ch",), "p": ("ph",)}  # what the letter may yet become
_ENDS_URDU = {"ا": "a", "ہ": "a", "ی": "i", "ے": "i", "و": "o"}
_ENDS_LATIN = {"a": "a", "e": "i", "i": "i", "y": "i", "o": "o", "u": "o"}

# One letter of Arabic or of an older keyboard, as Urdu writes it.
_SAME_LETTER = str.maketrans("يىئكهةۃۂەأإٱآؤۓ", "یییکہہہہہااااوے", "ءـ")
_LONG_A = "\u0670"  # a small alif above: written it is read, and at a word's end it makes a yeh an a

_SHORT = {
    **dict.fromkeys(("m", "md", "mohd", "muhd", "mhd"), "muhammad"),
    **dict.fromkeys(("abdur", "abdus", "abdun"), "abdul"),
    "ch": "chaudhry",
    "sh": "sheikh",
    "م": "محمد",
}
# Different names that the rule would make one, and both are common.
_OWN = {
    "HSYN": "hussain husain hussein husein hossain hossein hosein husayn hussayn hussien حسین",
    "MHMWD": "mehmood mahmood mahmud mehmud mahmoud mehmoud محمود",
    "SYD": "syed sayed sayyed sayyid saiyed syeed سید",
    "SYYD": "saeed saeid sayeed saied سعید",
    "AMYR": "ameer امیر",
    "AMWR": "umar omar umer omer عمر",
    "AMYWR": "umair omair umayr عمیر",
    "AMMR": "ammar عمار",
    # written without the small alif that makes the yeh an a
    "MSTFa": "مصطفی",
    "MRTZa": "مرتضی",
    "MJTBa": "مجتبی",
    "MSa": "موسی",
    "ASa": "عیسی",
    "YHa": "یحیی",
    "BQRa": "بشری",
    "AZMa": "عظمی",
    "AKSa": "اقصی",
    "SLMa": "سلمی",
    "LLa": "لیلی",
}
_WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 6  # of a name; what comes after it is not looked at


def words_of(text: str) -> list[str]:
    """The words as they are written, without accents, joiners and punctuation; letters that look alike are one."""
    return [word for written in text.split()[:MOST_WORDS] for word in _words(written)][:MOST_WORDS]


@lru_cache(maxsize=65_536)  # a chain has some thousands of different names
def _words(text: str) -> list[str]:
    text = text.replace("ی" + _LONG_A, "ا").replace("ى" + _LONG_A, "ا").replace(_LONG_A, "ا")
    text = text.translate(_SAME_LETTER)  # before accents go: a hamza on its seat is a letter of its own
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) not in ("Mn", "Cf")
    )
    plain = plain.translate(_SAME_LETTER).replace("'", "").replace("’", "").replace("`", "").casefold()
    return _WORD.findall(plain)


@lru_cache(maxsize=65_536)
def keys_of(word: str) -> tuple[str, ...]:
    """The keys of one word of `words_of`; the likeliest first, never none."""
    word = _SHORT.get(word, word)
    if word in _OWN_KEYS:
        return _OWN_KEYS[word]
    found = tuple(dict.fromkeys(_keys(word)))
    return found or (word.upper(),)


@lru_cache(maxsize=65_536)
def starts_of(word: str) -> tuple[str, ...]:
    """What the keys of words begin with that begin as this one: for a word that somebody is still typing."""
    spelt = (word, *(word[:-1] + pair for pair in _BEGINS.get(word[-1], ())))
    keys = [key for written in spelt for key in _keys(written)] + list(keys_of(word))
    return tuple(dict.fromkeys(key.rstrip("aio") or key for key in keys))


def _keys(word: str) -> list[str]:
    parts = _urdu(word) if "\u0600" <= word[0] <= "\u06ff" else _latin(word)
    made = ("".join(choice) for choice in product(*parts))
    return [key for key in (_once(key) for key in made) if key]


def _once(key: str) -> str:
    """Doubled letters are one."""
    return "".join(letter for place, letter in enumerate(key) if place == 0 or letter != key[place - 1])


def _latin(word: str) -> list[tuple[str, ...]]:
    parts: list[tuple[str, ...]] = [("A",)] if word[0] in "aeiou" else []
    stem = word.rstrip("h") if word.endswith(("ah", "eh")) else word
    place = 0
    while place < len(stem):
        pair, letter, following = stem[place : place + 2], stem[place], stem[place + 1 : place + 2]
        if pair in _PAIRS:
            parts.append((_PAIRS[pair],))
            place += 1
        elif letter in "vw":
            if letter == "v" or place == 0 or following in tuple("aeiouy"):
                parts.append(("V",))
        elif letter == "y":
            if place == 0:
                parts.append(("Y",))
        elif letter in _LATIN:
            parts.append((_LATIN[letter],))
        elif not letter.isascii() or letter.isdigit():
            parts.append((letter.upper(),))
        place += 1
    if len(stem) > 1 and stem[-1] in _ENDS_LATIN:
        parts.append((_ENDS_LATIN[stem[-1]],))
    return parts


def _urdu(word: str) -> list[tuple[str, ...]]:
    word = word.replace("وہد", "ود").replace("گہ", "گ").replace("کھ", "خ").replace("ھ", "")
    parts: list[tuple[str, ...]] = []
    last = len(word) - 1
    for place, letter in enumerate(word):
        if place == 0 and letter in "اع":
            parts.append(("A",))
        elif place == 0 and letter in "ویے":
            parts.append(("V",) if letter == "و" else ("Y",))
        elif place == last and letter in _ENDS_URDU:
            parts.append((_ENDS_URDU[letter],))
        elif letter == "و":  # the vowel of Noor, the consonant of Javed
            parts.append(("", "V") if sum(len(part) > 1 for part in parts) < 2 else ("",))
        elif letter in _URDU:
            parts.append((_URDU[letter],))
        elif letter not in "اعیے":
            parts.append((letter,))
    return parts


_OWN_KEYS: dict[str, tuple[str, ...]] = {}
for _key, _spelt in _OWN.items():
    for _word in _spelt.split():
        _OWN_KEYS[_word] = (*_OWN_KEYS.get(_word, ()), _key)
