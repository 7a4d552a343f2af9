"""Conversations are handed over, closed and opened again; abuse is reported and stopped."""

from datetime import timedelta

import pytest

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.store import Store
from services.notifications.talking import leading
from tests.notifications.talks import Talks
from tests.support import people, roster
from tests.support.waiting import eventually


def answering(talks, id):
    return talks.ask("GET", f"/conversations/{id}", talks.head)["answering"]["id"]


def test_a_teacher_hands_over_to_the_head_and_both_sides_hear(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    path = f"/conversations/{id}/hand-over"
    assert talks.call("POST", path, talks.guardian, json={"to": "head"}).status_code == 403
    assert talks.call("POST", path, talks.school.stranger, json={"to": "head"}).status_code == 404
    assert talks.call("POST", path, talks.teacher, json={"to": "class_teacher"}).status_code == 409
    assert talks.ask("POST", path, talks.teacher, json={"to": "head"})["answering"]["id"] == talks.head.person_id
    told = {
        each["text"]: each for each in stage.collection("messages").find({"about_id": id, "text": {"$regex": "_over|yours"}})
    }
    assert told["conversation_yours"]["person_id"] == talks.head.person_id
    assert told["conversation_handed_over"]["person_id"] == talks.guardian_id
    talks.write(id, talks.guardian, "Thank you")
    to_head = {"about_id": id, "person_id": talks.head.person_id, "text": "conversation_message"}
    assert stage.collection("messages").count_documents(to_head) == 1
    assert talks.ask("POST", path, talks.head, json={"to": "class_teacher"})["answering"]["id"] == talks.teacher_id


def test_who_hands_over_and_dies_is_followed_by_a_timer_that_tells(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    store = Store(stage.client.get_database(stage.service.database))
    talks.ask("POST", f"/conversations/{id}/hand-over", talks.teacher, json={"to": "head"})
    eventually(lambda: talks.school.feed(talks.head.person_id))
    cause = store.messages.find(WHOLE_CHAIN, {"about_id": id, "person_id": talks.head.person_id})[0]["_id"]
    said = {"at": now() - timedelta(minutes=1), "by": talks.teacher_id, "to": talks.head.person_id, "role": "head"}
    for untold in ({**said, "cause": "never told of"}, {**said, "cause": "never told of"}):
        store.conversations.change(WHOLE_CHAIN, id, to={"untold": untold})
        leading.tell_late(store, stage.url)
    found = store.messages.find(WHOLE_CHAIN, {"about_id": id, "person_id": talks.head.person_id})
    assert len(found) == 2, "told once more, and twice is once"
    assert cause in {each["_id"] for each in found}
    assert store.conversations.one(WHOLE_CHAIN, id)["untold"] is None


def test_the_next_message_goes_to_the_class_teacher_when_the_teacher_has_left(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    c1, new = talks.school.name("c1"), talks.school.name("t9")
    stage.learn(
        roster.people(talks.school.id, roster.someone(new, "teacher")),
        roster.enrolled(talks.school.id, c1, teachers=(new,)),
        roster.enrolled(talks.school.id, c1, teachers=(talks.teacher_id,), active=False, version=2),
    )
    assert talks.call("GET", f"/conversations/{id}", talks.teacher).status_code == 404
    talks.write(id, talks.guardian, "Anybody there?")
    assert answering(talks, id) == new
    assert [each["text"] for each in talks.said(id, people.teacher(new, talks.school.id))][-1] == "Anybody there?"


def test_closed_and_opened_again_by_hand_or_by_the_next_message(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    path = f"/conversations/{id}"
    assert talks.call("POST", f"{path}/closing", talks.guardian).status_code == 403
    for _ in range(2):
        assert talks.ask("POST", f"{path}/closing", talks.teacher)["state"] == "closed"
    assert talks.mine(talks.teacher, state="open") == []
    assert talks.ask("POST", f"{path}/reopening", talks.head)["state"] == "open"
    talks.ask("POST", f"{path}/closing", talks.teacher)
    talks.write(id, talks.guardian, "One thing more")
    assert [each["conversation_id"] for each in talks.mine(talks.teacher, state="open")] == [id]
    changes = stage.collection("conversations").find_one({"_id": id})["changes"]
    assert [each["what"] for each in changes] == ["closed", "open", "closed"]


def test_a_report_comes_to_the_head(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian, "You are a fool")
    (message,) = talks.said(id)
    path = f"/conversations/{id}/messages/{message['message_id']}/report"
    assert talks.call("POST", path, talks.school.stranger, json={"reason": "Rude"}).status_code == 404
    first, second = (talks.ask("POST", path, talks.teacher, 201, json={"reason": "Rude"}) for _ in range(2))
    assert first == second
    assert talks.call("GET", "/abuse-reports", talks.teacher).status_code == 403
    (report,) = talks.ask("GET", "/abuse-reports", talks.head, params={"state": "open"})["items"]
    assert (report["text"], report["writer"]["id"], report["reporter"]["id"]) == (
        "You are a fool",
        talks.guardian_id,
        talks.teacher_id,
    )
    (told,) = [each for each in talks.school.feed(talks.head.person_id) if each["about_type"] == "abuse_report"]
    assert told["about_id"] == report["abuse_report_id"]
    outcome = f"/abuse-reports/{report['abuse_report_id']}/outcome"
    assert talks.ask("POST", outcome, talks.head, json={"outcome": "talked"})["state"] == "done"
    assert talks.ask("GET", "/abuse-reports", talks.head, params={"state": "open"})["items"] == []


def test_a_blocked_guardian_writes_nowhere_in_the_branch_and_still_hears(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.teacher, "Please be polite.")
    eventually(lambda: stage.carriers.received(talks.phone))
    block = {"person_id": talks.guardian_id, "until": (now() + timedelta(days=7)).isoformat(), "reason": "Insults"}
    assert talks.call("POST", "/writing-blocks", talks.teacher, json=block).status_code == 403
    made = talks.ask("POST", "/writing-blocks", talks.head, 201, json=block)
    eventually(lambda: "can't write to the school" in stage.carriers.received(talks.phone)[-1]["text"])
    refused = talks.write(id, talks.guardian, "No!", 403)
    assert refused["type"].endswith("writing-blocked")
    assert refused["until"]
    body = {"student_id": talks.child_id, "teacher_id": talks.teacher_id, "client_id": "1", "text": "No!"}
    assert talks.call("POST", "/conversations", talks.guardian, json=body).status_code == 403
    stage.carriers.answer(talks.phone, "sms", "You will hear from me")
    path = f"/writing-blocks/{made['block_id']}"
    (kept,) = eventually(lambda: talks.ask("GET", f"{path}/answers", talks.head)["items"])
    assert kept["text"] == "You will hear from me"
    assert len(talks.said(id)) == 1
    homework = talks.school.homework()
    stage.service.say(homework)
    talks.school.comes_to("delivered", homework, talks.guardian_id)
    for _ in range(2):
        assert talks.ask("DELETE", path, talks.head)["lifted_at"]
    talks.write(id, talks.guardian, "I am sorry")


def test_a_block_holds_though_the_record_was_merged_into_another(stage):
    talks = Talks(stage)
    other = talks.school.guardian("sms", phone=talks.phone)
    talks.open()
    id = talks.begin(talks.teacher, "Please be polite.")
    eventually(lambda: stage.carriers.received(talks.phone))
    block = {"person_id": talks.guardian_id, "until": (now() + timedelta(days=7)).isoformat(), "reason": "Insults"}
    made = talks.ask("POST", "/writing-blocks", talks.head, 201, json=block)
    row = next(each for each in talks.school.people if each["person_id"] == talks.guardian_id)
    merged = {**row, "active": False, "roles": [], "counts_as": other, "version": 2}
    stage.learn(roster.people(talks.school.id, merged), roster.related(talks.school.id, (other, talks.child_id)))
    stage.carriers.answer(talks.phone, "sms", "You will hear from me")
    (kept,) = eventually(lambda: talks.ask("GET", f"/writing-blocks/{made['block_id']}/answers", talks.head)["items"])
    assert kept["text"] == "You will hear from me"
    assert len(talks.said(id)) == 1
    assert talks.write(id, people.guardian(other, talks.school.id), "No!", 403)


@pytest.mark.parametrize("until", [timedelta(days=-1), timedelta(days=400)])
def test_a_block_ends_within_a_year_and_is_of_a_guardian(stage, until):
    talks = Talks(stage).open()
    block = {"person_id": talks.guardian_id, "until": (now() + until).isoformat(), "reason": "Insults"}
    assert talks.call("POST", "/writing-blocks", talks.head, json=block).status_code == 422
    ends = (now() + timedelta(days=1)).isoformat()
    other = block | {"person_id": talks.teacher_id, "until": ends}
    assert talks.call("POST", "/writing-blocks", talks.head, json=other).status_code == 404
