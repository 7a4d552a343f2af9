"""Which passwords are taken: long ones that are not the first that anybody would try. Nobody is told to add a digit or a sign.

There is no list of stolen passwords behind this, only what can be seen of a password itself.
"""

import re
from collections.abc import Iterable

from schoolbus.problems import Invalid, Sentence

SHORTEST = 10  # characters
LONGEST = 200
_OWN = 8  # characters that a password has beside the owner's names
_FEWEST = 4  # different characters
_ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")  # of the keyboard and the alphabet
_WORDS = re.compile(
    r"admin|administrator|allah|bismillah|changeme|computer|cricket|default|football|google|guest|hello|iloveyou"
    r"|inshallah|islamabad|karachi|khan|lahore|letmein|login|loveyou|mashallah|monkey|mother|muhammad|mypass"
    r"|mypassword|newpassword|office|operator|pakistan|pakistani|pakistanzindabad|pass|passcode|password|passwort"
    r"|peshawar|princess|principal|qwerty|rabta|rawalpindi|root|school|secret|student|sunshine|superman|teacher"
    r"|temporary|test|testing|user|welcome|zindabad"
)
_LOOKALIKES = str.maketrans("@431!05$7", "aaeiiosst")


def check(password: str, own: Iterable[str], field: str = "password") -> None:
    """`own`: names of its owner and the chain. Raises Invalid with what is wrong with it."""
    fault = fault_of(password, own)
    if fault:
        raise Invalid({field: [fault]})


def fault_of(password: str, own: Iterable[str]) -> str | None:
    plain = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        return Sentence("Use %(shortest)s to %(longest)s characters.", shortest=SHORTEST, longest=LONGEST)
    if len(set(plain)) < _FEWEST or re.fullmatch(r"(.{1,8}?)\1+", plain, re.DOTALL):
        return "Use something that does not repeat itself."
    if len(_without_rows(plain)) < _FEWEST:
        return "Use something that is no row of the keyboard or the alphabet."
    if _WORDS.fullmatch(_word(plain)):
        return "Use more than one common word with digits or signs around it."
    if len(_without(plain, own)) < _OWN:
        return "Use more than your name, your username or the school's name."
    return None


def _without_rows(plain: str) -> str:
    """What is left without runs of five and more along a row, forwards or backwards."""
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        for length in range(len(row), 4, -1):
            for start in range(len(row) - length + 1):
                plain = plain.replace(row[start : start + length], "")
    return plain


def _word(plain: str) -> str:
    """The letters between digits and signs at the ends; digits and signs in place of letters are read as those."""
    stripped = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    return re.sub(r"[\W_]+", "", stripped.translate(_LOOKALIKES))


def _without(plain: str, own: Iterable[str]) -> str:
    words = {word for name in own for word in (name.casefold(), *re.split(r"[\W_]+", name.casefold())) if len(word) > 3}
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, "")
    return plain
