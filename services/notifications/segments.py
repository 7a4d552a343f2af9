"""How many SMS a text is: 3GPP TS 23.038 (alphabets) and TS 23.040 section 9.2.3.24.1 (joined messages)."""

_ALPHABET = (  # the place of a character is its code; \x1b leads to the second table
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7 = {character: bytes([code]) for code, character in enumerate(_ALPHABET) if character != "\x1b"}
_SECOND = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65}
_GSM_7_ESCAPED = {character: bytes([0x1B, code]) for character, code in _SECOND.items()}  # two septets each
_SEPTETS = _GSM_7 | _GSM_7_ESCAPED
_CHARACTERS = {septets: character for character, septets in _SEPTETS.items()}
_TYPOGRAPHY = str.maketrans(
    {"\u202f": " ", "\u00a0": " ", "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."}
)


def plain(text: str) -> str:
    """The text without the typographic characters that would alone turn 160 characters into 70."""
    return text.translate(_TYPOGRAPHY)


def parts(text: str) -> int:
    """The number of SMS that carry the text."""
    joined, alone, wide = _widths(text)
    if wide.isdisjoint(text):  # each character is one: the usual, counted fast
        return 1 if len(text) <= alone else -(-len(text) // joined)
    return len(cut(text))


def is_gsm_7(text: str) -> bool:
    return _SEPTETS.keys() >= set(text)


def cut(text: str) -> list[str]:
    """The text of each SMS: 160 GSM-7 septets or 70 UCS-2 units in one, 153 or 67 in each of several.

    An escaped character or a surrogate pair is never cut in two.
    """
    joined, alone, wide = _widths(text)
    widths = [2 if character in wide else 1 for character in text]
    if sum(widths) <= alone:
        return [text]
    begins, filled = [0], 0
    for place, width in enumerate(widths):
        if filled + width > joined:
            begins.append(place)
            filled = 0
        filled += width
    return [text[begin:end] for begin, end in zip(begins, [*begins[1:], len(text)], strict=True)]


def _widths(text: str) -> tuple[int, int, frozenset[str]]:
    """How much one of several SMS holds, how much one alone, and which characters are two."""
    if is_gsm_7(text):
        return 153, 160, frozenset(_GSM_7_ESCAPED)
    return 67, 70, frozenset(character for character in set(text) if ord(character) > 0xFFFF)


def septets(text: str) -> bytes:
    """A GSM-7 text as SMPP carries it: one septet in a byte. Raises KeyError for another character."""
    return b"".join(_SEPTETS[character] for character in text)


def from_septets(raw: bytes) -> str:
    """The other way round; a code that is none becomes a replacement character."""
    text, escaped = "", b""
    for code in raw:
        if code == 0x1B and not escaped:
            escaped = b"\x1b"
            continue
        text += _CHARACTERS.get(escaped + bytes([code]), "\ufffd")
        escaped = b""
    return text
