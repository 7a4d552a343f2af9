"""What to try next with a family that is not reached: by the table TRY, in its order. Plain values.

What was tried in the last weeks and has not reached them is not suggested again. docs/engagement.md has the table as
`python -m services.reports.engagement.next_steps` prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from services.reports.engagement import unreached
from services.reports.engagement.unreached import NO_CONTACT, ONLY_PAPER, OTHER_LANGUAGE, UNREAD, WORKS, Told

NOT_AGAIN = timedelta(weeks=6)
REACHED, NOT_REACHED, NO_ANSWER = OUTCOMES = ("reached", "not_reached", "no_answer")


class Strategy(NamedTuple):
    key: str
    en: str
    ur: str


STRATEGIES = (
    Strategy("ask_for_contact", "Ask for a number that works", "درست نمبر معلوم کریں"),
    Strategy("own_language", "Write in the language they asked for", "ان کی منتخب زبان میں لکھیں"),
    Strategy("other_channel", "Another channel", "دوسرا ذریعہ آزمائیں"),
    Strategy("other_guardian", "The other guardian", "دوسرے سرپرست سے رابطہ کریں"),
    Strategy("call", "A call", "فون کال کریں"),
    Strategy("evening_slot", "An evening slot", "شام کا وقت دیں"),
    Strategy("letter", "A letter home with the child", "بچے کے ہاتھ خط بھیجیں"),
    Strategy("home_visit", "A home visit", "گھر جا کر ملیں"),
)
BY_KEY = {strategy.key: strategy for strategy in STRATEGIES}


class Situation(NamedTuple):
    """What the conditions of the table ask. `missed`: in the last months they were asked to meetings and came to none."""

    guardians: tuple[Told, ...]
    all_guardians: int
    missed: bool


def _always(now: Situation) -> bool:
    return True


def _another_guardian(now: Situation) -> bool:
    return now.all_guardians > len([each for each in now.guardians if each.contact == WORKS and each.unread_since])


def _one_channel(now: Situation) -> bool:
    return len({channel for each in now.guardians for channel in each.channels}) < 2


def _missed(now: Situation) -> bool:
    return now.missed


Condition = Callable[[Situation], bool]


class Try(NamedTuple):
    reason: str
    strategy: str
    when: Condition = _always


WHEN: dict[Condition, str] = {
    _always: "always",
    _another_guardian: "there is a guardian besides those who do not open what they are told",
    _one_channel: "they were told by one channel at most",
    _missed: "they were asked to meetings in the last three months and came to none",
}
TRY = (
    Try(NO_CONTACT, "ask_for_contact"),
    Try(NO_CONTACT, "letter"),
    Try(NO_CONTACT, "home_visit"),
    Try(OTHER_LANGUAGE, "own_language"),
    Try(OTHER_LANGUAGE, "call"),
    Try(UNREAD, "other_channel", _one_channel),
    Try(UNREAD, "other_guardian", _another_guardian),
    Try(UNREAD, "call"),
    Try(UNREAD, "evening_slot", _missed),
    Try(UNREAD, "letter"),
    Try(UNREAD, "home_visit"),
    Try(ONLY_PAPER, "call"),
    Try(ONLY_PAPER, "evening_slot", _missed),
    Try(ONLY_PAPER, "home_visit"),
)


class Tried(NamedTuple):
    strategy: str
    on: date
    outcome: str | None


def suggested(reasons: Collection[str], now: Situation, tried: Iterable[Tried], today: date) -> list[str]:
    """Strategies in the table's order, each once."""
    lately = {each.strategy for each in tried if each.outcome != REACHED and today - each.on < NOT_AGAIN}
    fit = (row.strategy for row in TRY if row.reason in reasons and row.when(now))
    return list(dict.fromkeys(strategy for strategy in fit if strategy not in lately))


def shown(keys: Sequence[str]) -> list[dict[str, Any]]:
    return [{"strategy": key, "text": BY_KEY[key].en, "text_ur": BY_KEY[key].ur} for key in keys]


def markdown() -> str:
    rows = [f"| `{row.reason}` | {BY_KEY[row.strategy].en} (`{row.strategy}`) | {WHEN[row.when]} |" for row in TRY]
    return "\n".join(["| reason | try | when |", "|---|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    print(f"{unreached.markdown()}\n{markdown()}", end="")
