"""What strangers send: bytes and values that resemble what is wanted, and then don't."""

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bson
from hypothesis import strategies as st

from schoolbus.problems import Problem

# Each has broken some reader somewhere.
STRANGE = st.sampled_from(
    [
        *(
            "",
            "\0",
            "\r\n",
            "\ud83d",
            "\u202e",
            "²",
            "٣",
            "99999999999999999999",
            "-1",
            "1e400",
            "NaN",
            "=cmd|' /C calc'!A0",
            "$where",
        ),
        *("../../etc/passwd", "%00", "<script>", "{{7*7}}", "a" * 5000, "'", '"', "\\", "\x1b", "0" * 400),
    ]
)


def texts(most: int = 60) -> st.SearchStrategy[str]:
    return st.text(max_size=most) | STRANGE


def values(*names: str) -> st.SearchStrategy[Any]:
    """JSON whose objects have these names."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts(20)
    keys = st.sampled_from(names) | st.text(max_size=5)
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5), max_leaves=30
    )


def bodies(*names: str) -> st.SearchStrategy[bytes]:
    """Of JSON, of nearly JSON, and of anything."""
    return (
        values(*names).map(lambda value: json.dumps(value).encode())
        | st.binary(max_size=200)
        | DEEP.map(lambda one: one * 20_000)
    )


DEEP = st.sampled_from([b"[", b'{"a":', b"("])


@st.composite
def spoilt(draw: st.DrawFn, good: bytes, *words: bytes) -> bytes:
    """Something good in which a few places are other bytes, twice there, cut out, or one of `words`."""
    content = good
    for _ in range(draw(st.integers(0, 4))):
        begin = draw(st.integers(0, len(content)))
        end = min(len(content), begin + draw(st.integers(0, 40)))
        put = draw(st.binary(max_size=12) | st.just(content[begin:end] * 2) | st.sampled_from([b"", *words]))
        content = content[:begin] + put + content[end:]
    return content


@contextmanager
def refusing(code: int) -> Iterator[None]:
    """What happens within may be refused, with this status and no other."""
    try:
        yield
    except Problem as refused:
        if refused.code != code:
            raise


def can_be_kept(found: Any) -> bool:
    """Whether the database takes it as it is."""
    return bool(bson.encode({"kept": dataclasses.asdict(found)}))
