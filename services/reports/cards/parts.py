"""What a card may say beside the marks: each part is optional, and plain values."""

from dataclasses import dataclass

REACHED, OPEN = "reached", "open"
TEACHER, HEAD = "teacher", "head"


@dataclass(frozen=True)
class Attendance:
    """Days of the term; present + absent + excused = days, late is of those present."""

    days: int
    present: int
    absent: int
    excused: int = 0
    late: int = 0


@dataclass(frozen=True)
class Aspect:
    """How often a child was praised for something, and how often it was a concern."""

    name: str
    praise: int
    concern: int
    name_ur: str | None = None


@dataclass(frozen=True)
class Goal:
    """`state`: reached or open. A goal that was dropped is on no card."""

    text: str
    text_ur: str | None = None
    state: str = OPEN


@dataclass(frozen=True)
class Home:
    """What came from the home in this term, and what it can do next. None: not counted here."""

    homework_set: int | None = None
    homework_done: int | None = None
    homework_signed: int | None = None
    notes: int | None = None
    advice: str | None = None
    advice_ur: str | None = None


@dataclass(frozen=True)
class Remark:
    """`by`: whose, `teacher` or `head`; some lines of text."""

    by: str
    text: str
    text_ur: str | None = None
