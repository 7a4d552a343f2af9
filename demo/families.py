"""What kinds of families there are: who looks after whom, how each is reached, in which language. No names, no numbers yet.

The shares are guesses after what is known of Pakistan: nearly every household has a mobile, half of the people own one,
most read Urdu.
"""

import random
from dataclasses import dataclass, replace
from typing import Literal

Language = Literal["en", "ur"]


@dataclass(frozen=True, slots=True)
class Guardian:
    """One who looks after children. `role` is a role of OneRoster (parent, guardian, relative)."""

    sex: Literal["f", "m"]
    channels: tuple[str, ...]  # first choice first
    language: Language = "ur"
    role: str = "parent"
    phone: Literal["own", "shared", "none"] = "own"  # shared: the number of the family's first guardian
    email: bool = False
    ending: str | None = None  # the last four digits, which tell the carrier simulator what to do
    teaches: bool = False  # is also a teacher of the branch


@dataclass(frozen=True, slots=True)
class Family:
    """Guardians and the children they share. A child is given by its branch: 0 the family's own, 1 the one beside it."""

    guardians: tuple[Guardian, ...]
    children: tuple[int, ...] = (0,)
    known_as: str = ""  # its place in the summary


def _mother(*channels: str, **more: object) -> Guardian:
    return Guardian("f", (*channels, "app"), **more)  # type: ignore[arg-type]


def _father(*channels: str, **more: object) -> Guardian:
    return Guardian("m", (*channels, "app"), **more)  # type: ignore[arg-type]


# One of each kind, all in the first class of the first branch: what a demonstration or a test wants to find in any set.
SHOWCASE = (
    Family((_mother("sms"), _father("whatsapp", "sms", language="en")), known_as="urdu_sms"),
    Family((_father("sms"), _mother("sms", phone="shared")), children=(0, 0), known_as="shared_phone"),
    Family((_father("whatsapp", "sms", language="en"), _mother("sms")), known_as="apart"),
    Family((_mother("whatsapp", "sms"),), children=(0, 1), known_as="two_branches"),
    Family((_father("email", language="en", phone="none", email=True),), known_as="email_only"),
    Family((Guardian("f", ("app",), role="guardian", phone="none"),), known_as="no_phone"),
    Family((_mother("sms", ending="0001"),), known_as="never_delivers"),
    Family((_father("sms", ending="0002", language="en"),), known_as="carrier_fails"),
    Family((_mother("sms", ending="0003"),), known_as="rate_limited_once"),
    Family((_mother("app", "sms", teaches=True),), known_as="teacher_is_mother"),
)
SHOWCASE_CHILDREN = sum(len(family.children) for family in SHOWCASE)


def draw(rng: random.Random) -> Family:
    """A family by chance."""
    siblings = rng.choices((0, 1, 2, 3), (45, 33, 16, 6))[0]
    children = (0, *(int(rng.random() < 0.08) for _ in range(siblings)))
    language = _language(rng)
    kind = rng.random()
    if kind < 0.14:
        return Family((_reached(rng, "f", language),), children)
    if kind < 0.24:
        return Family((_reached(rng, "m", language),), children)
    if kind < 0.30:
        sex: Literal["f", "m"] = "f" if rng.random() < 0.6 else "m"
        return Family((_reached(rng, sex, "ur", role="guardian" if kind < 0.27 else "relative"),), children)
    if kind < 0.37:  # they live apart: nothing is shared, not even the language
        return Family((_reached(rng, "m", _language(rng)), _reached(rng, "f", _language(rng))), children)
    father = _reached(rng, "m", language)
    shared = father.phone == "own" and rng.random() < 0.3
    mother = Guardian("f", father.channels, language, phone="shared") if shared else _reached(rng, "f", language)
    return Family((father, mother), children)


def _language(rng: random.Random) -> Language:
    return "ur" if rng.random() < 0.7 else "en"


def _reached(rng: random.Random, sex: Literal["f", "m"], language: Language, role: str = "parent") -> Guardian:
    reach = rng.random()
    if reach < 0.04:
        return Guardian(sex, ("app",), language, role, phone="none")
    if reach < 0.08:
        return Guardian(sex, ("email", "app"), language, role, phone="none", email=True)
    return Guardian(sex, _by_phone(reach), language, role, email=rng.random() < 0.35)


def _by_phone(share: float) -> tuple[str, ...]:
    if share < 0.55:
        return ("sms", "app")
    if share < 0.85:
        return ("whatsapp", "sms", "app")
    return ("app", "sms") if share < 0.93 else ("sms", "whatsapp", "app")


def with_relatives(family: Family, count: int) -> Family:
    """So many grandmothers and aunts more, who look after the children too."""
    relative = Guardian("f", ("sms", "app"), role="relative")
    return replace(family, guardians=(*family.guardians, *[relative] * count)) if count else family
