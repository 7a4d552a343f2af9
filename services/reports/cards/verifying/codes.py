"""Codes on paper, by which a third party asks whether a card is the school's: 16 characters, the last checks the others.

Crockford's base 32: no I, L, O and U, and who reads or types one of the first three gets what it looks like. 15 characters are
75 random bits: nobody finds a card by trying. The check is that of ISO/IEC 7064, hybrid systems (MOD 11,10 and 37,36), here
for 32 characters, MOD 33,32: every single wrong character is found, and nearly every pair that changed places.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 16, 4
_M = len(ALPHABET)
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_ALIKE = str.maketrans("OIL", "011", " -\u2010\u2011\u2012\u2013")


def new_code() -> str:
    random = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return random + check_character(random)


def check_character(text: str) -> str:
    """Of characters of the alphabet."""
    carry = _M
    for character in text:
        carry = _next(carry, character)
    return ALPHABET[(1 - carry) % _M]


def read(typed: str) -> str | None:
    """The code that somebody meant, however it is grouped and capitalised; None: mistyped."""
    code = typed.upper().translate(_ALIKE)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def shown(code: str) -> str:
    """In groups of four, as on paper."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _next(carry: int, character: str) -> int:
    summed = (carry + _VALUE[character]) % _M or _M
    return 2 * summed % (_M + 1)
