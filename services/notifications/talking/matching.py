"""Where an answer belongs: plain rules on plain values. Nothing is lost, and nothing comes into a stranger's thread.

A phone may be of two guardians, a guardian of several children, a child's family of several branches. What is not sure is not
guessed: it goes to the class teacher, marked as unclear, or to the office.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

REMEMBERED = timedelta(days=30)  # an answer to something older is an answer to nothing
RECENT = timedelta(hours=48)  # what came in this time may be what is meant


@dataclass(frozen=True)
class Sent:
    """A message that went to the address."""

    id: str
    at: datetime
    branch_id: str
    person_id: str  # of a merged record: of the one that counts
    student_ids: tuple[str, ...] = ()
    conversation_id: str | None = None
    teacher_id: str | None = None  # whom a notice names
    staff: bool = False  # it went to a teacher or a head

    @property
    def lead(self) -> tuple[str, str, str]:
        return self.branch_id, self.person_id, self.student_ids[0] if self.student_ids else ""


@dataclass(frozen=True)
class Holder:
    """Somebody in a branch whose address it is today. `children`: of whom they may hear."""

    branch_id: str
    person_id: str
    children: frozenset[str] = frozenset()
    staff: bool = False


class Where(StrEnum):
    THREAD = "thread"
    UNCLEAR = "unclear"  # to the class teacher of `student_id`
    OFFICE = "office"  # of the branch
    UNKNOWN = "unknown"  # nobody knows the address


@dataclass(frozen=True)
class Place:
    """`message_id`: by which it was found. `candidates`: (person, child) who may be meant. `teacher_id` None: class teacher."""

    where: Where
    branch_id: str = ""
    person_id: str | None = None
    student_id: str | None = None
    conversation_id: str | None = None
    teacher_id: str | None = None
    message_id: str | None = None
    candidates: tuple[tuple[str, str], ...] = ()


def place(quoted: Sent | None, sent: Iterable[Sent], holders: Sequence[Holder], at: datetime) -> Place:
    """`quoted`: the message that the answer names; `sent`: others to the address, in whatever order."""
    if quoted is not None and _leads(quoted, holders):
        return _thread(quoted)
    if quoted is not None and (holder := _holder(quoted, holders)) is not None:
        meant = [id for id in quoted.student_ids if id in holder.children]
        if meant:
            return _unclear(quoted.branch_id, [(holder.person_id, id) for id in meant])
    known = [each for each in sent if at - REMEMBERED <= each.at <= at]
    mine = sorted((each for each in known if _leads(each, holders)), key=lambda each: (each.at, each.id), reverse=True)
    if not mine:
        return _without_message(holders, known)
    newest = _newest(mine, at)
    rivals = {each.lead: each for each in mine if _rivals(each, newest, at)}
    if rivals or _another_family(newest, holders):
        here = [each for each in (newest, *rivals.values()) if each.branch_id == newest.branch_id and not each.staff]
        return _unclear(newest.branch_id, [each.lead[1:] for each in here])
    return _thread(newest)


def _newest(mine: Sequence[Sent], at: datetime) -> Sent:
    """The newest; of one guardian and child a conversation comes before a notice."""
    newest = mine[0]
    talks = (each for each in mine if each.conversation_id and each.lead == newest.lead and each.at >= at - RECENT)
    return next(talks, newest)


def _rivals(other: Sent, newest: Sent, at: datetime) -> bool:
    """Whether it may be what is meant instead. A notice is no rival to a conversation that came after it."""
    if other.at < at - RECENT or (other.lead == newest.lead and not other.conversation_id):
        return False
    if newest.conversation_id:
        return other.conversation_id not in (None, newest.conversation_id) or (
            other.at > newest.at and other.lead != newest.lead
        )
    return other.lead != newest.lead


def _another_family(newest: Sent, holders: Sequence[Holder]) -> bool:
    """Whether the phone is also of somebody who is nobody to this child."""
    if newest.staff:
        return any(each.person_id != newest.person_id for each in holders)
    others = [each for each in holders if each.person_id != newest.person_id]
    ours = {each.person_id for each in others if newest.student_ids[0] in each.children}
    return any(each.person_id not in ours for each in others)


def _leads(sent: Sent, holders: Sequence[Holder]) -> bool:
    """Whether it is about one child, or of a conversation, of somebody whose address it still is."""
    holder = _holder(sent, holders)
    if holder is None or len(sent.student_ids) != 1:
        return False
    return (holder.staff and bool(sent.conversation_id)) if sent.staff else sent.student_ids[0] in holder.children


def _holder(sent: Sent, holders: Sequence[Holder]) -> Holder | None:
    return next((each for each in holders if (each.branch_id, each.person_id) == (sent.branch_id, sent.person_id)), None)


def _without_message(holders: Sequence[Holder], known: Sequence[Sent]) -> Place:
    """They write of themselves."""
    pairs = sorted((each.branch_id, each.person_id, child) for each in holders for child in each.children)
    if len(pairs) == 1 and len({each.person_id for each in holders}) == 1:
        branch_id, person_id, student_id = pairs[0]
        return Place(Where.THREAD, branch_id, person_id, student_id, candidates=((person_id, student_id),))
    if pairs:
        return _unclear(pairs[0][0], [pair[1:] for pair in pairs if pair[0] == pairs[0][0]])
    last = sorted(known, key=lambda each: (each.at, each.id))[-1:]
    branches = [each.branch_id for each in holders or last]
    return Place(Where.OFFICE, sorted(branches)[0]) if branches else Place(Where.UNKNOWN)


def _thread(sent: Sent) -> Place:
    pair = (sent.person_id, sent.student_ids[0])
    return Place(Where.THREAD, sent.branch_id, *pair, sent.conversation_id, sent.teacher_id, sent.id, (pair,))


def _unclear(branch_id: str, pairs: Sequence[tuple[str, str]]) -> Place:
    """To the class teacher of the first child."""
    candidates = tuple(dict.fromkeys(pairs))
    if not candidates:
        return Place(Where.OFFICE, branch_id)
    return Place(Where.UNCLEAR, branch_id, student_id=candidates[0][1], candidates=candidates)
