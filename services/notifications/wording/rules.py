"""A rule: which event tells whom what, how urgently and by what. The rules themselves are data: `rules.toml`, and what the
chain and its branches make of it (`ruling/`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from schoolbus.events import Event
from schoolbus.grades import all_plain
from services.notifications.wording.audiences import Audience, Data, Guardians, Told
from services.notifications.wording.texts import Text

URGENT, PROMPT, NORMAL = 0, 1, 5  # the lower is sent first; see sending/daily.py
URGENCIES = {"urgent": URGENT, "prompt": PROMPT, "normal": NORMAL}
DIGEST = "digest"  # instead of a channel: with the day's digest
Grades = Mapping[str, Collection[str]]  # those of a student's classes, by student


@dataclass(frozen=True)
class Rule:
    """`about`: a key of PLACES; the event's ABOUT_id is the thing's id. `channel`: one alone, or "digest"; None: the person's
    own. `paper`: a letter in the end, for guardians told of a child. `until`: the event's field with the moment after which it
    is too late; `urgent_until`: after which it is no longer urgent. `grades`: students of these alone; None: of all.
    """

    key: str
    event: type[Event]
    tells: Audience
    text: Text
    about: str
    urgency: int = NORMAL
    channel: str | None = None
    paper: bool = True
    on: bool = True
    branches_may_narrow: bool = True
    until: str | None = None
    urgent_until: str | None = None
    grades: tuple[str, ...] | None = None

    def told(self, data: Data, guardians: Guardians, grades: Grades) -> Iterator[Told]:
        """Whom it tells of an event. `grades` is asked where the rule is for some alone."""
        wanted = None if self.grades is None else all_plain(self.grades)
        for told in self.tells.tells(data, guardians):
            if wanted is None or wanted & all_plain(grades.get(told.student_id or "", ())):
                yield told

    def urgency_at(self, data: Data, at: datetime) -> int:
        over = self.urgency == URGENT and self.urgent_until and data[self.urgent_until] <= at
        return PROMPT if over else self.urgency

    def role_of(self, told: Told) -> str | None:
        """As whom somebody is told; None: as what they are."""
        return told.role or self.tells.role


# Where a person finds the thing: below /v1/branches/{branch_id}/. None: it has no page, and the feed shows what there is.
PLACES = {
    "homework": "homework/{id}",
    "expectations": "class-expectations/{id}",
    "learning_goal": "learning-goals/{id}",
    "quiz": "today/{student_id}",
    "report_card": "report-cards/{id}",
    "behaviour_note": "today/{student_id}",
    "attendance": "today/{student_id}",
    "home_note": "home-notes/{id}",
    "home_note_prompt": "home-notes",
    "meeting_day": "meeting-days/{id}",
    "booking": "bookings/{id}",
    "commitment": "commitments/{id}",
    "written_meeting": "written-meetings/{id}",
    "activity": "activities/{id}",
    "volunteer_task": "volunteering/{id}",
    "permission_slip": "permission-slips/{id}",
    "pta_meeting": "pta/meetings/{id}",
    "pta_minutes": "pta/meetings/{id}/minutes",
    "pta_decision": "pta/decisions/{id}",
    "pta_officer": "pta/officers/{id}",
    "pta_candidate": "pta/candidates/{id}",
    "pta_election": "pta/elections/{id}",
    "conversation": "conversations/{id}",
    "unclear_answer": "unclear-answers/{id}",
    "abuse_report": "abuse-reports/{id}",
}
FEED = "/v1/feed"


def place(branch_id: str, about: str, about_id: str, student_ids: Sequence[str] = ()) -> str:
    """The path of the thing a message is about. What is shown on a child's page is in the feed when it is about several."""
    below = PLACES.get(about)
    if below is None or ("{student_id}" in below and len(student_ids) != 1):
        return FEED
    return f"/v1/branches/{branch_id}/{below.format(id=about_id, student_id=next(iter(student_ids), ''))}"
