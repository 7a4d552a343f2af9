"""What families write by SMS, WhatsApp and e-mail comes into their thread, or to who can tell where it belongs."""

import itertools
from datetime import UTC

from tests.notifications.schools import School
from tests.notifications.talks import ALWAYS, Talks
from tests.notifications.test_carriers import sms_call, told, whatsapp_body, whatsapp_call
from tests.support import people
from tests.support.waiting import eventually

_numbers = itertools.count(1)


def texts(talks, id):
    return [each["text"] for each in talks.said(id)]


def test_an_sms_answers_the_teacher_in_the_thread(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.teacher, "Please come by.")
    eventually(lambda: stage.carriers.received(talks.phone))
    assert stage.carriers.answer(talks.phone, "sms", "Tomorrow at nine, I hope") == 200
    said = eventually(lambda: found if len(found := talks.said(id)) == 2 else None)[1]
    assert (said["text"], said["channel"], said["role"], said["writer"]["id"]) == (
        "Tomorrow at nine, I hope",
        "sms",
        "guardian",
        talks.guardian_id,
    )
    (teacher,) = eventually(
        lambda: stage.collection("messages").find({"about_id": id, "person_id": talks.teacher_id}).to_list()
    )
    assert "nine" not in teacher["body"]


def test_an_answer_to_a_notice_begins_a_thread_with_the_teacher_it_names(stage):
    school, homework, guardian, phone = told(stage, "whatsapp")
    school.comes_to("delivered", homework, guardian)
    stage.carriers.answer(phone, "whatsapp", "Which page is it?")
    (found,) = eventually(lambda: conversations(stage, school))
    assert (found["answering"]["id"], found["guardian"]["id"]) == (school.teacher.person_id, guardian)
    (beside,) = eventually(lambda: school.followed(homework)[guardian]["answers"])
    assert beside["text"] == "Which page is it?"


def conversations(stage, school, caller=None):
    answer = stage.service.call("GET", f"/v1/branches/{school.id}/conversations", caller or school.teacher)
    return answer.json()["items"]


def test_a_quote_decides_between_two_children(stage):
    talks = Talks(stage, "whatsapp")
    other = talks.school.child(talks.guardian_id, given_name="Bilal")
    talks.open()
    first, second = talks.begin(talks.teacher, "Of Ayesha"), talks.begin(talks.teacher, "Of Bilal", student_id=other)
    received = eventually(lambda: found if len(found := stage.carriers.received(talks.phone)) == 2 else None)
    quoted = next(each["id"] for each in received if "Ayesha" in each["text"])
    inbound = {"from": talks.phone[1:], "id": f"wamid.q{talks.phone}", "type": "text", "text": {"body": "About the first"}}
    for _ in range(2):
        body = whatsapp_body(messages=[{**inbound, "context": {"id": quoted}}])
        assert whatsapp_call(stage, body).status_code == 200
    eventually(lambda: texts(talks, first) == ["Of Ayesha", "About the first"])
    assert texts(talks, second) == ["Of Bilal"]


def unclear(talks, caller):
    return talks.ask("GET", "/unclear-answers", caller)["items"]


def test_what_is_not_sure_waits_for_the_class_teacher_who_sorts_it(stage):
    talks = Talks(stage)
    other = talks.school.child(talks.guardian_id, given_name="Bilal")
    talks.open()
    first, second = talks.begin(talks.teacher, "Of Ayesha"), talks.begin(talks.teacher, "Of Bilal", student_id=other)
    eventually(lambda: len(stage.carriers.received(talks.phone)) == 2)
    stage.carriers.answer(talks.phone, "sms", "He is ill today")
    (waits,) = eventually(lambda: unclear(talks, talks.teacher))
    assert {each["student"]["id"] for each in waits["candidates"]} == {talks.child_id, other}
    assert (texts(talks, first), texts(talks, second)) == (["Of Ayesha"], ["Of Bilal"])
    assert unclear(talks, talks.school.stranger) == []
    eventually(lambda: [each for each in talks.school.feed(talks.teacher_id) if each["about_type"] == "unclear_answer"])
    path = f"/unclear-answers/{waits['unclear_answer_id']}"
    to = {"student_id": other, "guardian_id": talks.guardian_id}
    assert talks.call("POST", f"{path}/sorting", talks.school.stranger, json=to).status_code == 404
    assert talks.call("POST", f"{path}/sorting", talks.teacher, json=to | {"guardian_id": "g9"}).status_code == 422
    for _ in range(2):
        assert talks.ask("POST", f"{path}/sorting", talks.teacher, json=to)["state"] == "sorted"
    assert texts(talks, second) == ["Of Bilal", "He is ill today"]
    assert unclear(talks, talks.teacher) == []
    # As if whoever sorted it had died before the row said so, and somebody else puts it elsewhere
    stage.collection("answers").update_one({"_id": waits["unclear_answer_id"]}, {"$set": {"placed": "unclear"}})
    sorted_again = talks.ask("POST", f"{path}/sorting", talks.teacher, json=to | {"student_id": talks.child_id})
    assert (sorted_again["state"], sorted_again["conversation_id"]) == ("sorted", second), "it is where it is"
    assert texts(talks, first) == ["Of Ayesha"]


def test_a_number_without_a_child_is_the_offices(stage):
    talks = Talks(stage)
    cook = talks.school.guardian("sms")
    talks.open()
    phone = talks.school.of(cook, "phone")
    stage.carriers.answer(phone, "sms", "Is it a holiday?")
    office = people.office("o1", talks.school.id)
    (waits,) = eventually(lambda: unclear(talks, office))
    assert (waits["text"], waits["state"], waits["candidates"]) == ("Is it a holiday?", "office", [])
    aside = f"/unclear-answers/{waits['unclear_answer_id']}/setting-aside"
    for _ in range(2):
        assert talks.ask("POST", aside, office)["state"] == "set_aside"
    assert unclear(talks, office) == []


def test_an_unknown_number_is_the_operators_who_passes_it_on(stage):
    school = School(stage).open()
    phone = f"+9230277{next(_numbers):05}"
    sms_call(stage, "/v1/carriers/sms/answers", {"MessageSid": f"SM{phone}", "From": phone, "Body": "Admissions?"})

    def unknown():
        found = stage.service.call("GET", "/v1/unclear-answers", people.operator()).json()["items"]
        return [each for each in found if each["address"] == phone]

    (waits,) = eventually(unknown)
    assert stage.service.call("GET", "/v1/unclear-answers", school.head).status_code == 403
    path = f"/v1/unclear-answers/{waits['unclear_answer_id']}/branch"
    assert stage.service.call("POST", path, people.operator(), json={"branch_id": "nowhere"}).status_code == 404
    assert stage.service.call("POST", path, people.operator(), json={"branch_id": school.id}).status_code == 200
    assert unknown() == []
    answer = stage.service.call("GET", f"/v1/branches/{school.id}/unclear-answers", school.head).json()["items"]
    assert [each["text"] for each in answer] == ["Admissions?"]


# Keywords


def opted_out(stage, person_id):
    return {each["channel"] for each in stage.collection("opt_outs").find({"person_id": person_id})}


def bodies(stage, phone):
    return [each["text"] for each in stage.carriers.received(phone)]


def test_stop_and_start_each_with_one_answer(stage):
    school, homework, guardian, phone = told(stage, "sms")
    school.comes_to("delivered", homework, guardian)
    for _ in range(2):
        sms_call(stage, "/v1/carriers/sms/answers", {"MessageSid": f"SMstop{phone}", "From": phone, "Body": " Stop. "})
    eventually(lambda: opted_out(stage, guardian) == {"sms"})
    eventually(lambda: "no more messages" in bodies(stage, phone)[-1])
    then = school.homework()
    stage.service.say(then)
    assert eventually(lambda: school.followed(then).get(guardian))["channel"] == "paper"
    stage.carriers.answer(phone, "sms", "band karo")  # a second time: nothing more is said
    eventually(lambda: stage.collection("answers").count_documents({"address": phone, "placed": "stop"}) == 2)
    stage.carriers.answer(phone, "sms", "شروع")
    eventually(lambda: "messages here again" in bodies(stage, phone)[-1])
    assert opted_out(stage, guardian) == set()
    assert len(bodies(stage, phone)) == 3
    assert conversations(stage, school) == []


def test_stop_from_a_shared_phone_is_for_all_whose_it_is(stage):
    school = School(stage)
    mother = school.guardian("whatsapp")
    father = school.guardian("sms", phone=school.of(mother, "phone"))
    school.child(mother, father)
    school.open()
    phone = school.of(mother, "phone")
    stage.carriers.answer(phone, "whatsapp", "STOP")
    eventually(lambda: opted_out(stage, mother) == opted_out(stage, father) == {"whatsapp"})
    assert len(eventually(lambda: bodies(stage, phone))) == 1


def test_help_tells_the_schools_number(stage):
    talks = Talks(stage).open()
    talks.answers_at(ALWAYS | {"phone": "042-35761999"})
    stage.carriers.answer(talks.phone, "sms", "HELP")
    assert eventually(lambda: bodies(stage, talks.phone))[0].split("\n")[0].endswith("School: 042-35761999")


def test_help_tells_what_one_can_do(stage):
    school, homework, guardian, phone = told(stage, "sms", language="ur")
    school.comes_to("delivered", homework, guardian)
    stage.carriers.answer(phone, "sms", "madad")
    eventually(lambda: "STOP" in bodies(stage, phone)[-1] and "جواب" in bodies(stage, phone)[-1])


def test_ok_marks_the_message_read_and_stands_beside_it(stage):
    school, homework, guardian, phone = told(stage, "sms")
    school.comes_to("delivered", homework, guardian)
    stage.carriers.answer(phone, "sms", "Parh liya")
    school.comes_to("read", homework, guardian)
    (beside,) = eventually(lambda: school.followed(homework)[guardian]["answers"])
    assert beside["text"] == "Parh liya"
    assert conversations(stage, school) == []


def test_ok_in_a_conversation_is_said_there_too(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.teacher, "Tomorrow at nine?")
    eventually(lambda: stage.carriers.received(talks.phone))
    stage.carriers.answer(talks.phone, "sms", "Ji")
    eventually(lambda: texts(talks, id) == ["Tomorrow at nine?", "Ji"])
    eventually(lambda: talks.school.feed(talks.guardian_id)[0]["state"] == "read")


def test_a_time_in_whole_seconds_before_the_message_is_no_time_before_it(stage):
    """WhatsApp's times have no smaller part: an answer within the second may seem older than what it answers."""
    school, homework, guardian, phone = told(stage, "whatsapp")
    school.comes_to("delivered", homework, guardian)
    created = stage.collection("messages").find_one({"person_id": guardian})["created_at"]
    wrote = {"from": phone[1:], "id": f"wamid.s{phone}", "type": "text", "text": {"body": "Which page?"}}
    seconds = str(int(created.replace(tzinfo=UTC).timestamp()))
    assert whatsapp_call(stage, whatsapp_body(messages=[{**wrote, "timestamp": seconds}])).status_code == 200
    eventually(lambda: school.followed(homework)[guardian]["answers"])
