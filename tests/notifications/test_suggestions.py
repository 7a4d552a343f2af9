"""A suggestion box that does not tell who wrote."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

from schoolbus.clock import BRANCH_ZONE
from schoolbus.contracts.notifications import AccessNoted
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.talking import counting
from services.notifications.talking.suggestions import A_DAY
from tests.notifications.kept import store
from tests.notifications.talks import ALWAYS, Talks
from tests.support import people

__all__ = ["store"]


def drop(talks, text="More shade in the yard.", **more):
    return talks.ask("POST", "/suggestions", talks.guardian, 201, json={"text": text, **more})


def answer_to(talks, code, status=200):
    found = talks.stage.service.call("POST", "/v1/suggestion-answers", json={"code": code})
    assert found.status_code == status, found.text
    return found.json()


def test_nothing_tells_who_wrote(stage):
    talks = Talks(stage).open()
    code = drop(talks, "An anonymous word")["code"]
    (kept,) = stage.collection("suggestions").find({"branch_id": talks.school.id})
    assert set(kept) == {
        *("_id", "branch_id", "text", "on", "state", "answer", "answered_on", "answered_by", "code_hash"),
    }
    assert talks.guardian_id not in json.dumps(kept)
    assert code.replace("-", "") not in json.dumps(kept)
    log = stage.service.processes["serve"].log.read_text()
    assert "suggest" not in log
    noted = [entry for event in stage.service.heard(AccessNoted) for entry in event.data["items"]]
    assert not [entry for entry in noted if "suggestion" in entry["right"]]


def test_the_head_sees_and_answers_and_the_code_opens_it(stage):
    talks = Talks(stage).open()
    code = drop(talks)["code"]
    assert answer_to(talks, code)["state"] == "new"
    (found,) = talks.ask("GET", "/suggestions", talks.head, params={"state": "new"})["items"]
    assert (found["text"], found["writer"]) == ("More shade in the yard.", None)
    path = f"/suggestions/{found['suggestion_id']}"
    assert talks.ask("POST", f"{path}/seen", talks.head)["state"] == "seen"
    assert talks.ask("PUT", f"{path}/answer", talks.head, json={"text": "Trees come in spring."})["state"] == "answered"
    assert talks.ask("POST", f"{path}/seen", talks.head)["state"] == "answered"
    assert answer_to(talks, code.lower().replace("-", " "))["answer"] == "Trees come in spring."
    answer_to(talks, "AAAA-BBBB", 404)
    for other in (talks.teacher, talks.guardian):
        assert talks.call("GET", "/suggestions", other).status_code == 403


def test_the_operator_reads_what_the_branch_shares(stage):
    talks = Talks(stage).open()
    drop(talks)
    (found,) = talks.ask("GET", "/suggestions", talks.head)["items"]
    path = f"/suggestions/{found['suggestion_id']}"
    assert talks.ask("GET", "/suggestions", people.operator())["items"] == []
    assert talks.call("GET", path, people.operator()).status_code == 404
    talks.answers_at(ALWAYS | {"shares_suggestions": True})
    assert len(talks.ask("GET", "/suggestions", people.operator())["items"]) == 1
    assert talks.ask("GET", path, people.operator())["text"] == "More shade in the yard."


def test_who_gives_their_name_is_named_and_too_many_are_refused(stage):
    talks = Talks(stage).open()
    drop(talks, anonymous=False)
    assert talks.ask("GET", "/suggestions", talks.head)["items"][0]["writer"]["id"] == talks.guardian_id
    for _ in range(A_DAY - 1):
        drop(talks)
    refused = talks.call("POST", "/suggestions", talks.guardian, json={"text": "And one more"})
    assert refused.status_code == 429


def test_sent_twice_it_is_in_the_box_once_under_the_same_code(stage):
    talks = Talks(stage).open()
    sent = {"json": {"text": "More shade, please."}, "headers": {"Idempotency-Key": "pressed-twice-1"}}
    first, again = (talks.ask("POST", "/suggestions", talks.guardian, 201, **sent) for _ in range(2))
    assert first == again
    assert len(talks.ask("GET", "/suggestions", talks.head)["items"]) == 1
    sent["json"] = {"text": "Something else."}
    assert talks.call("POST", "/suggestions", talks.guardian, **sent).status_code == 422
    drop(talks, "More shade, please.")
    assert len(talks.ask("GET", "/suggestions", talks.head)["items"]) == 2


def test_the_count_is_of_a_person_and_a_day_for_all_replicas_and_names_nobody(store):
    day = date(2096, 11, 26)

    def once(_):
        return counting.take(store, "secret", "g1", day, 3)

    with ThreadPoolExecutor(8) as replicas:
        assert sum(replicas.map(once, range(20))) == 3
    assert counting.take(store, "secret", "g2", day, 3)
    assert counting.take(store, "secret", "g1", day + timedelta(days=1), 3)
    rows = store.box_counts.find(WHOLE_CHAIN)
    assert {each["gone_at"] for each in rows if each["_id"].startswith("2096-11-26")} == {
        datetime(2096, 11, 27, tzinfo=BRANCH_ZONE)
    }
    assert "g1" not in str(rows)
    assert {len(each) for each in rows} == {4}, "no time, no branch"


def test_without_the_days_key_or_our_secret_nobody_can_tell_whose_a_count_is(store):
    day = date(2096, 12, 1)
    counting.take(store, "secret", "g1", day, 3)
    counting.take(store, "another", "g1", day, 3)
    (key,) = store.box_counts.find(WHOLE_CHAIN, {"_id": "2096-12-01"})
    store.box_counts.remove(WHOLE_CHAIN, key["_id"])
    counting.take(store, "secret", "g1", day, 3)
    counts = store.box_counts.find(WHOLE_CHAIN, {"_id": {"$gt": "2096-12-01:"}})
    assert [each["count"] for each in counts] == [1, 1, 1]
