"""How many SMS a text is: 3GPP TS 23.038 (alphabets) and TS 23.040 section 9.2.3.24.1 (joined messages)."""

_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_ESCAPED = frozenset("\f^{}\\[~]|€")  # two septets each
_GSM = _GSM_7 | _GSM_7_ESCAPED
_TYPOGRAPHY = str.maketrans(
    {"\u202f": " ", "\u00a0": " ", "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."}
)


def plain(text: str) -> str:
    """The text without the typographic characters that would alone turn 160 characters into 70."""
    return text.translate(_TYPOGRAPHY)


def parts(text: str) -> int:
    """The number of SMS that carry the text: 160 GSM-7 septets or 70 UCS-2 units in one, 153 or 67 in each of several.

    An escaped character or a surrogate pair is never cut in two.
    """
    if _GSM.issuperset(text):
        alone, joined, wide = 160, 153, _GSM_7_ESCAPED
    else:
        alone, joined, wide = 70, 67, frozenset(character for character in set(text) if ord(character) > 0xFFFF)
    if wide.isdisjoint(text):  # each character is one: the usual, counted fast
        return 1 if len(text) <= alone else -(-len(text) // joined)
    widths = [2 if character in wide else 1 for character in text]
    if sum(widths) <= alone:
        return 1
    count, filled = 1, 0
    for width in widths:
        if filled + width > joined:
            count, filled = count + 1, 0
        filled += width
    return count
