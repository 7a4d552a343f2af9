"""Announcements at the edge: written, looked at before, sent, followed, corrected, taken back."""

import pytest

from services.notifications.announcing.words import language_for, worded
from services.notifications.segments import parts
from services.notifications.sending import contacts
from services.notifications.store import Store
from tests.notifications.schools import School
from tests.support import people
from tests.support.roster import closed_on, enrolled, related, someone
from tests.support.roster import people as of_branch
from tests.support.waiting import eventually

ENGLISH = {"subject": "No school", "body": "School is closed tomorrow."}
URDU = {"subject": "چھٹی", "body": "کل اسکول بند ہے۔"}
OPERATOR = people.operator()
TOMORROW = {"hours": {"from": "03:00", "to": "03:01"}}  # the only minute at which a family wants to be told


class Board:
    """Announcements of a school, or of the chain."""

    def __init__(self, stage, school=None, caller=None):
        self.stage, self.caller = stage, caller or (school.head if school else OPERATOR)
        self.path = f"/v1/branches/{school.id}/announcements" if school else "/v1/announcements"

    def call(self, method, below="", status=None, caller=None, **more):
        answer = self.stage.service.call(method, self.path + below, caller or self.caller, **more)
        assert status is None or answer.status_code == status, answer.text
        return answer

    def write(self, **more):
        body = {"texts": {"en": ENGLISH}, **more}
        return self.call("POST", json=body, status=201).json()["announcement_id"]

    def send(self, **more):
        id = self.write(**more)
        self.call("POST", f"/{id}/send", status=202)
        return id

    def sent(self, **more):
        id = self.send(**more)
        self.comes_to("sent", id)
        return id

    def comes_to(self, state, id):
        def there():
            found = self.call("GET", f"/{id}", status=200).json()
            assert found["state"] == state, found
            return found

        return eventually(there)

    def recipients(self, id, **query):
        found = self.call("GET", f"/{id}/recipients", status=200, params=query).json()["items"]
        return {each["person"]["id"]: each for each in found}

    def preview(self, id):
        self.call("POST", f"/{id}/preview", status=202)

        def done():
            found = self.call("GET", f"/{id}/preview", status=200).json()
            return found if found["state"] == "done" else None

        return eventually(done)


# Whom it tells, and in which words


def test_each_guardian_gets_one_message_that_names_all_their_children(stage):
    school = School(stage)
    mother, father = school.guardian("sms", language="ur"), school.guardian("app")
    school.child(mother, father)
    school.child(mother, given_name="Bilal", given_name_ur="بلال")
    board = Board(stage, school.open())
    id = board.sent(texts={"en": ENGLISH, "ur": URDU})
    (sms,) = eventually(lambda: stage.carriers.received(school.of(mother, "phone")))
    assert sms["text"] in ("عائشہ اور بلال: کل اسکول بند ہے۔", "بلال اور عائشہ: کل اسکول بند ہے۔")
    found = board.recipients(id)
    assert set(found) == {mother, father}
    assert len(found[mother]["children"]) == 2
    (item,) = school.feed(father)
    assert (item["body"], item["subject"]) == ("Ayesha: School is closed tomorrow.", "No school: Ayesha")
    counts = board.call("GET", f"/{id}").json()["counts"]
    assert (counts["planned"], counts["stored"]) == (2, 2)


def test_on_every_channel(stage):
    school = School(stage)
    by_whatsapp, by_mail = school.guardian("whatsapp"), school.guardian("email")
    school.child(by_whatsapp, by_mail)
    Board(stage, school.open()).sent(link="https://school.example.pk/closed")
    (message,) = eventually(lambda: stage.carriers.received(school.of(by_whatsapp, "phone")))
    assert message["template"] == "rabta_announcement"
    assert "News from school: Ayesha: School is closed tomorrow." in message["text"]
    (mail,) = eventually(lambda: stage.post_office.received(school.of(by_mail, "email")))
    assert "https://school.example.pk/closed" in mail["text"]


def test_a_mail_without_a_link(stage):
    school = School(stage)
    mother = school.guardian("email")
    school.child(mother)
    Board(stage, school.open()).sent()
    (mail,) = eventually(lambda: stage.post_office.received(school.of(mother, "email")))
    assert mail["text"].startswith("Ayesha: School is closed tomorrow.\n\n-- \n"), "and how to have no more"


def test_who_may_not_receive_reports_about_a_child_is_not_told_of_that_child(stage):
    school = School(stage)
    father = school.guardian("app")
    first, second = school.child(father), school.child(given_name="Sana")
    board = Board(stage, school.open())
    stage.learn(related(school.id, (father, second), may_receive_reports=False))
    found = board.recipients(board.sent())
    assert [child["id"] for child in found[father]["children"]] == [first]


def test_merged_guardians_are_told_once_of_all_their_children(stage):
    school = School(stage)
    kept = school.guardian("app")
    gone = school.guardian("app", active=False, counts_as=kept)
    first, second = school.child(kept), school.child(gone)
    board = Board(stage, school.open())
    found = board.recipients(board.sent())
    assert set(found) == {kept}
    assert {child["id"] for child in found[kept]["children"]} == {first, second}


def test_grade_section_tag_role_person_and_what_is_left_out(stage):
    school = School(stage)
    one, two, three = (school.guardian("app") for _ in range(3))
    a, b, c = school.child(one), school.child(two), school.child(three)
    board = Board(stage, school.open())
    c1, t1, h1 = school.name("c1"), school.name("t1"), school.name("h1")
    tag = stage.service.call("PUT", f"/v1/branches/{school.id}/tags/bus", school.head, json={"person_ids": [b]})
    assert tag.status_code == 200, tag.text

    def told(**audience):
        return set(board.recipients(board.sent(audience=audience)))

    assert told(class_ids=[c1]) == told(grades=["5"]) == told() == {one, two, three}
    assert told(class_ids=[school.name("c2")]) == told(grades=["6"]) == told(sections=["B"]) == set()
    assert told(tags=["bus"]) == {two}
    assert told(person_ids=[a, three]) == {one, three}
    assert told(roles=["teacher"], class_ids=[c1]) == {t1}
    assert told(roles=["teacher", "head"]) == {t1, school.name("t2"), h1}
    assert told(without={"person_ids": [c], "tags": ["bus"]}) == {one}
    assert told(person_ids=[a, b, c], without={"person_ids": [one]}) == {two, three}


def test_a_saved_audience(stage):
    school = School(stage)
    one, two = school.guardian("app"), school.guardian("app")
    child = school.child(one)
    school.child(two)
    board = Board(stage, school.open())
    path = f"/v1/branches/{school.id}/audiences"
    body = {"name": "The choir", "audience": {"person_ids": [child]}}
    saved = stage.service.call("POST", path, school.head, json=body).json()
    assert set(board.recipients(board.sent(audience={"audience_id": saved["audience_id"]}))) == {one}
    assert (
        stage.service.call("PUT", f"{path}/{saved['audience_id']}", school.head, json=body | {"name": "C"}).status_code == 200
    )
    assert stage.service.call("GET", path, school.head).json()["items"][0]["name"] == "C"
    assert stage.service.call("DELETE", f"{path}/{saved['audience_id']}", school.head).status_code == 204
    assert stage.service.call("GET", f"{path}/{saved['audience_id']}", school.head).status_code == 404


def test_a_guardian_in_two_branches_gets_one_message_of_the_chain(stage):
    here, there = School(stage), School(stage)
    mother = here.guardian("app")
    one, two = here.child(mother), there.child(mother)
    there.people.append(someone(mother, "guardian"))
    here.open()
    there.open()
    board = Board(stage)
    id = board.sent(audience={"branch_ids": [here.id, there.id]})
    found = board.recipients(id)
    assert {child["id"] for child in found[mother]["children"]} == {one, two}
    counts = board.call("GET", f"/{id}").json()["counts"]
    assert (counts["planned"], counts["doubled"]) == (1, 1)
    assert Board(stage, here).call("GET", f"/{id}").status_code == 404


# Who may


def test_a_teacher_tells_families_of_own_classes_alone(stage):
    school = School(stage)
    mother = school.guardian("app")
    school.child(mother)
    board = Board(stage, school.open(), school.teacher)
    c1, c2 = {"class_ids": [school.name("c1")]}, {"class_ids": [school.name("c2")]}
    for audience, status in ((c1, 201), (c2, 403), ({}, 422), ({"grades": ["5"]}, 403), (c1 | {"roles": ["head"]}, 403)):
        assert board.call("POST", json={"texts": {"en": ENGLISH}, "audience": audience}).status_code == status, audience
    assert board.call("POST", json={"texts": {"en": ENGLISH}, "audience": c1, "urgent": True}).status_code == 403
    id = board.sent(audience=c1)
    assert set(board.recipients(id)) == {mother}
    assert board.call("GET", f"/{id}", caller=school.stranger).status_code == 404
    assert board.call("GET", f"/{id}", caller=school.head).status_code == 200


# The same again


def test_the_same_client_id_is_the_same_announcement(stage):
    board = Board(stage, School(stage).open())
    assert board.write(client_id="x1") == board.write(client_id="x1")
    assert board.call("POST", json={"client_id": "x1", "texts": {"en": URDU}}).status_code == 409


def test_sent_twice_tells_once(stage):
    school = School(stage)
    mother = school.guardian("app")
    school.child(mother)
    board = Board(stage, school.open())
    id = board.send()
    board.call("POST", f"/{id}/send", status=202)
    board.comes_to("sent", id)
    assert len(school.feed(mother)) == 1
    assert board.call("PATCH", f"/{id}", json={"urgent": True}).status_code == 409
    assert board.call("DELETE", f"/{id}").status_code == 409


# Before it is sent


def test_a_preview_counts_languages_channels_reasons_and_cost(stage):
    school = School(stage)
    urdu, mute = school.guardian("sms", language="ur"), school.guardian("sms", phone=None)
    app = school.guardian("app")
    for guardian in (urdu, mute, app):
        school.child(guardian)
    board = Board(stage, school.open())
    prices = stage.service.call("PUT", "/v1/message-prices", OPERATOR, json={"paisa": {"sms": 250}})
    assert prices.json() == {"paisa": {"sms": 250}}
    found = board.preview(board.write())
    assert (found["told"], found["languages"], found["fallbacks"], found["wanted"]) == (3, {"en": 3}, 1, {"ur": 1})
    assert (found["channels"], found["reasons"]) == ({"sms": 1, "paper": 1, "app": 1}, {"no_phone": 1})
    assert (found["sms_parts"], found["cost"]["paisa"], found["cost"]["pkr"]) == (1, 250, "2.50")
    assert found["by_branch"] == {school.id: 3}
    (phone,) = found["phones"]
    text = "Ayesha: School is closed tomorrow."
    assert phone["sms"] == {"text": text, "parts": 1, "characters": 34, "encoding": "gsm-7", "segments": [text]}
    assert board.recipients(board.write()) == {}
    assert board.call("GET", f"/{board.write()}/preview").status_code == 404


# As time passes


def test_a_preview_knows_who_has_left_a_channel_and_whose_number_is_bad(stage):
    school = School(stage)
    left, bad, well = school.guardian("sms"), school.guardian("sms", "app"), school.guardian("sms")
    school.child(left, bad, well)
    board = Board(stage, school.open())
    caller = people.guardian(left, school.id)
    assert stage.service.call("POST", "/v1/opt-outs", caller, json={"channel": "sms"}).status_code == 201
    store = Store(stage.client.get_database(stage.service.database))
    contacts.flag(store.contacts, {"branch_id": school.id, "person_id": bad}, "sms", school.of(bad, "phone"), "no_number")
    found = board.preview(board.write())
    assert found["channels"] == {"sms": 1, "paper": 1, "app": 1}
    assert found["reasons"] == {"opted_out": 1}, "the other has the app"
    assert found["sms_parts"] == 1
    id = board.write()
    board.call("POST", f"/{id}/send", status=202)
    board.comes_to("sent", id)
    assert sorted(each["channel"] for each in board.recipients(id).values()) == ["app", "paper", "sms"], "as it was foretold"


def test_a_schedule_waits_pauses_goes_on_and_ends(stage):
    board = Board(stage, School(stage).open())
    weekly = {"starts_on": "2030-01-01", "time": "08:00", "every": "week", "days": ["mon"], "holidays": "move"}
    id = board.send(schedule=weekly)
    assert board.comes_to("scheduled", id)["next_at"] == "2030-01-07T03:00:00+00:00"
    assert board.call("POST", f"/{id}/pause", status=200).json()["state"] == "paused"
    assert board.call("POST", f"/{id}/resume", status=200).json()["next_at"] == "2030-01-07T03:00:00+00:00"
    assert board.call("POST", f"/{id}/cancel", status=200).json()["state"] == "canceled"
    past = {"starts_on": "2020-01-01", "time": "08:00"}
    id = board.write(schedule=past)
    assert board.call("POST", f"/{id}/send").status_code == 422
    wrong = {"starts_on": "2030-01-01", "time": "08:00", "every": "week"}
    assert board.call("POST", json={"texts": {"en": ENGLISH}, "schedule": wrong}).status_code == 422


def due_now(stage, id):
    stage.collection("announcements").update_one(
        {"_id": id}, [{"$set": {"next_at": {"$dateAdd": {"startDate": "$$NOW", "unit": "hour", "amount": -1}}}}]
    )


def test_a_teachers_schedule_goes_to_the_classes_that_are_still_theirs(stage):
    school = School(stage)
    first, second = school.guardian("sms"), school.guardian("sms")
    _, there = school.child(first), school.child(second)
    c1, c2, t1 = school.name("c1"), school.name("c2"), school.name("t1")
    school.children.remove(there)  # she is in the other class
    school.open()
    stage.learn(enrolled(school.id, c2, students=(there,), teachers=(t1,)))
    board, head = Board(stage, school, school.teacher), Board(stage, school)
    weekly = {"starts_on": "2030-01-01", "time": "08:00", "every": "week", "days": ["mon"]}
    id = board.send(schedule=weekly, audience={"class_ids": [c1, c2]})
    stage.learn(enrolled(school.id, c1, teachers=(t1,), active=False, version=2))
    due_now(stage, id)
    eventually(lambda: board.call("GET", f"/{id}").json()["sends"] == 1)
    assert set(eventually(lambda: board.recipients(id))) == {second}
    assert head.call("GET", f"/{id}").json()["audience"]["class_ids"] == [c2]
    stage.learn(enrolled(school.id, c2, teachers=(t1,), active=False, version=2))
    due_now(stage, id)
    assert board.comes_to("paused", id)["reason"] == "not_your_classes"
    for below, body in (("resume", None), ("correction", {"texts": {"en": URDU}, "tell_again": True}), ("resend", None)):
        assert board.call("POST", f"/{id}/{below}", json=body).status_code in (403, 422), below
    assert board.recipients(id) == {}, "these children are no longer theirs"
    assert board.call("GET", f"/{id}/reached").json()["total"] == 0
    assert set(head.recipients(id)) == {second}
    head.call("POST", f"/{id}/resume", status=200)  # the head stands for it now
    due_now(stage, id)
    eventually(lambda: head.call("GET", f"/{id}").json()["sends"] == 2)
    assert len(eventually(lambda: head.recipients(id, send=2))) == 1


def test_a_holiday_moves_it(stage):
    school = School(stage).open()
    stage.learn(closed_on(school.id, "Iqbal Day", "2030-01-07"))
    weekly = {"starts_on": "2030-01-01", "time": "08:00", "every": "week", "days": ["mon"], "holidays": "move"}
    board = Board(stage, school)
    assert board.comes_to("scheduled", board.send(schedule=weekly))["next_at"] == "2030-01-08T03:00:00+00:00"


def test_each_time_that_is_due_is_a_send_of_its_own(stage):
    school = School(stage)
    mother = school.guardian("app")
    school.child(mother)
    board = Board(stage, school.open())
    id = board.send(schedule={"starts_on": "2030-01-01", "time": "08:00", "every": "week", "days": ["mon"]})
    kept = stage.collection("announcements")
    for times in (1, 2):
        kept.update_one(
            {"_id": id}, [{"$set": {"next_at": {"$dateAdd": {"startDate": "$$NOW", "unit": "hour", "amount": -1}}}}]
        )
        eventually(lambda times=times: len(school.feed(mother)) == times)
    assert board.comes_to("scheduled", id)["sends"] == 2


# After it was sent


def test_canceled_while_queued(stage):
    school = School(stage)
    mother, father = school.guardian("sms", preferences=TOMORROW), school.guardian("app")
    school.child(mother, father)
    board = Board(stage, school.open())
    id = board.sent()
    assert board.recipients(id, state="queued").keys() == {mother}
    board.call("POST", f"/{id}/cancel", status=200)
    eventually(lambda: not board.call("GET", f"/{id}").json()["mending"])
    found = board.recipients(id)
    assert (found[mother]["state"], found[mother]["reason"]) == ("skipped", "canceled")
    assert found[father]["state"] in ("sent", "delivered")
    assert board.call("POST", f"/{id}/correction", json={"texts": {"en": ENGLISH}}).status_code == 409
    assert stage.carriers.received(school.of(mother, "phone")) == []


def test_corrected_while_queued_and_told_again(stage):
    school = School(stage)
    mother, father = school.guardian("sms", preferences=TOMORROW), school.guardian("app")
    school.child(mother, father)
    board = Board(stage, school.open())
    id = board.sent()
    new = {"texts": {"en": {"subject": "Open", "body": "School is open."}}, "tell_again": True}
    board.call("POST", f"/{id}/correction", json=new, status=200)
    eventually(lambda: not board.call("GET", f"/{id}").json()["mending"])
    row = stage.collection("messages").find_one({"about_id": id, "person_id": mother})
    assert (row["body"], row["state"]) == ("Ayesha: School is open.", "queued")
    assert row["parts"] == parts(row["body"])
    bodies = eventually(lambda: (found := [each["body"] for each in school.feed(father)]) and len(found) == 2 and found)
    assert sorted(bodies) == ["Ayesha: School is closed tomorrow.", "Ayesha: School is open."]


def test_sent_again_to_those_not_reached(stage):
    school = School(stage)
    reached, gone = school.guardian("app"), school.guardian(version=1)
    school.child(reached, gone)
    board = Board(stage, school.open())
    id = board.sent(on_paper=False)
    assert board.recipients(id)[gone]["state"] == "skipped"
    row = next(each for each in school.people if each["person_id"] == gone)
    stage.learn(of_branch(school.id, {**row, "version": 2, "channels": ["app"]}))
    board.call("POST", f"/{id}/resend", status=202)
    assert board.comes_to("sent", id)["sends"] == 2
    eventually(lambda: school.feed(gone))
    assert len(school.feed(reached)) == 1
    assert set(board.recipients(id, send=2)) == {gone}


def test_as_a_file_and_by_family(stage):
    school = School(stage)
    mother = school.guardian("app", given_name="=cmd()")
    school.child(mother)
    board = Board(stage, school.open())
    id = board.sent()
    file = board.call("GET", f"/{id}/recipients.csv", status=200)
    header, row = file.content.decode("utf-8-sig").splitlines()
    assert header == "send,person,role,children,language,channel,parts,carrier,carrier_id,state,reason,at"
    assert row.startswith("1,'=cmd() Khan,guardian,Ayesha Khan,en,app,,,,sent,,")
    assert board.call("GET", f"/{id}/reached", status=200).json()["states"]["sent"] == 1
    path = f"/v1/branches/{school.id}/messages/of/{mother}"
    assert len(stage.service.call("GET", path, school.teacher).json()["items"]) == 1
    assert stage.service.call("GET", path, school.stranger).status_code == 404


# Plain values


def test_the_language_of_who_has_none_of_the_texts():
    assert [language_for({"en": ENGLISH, "ur": URDU}, code) for code in ("en", "ur", "pa")] == ["en", "ur", "ur"]
    assert language_for({"en": ENGLISH}, "ur") == "en"


@pytest.mark.parametrize("body", ["One.\n\nTwo.", "x" * 5000])
def test_a_templates_parameter_is_one_line_and_not_endless(body):
    line = worded({"en": {"subject": "S", "body": body}}, "en", ["Ayesha"]).line
    assert "\n" not in line
    assert len(line) <= 700
