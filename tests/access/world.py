"""Three places of a chain, each with a child, a class, its people, and one of each thing that can be kept about them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from schoolbus.caller import Caller
from services.roster.identity.tokens import Signer
from tests.roster.sets import RosterSet
from tests.support.platform import Client, Platform
from tests.support.waiting import eventually

OWN, OTHER_CHILD, OTHER_BRANCH = "own", "other child", "other branch"


@dataclass
class Place:
    """sourcedIds of who is here, and `ids`: whatever a request may name, by its name in paths and bodies."""

    branch: str
    school_class: str
    student: str
    guardian: str
    teacher: str
    head: str
    ids: dict[str, str] = field(default_factory=dict)


PLACES = {
    OWN: Place("b1", "c1", "s1", "g1", "t1", "h1"),
    OTHER_CHILD: Place("b1", "c3", "s4", "g4", "t2", "h1"),
    OTHER_BRANCH: Place("b2", "c2", "s5", "g5", "t5", "h2"),
}


def chain() -> RosterSet:
    """The small set, with another class in the first branch and people in the second."""
    made = RosterSet().change("users", "s2", agentSourcedIds="")  # nobody of the first branch belongs to the second
    made = made.add(
        "classes",
        sourcedId="c3",
        title="6-A",
        grades="06",
        classType="homeroom",
        schoolSourcedId="b1",
        courseSourcedId="k5",
        termSourcedIds="y",
    )
    people = [
        ("s4", "student", "b1", "g4"),
        ("g4", "parent", "b1", ""),
        ("s5", "student", "b2", "g5"),
        ("g5", "parent", "b2", ""),
        ("t5", "teacher", "b2", ""),
        ("h2", "principal", "b2", ""),
    ]
    for number, (person, role, branch, agents) in enumerate(people):
        name = {"givenName": person.title(), "familyName": "Butt", "username": person, "enabledUser": "true"}
        made = made.add("users", sourcedId=person, sms=f"0301555000{number}", agentSourcedIds=agents, **name)
        granted = {"sourcedId": f"{person}-{role}", "userSourcedId": person, "orgSourcedId": branch}
        made = made.add("roles", role=role, roleType="primary", **granted)
    for school_class, branch, person, role in (
        ("c3", "b1", "t2", "teacher"),
        ("c3", "b1", "s4", "student"),
        ("c2", "b2", "t5", "teacher"),
        ("c2", "b2", "s5", "student"),
    ):
        named = {"classSourcedId": school_class, "schoolSourcedId": branch, "userSourcedId": person}
        made = made.add("enrollments", sourcedId=f"{school_class}-{person}", role=role, **named)
    return made


class World:
    """The platform with the chain in it, and callers of every role in the first branch."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.operator = platform.operator()
        self._signer = Signer(platform.keys["TOKEN_SIGNING_KEY"])
        self._import_id = platform.import_zip(chain().zip())["import_id"]
        for place in PLACES.values():
            self._furnish(place)

    def client(self, sourced_id: str, *roles: str, branch: str = "b1", scopes: frozenset[str] = frozenset()) -> Client:
        """Somebody with a token that says so; roster's own key signs it."""
        person_id = sourced_id if ":" in sourced_id else self.platform.id("person", sourced_id)
        held = {self.platform.id("branch", branch): frozenset(roles)} if roles else {}
        token, _ = self._signer.token(Caller(person_id, held, operator=not roles, scopes=scopes))
        return Client(self.platform.url, token, person_id)

    def callers(self) -> dict[str, Client]:
        """One of each role, all of the first branch and of the class and child that are their own."""
        return {
            "guardian": self.client("g1", "guardian"),
            "pta_officer": self.client("g3", "pta_officer"),
            "teacher": self.client("t1", "teacher"),
            "class_teacher": self.client("t1", "teacher", "class_teacher"),
            "office": self.client("o1", "office"),
            "head": self.client("h1", "head"),
            "operator": self.operator,
            "machine": self.client("machine:other-system", "machine"),
            "nobody": self.platform.nobody(),
        }

    # One of each thing

    def _furnish(self, place: Place) -> None:
        ids = place.ids
        ids["branch_id"] = self.platform.id("branch", place.branch)
        ids["class_id"] = self.platform.id("class", place.school_class)
        for name in ("student", "guardian", "teacher", "head"):
            ids[f"{name}_id"] = self.platform.id("person", getattr(place, name))
        ids |= {"person_id": ids["teacher_id"], "import_id": self._import_id}
        path = f"/v1/branches/{ids['branch_id']}"
        guardian = self.client(place.guardian, "guardian", branch=place.branch)
        teacher = self.client(place.teacher, "teacher", branch=place.branch)
        head = self.client(place.head, "head", branch=place.branch)
        eventually(lambda: self._known(head, teacher, path, ids), timeout=60)
        ids["homework_id"] = teacher.post(f"{path}/homework", HOMEWORK | {"class_id": ids["class_id"]})["homework_id"]
        marked = [{"student_id": ids["student_id"], "score": "7", "out_of": "10"}]
        teacher.put(f"{path}/marks", MARKED | {"class_id": ids["class_id"], "marks": marked})
        asked = {"class_id": ids["class_id"], "term": "First term", "student_ids": [ids["student_id"]]}
        ids["run_id"] = teacher.post(f"{path}/report-card-runs", asked)["run_id"]
        cards = eventually(lambda: self._cards(guardian, path, ids["student_id"]), timeout=60)
        ids["report_card_id"] = cards[0]["report_card_id"]
        note = {"student_id": ids["student_id"], "kind": "strengths", "text": "Reads each evening."}
        ids["home_note_id"] = guardian.post(f"{path}/home-notes", note)["home_note_id"]
        day = MEETING_DAY | {"teachers": [{"teacher_id": ids["teacher_id"], "place": "Room 4"}]}
        ids["meeting_day_id"] = head.post(f"{path}/meeting-days", day)["meeting_day_id"]
        slots = guardian.get(f"{path}/meeting-days/{ids['meeting_day_id']}/slots")["items"]
        booking = guardian.post(f"{path}/slots/{slots[0]['slot_id']}/booking", {"student_id": ids["student_id"]})
        ids["booking_id"], ids["slot_id"] = booking["booking_id"], slots[0]["slot_id"]
        feed = eventually(lambda: [each for each in guardian.get("/v1/feed")["items"] if each["calendar"]], timeout=60)
        ids["message_id"] = feed[0]["message_id"]

    def _known(self, head: Client, teacher: Client, path: str, ids: dict[str, str]) -> bool:
        """Reports and meetings have heard of these people."""
        today = teacher.call("GET", f"{path}/today/{ids['student_id']}")
        too_long = MEETING_DAY | {"slot_minutes": 240, "teachers": [{"teacher_id": ids["teacher_id"], "place": "-"}]}
        refused = head.call("POST", f"{path}/meeting-days", json=too_long).json().get("errors", "teachers")
        return today.status_code == 200 and "teachers" not in refused

    @staticmethod
    def _cards(guardian: Client, path: str, student_id: str) -> Any:
        return guardian.get(f"{path}/report-cards", params={"student_id": student_id})["items"]


HOMEWORK = {"title": "Plants", "text": "Water one.", "due_on": (date.today() + timedelta(days=3)).isoformat()}
MARKED: dict[str, Any] = {"term": "First term", "subject": "Science"}
MEETING_DAY: dict[str, Any] = {
    "title": "Autumn meeting",
    "held_on": (date.today() + timedelta(days=10)).isoformat(),
    "starts": "16:00",
    "ends": "17:00",
    "slot_minutes": 10,
}
Build = Callable[[Place], Any]
