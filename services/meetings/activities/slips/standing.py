"""Whether a student may take part: plain values in, plain values out."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

YES, NO, WITHDRAWN = ANSWERS = ("yes", "no", "withdrawn")
GRANTED, REFUSED, HALF, MISSING = STANDINGS = ("granted", "refused", "half", "missing")


def standing(consents: Iterable[Mapping[str, Any]], deciders: Collection[str], text_version: int, *, both: bool) -> str:
    """Of one student, by what guardians said of it.

    `deciders`: the guardians whose relation permits it today: what another one said, or what was said of an earlier text,
    counts no more. One no is a no. `both`: two have to say yes where the child has two; until then it is half.
    """
    said = [each["answer"] for each in consents if each["guardian_id"] in deciders and each["text_version"] == text_version]
    if NO in said:
        return REFUSED
    needed = min(2, len(deciders)) if both else 1
    if said.count(YES) >= max(1, needed):
        return GRANTED
    return HALF if YES in said else MISSING
