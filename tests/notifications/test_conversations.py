"""A guardian and a teacher write to each other about a child."""

from concurrent.futures import ThreadPoolExecutor

from schoolbus.contracts.notifications import AccessNoted
from tests.notifications.talks import Talks
from tests.support import people, roster
from tests.support.waiting import eventually


def test_a_teacher_writes_and_the_phone_gets_a_teaser_alone(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.teacher, "Ayesha failed her test in fractions.")
    (sms,) = eventually(lambda: stage.carriers.received(talks.phone))
    assert "wrote to you about Ayesha" in sms["text"]
    assert "fractions" not in sms["text"]
    assert [each["text"] for each in talks.said(id, talks.guardian)] == ["Ayesha failed her test in fractions."]
    (told,) = talks.school.feed(talks.guardian_id)
    assert (told["about_type"], told["path"]) == ("conversation", f"/v1/branches/{talks.school.id}/conversations/{id}")


def test_either_begins_and_it_is_one_thread(stage):
    talks = Talks(stage).open()
    assert talks.begin(talks.guardian, "One") == talks.begin(talks.teacher, "Two")
    (shown,) = talks.mine(talks.guardian)
    assert (shown["number"], shown["guardian"]["id"], shown["answering"]["id"]) == (2, talks.guardian_id, talks.teacher_id)


def test_twice_is_once_and_another_text_under_the_same_id_is_refused(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    first, second = (talks.write(id, talks.guardian, "Page 4?", client_id="c9") for _ in range(2))
    assert first == second
    talks.write(id, talks.guardian, "Page 5?", 409, client_id="c9")
    talks.write(id, talks.teacher, "Yes, page 4", client_id="c9")
    assert [each["text"] for each in talks.said(id)] == ["Could we talk?", "Page 4?", "Yes, page 4"]


def test_unread_is_counted_for_each(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    talks.write(id, talks.guardian, "Today?")
    assert [talks.mine(each)[0]["unread"] for each in (talks.guardian, talks.teacher)] == [0, 2]
    read = f"/conversations/{id}/read"
    assert talks.ask("POST", read, talks.teacher, json={"number": 1})["unread"] == 1
    assert talks.ask("POST", read, talks.teacher, json={"number": 99})["unread"] == 0
    assert talks.ask("POST", read, talks.teacher, json={"number": 1})["unread"] == 0
    talks.write(id, talks.teacher, "At noon")
    assert talks.mine(talks.guardian)[0]["unread"] == 1


def test_many_at_once_are_numbered_without_a_gap(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: talks.write(id, (talks.guardian, talks.teacher)[n % 2], f"m{n}"), range(8)))
    assert [each["number"] for each in talks.said(id)] == list(range(1, 10))


def test_pages_come_newest_first(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian, "1")
    for text in "23456":
        talks.write(id, talks.guardian, text)
    path, texts, after = f"/conversations/{id}/messages", [], None
    for _ in range(3):
        page = talks.ask("GET", path, talks.teacher, params={"limit": 2, **({"after": after} if after else {})})
        texts, after = texts + [each["text"] for each in page["items"]], page["next"]
    assert (texts, after) == (list("654321"), None)


def test_strangers_find_nothing_and_the_heads_look_is_in_the_trail(stage):
    talks = Talks(stage)
    other = talks.school.guardian("sms")
    talks.school.child(other)
    talks.open()
    id = talks.begin(talks.guardian)
    path = f"/conversations/{id}"
    for stranger in (talks.school.stranger, people.guardian(other, talks.school.id)):
        assert talks.call("GET", path, stranger).status_code == 404
        assert talks.call("POST", f"{path}/messages", stranger, json={"client_id": "1", "text": "?"}).status_code == 404
        assert talks.mine(stranger) == []
    assert talks.call("GET", path, people.office("o1", talks.school.id)).status_code == 403
    assert talks.call("GET", "/conversations", talks.teacher, params={"whose": "branch"}).status_code == 403
    assert talks.ask("GET", f"{path}/messages", talks.head)["items"][0]["text"] == "Could we talk?"
    assert talks.mine(talks.head) == []
    assert [each["conversation_id"] for each in talks.mine(talks.head, whose="branch")] == [id]
    looks = eventually(lambda: [each for each in noted(stage) if each["person_id"] == talks.head.person_id])
    assert {(each["right"], each["student_ids"][0], each["outcome"]) for each in looks} == {
        ("see conversations", talks.child_id, "allowed")
    }
    refused = [each for each in noted(stage) if each["outcome"] == "refused" and each["branch_id"] == talks.school.id]
    assert {each["person_id"] for each in refused} >= {talks.school.stranger.person_id, other}


def noted(stage):
    return [entry for event in stage.service.heard(AccessNoted) for entry in event.data["items"]]


def test_a_teacher_of_another_class_and_a_guardian_without_the_permission_begin_nothing(stage):
    talks = Talks(stage).open()
    body = {"student_id": talks.child_id, "guardian_id": talks.guardian_id, "client_id": "1", "text": "Hello"}
    assert talks.call("POST", "/conversations", talks.school.stranger, json=body).status_code == 404
    to_stranger = body | {"teacher_id": talks.school.stranger.person_id}
    assert talks.call("POST", "/conversations", talks.guardian, json=to_stranger).status_code == 404
    pair = (talks.guardian_id, talks.child_id)
    stage.learn(roster.related(talks.school.id, pair, may_receive_reports=False, version=2))
    assert talks.call("POST", "/conversations", talks.guardian, json=body | {"teacher_id": talks.teacher_id}).status_code == 404


def test_who_loses_the_child_loses_the_conversation(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    stage.learn(roster.related(talks.school.id, (talks.guardian_id, talks.child_id), active=False, version=2))
    assert talks.call("GET", f"/conversations/{id}", talks.guardian).status_code == 404
    assert talks.mine(talks.guardian) == []
    talks.write(id, talks.teacher, "Are you there?")
    assert stage.collection("messages").count_documents({"about_id": id, "person_id": talks.guardian_id}) == 0


def test_a_head_who_writes_is_a_member_and_both_are_told(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    talks.write(id, talks.head, "I would like to help.")
    assert [each["role"] for each in talks.mine(talks.head)[0]["members"]] == ["guardian", "teacher", "head"]
    told = stage.collection("messages").find({"about_id": id, "teacher_id": talks.head.person_id})
    assert {each["person_id"] for each in told} == {talks.guardian_id, talks.teacher_id}


def test_who_writes_in_pieces_is_told_of_once(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.teacher, "First")
    talks.write(id, talks.teacher, "Second")
    assert stage.collection("messages").count_documents({"about_id": id}) == 1
    talks.ask("POST", f"/conversations/{id}/read", talks.guardian, json={"number": 2})
    talks.write(id, talks.teacher, "Third")
    assert stage.collection("messages").count_documents({"about_id": id}) == 2


def test_a_family_sees_to_whom_it_can_write(stage):
    talks = Talks(stage).open()
    partners = f"/conversations/partners?student_id={talks.child_id}"
    (teacher,) = talks.ask("GET", partners, talks.guardian)["items"]
    assert (teacher["id"], teacher["class_teacher"], len(teacher["classes"])) == (talks.teacher_id, True, 1)
    stranger = people.guardian("a-stranger", talks.school.id)
    talks.ask("GET", partners, stranger, 404)
