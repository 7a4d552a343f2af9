"""Three places of a chain, each with a child, a class, its people, and one of each thing that can be kept about them."""

from dataclasses import dataclass, field
from typing import Any

from schoolbus.caller import Caller
from schoolbus.contracts.roster import SERVICES
from schoolbus.oneroster.scopes import SCOPES
from services.roster.identity.tokens import Signer
from tests.access import arranged, attending, booked, fresh, printed, taught
from tests.access.asks.ask import Ask, filled
from tests.access.samples import HOMEWORK, LETTER, MARKED, MEETING_DAY
from tests.roster.sets import RosterSet
from tests.support.platform import Client, Platform
from tests.support.recordings import ogg
from tests.support.waiting import eventually

OWN, OTHER_CHILD, OTHER_BRANCH = "own", "other child", "other branch"
TAUGHT, THEIRS = "taught", "theirs"  # the same person is teacher in the one and guardian in the other


@dataclass
class Place:
    """sourcedIds of who is here, and `ids`: whatever a request may name, by its name in paths and bodies."""

    branch: str
    school_class: str
    student: str
    guardian: str
    teacher: str
    head: str
    phone: str  # the guardian's
    enrollment: str  # the student's
    ids: dict[str, str] = field(default_factory=dict)


PLACES = {
    OWN: Place("b1", "c1", "s1", "g1", "t1", "h1", "+923001234567", "e2"),
    OTHER_CHILD: Place("b1", "c3", "s4", "g4", "t2", "h1", "+923015550001", "c3-s4"),
    OTHER_BRANCH: Place("b2", "c2", "s5", "g5", "t5", "h2", "+923015550003", "c2-s5"),
}
BOTH = "t6"  # who that is
OF_BOTH = {
    TAUGHT: Place("b1", "c5", "s7", "g7", BOTH, "h1", "+923015550007", "c5-s7"),
    THEIRS: Place("b2", "c4", "s6", BOTH, "t7", "h2", "+923015550009", "c4-s6"),
}


def chain() -> RosterSet:
    """The small set, with another class in the first branch and people in the second."""
    made = RosterSet().change("users", "s2", agentSourcedIds="")  # nobody of the first branch belongs to the second
    for school_class, title, branch in (("c3", "6-A", "b1"), ("c4", "7-A", "b2"), ("c5", "7-A", "b1")):
        named = {"sourcedId": school_class, "title": title, "schoolSourcedId": branch, "classType": "homeroom"}
        made = made.add("classes", grades="06", courseSourcedId="k5", termSourcedIds="y", **named)
    people = [
        ("s4", "student", "b1", "g4"),
        ("g4", "parent", "b1", ""),
        ("s5", "student", "b2", "g5"),
        ("g5", "parent", "b2", ""),
        ("t5", "teacher", "b2", ""),
        ("h2", "principal", "b2", ""),
        ("s7", "student", "b1", "g7"),
        ("g7", "parent", "b1", ""),
        ("s6", "student", "b2", BOTH),
        (BOTH, "parent", "b2", ""),
        ("t7", "teacher", "b2", ""),
    ]
    for number, (person, role, branch, agents) in enumerate(people):
        name = {"givenName": person.title(), "familyName": "Butt", "username": person, "enabledUser": "true"}
        made = made.add("users", sourcedId=person, sms=f"0301555{number:04}", agentSourcedIds=agents, **name)
        granted = {"sourcedId": f"{person}-{role}", "userSourcedId": person, "orgSourcedId": branch}
        made = made.add("roles", role=role, roleType="primary", **granted)
    for school_class, branch, person, role in (
        ("c3", "b1", "t2", "teacher"),
        ("c3", "b1", "s4", "student"),
        ("c2", "b2", "t5", "teacher"),
        ("c2", "b2", "s5", "student"),
        ("c5", "b1", BOTH, "teacher"),
        ("c5", "b1", "s7", "student"),
        ("c4", "b2", "t7", "teacher"),
        ("c4", "b2", "s6", "student"),
    ):
        named = {"classSourcedId": school_class, "schoolSourcedId": branch, "userSourcedId": person}
        made = made.add("enrollments", sourcedId=f"{school_class}-{person}", role=role, **named)
    granted = {"sourcedId": f"{BOTH}-teacher", "userSourcedId": BOTH, "orgSourcedId": "b1"}
    made = made.add("roles", role="teacher", roleType="secondary", **granted)
    for course, branch in (("k6", "b1"), ("k7", "b2")):
        made = made.add("courses", sourcedId=course, title="Robotics", orgSourcedId=branch)
    for student in ("s4", "s5"):
        made = made.add("demographics", sourcedId=student, birthDate="2015-03-01", sex="female")
    return made


KEPT = (
    *(fresh.commitment, fresh.written_meeting),
    *(fresh.term, fresh.grading_period, fresh.holiday, fresh.subject, fresh.next_class, fresh.guardians),
    *(fresh.relation, fresh.transfer_hence, fresh.export, fresh.erasure, fresh.subscription, fresh.delivery, fresh.print_run),
    *arranged.KEPT,
    *attending.KEPT,
    *booked.KEPT,
    *taught.KEPT,
    *printed.KEPT,
    *(fresh.unclear_answer, fresh.abuse_report, fresh.attachment, fresh.suggestion, fresh.timetable),
    fresh.association,
    *(fresh.announcement, fresh.sent_announcement, fresh.audience, fresh.tag, fresh.guide, fresh.pack),
    *(fresh.card_template, fresh.bank_remark),
)  # what is always there in a place


class World:
    """The platform with the chain in it, and callers of every role in the first branch."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._signer = Signer(platform.keys["TOKEN_SIGNING_KEY"])
        self.operator = self.operator_as(platform.operator().person_id)
        self._made: dict[tuple[Any, str], dict[str, str]] = {}
        self._chain = self._furnish_chain()
        for place in (PLACES | OF_BOTH).values():
            self._furnish(place)
        self._machine = fresh.machine(self, PLACES[OWN].ids)["client_id"]

    def client(self, sourced_id: str, *roles: str, branch: str = "b1") -> Client:
        """Somebody of the roster with a token that says so."""
        return self.at(self.platform.id("branch", branch), self.platform.id("person", sourced_id), *roles)

    def at(self, branch_id: str, person_id: str, *roles: str, scopes: tuple[str, ...] = ()) -> Client:
        """The same by ids; roster's own key signs it."""
        return self._of(Caller(person_id, {branch_id: frozenset(roles)}, scopes=frozenset(scopes)))

    def callers(self) -> dict[str, Client]:
        """One of each role, all of the first branch and of the class and child that are their own."""
        return {
            "guardian": self.client("g1", "guardian"),
            "pta_officer": self.client("g3", "pta_officer"),
            "teacher": self.client("t1", "teacher"),
            "class_teacher": self.client("t1", "teacher", "class_teacher"),
            "office": self.client("o1", "office"),
            "head": self.client("h1", "head"),
            "operator": self.operator_as(self.operator.person_id),
            "machine": self.at(PLACES[OWN].ids["branch_id"], f"machine:{self._machine}", "machine", scopes=SCOPES),
            "nobody": Client(self.platform.url),
        }

    def of_two_branches(self) -> dict[str, Client]:
        """Teacher in one branch and guardian in another, signed in as staff, and by a code to the phone."""
        here, there = (OF_BOTH[each].ids["branch_id"] for each in (TAUGHT, THEIRS))
        roles = {here: frozenset(("teacher",)), there: frozenset(("guardian",))}
        person_id = OF_BOTH[TAUGHT].ids["teacher_id"]
        callers = {
            "password": Caller(person_id, roles, how="password"),
            "code": Caller(person_id, {there: roles[there]}, how="code"),
        }
        return {how: self._of(each) for how, each in callers.items()}

    def operator_as(self, person_id: str) -> Client:
        """In no session, so that it goes on whatever sessions end."""
        return self._of(Caller(person_id, operator=True))

    def _of(self, caller: Caller) -> Client:
        def signed() -> str:
            return self._signer.token(caller)[0]

        return Client(self.platform.url, signed(), caller.person_id, signed=signed)

    def ids(self, ask: Ask, situation: str) -> dict[str, str]:
        """What a request names in a place; what is made for it stands until `used`."""
        place = (PLACES | OF_BOTH)[situation].ids
        if ask.fresh and (ask.fresh, situation) not in self._made:
            self._made[ask.fresh, situation] = ask.fresh(self, place)
        found = place | (self._made[ask.fresh, situation] if ask.fresh else {})
        return found | filled(ask.ids, found)

    def used(self, ask: Ask, situation: str) -> None:
        self._made.pop((ask.fresh, situation), None)

    def subscribe(self, situation: str) -> None:
        """Whatever became of the branch's subscriptions, it has all services again, and they have heard of it."""
        ids = PLACES[situation].ids
        path = f"/v1/branches/{ids['branch_id']}"
        self.operator.put(f"{path}/subscriptions", {"services": list(SERVICES)})
        asked = [f"{path}/{each}" for each in (f"today/{ids['student_id']}", "meeting-days", "messages?about_type=x")]
        eventually(lambda: not any("subscription_required" in self.operator.call("GET", each).text for each in asked))

    # One of each thing

    def _furnish_chain(self) -> dict[str, str]:
        """What is of no branch, and a branch that nobody of these places has a role in."""
        ids = {"import_id": self.platform.import_zip(chain().zip())["import_id"]}
        odd = chain().change("enrollments", "e2", classSourcedId="c99").zip()
        ids["refused_import_id"] = self.platform.import_zip(odd, "refused")["import_id"]
        ids["far_branch_id"] = self.operator.post("/v1/branches", {"name": "Model Town"})["branch_id"]
        ids["chain_term_id"] = fresh.chain_term(self, ids)["term_id"]
        ids |= fresh.chain_announcement(self, ids) | fresh.chain_audience(self, ids) | fresh.chain_guide(self, ids)
        ids |= fresh.chain_pack(self, ids)
        return ids | fresh.plan(self, ids) | fresh.pull(self, ids)

    def _furnish(self, place: Place) -> None:
        ids = place.ids
        ids |= self._chain
        ids["branch_id"] = self.platform.id("branch", place.branch)
        ids["class_id"] = self.platform.id("class", place.school_class)
        for name in ("student", "guardian", "teacher", "head"):
            ids[f"{name}_id"] = self.platform.id("person", getattr(place, name))
        ids |= {"person_id": ids["teacher_id"], "guardian_phone": place.phone}
        ids["course_id"] = self.platform.id("course", "k7" if place.branch == "b2" else "k6")
        ids["enrollment_id"] = self.platform.id("enrollment", place.enrollment)
        path = f"/v1/branches/{ids['branch_id']}"
        guardian = self.client(place.guardian, "guardian", branch=place.branch)
        teacher = self.client(place.teacher, "teacher", branch=place.branch)
        head = self.client(place.head, "head", branch=place.branch)
        eventually(lambda: self._known(head, teacher, path, ids))
        ids["homework_id"] = teacher.post(f"{path}/homework", HOMEWORK | {"class_id": ids["class_id"]})["homework_id"]
        marked = [{"student_id": ids["student_id"], "score": "7", "out_of": "10"}]
        teacher.put(f"{path}/marks", MARKED | {"class_id": ids["class_id"], "marks": marked})
        asked = {"class_id": ids["class_id"], "term": "First term", "student_ids": [ids["student_id"]], "approved": True}
        ids["run_id"] = head.post(f"{path}/report-card-runs", asked)["run_id"]
        cards = eventually(lambda: self._cards(guardian, path, ids["student_id"]))
        ids["report_card_id"] = cards[0]["report_card_id"]
        note = {"student_id": ids["student_id"], "kind": "strengths", "text": "Reads each evening."}
        spoken = {"student_id": ids["student_id"], "client_id": "kept"}
        voice = guardian.call("POST", f"{path}/home-note-voices", params=spoken, data=ogg(3)).json()
        note |= {"voice_id": voice["voice_id"]}
        ids["home_note_id"] = guardian.post(f"{path}/home-notes", note)["home_note_id"]
        day = MEETING_DAY | {"teachers": [{"teacher_id": ids["teacher_id"], "place": f"Room of {ids['teacher_id']}"}]}
        ids["meeting_day_id"] = head.post(f"{path}/meeting-days", day)["meeting_day_id"]
        slots = guardian.get(f"{path}/meeting-days/{ids['meeting_day_id']}/slots")["items"]
        booking = guardian.post(f"{path}/slots/{slots[0]['slot_id']}/booking", {"student_id": ids["student_id"]})
        ids["booking_id"], ids["slot_id"] = booking["booking_id"], slots[0]["slot_id"]
        feed = eventually(lambda: self._invitations(guardian, ids["branch_id"]))
        ids["message_id"] = feed[0]["message_id"]
        letter = LETTER | {"student_id": ids["student_id"], "teacher_id": ids["teacher_id"]}
        ids["conversation_id"] = guardian.post(f"{path}/conversations", letter)["conversation_id"]
        for make in KEPT:
            ids |= make(self, ids)
        ids["kept_class_id"] = fresh.school_class(self, ids)["class_id"]

    def _known(self, head: Client, teacher: Client, path: str, ids: dict[str, str]) -> bool:
        """Reports and meetings have heard of these people."""
        today = teacher.call("GET", f"{path}/today/{ids['student_id']}")
        too_long = MEETING_DAY | {"slot_minutes": 240, "teachers": [{"teacher_id": ids["teacher_id"], "place": "-"}]}
        refused = head.call("POST", f"{path}/meeting-days", json=too_long).json().get("errors", "teachers")
        return today.status_code == 200 and "teachers" not in refused

    @staticmethod
    def _invitations(guardian: Client, branch_id: str) -> Any:
        found = guardian.get("/v1/feed")["items"]
        return [each for each in found if each["calendar"] and each["branch_id"] == branch_id]

    @staticmethod
    def _cards(guardian: Client, path: str, student_id: str) -> Any:
        return guardian.get(f"{path}/report-cards", params={"student_id": student_id})["items"]
