"""The school to which it happens: a branch with classes, families and a day of meetings, as reports knows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient

from bench.booking_storm import next_weekday, pairs, quiet
from demo.roster import write_chain
from schoolbus.caller import Caller
from schoolbus.scope import branch
from services.reports.store import Store
from services.roster.identity.tokens import Signer
from tests.support.platform import Platform
from tests.support.waiting import eventually

TEACHERS = 40  # who have a meeting day
LONGEST = 15 * 60  # minutes of that day
ALL = ["meetings", "reports", "notifications"]


@dataclass(frozen=True)
class School:
    """`classes`: children who have somebody to tell, by class. `guardians` who may receive reports, and `teachers`, by child.
    `families`: a guardian and a child who share neither with another one. `slots` of the meeting day, with its teacher."""

    branch_id: str
    head_id: str
    classes: Mapping[str, Sequence[str]]
    homerooms: Sequence[str]
    guardians: Mapping[str, Sequence[str]]
    teachers: Mapping[str, Sequence[str]]
    families: Sequence[tuple[str, str]]
    slots: Sequence[tuple[str, str]]
    signer: Signer

    def token(self, person_id: str, role: str) -> str:
        """Good for ten minutes, as roster gives it to who signs in."""
        return self.signer.token(Caller(person_id, {self.branch_id: frozenset({role})}))[0]


def opened(platform: Platform, students: int, slots: int) -> School:
    """Imported, subscribed, known to all services, and with about so many slots."""
    path = platform.folder / "chaos.zip"
    chain = write_chain(path, branches=1, students=students, seed=8)
    platform.import_zip(path.read_bytes())
    branch_id = platform.id("branch", chain.branch_ids[0])
    platform.operator().put(f"/v1/branches/{branch_id}/subscriptions", {"services": ALL})
    with MongoClient(platform.infrastructure.mongodb_uri, tz_aware=True) as client:
        eventually(lambda: all(quiet(platform, service) for service in ("roster", "reports")), timeout=300, every=0.5)
        meetings = client[platform.database("meetings")]
        store = Store(client[platform.database("reports")])
        eventually(lambda: _same(client, platform, branch_id), timeout=300, every=0.5)
        known = _known(store, branch_id)
        day = _meeting_day(platform, branch_id, store, slots)
        rows = meetings.slots.find({"meeting_day_id": day}).sort("_id")
        return School(
            branch_id=branch_id,
            head_id=platform.id("person", chain.head.sourced_id),
            **known,
            families=pairs(meetings, branch_id),
            slots=[(row["_id"], row["teacher_id"]) for row in rows],
            signer=Signer(platform.keys["TOKEN_SIGNING_KEY"]),
        )


def _same(client: MongoClient[Any], platform: Platform, branch_id: str) -> bool:
    """Every service knows all relations of the branch."""
    count = client[platform.database("roster")].relations.count_documents({"branch_id": branch_id})
    return all(
        client[platform.database(service)].relations.count_documents({"branch_id": branch_id}) == count
        and client[platform.database(service)].branches.find_one({"branch_id": branch_id, "services": service})
        for service in ALL
    )


def _known(store: Store, branch_id: str) -> dict[str, Any]:
    scope = branch(branch_id)
    rows = store.classes.find(scope, {"active": True}, sort="class_id", limit=10_000)
    of_class = {row["class_id"]: sorted(store.students_of_class(scope, row["class_id"])) for row in rows}
    students = sorted({student for each in of_class.values() for student in each})
    guardians = {id: store.guardians_of(scope, id, "may_receive_reports") for id in students}
    return {
        "classes": {id: told for id, each in of_class.items() if (told := [one for one in each if guardians[one]])},
        "homerooms": [row["class_id"] for row in rows if row["homeroom"]],
        "guardians": guardians,
        "teachers": {id: sorted(set(store.teachers_of_student(scope, id))) for id in students},
    }


def _meeting_day(platform: Platform, branch_id: str, store: Store, slots: int) -> str:
    teaching = store.people.find(branch(branch_id), {"roles": "teacher", "active": True}, sort="person_id", limit=TEACHERS)
    minutes = min(LONGEST, max(1, slots // len(teaching)) * 5)
    day = {
        "title": "Meetings",
        "held_on": next_weekday().isoformat(),
        "starts": "08:00",
        "ends": f"{8 + minutes // 60:02}:{minutes % 60:02}",
        "slot_minutes": 5,
        "teachers": [{"teacher_id": row["person_id"], "place": f"Room {number}"} for number, row in enumerate(teaching)],
        "invited": {
            "grades": sorted({row["grade"] for row in store.classes.find(branch(branch_id), {}, limit=10_000)} - {None})
        },
    }
    made = platform.operator().post(f"/v1/branches/{branch_id}/meeting-days", day)
    return str(made["meeting_day_id"])
