"""Letters: what nothing else brought home is printed, class by class, handed out, and counted."""

import io
import re
import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from services.notifications.paper.letters import Letter, letters, printed
from tests.notifications.schools import School
from tests.support import people
from tests.support.roster import someone
from tests.support.waiting import eventually


class Class:
    """Three children; two of their families would rather have paper, one is called by SMS that never arrives."""

    def __init__(self, stage):
        self.stage = stage
        paper = {"preferences": {"hours": None, "literacy": "paper", "shared_phone": False, "meeting_needs": []}}
        self.school = School(stage)
        self.urdu = self.school.guardian(language="ur", name_ur="فاطمہ بی بی", phone=None, email=None, **paper)
        self.english = self.school.guardian(phone=None, email=None, given_name="Bilal", **paper)
        self.zara = self.school.child(self.urdu, given_name="Zara", given_name_ur="زارا", name_ur="زارا خان")
        self.ali = self.school.child(self.english, given_name="Ali")
        self.school.open()
        self.id = self.school.name("c1")
        self.homework = self.school.homework()
        stage.service.say(self.homework)
        eventually(lambda: self.waiting() == [2])
        self.teacher = people.person(self.school.name("t1"), self.school.id, "teacher", "class_teacher")
        self.office = people.office(self.school.name("o1"), self.school.id)

    def call(self, method, path, caller=None, **more):
        return self.stage.service.call(method, f"/v1/branches/{self.school.id}/{path}", caller or self.school.head, **more)

    def waiting(self):
        return [row["waiting"] for row in self.call("GET", "letters").json()["items"]]

    def run(self, caller=None, **more):
        answer = self.call("POST", "print-runs", caller, json={"class_id": self.id, **more})
        assert answer.status_code == 202, answer.text
        return answer.json()["run_id"]

    def printed(self, run_id):
        def there():
            run = self.call("GET", f"print-runs/{run_id}").json()
            assert run["state"] == "printed", run
            return run

        return eventually(there)

    def pdf(self, run_id):
        answer = self.call("GET", f"print-runs/{run_id}/pdf")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        return answer.content

    def states(self):
        return {id: message["state"] for id, message in self.school.followed(self.homework).items()}


@pytest.fixture
def room(stage):
    return Class(stage)


def pages(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_what_waits_is_printed_handed_out_and_counted(room):
    run_id = room.run()
    run = room.printed(run_id)
    assert (run["asked"], run["printed"], run["left_out"], len(run["letters"])) == (2, 2, [], 2)
    assert room.states() == {room.urdu: "sent", room.english: "sent"}
    assert room.waiting() == []
    pdf = room.pdf(run_id)
    assert len(pages(pdf)) == 3  # a list, and a letter each
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in PdfReader(io.BytesIO(pdf)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("NotoNastaliqUrdu" in font for font in fonts)
    assert any("NotoSans" in font for font in fonts)
    some = room.call("POST", f"print-runs/{run_id}/handed-out", json={"student_ids": [room.ali]}).json()
    assert some["handed_out"] == [room.ali]
    assert room.states() == {room.urdu: "sent", room.english: "delivered"}
    assert room.call("POST", f"print-runs/{run_id}/handed-out", room.teacher, json={}).status_code == 200
    assert room.states() == {room.urdu: "delivered", room.english: "delivered"}
    (message,) = list(room.stage.collection("messages").find({"person_id": room.urdu}))
    assert [(each["carrier"], each["carrier_id"], each["outcome"]) for each in message["attempts"]] == [
        ("paper.print", run_id, "taken")
    ]
    assert {step["channel"] for step in message["history"]} == {"paper"}


def test_letters_come_in_the_order_in_which_the_class_sits(room):
    seated = room.call("PUT", f"seatings/{room.id}", room.teacher, json={"student_ids": [room.zara, room.ali]})
    assert seated.status_code == 200, seated.text
    assert room.call("GET", f"seatings/{room.id}").json()["student_ids"] == [room.zara, room.ali]
    run = room.printed(room.run(room.teacher))
    assert [(each["student_id"], each["seat"]) for each in run["letters"]] == [(room.zara, 1), (room.ali, 2)]


def test_without_a_seating_letters_come_by_name(room):
    run = room.printed(room.run())
    assert [each["student_id"] for each in run["letters"]] == [room.ali, room.zara]
    wrong = room.call("PUT", f"seatings/{room.id}", json={"student_ids": [room.ali, room.ali, "nobody"]})
    assert (wrong.status_code, wrong.json()["errors"]["student_ids"]) == (
        422,
        {"1": ["Named twice."], "2": ["Not in this class."]},
    )


def test_nothing_is_printed_twice_by_accident_and_all_of_it_again_on_purpose(room):
    id = str(uuid.uuid4())
    assert room.run(run_id=id) == room.run(run_id=id) == id
    first = room.printed(id)
    assert room.call("POST", "print-runs", json={"class_id": room.id}).status_code == 409
    room.stage.collection("print_files").delete_many({"_id": id})
    assert room.call("GET", f"print-runs/{id}/pdf").status_code == 409
    assert room.call("POST", f"print-runs/{id}/again").status_code == 202
    again = room.printed(id)
    assert (again["asked"], again["letters"]) == (first["asked"], first["letters"])
    assert len(pages(room.pdf(id))) == 3
    (message,) = list(room.stage.collection("messages").find({"person_id": room.urdu}))
    assert len(message["attempts"]) == 1


def test_two_that_ask_at_once_get_each_message_once(room):
    answers = [room.call("POST", "print-runs", json={"class_id": room.id}).status_code for _ in range(3)]
    assert sorted(answers) == [202, 409, 409]


def test_a_message_that_is_erased_is_named_as_missing(room):
    room.stage.collection("messages").update_one({"person_id": room.english}, {"$set": {"body": ""}})
    run = room.printed(room.run())
    assert (run["asked"], run["printed"], [each["reason"] for each in run["left_out"]]) == (2, 1, ["erased"])


def test_a_worker_that_died_in_between_is_followed_by_another(room):
    id = room.run()
    room.printed(id)
    lost = {"state": "asked", "attempts": 1, "letters": [], "leased_until": None}
    room.stage.collection("print_runs").update_one({"_id": id}, {"$set": lost})
    run = room.printed(id)
    assert (run["printed"], len(run["letters"])) == (2, 2)


def test_who_may_print_for_whom(room):
    stranger = people.person(room.school.name("t2"), room.school.id, "teacher", "class_teacher")
    assert room.call("POST", "print-runs", stranger, json={"class_id": room.id}).status_code == 403
    assert room.call("GET", "letters", stranger).json()["items"] == []
    assert [row["class_id"] for row in room.call("GET", "letters", room.teacher).json()["items"]] == [room.id]
    assert room.call("POST", "print-runs", room.school.teacher, json={"class_id": room.id}).status_code == 403
    id = room.run(room.teacher)
    room.printed(id)
    assert room.call("GET", f"print-runs/{id}/pdf", stranger).status_code == 403
    assert room.call("GET", "print-runs", room.teacher).status_code == 422
    assert len(room.call("GET", "print-runs", room.teacher, params={"class_id": room.id}).json()["items"]) == 1
    assert len(room.call("GET", "print-runs", room.office).json()["items"]) == 1
    assert room.call("POST", "print-runs", room.teacher, json={"class_id": None}).status_code == 403
    assert room.call("POST", f"print-runs/{id}/handed-out", json={"student_ids": ["nobody"]}).status_code == 422


def test_the_last_rung_is_paper(stage):
    """An SMS that fails, with no other channel: the family gets a letter."""
    school = School(stage)
    guardian = school.guardian("sms")
    stage.carriers.behave(phones={school.of(guardian, "phone"): "fails"})
    school.child(guardian)
    homework = school.open().homework()
    stage.service.say(homework)
    eventually(lambda: school.followed(homework).get(guardian, {}).get("channel") == "paper")
    run = stage.service.call("POST", f"/v1/branches/{school.id}/print-runs", school.head, json={"class_id": school.name("c1")})
    assert run.json()["asked"] == 1
    found = school.comes_to("sent", homework, guardian)
    assert [(step["state"], step["channel"]) for step in found["history"] if "channel" in step][-1:] in (
        [("sent", "paper")],
        [],
    )


# Plain values

PEOPLE = {
    "g1": someone("g1", "guardian", language="ur", name_ur="فاطمہ بی بی"),
    "g2": someone("g2", "guardian", given_name="Bilal", family_name="Khan"),
    "s1": someone("s1", "student", given_name="Zara", name_ur="زارا خان"),
    "s2": someone("s2", "student", given_name="Ali"),
}


def message(id, person="g1", students=("s1",), **more):
    known = {"subject": "Subject", "body": "Body", "link": None}
    return {"_id": id, "person_id": person, "student_ids": list(students), **known, **more}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["g1", "g2", "gone", None]),
            st.lists(st.sampled_from(["s1", "s2", "other"]), max_size=3),
            st.sampled_from(["Body", ""]),
        ),
        max_size=20,
    )
)
def test_each_message_is_in_one_letter_or_named_as_left_out(drawn):
    messages = [message(f"m{n}", person, students, body=body) for n, (person, students, body) in enumerate(drawn)]
    made, left_out = letters(messages, PEOPLE, ["s1", "s2"], ["s2"])
    told = [each["_id"] for letter in made for each in letter.messages] + [each["message_id"] for each in left_out]
    assert sorted(told) == sorted(each["_id"] for each in messages)
    assert len({(letter.person_id, letter.student_id) for letter in made}) == len(made)


def test_a_letter_says_to_whom_and_of_whom_in_their_language():
    made, _ = letters(
        [message("m1", link="https://rabta.pk/v1/m/x"), message("m2", "g2", ["s2"])], PEOPLE, ["s1", "s2"], ["s1", "s2"]
    )
    group = {"title": "Class 5", "section": "B"}
    pdf = printed(made, PEOPLE, {"name": "Gulberg", "name_ur": "گلبرگ"}, group, "ABC", date(2026, 11, 26))
    listed, urdu, english = pages(pdf)
    assert "Gulberg · Class 5 B" in listed
    assert re.search(r"Bilal\s*Khan", english)
    assert "Ali" in english
    assert "26 November 2026" in english
    assert "https://rabta.pk/v1/m/x" in urdu


def test_text_is_printed_and_never_run():
    body = '#panic("x") *bold* $x$ \\ "quoted" \n\n' + "word " * 2000
    made, _ = letters([message("m1", body=body)], PEOPLE, [], [])
    pdf = printed(made, PEOPLE, {"name": "Gulberg #1", "name_ur": None}, {}, "ABC", date(2026, 11, 26))
    whole = "".join(pages(pdf))
    assert '#panic("x")' in whole
    assert whole.count("word") == 2000


def test_a_letter_in_sindhi_is_set_in_a_font_that_has_its_letters():
    message = {"subject": "نئون هوم ورڪ", "body": "عائشہ ۽ بلال کي هوم ورڪ مليو آهي.", "link": None}
    people = {"g": {"given_name": "Sana", "family_name": "Khan", "name_ur": "ثنا خان"}}
    made = [Letter("g", "", code, (message,)) for code in ("sd", "xx")]
    pdf = printed(made, people, {"name": "Hyderabad", "name_ur": "حیدرآباد"}, {}, "N1", date(2026, 12, 5))
    for page in PdfReader(io.BytesIO(pdf)).pages[1:]:
        fonts = {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in page["/Resources"]["/Font"].values()}
        assert {"NotoNaskhArabic-Regular", "NotoNastaliqUrdu-Regular"} <= fonts
