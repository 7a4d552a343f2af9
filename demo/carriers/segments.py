"""How many SMS a text takes, counted as a carrier bills it (3GPP TS 23.038)."""

_ONE_SEPTET = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWO_SEPTETS = set("\f^{}\\[~]|€")


def segments(text: str) -> int:
    """160 characters of GSM-7 or 70 of UCS-2 fit in one; 153 or 67 in each part of several."""
    if set(text) <= _ONE_SEPTET | _TWO_SEPTETS:
        size, alone, joined = len(text) + sum(character in _TWO_SEPTETS for character in text), 160, 153
    else:
        size, alone, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if size <= alone else -(-size // joined)
