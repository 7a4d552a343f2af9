"""What each role may do, and how far it reaches: the one table.

An entrypoint names its right; docs/rights.md is printed from here (`python -m schoolbus rights`). A right
is held in a branch. Where a role reaches less than the branch, `schoolbus.access` looks whose child or class it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ROLES = ("guardian", "pta_officer", "teacher", "class_teacher", "office", "head", "operator", "machine")


class Reach(StrEnum):
    """How far a role's right reaches, from near to far."""

    SELF = "own"  # what is theirs: their account, messages, bookings, notes
    CHILDREN = "children"  # children whose guardian they are, as far as the relation permits
    HOMEROOM = "homeroom"  # the class whose class teacher they are, and its children
    CLASSES = "classes"  # classes that they teach, and the children in them
    BRANCH = "branch"
    CHAIN = "chain"  # every branch


SELF, CHILDREN, HOMEROOM, CLASSES, BRANCH, CHAIN = Reach


@dataclass(frozen=True)
class Right:
    """Who may, and how far. `needs` is what a guardian's relation to the child has to permit."""

    name: str
    reach: dict[str, Reach]
    needs: str | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self.reach)


def _may(needs: str | None = None, **reach: Reach) -> tuple[dict[str, Reach], str | None]:
    return reach, needs


_EVERYBODY = dict.fromkeys(ROLES[:-1], SELF)  # a machine is nobody
_REPORTS, _BOOK = "may_receive_reports", "may_book"

_TABLE = {
    # Everybody
    "see oneself": _may(**_EVERYBODY),
    "see own messages": _may(**_EVERYBODY),
    "hear texts": _may(**_EVERYBODY),
    "keep own account": _may(**{role: SELF for role in ROLES if role != "machine"}),
    "keep own calendar": _may(**_EVERYBODY),
    "see branches": _may(**{**_EVERYBODY, "operator": CHAIN}),
    # The roster
    "import rosters": _may(operator=CHAIN),
    "manage machine clients": _may(operator=CHAIN),
    "pull rosters": _may(operator=CHAIN),
    "read the roster by OneRoster": _may(operator=CHAIN, machine=BRANCH),
    "read gradebooks by OneRoster": _may(machine=BRANCH),
    "push marks by OneRoster": _may(machine=BRANCH),
    "see classes": _may(teacher=BRANCH, class_teacher=BRANCH, office=BRANCH, head=BRANCH, operator=CHAIN),
    "see members of a class": _may(teacher=CLASSES, office=BRANCH, head=BRANCH, operator=CHAIN),
    "see people": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "see people of the chain": _may(operator=CHAIN),
    "keep branches": _may(operator=CHAIN),
    "keep the chain's terms": _may(operator=CHAIN),
    "see the calendar": _may(
        guardian=BRANCH, pta_officer=BRANCH, teacher=BRANCH, class_teacher=BRANCH, office=BRANCH, head=BRANCH, operator=CHAIN
    ),
    "keep the calendar": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep classes": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep people": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep relations": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "enrol": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "transfer students": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "promote classes": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "grant roles": _may(head=BRANCH, operator=CHAIN),
    "give passwords": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "reset second factors": _may(head=BRANCH, operator=CHAIN),
    # Privacy
    "see the audit trail": _may(head=BRANCH, operator=CHAIN),
    "export oneself": _may(**_EVERYBODY),
    "export people": _may(head=BRANCH, operator=CHAIN),
    "erase people": _may(head=BRANCH, operator=CHAIN),
    # Families
    "see families": _may(teacher=CLASSES, office=BRANCH, head=BRANCH, operator=CHAIN),
    "merge guardians": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "choose own preferences": _may(guardian=SELF),
    "see preferences": _may(class_teacher=HOMEROOM, office=BRANCH, head=BRANCH, operator=CHAIN),
    "set preferences": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "propose preferences": _may(class_teacher=HOMEROOM),
    "repair contacts": _may(class_teacher=HOMEROOM, office=BRANCH, head=BRANCH, operator=CHAIN),
    # What waits, in numbers
    "see what waits": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "see what waits of classes": _may(office=BRANCH, head=BRANCH),
    # Subscriptions
    "see subscriptions": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "choose subscriptions": _may(operator=CHAIN),
    "ask for subscriptions": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "see plans": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep plans": _may(operator=CHAIN),
    "export usage": _may(operator=CHAIN),
    "keep webhooks": _may(head=BRANCH, operator=CHAIN),
    # The classroom
    "set homework": _may(teacher=CLASSES, office=BRANCH, head=BRANCH),
    "see homework": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES, office=BRANCH, head=BRANCH),
    "answer homework": _may(_REPORTS, guardian=CHILDREN),
    "see the classroom": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES, office=BRANCH, head=BRANCH),
    "keep class diaries": _may(teacher=CLASSES, office=BRANCH, head=BRANCH),
    "keep class timetables": _may(office=BRANCH, head=BRANCH),
    "set expectations": _may(teacher=CLASSES, office=BRANCH, head=BRANCH),
    "acknowledge expectations": _may(_REPORTS, guardian=CHILDREN),
    "set learning goals": _may(teacher=CLASSES, office=BRANCH, head=BRANCH),
    "keep teaching methods": _may(teacher=CLASSES, office=BRANCH, head=BRANCH),
    "see today": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES, office=BRANCH, head=BRANCH),
    "mark": _may(teacher=CLASSES, office=BRANCH, head=BRANCH),
    "moderate marks": _may(teacher=CLASSES, office=BRANCH, head=BRANCH),
    "lock terms": _may(office=BRANCH, head=BRANCH),
    "see results": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES, office=BRANCH, head=BRANCH),
    "see grading schemes": _may(guardian=BRANCH, teacher=BRANCH, office=BRANCH, head=BRANCH),
    "keep grading schemes": _may(office=BRANCH, head=BRANCH),
    "issue report cards": _may(teacher=CLASSES, office=BRANCH, head=BRANCH),
    "review report cards": _may(class_teacher=HOMEROOM, office=BRANCH, head=BRANCH),
    "approve report cards": _may(head=BRANCH),
    "see report cards": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES, office=BRANCH, head=BRANCH),
    "acknowledge report cards": _may(_REPORTS, guardian=CHILDREN),
    "design report cards": _may(office=BRANCH, head=BRANCH),
    "print reports": _may(teacher=CLASSES, office=BRANCH, head=BRANCH),
    "give certificates": _may(class_teacher=HOMEROOM, office=BRANCH, head=BRANCH),
    "see certificates": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES, office=BRANCH, head=BRANCH),
    "write home notes": _may(guardian=CHILDREN),
    "see home notes": _may(guardian=SELF, teacher=CLASSES),
    "acknowledge home notes": _may(teacher=CLASSES),
    "take registers": _may(teacher=CLASSES, office=BRANCH, head=BRANCH),
    "see attendance": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES, office=BRANCH, head=BRANCH),
    "give reasons for absence": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES, office=BRANCH, head=BRANCH),
    "note behaviour": _may(teacher=CLASSES, office=BRANCH, head=BRANCH),
    "see behaviour": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES, office=BRANCH, head=BRANCH),
    "keep behaviour aspects": _may(office=BRANCH, head=BRANCH),
    "see engagement": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "see engagement of classes": _may(class_teacher=HOMEROOM, office=BRANCH, head=BRANCH, operator=CHAIN),
    "see engagement of families": _may(class_teacher=HOMEROOM, office=BRANCH, head=BRANCH),
    "keep engagement steps": _may(class_teacher=HOMEROOM, office=BRANCH, head=BRANCH),
    "see engagement of the chain": _may(operator=CHAIN),
    # Meetings
    "arrange meetings": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "see meeting days": _may(guardian=BRANCH, teacher=BRANCH, office=BRANCH, head=BRANCH, operator=CHAIN),
    "book meetings": _may(_BOOK, guardian=CHILDREN, teacher=CLASSES, office=BRANCH, head=BRANCH, operator=CHAIN),
    "put wishes": _may(_BOOK, guardian=CHILDREN, office=BRANCH, head=BRANCH, operator=CHAIN),
    "see wishes": _may(guardian=SELF, office=BRANCH, head=BRANCH, operator=CHAIN),
    "mark priorities": _may(teacher=CLASSES),
    "see priorities": _may(teacher=SELF, office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep availability": _may(teacher=SELF, office=BRANCH, head=BRANCH, operator=CHAIN),
    "see own bookings": _may(guardian=SELF, teacher=SELF),
    "change bookings": _may(guardian=SELF, teacher=SELF, office=BRANCH, head=BRANCH, operator=CHAIN),
    "see bookings": _may(guardian=SELF, teacher=SELF, office=BRANCH, head=BRANCH, operator=CHAIN),
    # The meeting itself, and what follows from it
    "prepare meetings": _may(guardian=SELF, teacher=SELF, office=BRANCH, head=BRANCH),
    "see day lists": _may(teacher=SELF, office=BRANCH, head=BRANCH),
    "run meetings": _may(teacher=SELF, office=BRANCH, head=BRANCH),
    "see meeting notes": _may(_REPORTS, guardian=CHILDREN, teacher=SELF, head=BRANCH),
    "write meeting notes": _may(teacher=SELF),
    "see call wishes": _may(guardian=SELF, teacher=SELF, office=BRANCH, head=BRANCH),
    "wish for calls": _may(guardian=SELF, office=BRANCH, head=BRANCH),
    "ask for written meetings": _may(_BOOK, guardian=CHILDREN, teacher=CLASSES, office=BRANCH, head=BRANCH),
    "see written meetings": _may(guardian=SELF, teacher=SELF, head=BRANCH),
    "answer written meetings": _may(guardian=SELF, teacher=SELF),
    "keep commitments": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES, head=BRANCH),
    "see commitments": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES, head=BRANCH),
    "book walk-ins": _may(teacher=CLASSES, office=BRANCH, head=BRANCH, operator=CHAIN),
    # The parents' association; `own`: officers, by a term that meetings knows of
    "see the pta": _may(guardian=BRANCH, pta_officer=BRANCH, teacher=BRANCH, office=BRANCH, head=BRANCH, operator=CHAIN),
    "join the pta": _may(guardian=SELF, teacher=SELF),
    "run the pta": _may(guardian=SELF, pta_officer=BRANCH, teacher=SELF, office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep the pta": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "stand for the pta": _may(guardian=SELF, teacher=SELF),
    "vote for the pta": _may(guardian=SELF),
    # Activities, volunteers, permission slips
    "arrange activities": _may(teacher=CLASSES, office=BRANCH, head=BRANCH, operator=CHAIN),
    "see activities": _may(_REPORTS, guardian=CHILDREN, teacher=BRANCH, office=BRANCH, head=BRANCH, operator=CHAIN),
    "answer invitations": _may(_REPORTS, guardian=CHILDREN),
    "see participants": _may(teacher=SELF, office=BRANCH, head=BRANCH, operator=CHAIN),
    "volunteer": _may(_REPORTS, guardian=CHILDREN),
    "answer permission slips": _may(_REPORTS, guardian=CHILDREN),
    "record consents on paper": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "see permissions": _may(teacher=CLASSES, office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep participants": _may(teacher=SELF, office=BRANCH, head=BRANCH, operator=CHAIN),
    "see participation": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    # Conversations
    "start conversations": _may(_REPORTS, guardian=CHILDREN, teacher=CLASSES),
    "see conversations": _may(guardian=SELF, teacher=SELF, head=BRANCH),
    "write in conversations": _may(guardian=SELF, teacher=SELF, head=BRANCH),
    "lead conversations": _may(teacher=SELF, head=BRANCH),
    "see office hours": _may(guardian=BRANCH, teacher=BRANCH, office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep office hours": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep own office hours": _may(teacher=SELF, head=SELF),
    "report messages": _may(guardian=SELF, teacher=SELF, head=BRANCH),
    "deal with abuse": _may(head=BRANCH),
    "use the suggestion box": _may(guardian=BRANCH, pta_officer=BRANCH),
    "read suggestions": _may(head=BRANCH, operator=CHAIN),
    "sort answers": _may(teacher=SELF, office=BRANCH, head=BRANCH, operator=CHAIN),
    "sort answers of the chain": _may(operator=CHAIN),
    # Announcements
    "announce": _may(teacher=CLASSES, office=BRANCH, head=BRANCH, operator=CHAIN),
    "announce to the chain": _may(operator=CHAIN),
    "have texts translated": _may(teacher=BRANCH, office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep audiences": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep message prices": _may(operator=CHAIN),
    "keep notification rules": _may(operator=CHAIN),
    "narrow notification rules": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep wording": _may(operator=CHAIN),
    # Guides
    "read guides": _may(_REPORTS, guardian=CHILDREN, teacher=BRANCH, office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep guides": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep guides of the chain": _may(operator=CHAIN),
    "keep packs": _may(office=BRANCH, head=BRANCH, operator=CHAIN),
    "keep packs of the chain": _may(operator=CHAIN),
    # What became of messages
    "print letters": _may(class_teacher=HOMEROOM, office=BRANCH, head=BRANCH, operator=CHAIN),
    "follow messages": _may(teacher=CLASSES, office=BRANCH, head=BRANCH, operator=CHAIN),
    "follow deliveries of the chain": _may(operator=CHAIN),
    "send messages again": _may(teacher=CLASSES, office=BRANCH, head=BRANCH, operator=CHAIN),
}  # fmt: skip

RIGHTS = {name: Right(name, reach, needs) for name, (reach, needs) in _TABLE.items()}


def right(name: str) -> Right:
    """Raises LookupError for one that the table has not."""
    try:
        return RIGHTS[name]
    except KeyError:
        raise LookupError(f"schoolbus.rights has no right {name!r}") from None


def markdown(rights: Iterable[Right] = tuple(RIGHTS.values())) -> str:
    """The table as people read it."""
    lines = [["right", *(role.replace("_", " ") for role in ROLES), "a guardian's relation must permit"]]
    lines += [[each.name, *(each.reach.get(role, "") for role in ROLES), each.needs or ""] for each in rights]
    rows = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([rows[0], "|---" * len(lines[0]) + "|", *rows[1:]]) + "\n"
