"""Whether two records of guardians look like one person. Plain values: it only ever suggests, people decide."""

from typing import Any, Literal

from services.roster.search.words import keys_of, words_of

Names = Literal["same", "similar", "different"]
Record = dict[str, Any]


def names(one: Record, other: Record) -> Names:
    """By their sound, in whatever script: the same; one word more or less, or the given name alone; or different."""
    first, second = _words(one), _words(other)
    if not first or not second:
        return "different"
    if all(_in(word, second) for word in first) and all(_in(word, first) for word in second):
        return "same"
    return "similar" if _in(first[0], second[:1]) or (_in(first[0], second) and _in(second[0], first)) else "different"


def sex(record: Record) -> Literal["f", "m"] | None:
    """The last digit of an identity card's number tells: odd is a man's, even a woman's."""
    number = record.get("national_id")
    return None if not number else "m" if int(number[-1]) % 2 else "f"


def look_like_two(one: Record, other: Record) -> bool:
    """Two people sharing a phone, rather than one person twice."""
    sexes = {sex(one), sex(other)} - {None}
    return names(one, other) == "different" or len(sexes) == 2


def why(one: Record, other: Record) -> list[str]:
    """What they share, the surest first. Nothing when their cards are two: then they are two people."""
    cards = [record.get("national_id") for record in (one, other)]
    if all(cards) and cards[0] != cards[1]:
        return []
    shared = [name for name in ("national_id", "phone") if one.get(name) and one.get(name) == other.get(name)]
    return [*shared, "name"] if shared and names(one, other) != "different" else shared


def _words(record: Record) -> list[tuple[str, ...]]:
    latin = [keys_of(word) for word in words_of(f"{record['given_name']} {record['family_name']}")]
    return latin or [keys_of(word) for word in words_of(record["name_ur"] or "")]


def _in(word: tuple[str, ...], words: list[tuple[str, ...]]) -> bool:
    return any(set(word) & set(each) for each in words)
