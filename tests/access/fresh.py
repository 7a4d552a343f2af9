"""What a request uses up or changes, made by hand for it alone: each gives the ids by which the request names it.

By the operator, unless the row needs that somebody else did it.
"""

import itertools
from datetime import date, timedelta
from typing import Any, Protocol

import pyotp
import requests

from schoolbus.oneroster.scopes import DEMOGRAPHICS, OF_GRADEBOOK, ROSTER
from tests.access.samples import (
    ANNOUNCEMENT,
    BANK_REMARK,
    BLOCK,
    CARD_TEMPLATE,
    CATALOGUE,
    CLASS_LIST,
    DESK,
    DEVICE,
    GUIDE,
    HOLIDAY,
    HOMEWORK,
    HOOK,
    LETTER,
    MEETING_DAY,
    PASSWORD,
    PLAN,
    PREFERENCES,
    PROMISE,
    PTA_DECISION,
    PTA_ELECTION,
    PTA_MEETING,
    PTA_TERM,
    PULL,
    TERM,
    VERSION,
)
from tests.support.platform import Client, Platform
from tests.support.waiting import eventually

Ids = dict[str, str]
_numbers = itertools.count(1)


class World(Protocol):
    """As far as it is needed here."""

    platform: Platform
    operator: Client

    def at(self, branch_id: str, person_id: str, *roles: str) -> Client: ...


def _branch(ids: Ids) -> str:
    return f"/v1/branches/{ids['branch_id']}"


# Meetings


def meeting_day(world: World, ids: Ids, **more: Any) -> Ids:
    teachers = [{"teacher_id": ids["teacher_id"], "place": f"Room of {ids['teacher_id']}"}]
    held_on = {"held_on": (date(2080, 1, 1) + timedelta(next(_numbers))).isoformat()}
    day = world.operator.post(f"{_branch(ids)}/meeting-days", MEETING_DAY | held_on | {"teachers": teachers} | more)
    return {"meeting_day_id": day["meeting_day_id"]}


def booking(world: World, ids: Ids) -> Ids:
    _, slot = _day(world, ids)
    whose = {name: ids[name] for name in ("student_id", "guardian_id")}
    return {"booking_id": world.operator.post(f"{_branch(ids)}/slots/{slot['slot_id']}/booking", whose)["booking_id"]}


def hold(world: World, ids: Ids) -> Ids:
    """Of the guardian, who has not booked it yet."""
    path, slot = _day(world, ids)
    chosen = {"slots": [{"slot_id": slot["slot_id"], "student_id": ids["student_id"]}], "guardian_id": ids["guardian_id"]}
    return {"hold_id": world.operator.post(f"{path}/holds", chosen)["hold_id"]}


def offer(world: World, ids: Ids) -> Ids:
    """Of the day's only time, which another family had and gave back."""
    path, slot = _day(world, ids, slot_minutes=60)
    taken = eventually(lambda: _book_for_newcomers(world, ids, slot["slot_id"]))
    wanted = {name: ids[name] for name in ("student_id", "guardian_id", "teacher_id")}
    waiting_id = world.operator.post(f"{path}/waiting", wanted)["waiting_id"]
    world.operator.post(f"{_branch(ids)}/bookings/{taken}/cancellation", {})
    entry = world.operator.get(f"{_branch(ids)}/waiting/{waiting_id}")
    return {"waiting_id": waiting_id, "booking_id": entry["booking_id"]}


_newcomers: dict[str, Ids] = {}  # a family of each branch


def _book_for_newcomers(world: World, ids: Ids, slot_id: str) -> str | None:
    """The booking; None while meetings has not heard of them."""
    if ids["branch_id"] not in _newcomers:
        child = student(world, ids)["person_id"]
        guardian_id = _guardian_of(world, ids, child, {"given_name": "Nasreen"})
        _newcomers[ids["branch_id"]] = {"student_id": child, "guardian_id": guardian_id}
    path = f"{_branch(ids)}/slots/{slot_id}/booking"
    answer = world.operator.call("POST", path, json=_newcomers[ids["branch_id"]])
    return str(answer.json()["booking_id"]) if answer.ok else None


def _day(world: World, ids: Ids, **more: Any) -> tuple[str, Any]:
    """The path of a day of the place's teacher, and its first slot."""
    day = meeting_day(world, ids, **more)
    path = f"{_branch(ids)}/meeting-days/{day['meeting_day_id']}"
    return path, world.operator.get(f"{path}/slots")["items"][0]


def commitment(world: World, ids: Ids) -> Ids:
    """Between the place's guardian and teacher, made by a head who is none of the callers."""
    return {"commitment_id": _of_family(world, ids, "commitments", PROMISE)["commitment_id"]}


def written_meeting(world: World, ids: Ids) -> Ids:
    made = _of_family(world, ids, "written-meetings", {"meeting_day_id": ids["meeting_day_id"]})
    return {"written_meeting_id": made["written_meeting_id"]}


def _of_family(world: World, ids: Ids, what: str, body: dict[str, Any]) -> Any:
    head = world.at(ids["branch_id"], "another-head", "head")
    whose = {name: ids[name] for name in ("student_id", "guardian_id", "teacher_id")}
    return head.post(f"{_branch(ids)}/{what}", body | whose)


def timetable(world: World, ids: Ids) -> Ids:
    """One that is solved, of a day that takes wishes, with a placement of the place's child."""
    teachers = [{"teacher_id": ids["teacher_id"], "place": f"Room of {ids['teacher_id']}"}]
    held_on = {"held_on": (date(2081, 1, 1) + timedelta(next(_numbers))).isoformat(), "mode": "timetable"}
    day = world.operator.post(f"{_branch(ids)}/meeting-days", MEETING_DAY | held_on | {"teachers": teachers})
    path = f"{_branch(ids)}/meeting-days/{day['meeting_day_id']}"
    child = {"student_id": ids["student_id"], "teacher_ids": [ids["teacher_id"]]}
    world.operator.put(f"{path}/wishes", {"guardian_id": ids["guardian_id"], "children": [child]})
    made = f"{path}/timetables/{world.operator.post(f'{path}/timetables', {'seconds': 1})['timetable_id']}"
    eventually(lambda: world.operator.get(made)["state"] == "solved")
    placements = world.operator.get(f"{made}/placements")["items"]
    return {
        "wished_day_id": day["meeting_day_id"],
        "timetable_id": made.rpartition("/")[2],
        "placement_id": placements[0]["placement_id"],
    }


def timetable_to_publish(world: World, ids: Ids) -> Ids:
    made = timetable(world, ids)
    return {"published_day_id": made["wished_day_id"], "published_timetable_id": made["timetable_id"]}


# Report cards, as their branch wants them


def card_template(world: World, ids: Ids) -> Ids:
    made = world.at(ids["branch_id"], "another-head", "head").post(f"{_branch(ids)}/card-templates", CARD_TEMPLATE)
    return {"card_template_id": made["card_template_id"]}


def bank_remark(world: World, ids: Ids) -> Ids:
    made = world.at(ids["branch_id"], "another-head", "head").post(f"{_branch(ids)}/remark-bank", BANK_REMARK)
    return {"remark_id": made["remark_id"]}


# The calendar, subjects, classes


def term(world: World, ids: Ids) -> Ids:
    return {"term_id": world.operator.post(f"{_branch(ids)}/terms", TERM)["term_id"]}


def grading_period(world: World, ids: Ids) -> Ids:
    made = world.operator.post(f"{_branch(ids)}/terms", TERM | {"kind": "gradingPeriod", "title": "First weeks"})
    return {"grading_period_id": made["term_id"]}


def chain_term(world: World, ids: Ids) -> Ids:
    return {"term_id": world.operator.post("/v1/terms", TERM)["term_id"]}


def holiday(world: World, ids: Ids) -> Ids:
    return {"holiday_id": world.operator.post(f"{_branch(ids)}/holidays", HOLIDAY)["holiday_id"]}


def subject(world: World, ids: Ids) -> Ids:
    return {"subject_id": world.operator.post(f"{_branch(ids)}/subjects", {"name": "Drawing"})["subject_id"]}


def school_class(world: World, ids: Ids, grade: str = "07") -> Ids:
    body = {"title": f"{grade}-A", "grade": grade, "homeroom": True}
    return {"class_id": world.operator.post(f"{_branch(ids)}/classes", body)["class_id"]}


def next_class(world: World, ids: Ids) -> Ids:
    return {"next_class_id": school_class(world, ids, "08")["class_id"]}


# People


def person(world: World, ids: Ids, role: str, **more: Any) -> Ids:
    body = {"people": [{"given_name": "Nadia", "roles": [role], **more}]}
    return {"person_id": world.operator.post(f"{_branch(ids)}/people", body)["people"][0]["person_id"]}


def student(world: World, ids: Ids) -> Ids:
    return person(world, ids, "student")


def teacher(world: World, ids: Ids) -> Ids:
    return person(world, ids, "teacher", username=f"nadia{next(_numbers)}", may_sign_in=True)


def guardians(world: World, ids: Ids) -> Ids:
    """Two who may be the same person; in no other place is there such a one."""
    phone = f"0301999{next(_numbers):04}"
    kept, other = (person(world, ids, "guardian", phone=phone)["person_id"] for _ in range(2))
    return {"kept_id": kept, "other_id": other}


def who_left(world: World, ids: Ids) -> Ids:
    made = student(world, ids)
    assert world.operator.call("DELETE", f"{_branch(ids)}/people/{made['person_id']}").ok
    return made


def class_list(world: World, ids: Ids) -> Ids:
    """One that waits, of a child who is new; what was open before it is left."""
    path = f"{_branch(ids)}/class-lists"
    for each in world.operator.get(path)["items"]:
        world.operator.call("POST", f"{path}/{each['class_list_id']}/cancellation")
    eventually(lambda: not any(each["state"] in ("applying", "undoing") for each in world.operator.get(path)["items"]))
    sheet = CLASS_LIST.replace(b"Saba", f"Saba{next(_numbers)}".encode())
    query, kind = {"new_classes": "true"}, {"Content-Type": "text/csv"}
    answer = world.operator.call("POST", path, params=query, data=sheet, headers=kind)
    assert answer.status_code == 202, answer.text
    made = answer.json()["class_list_id"]
    eventually(lambda: world.operator.get(f"{path}/{made}")["state"] == "waiting")
    return {"class_list_id": made}


def applied_class_list(world: World, ids: Ids) -> Ids:
    made = class_list(world, ids)
    path = f"{_branch(ids)}/class-lists/{made['class_list_id']}"
    assert world.operator.call("POST", f"{path}/confirmation").status_code == 202
    eventually(lambda: world.operator.get(path)["state"] == "done")
    return made


def relation(world: World, ids: Ids) -> Ids:
    made = student(world, ids)
    path = f"{_branch(ids)}/people/{made['person_id']}/guardians"
    return {"relation_id": world.operator.post(path, {"guardian": {"given_name": "Nasreen"}})["relation_id"]}


def _guardian_of(world: World, ids: Ids, student_id: str, guardian: dict[str, Any]) -> str:
    """A new one; their id."""
    made = world.operator.post(f"{_branch(ids)}/people/{student_id}/guardians", {"guardian": guardian})
    return str(made["guardian_id"])


def student_and_class(world: World, ids: Ids) -> Ids:
    return student(world, ids) | school_class(world, ids)


def enrollment(world: World, ids: Ids) -> Ids:
    """Of a student in a class, and the class to go to."""
    made = student_and_class(world, ids) | next_class(world, ids)
    body = {"enrollments": [{"class_id": made["class_id"], "person_id": made["person_id"]}]}
    enrolled = world.operator.post(f"{_branch(ids)}/enrollments", body)["enrollments"][0]
    return made | {"enrollment_id": enrolled["enrollment_id"]}


def transfer_hence(world: World, ids: Ids) -> Ids:
    return _transfer(world, ids["branch_id"], ids["far_branch_id"])


def transfer_hither(world: World, ids: Ids) -> Ids:
    return _transfer(world, ids["far_branch_id"], ids["branch_id"])


def _transfer(world: World, here: str, there: str) -> Ids:
    who = student(world, {"branch_id": here})["person_id"]
    made = world.operator.post(f"/v1/branches/{here}/transfers", {"student_id": who, "to_branch_id": there})
    return {"transfer_id": made["transfer_id"]}


# What is somebody's own


def proposal(world: World, ids: Ids) -> Ids:
    class_teacher = world.at(ids["branch_id"], ids["teacher_id"], "teacher", "class_teacher")
    path = f"{_branch(ids)}/people/{ids['guardian_id']}/preferences/proposals"
    return {"proposal_id": class_teacher.post(path, {"preferences": PREFERENCES})["proposal_id"]}


def session(world: World, ids: Ids) -> Ids:
    """Of the guardian."""
    signed_in = world.platform.guardian(ids["guardian_phone"], ids["guardian_id"])
    found = signed_in.get("/v1/me/sessions")["items"]
    return {"session_id": next(each["session_id"] for each in found if each["current"])}


def export(world: World, ids: Ids) -> Ids:
    """Of the guardian, done."""
    guardian = world.at(ids["branch_id"], ids["guardian_id"], "guardian")
    export_id = guardian.post("/v1/me/exports")["export_id"]
    eventually(lambda: guardian.get(f"/v1/me/exports/{export_id}")["state"] == "done")
    return {"export_id": export_id}


def second_factor(world: World, ids: Ids) -> Ids:
    """Of a member of staff."""
    made = teacher(world, ids)
    world.operator.put(f"{_branch(ids)}/staff/{made['person_id']}/password", {"password": PASSWORD})
    oneself = world.at(ids["branch_id"], made["person_id"], "teacher")
    secret = oneself.post("/v1/me/second-factor")["secret"]
    oneself.post("/v1/me/second-factor/confirmation", {"code": pyotp.TOTP(secret).now()})
    return made


def erasure(world: World, ids: Ids) -> Ids:
    """Asked for by a head who is none of the callers: a second person confirms it."""
    made = who_left(world, ids)
    another = world.at(ids["branch_id"], "another-head", "head")
    body = {"reason": "request", "confirm": "Nadia"}
    return {"erasure_id": another.post(f"{_branch(ids)}/people/{made['person_id']}/erasure", body)["erasure_id"]}


# Plans and subscriptions


def plan(world: World, ids: Ids) -> Ids:
    plan_id = f"plan-{next(_numbers)}"
    world.operator.put(f"/v1/plans/{plan_id}", PLAN)
    return {"plan_id": plan_id}


def request(world: World, ids: Ids) -> Ids:
    """Asked for by a branch's head."""
    return _asked(world.at(ids["branch_id"], ids["head_id"], "head"), world, ids)


def subscription(world: World, ids: Ids) -> Ids:
    """In force."""
    return _asked(world.operator, world, ids)


def _asked(by: Client, world: World, ids: Ids) -> Ids:
    made = by.post(f"{_branch(ids)}/subscriptions", plan(world, ids))
    return {"subscription_id": made["subscription_id"]}


def suspended(world: World, ids: Ids) -> Ids:
    made = subscription(world, ids)
    world.operator.post(f"{_branch(ids)}/subscriptions/{made['subscription_id']}/suspension", {"reason": "Unpaid"})
    return made


# Other systems


def pull(world: World, ids: Ids) -> Ids:
    source = f"pulled-{next(_numbers)}"
    world.operator.put(f"/v1/pulls/{source}", PULL)
    return {"source": source}


def machine(world: World, ids: Ids) -> Ids:
    scopes = [ROSTER, DEMOGRAPHICS, *OF_GRADEBOOK]
    body = {"name": "Library", "branches": [ids["branch_id"]], "scopes": scopes}
    return {"client_id": world.operator.post("/v1/machine-clients", body)["client_id"]}


def opt_out(world: World, ids: Ids) -> Ids:
    """The guardian's own."""
    guardian = world.at(ids["branch_id"], ids["guardian_id"], "guardian")
    return {"opt_out_id": guardian.post("/v1/opt-outs", {"channel": "email", "branch_id": ids["branch_id"]})["opt_out_id"]}


def print_run(world: World, ids: Ids) -> Ids:
    """The guardian would rather have paper; homework then waits to be printed."""
    path = _branch(ids)
    wishes = PREFERENCES | {"literacy": "paper"}
    world.operator.put(f"{path}/people/{ids['guardian_id']}/preferences", wishes)
    teacher = world.at(ids["branch_id"], ids["teacher_id"], "teacher")

    def asked() -> Any:
        """Once notifications has heard of the wish."""
        teacher.post(f"{path}/homework", HOMEWORK | {"class_id": ids["class_id"]})
        answer = world.operator.call("POST", f"{path}/print-runs", json={"class_id": ids["class_id"]})
        assert answer.status_code == 202, answer.text
        return answer.json()

    run = eventually(asked, every=0.5)
    eventually(lambda: world.operator.get(f"{path}/print-runs/{run['run_id']}")["state"] == "printed")
    return {"print_run_id": run["run_id"]}


def device(world: World, ids: Ids) -> Ids:
    """The guardian's own."""
    guardian = world.at(ids["branch_id"], ids["guardian_id"], "guardian")
    endpoint = f"https://push.example.pk/{ids['guardian_id']}"
    return {"device_id": guardian.post("/v1/devices", DEVICE | {"endpoint": endpoint})["device_id"]}


# Announcements


def announcement(world: World, ids: Ids) -> Ids:
    """A draft by the place's teacher, looked at before."""
    teacher, path = world.at(ids["branch_id"], ids["teacher_id"], "teacher"), f"{_branch(ids)}/announcements"
    body = ANNOUNCEMENT | {"audience": {"class_ids": [ids["class_id"]]}}

    def written() -> Any:
        """Once notifications knows who teaches the class."""
        answer = teacher.call("POST", path, json=body)
        return answer.json() if answer.status_code == 201 else None

    id = eventually(written)["announcement_id"]
    teacher.post(f"{path}/{id}/preview")
    return {"announcement_id": id}


def sent_announcement(world: World, ids: Ids) -> Ids:
    """Sent by the place's teacher, to the families of the class."""
    teacher, path = world.at(ids["branch_id"], ids["teacher_id"], "teacher"), f"{_branch(ids)}/announcements"
    id = announcement(world, ids)["announcement_id"]
    teacher.post(f"{path}/{id}/send")
    eventually(lambda: teacher.get(f"{path}/{id}/recipients")["items"])
    return {"sent_announcement_id": id}


def chain_announcement(world: World, ids: Ids) -> Ids:
    body = ANNOUNCEMENT | {"audience": {"branch_ids": [ids["far_branch_id"]]}}
    id = world.operator.post("/v1/announcements", body)["announcement_id"]
    world.operator.post(f"/v1/announcements/{id}/preview")
    return {"chain_announcement_id": id}


def translated(world: World, ids: Ids) -> Ids:
    """A draft with a text that a machine made."""
    made = announcement(world, ids)
    path = f"{_branch(ids)}/announcements/{made['announcement_id']}/texts/ur/translation"
    world.operator.post(path, {})
    return made


def chain_translated(world: World, ids: Ids) -> Ids:
    made = chain_announcement(world, ids)
    world.operator.post(f"/v1/announcements/{made['chain_announcement_id']}/texts/ur/translation", {})
    return made


def guide(world: World, ids: Ids) -> Ids:
    """For the grade of the place's class, published, with files of the school's own."""
    classes = world.operator.get(f"{_branch(ids)}/classes", params={"limit": 500})["items"]
    grade = next(each["grade"] for each in classes if each["class_id"] == ids["class_id"])
    return published_guide(world, ids, GUIDE | {"grades": [grade]})


def guide_draft(world: World, ids: Ids) -> Ids:
    return {"guide_id": world.operator.post(f"{_branch(ids)}/guides", GUIDE)["guide_id"]}


def published_guide(world: World, ids: Ids, body: Any = GUIDE) -> Ids:
    path = f"{_branch(ids)}/guides"
    made = world.operator.post(path, body)
    _fill(world, f"{path}/{made['guide_id']}")
    return {"guide_id": made["guide_id"]}


def chain_guide_draft(world: World, ids: Ids) -> Ids:
    return {"chain_guide_id": world.operator.post("/v1/guides", GUIDE)["guide_id"]}


def chain_guide(world: World, ids: Ids) -> Ids:
    """For a grade that no place has."""
    made = world.operator.post("/v1/guides", GUIDE | {"grades": ["12"]})
    _fill(world, f"/v1/guides/{made['guide_id']}")
    return {"chain_guide_id": made["guide_id"]}


def _fill(world: World, path: str) -> None:
    world.operator.post(f"{path}/publication")
    for form, content in (("audio", b"OggS" + b"\x00" * 24 + b"OpusHead" + b"\x00" * 40), ("pdf", b"%PDF-1.7\n")):
        answer = world.operator.call("PUT", f"{path}/files/en/{form}", data=content)
        assert answer.ok, answer.text


def pack(world: World, ids: Ids) -> Ids:
    """A draft, of the place's guide; nobody is new enough for it."""
    return {"pack_id": world.operator.post(f"{_branch(ids)}/packs", _pack(ids["guide_id"]))["pack_id"]}


def running_pack(world: World, ids: Ids) -> Ids:
    made = pack(world, ids)
    world.operator.post(f"{_branch(ids)}/packs/{made['pack_id']}/start")
    return made


def chain_pack(world: World, ids: Ids) -> Ids:
    return {"chain_pack_id": world.operator.post("/v1/packs", _pack(ids["chain_guide_id"]))["pack_id"]}


def running_chain_pack(world: World, ids: Ids) -> Ids:
    made = chain_pack(world, ids)
    world.operator.post(f"/v1/packs/{made['chain_pack_id']}/start")
    return made


def _pack(guide_id: str) -> dict[str, Any]:
    return {"name": "Welcome", "starts_from": "2099-01-01", "items": [{"after_days": 0, "guide_id": guide_id}]}


def audience(world: World, ids: Ids) -> Ids:
    body = {"name": "Class", "audience": {"class_ids": [ids["class_id"]]}}
    return {"audience_id": world.operator.post(f"{_branch(ids)}/audiences", body)["audience_id"]}


def chain_audience(world: World, ids: Ids) -> Ids:
    body = {"name": "Far", "audience": {"branch_ids": [ids["far_branch_id"]]}}
    return {"chain_audience_id": world.operator.post("/v1/audiences", body)["audience_id"]}


def catalogue(world: World, ids: Ids) -> Ids:
    found = world.operator.call("PUT", "/v1/catalogues/sd", data=CATALOGUE).json()
    return {"catalogue_version": str(found["version"])}


def text_version(world: World, ids: Ids) -> Ids:
    return {"text_version": str(world.operator.post("/v1/texts/homework_set/en/versions", VERSION)["version"])}


def tag(world: World, ids: Ids) -> Ids:
    name = f"tag{next(_numbers)}"
    world.operator.put(f"{_branch(ids)}/tags/{name}", {"person_ids": [ids["student_id"]]})
    return {"tag": name}


def webhook(world: World, ids: Ids) -> Ids:
    return {"webhook_id": world.operator.post(f"{_branch(ids)}/webhooks", HOOK)["webhook_id"]}


def delivery(world: World, ids: Ids) -> Ids:
    made = webhook(world, ids)
    tried = world.operator.post(f"{_branch(ids)}/webhooks/{made['webhook_id']}/test")
    return made | {"delivery_id": tried["delivery_id"]}


def attachment(world: World, ids: Ids) -> Ids:
    """The guardian's, at a message."""
    guardian = world.at(ids["branch_id"], ids["guardian_id"], "guardian")
    query = {"conversation_id": ids["conversation_id"], "client_id": "kept"}
    made = guardian.call("POST", f"{_branch(ids)}/attachments", params=query, data=b"%PDF-1.7\n").json()
    letter = LETTER | {"client_id": "kept", "attachment_ids": [made["attachment_id"]]}
    guardian.post(f"{_branch(ids)}/conversations/{ids['conversation_id']}/messages", letter)
    return {"attachment_id": made["attachment_id"]}


def suggestion(world: World, ids: Ids) -> Ids:
    """In a box that the branch shares with the operator."""
    head = world.at(ids["branch_id"], ids["head_id"], "head")
    head.put(f"{_branch(ids)}/desk", DESK)
    guardian = world.at(ids["branch_id"], ids["guardian_id"], "guardian")
    guardian.post(f"{_branch(ids)}/suggestions", {"text": "More shade in the yard."})
    return {"suggestion_id": head.get(f"{_branch(ids)}/suggestions")["items"][0]["suggestion_id"]}


def abuse_report(world: World, ids: Ids) -> Ids:
    """By the guardian, of what they wrote themselves; and somebody who may not write, the guardian of another child."""
    guardian = world.at(ids["branch_id"], ids["guardian_id"], "guardian")
    path = f"{_branch(ids)}/conversations/{ids['conversation_id']}/messages"
    letter_id = guardian.get(path)["items"][-1]["message_id"]
    made = guardian.post(f"{path}/{letter_id}/report", {"reason": "Rude"})
    head = world.at(ids["branch_id"], ids["head_id"], "head")
    child = student(world, ids)["person_id"]
    who = _guardian_of(world, ids, child, {"given_name": "Nasreen"})
    block = {**BLOCK, "person_id": who}
    eventually(lambda: head.call("POST", f"{_branch(ids)}/writing-blocks", json=block).ok)
    blocks = head.get(f"{_branch(ids)}/writing-blocks")["items"]
    told = {"abuse_report_id": made["abuse_report_id"], "letter_id": letter_id}
    return {**told, "block_id": blocks[0]["block_id"], "blocked_id": who}


def unclear_answer(world: World, ids: Ids) -> Ids:
    """From the guardian of a child who is in no class yet: for the office."""
    phone = _phone_of_newcomer(world, ids)

    def waits() -> Any:
        found = world.operator.get(f"{_branch(ids)}/unclear-answers")["items"]
        return [each["unclear_answer_id"] for each in found if each["address"] == phone and each["candidates"]]

    def known() -> Any:
        _write(world, phone)  # until notifications has heard of them and their child, it is an unknown number
        return eventually(waits, timeout=2)

    return {"unclear_answer_id": eventually(known)[0]}


_phones: dict[str, list[str]] = {}  # by branch


def _phone_of_newcomer(world: World, ids: Ids) -> str:
    """The next one's family is made too: notifications has then heard of it when it is wanted."""
    ready = _phones.setdefault(ids["branch_id"], [])
    while len(ready) < 2:
        ready.append(f"+9230288{next(_numbers):05}")
        _guardian_of(world, ids, student(world, ids)["person_id"], {"given_name": "Nasreen", "phone": ready[-1]})
    return ready.pop(0)


def unknown_answer(world: World, ids: Ids) -> Ids:
    phone = f"+9230299{next(_numbers):05}"
    _write(world, phone)

    def waits() -> Any:
        found = world.operator.get("/v1/unclear-answers")["items"]
        return [each["unclear_answer_id"] for each in found if each["address"] == phone]

    return {"unclear_answer_id": eventually(waits)[0]}


def _write(world: World, phone: str) -> None:
    body = {"channel": "sms", "text": "Is there school tomorrow?"}
    assert requests.post(f"{world.platform.carriers}/api/phones/{phone}/answers", json=body, timeout=30).status_code == 201


def association(world: World, ids: Ids) -> Ids:
    """The place's guardian and teacher are its members and officers; one of each thing that it has."""
    made = pta_members(world, ids) | pta_meeting(world, ids) | pta_election(world, ids)
    path = f"{_branch(ids)}/pta"
    for who in ("teacher_id", "guardian_id"):
        term = world.operator.post(f"{path}/officers", PTA_TERM | {"person_id": ids[who]})
    meeting = f"{path}/meetings/{made['pta_meeting_id']}"
    assert world.operator.call("PUT", f"{meeting}/minutes", json={"text": "We met.", "version": 0}).ok
    world.operator.post(f"{meeting}/minutes/publication", {"version": 1})
    decision = world.operator.post(f"{meeting}/decisions", PTA_DECISION | {"owner_id": ids["guardian_id"]})
    told = {"pta_minutes_id": made["pta_meeting_id"], "pta_decision_id": decision["pta_decision_id"]}
    candidate = _stands(world, ids | made, "chair")
    return {**made, **told, "pta_officer_id": term["pta_officer_id"], "pta_candidate_id": candidate}


def pta_members(world: World, ids: Ids) -> Ids:
    for who in ("guardian_id", "teacher_id"):
        answer = world.operator.call("PUT", f"{_branch(ids)}/pta/members/{ids[who]}")
        assert answer.ok, answer.text
    return {}


def pta_meeting(world: World, ids: Ids) -> Ids:
    return {"pta_meeting_id": world.operator.post(f"{_branch(ids)}/pta/meetings", PTA_MEETING)["pta_meeting_id"]}


def pta_election(world: World, ids: Ids) -> Ids:
    return {"pta_election_id": world.operator.post(f"{_branch(ids)}/pta/elections", PTA_ELECTION)["pta_election_id"]}


def pta_candidate(world: World, ids: Ids) -> Ids:
    """For another office than the one who is always there."""
    pta_members(world, ids)
    return {"pta_candidate_id": _stands(world, ids, "treasurer")}


def _stands(world: World, ids: Ids, office: str) -> str:
    guardian = world.at(ids["branch_id"], ids["guardian_id"], "guardian")
    path = f"{_branch(ids)}/pta/elections/{ids['pta_election_id']}/candidates"
    return str(guardian.post(path, {"office_key": office})["pta_candidate_id"])
