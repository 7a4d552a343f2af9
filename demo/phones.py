"""Mobile numbers that look Pakistani and belong to nobody in the set twice.

All are in the block +92 30x 0…: valid by the numbering plan, and subscribers' numbers don't begin with 0.
"""

_ENDINGS = 9_990  # 0000 to 0009 are kept for numbers whose ending means something
_BLOCK = 100 * _ENDINGS  # numbers after one operator code
_STRIDE = 7_919  # prime to _BLOCK: walks through the block once, without neighbours side by side


class PhoneBook:
    """Gives each who asks another number, in E.164; the same ones in the same order each time."""

    def __init__(self) -> None:
        self._given = 0
        self._special = 0

    def number(self, ending: str | None = None) -> str:
        """The next number, or the next one with this ending (0000 to 0009)."""
        if ending is not None:
            self._special += 1
            return f"+923090{self._special:02d}{ending}"
        code, place = divmod(self._given, _BLOCK)
        self._given += 1
        middle, last = divmod(place * _STRIDE % _BLOCK, _ENDINGS)
        return f"+9230{code}0{middle:02d}{last + 10:04d}"


def as_written(number: str, way: int) -> str:
    """An E.164 number of Pakistan as an office clerk might have typed it; `way` chooses how."""
    national = number[3:]
    ways = (
        f"0{national[:3]} {national[3:]}",
        f"0{national}",
        number,
        f"0{national[:3]}-{national[3:]}",
        f"0092 {national[:3]} {national[3:]}",
        f"+92 {national[:3]} {national[3:]}",
    )
    return ways[way % len(ways)]
