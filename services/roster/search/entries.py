"""What of a name stands in the index, and where in it a question begins to read.

A person has one entry for each word of their name, which begins with its key and goes on with the others: `MHMD_ALi_XN_`,
`ALi_XN_MHMD_`, `XN_MHMD_ALi_`. So whichever two words somebody asks for, their keys stand next to each other at the beginning
of an entry, and a question is the beginning of an entry: one short read, however many are called Muhammad. Entries with `=`
before them are names as they are spelt.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import Any

from services.roster.search.words import keys_of, starts_of, words_of

_MOST = 16  # entries of a person
_END, _SPELT = "_", "="
# Of these and the word after it, people make one word as often as two.
_JOINED = frozenset(
    (
        "mah",
        "shah",
        "gul",
        "noor",
        "abd",
        "abdul",
        "zain",
        "umm",
        "fakhr",
        "bi",
        "ماہ",
        "شاہ",
        "گل",
        "نور",
        "عبد",
        "زین",
        "ام",
        "فخر",
        "بی",
    )
)


@lru_cache(maxsize=65_536)
def entries(latin: str, urdu: str) -> list[str]:
    """The entries of a name, in Latin letters and in Urdu script (blank where there is none)."""
    spelt = [words for words in (words_of(latin), words_of(urdu)) if words]
    made = [_SPELT + _line(words) for words in spelt]
    for sequence in _sequences(spelt):
        made += _turned(sequence)
    return list(dict.fromkeys(made))[:_MOST]


def in_index(latin: str, urdu: str, branch_ids: Iterable[str]) -> list[str]:
    """What a person's record holds: the entries for who looks through the chain, and by branch for who looks through that."""
    plain = entries(latin, urdu)
    by_sound = [entry for entry in plain if entry[0] != _SPELT]
    return [*plain, *(tag(branch_id) + entry for branch_id in branch_ids for entry in by_sound)]


def of_person(person: dict[str, Any]) -> list[str]:
    return in_index(f"{person['given_name']} {person['family_name']}", person["name_ur"] or "", person["branch_id"])


def tag(branch_id: str) -> str:
    """Short, so some branches may share one: a question names its branch as well."""
    return f"{branch_id[:4]}."


def beginnings(text: str) -> list[list[str]]:
    """What the entries begin with that answer a question: names as they are spelt, then by the sound of all words, then with
    the last word still being typed."""
    words = words_of(text)
    if not words:
        return []
    spelt = [_SPELT + _END.join(words)]
    by_key = [_line(keys) for order in _orders(words) for keys in islice(product(*(keys_of(word) for word in order)), 4)]
    by_start = [
        _END.join(keys)
        for written in _written(words)
        for keys in islice(product(*(keys_of(word) for word in written[:-1]), starts_of(written[-1])), 8)
    ]
    return [list(dict.fromkeys(group)) for group in (spelt, by_key, by_start)]


def fit(words: Sequence[str], latin: str, urdu: str) -> int:
    """How well a name fits: 0 all words as they are spelt, 1 the last one begun, 2 by their sound."""
    spelt = {*words_of(latin), *words_of(urdu)}
    if not spelt.issuperset(words[:-1]):
        return 2
    if words[-1] in spelt:
        return 0
    return 1 if any(word.startswith(words[-1]) for word in spelt) else 2


def _orders(words: list[str]) -> list[list[str]]:
    """Two words may come in either order. Of more, as they stand."""
    turned = [written[::-1] for written in _written(words) if len(written) == 2]
    return [*_written(words), *turned]


def _written(words: list[str]) -> list[list[str]]:
    """As they stand; and with Mah Noor as Mahnoor."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _JOINED:
            joined[-1] += word
        else:
            joined.append(word)
    return [words, joined] if len(joined) < len(words) else [words]


def _sequences(spelt: list[list[str]]) -> list[list[str]]:
    """The keys of the words in their order: one sequence where both scripts say the same, else more."""
    found: list[list[tuple[str, ...]]] = []
    for words in (written for each in spelt for written in _written(each)):
        keys = [keys_of(word) for word in words]
        for place, known in enumerate(found):
            if len(known) == len(keys) and all(agreed := [*map(_in_both, known, keys)]):
                found[place] = agreed
                break
        else:
            found.append(keys)
    return [list(choice) for keys in found for choice in islice(product(*keys), 4)]


@lru_cache(maxsize=65_536)
def _in_both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in one if key in other)


def _turned(keys: list[str]) -> list[str]:
    """Each key in front once, with the others after it; of three or more, what stands apart is brought together too."""
    turned = [_line(keys[place:] + keys[:place]) for place in range(len(keys))]
    apart = [
        _line([key, *keys[further:], *keys[place + 1 : further]])
        for place, key in enumerate(keys)
        for further in range(place + 2, len(keys))
    ]
    return turned + apart


def _line(words: Iterable[str]) -> str:
    return _END.join(words) + _END
