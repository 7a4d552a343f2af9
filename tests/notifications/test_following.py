"""What staff see of each message, and sending again what has reached nobody."""

import csv
import io

from schoolbus.contracts.roster import ContactConfirmed
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.sending import again, contacts
from services.notifications.store import Store
from tests.notifications.conftest import SECRETS
from tests.notifications.schools import School
from tests.notifications.test_carriers import told
from tests.notifications.test_usage import limited
from tests.support.roster import people
from tests.support.waiting import eventually


def ask(school, method, below="", caller=None, **more):
    path = f"/v1/branches/{school.id}/messages{below}"
    return school.stage.service.call(method, path, caller or school.teacher, **more)


def resent(school, about, caller=None):
    """How many were sent again, and how many stay, once the wish is worked off."""
    asked = ask(school, "POST", "/resend", caller, params=about)
    assert asked.status_code == 202, asked.text

    def worked_off():
        found = ask(school, "GET", "/resend", caller, params=about).json()
        assert (found["resend_id"], found["state"]) == (asked.json()["resend_id"], "done")
        return found

    found = eventually(worked_off)
    return found["sent"], found["stays"]


def rows(answer):
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_each_state_has_its_time_channel_provider_id_and_reason(stage):
    school, homework, guardian, phone = told(stage, "whatsapp", "no_whatsapp")
    id = eventually(lambda: school.followed(homework).get(guardian))["message_id"]
    eventually(lambda: school.followed(homework)[guardian]["channel"] == "paper")
    shown = ask(school, "GET", f"/{id}").json()
    (attempt,) = shown["attempts"]
    assert (attempt["channel"], attempt["carrier"], attempt["outcome"]) == ("whatsapp", "whatsapp.meta", "taken")
    assert attempt["carrier_id"].startswith("wamid.")
    assert attempt["receipt"]["state"] == "failed"
    states = [step["state"] for step in shown["history"]]
    assert [state for state in states if state != "sent"] == ["queued", "failed", "queued"]
    about = {"about_type": "homework", "about_id": homework.data["homework_id"]}
    listed = rows(ask(school, "GET", ".csv", params=about))
    assert listed == rows(ask(school, "GET", f"/of/{guardian}/file"))
    assert [row["state"] for row in listed] == states
    assert [(row["state"], row["channel"], row["carrier"]) for row in listed if row["state"] != "sent"] == [
        ("queued", "whatsapp", ""),
        ("failed", "whatsapp", "whatsapp.meta"),
        ("queued", "paper", ""),
    ]
    assert {row["carrier_id"] for row in listed} == {"", attempt["carrier_id"]}
    assert next(row for row in listed if row["state"] == "failed")["reason"].startswith("131026")
    assert all(row["at"] and row["message_id"] == id for row in listed)
    assert phone not in str(listed)
    assert ask(school, "GET", f"/{id}", school.stranger).status_code == 404
    assert rows(ask(school, "GET", ".csv", school.stranger, params=about)) == []
    assert ask(school, "GET", f"/of/{guardian}/file", school.stranger).status_code == 404
    assert SECRETS["WHATSAPP_ACCESS_TOKEN"] not in str(shown)


def test_sent_again_once_the_number_is_repaired_and_no_message_twice(stage):
    school = School(stage)
    mother, father = school.guardian(), school.guardian("sms")
    school.child(mother, father)
    homework = school.open().homework()
    stage.service.say(homework)
    school.comes_to("delivered", homework, father)
    kept = stage.collection("messages")
    failed = {"state": "failed", "reason": "30003", "ladder": [], "channel": None}
    id = eventually(lambda: school.followed(homework).get(mother))["message_id"]
    kept.update_one({"_id": id}, {"$set": failed})
    about = {"about_type": "homework", "about_id": homework.data["homework_id"]}
    assert ask(school, "GET", "/resend", school.stranger, params=about).status_code == 404
    assert ask(school, "POST", "/resend", school.stranger, params=about).status_code == 404
    assert ask(school, "POST", f"/{id}/resend", school.stranger).status_code == 404
    phone = school.of(mother, "phone")
    row = next(each for each in school.people if each["person_id"] == mother)
    stage.learn(people(school.id, {**row, "channels": ["sms"], "version": 2}))
    assert resent(school, about) == (1, 0)
    message = school.comes_to("delivered", homework, mother)
    assert ("queued", "sent_again") in [(step["state"], step["reason"]) for step in message["history"]]
    for _ in range(2):
        assert ask(school, "POST", f"/{id}/resend").json()["state"] == "delivered"
        assert resent(school, about) == (0, 0)
    assert len(stage.carriers.received(phone)) == 1


def test_within_the_branchs_limit_and_only_where_there_is_a_way(stage):
    school = School(stage)
    mother = school.guardian("sms")
    school.child(mother)
    school.open()
    limited(school, 0)
    homework = school.homework()
    stage.learn(homework)
    id = school.comes_to("queued", homework, mother)["message_id"]
    kept = stage.collection("messages")
    kept.update_one({"_id": id}, {"$set": {"state": "skipped", "paper": False}})
    answer = ask(school, "POST", f"/{id}/resend")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "no-way")
    store = Store(stage.client.get_database(stage.service.database))
    for reason in again.FOR_GOOD:
        store.messages.change(WHOLE_CHAIN, id, to={"reason": reason})
        assert again.send(store, store.messages.one(WHOLE_CHAIN, id)) is None


def test_a_bad_number_is_used_again_when_it_is_repaired(stage):
    school = School(stage)
    mother = school.guardian("sms")
    store = Store(stage.client.get_database(stage.service.database))
    school.child(mother)
    homework = school.open().homework()
    contacts.flag(store.contacts, {"branch_id": school.id, "person_id": mother}, "sms", school.of(mother, "phone"), "no_number")
    stage.service.say(homework)
    assert eventually(lambda: school.followed(homework).get(mother))["channel"] == "paper"
    id = school.followed(homework)[mother]["message_id"]
    store.messages.change(WHOLE_CHAIN, id, to={"state": "failed", "reason": "lost"})
    stage.learn(ContactConfirmed(branch_id=school.id, subject=mother, person_id=mother, channel="sms"))
    assert ask(school, "POST", f"/{id}/resend").status_code == 200
    assert school.comes_to("delivered", homework, mother)["channel"] == "sms"
