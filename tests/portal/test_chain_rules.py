"""Rules of the chain, its own among them; and guardians that were made one."""

from typing import Any

import pytest

from tests.portal.chain import BRANCH, REFUSAL
from tests.portal.support import Browser, Stage

ROW = {
    "event": "reports.homework_set",
    "tells": "guardians_of_the_class",
    "text": "homework_set",
    "about": "homework",
    "urgency": "normal",
    "channel": None,
    "paper": False,
    "on": True,
    "branches_may_narrow": True,
    "until": None,
    "urgent_until": None,
}
OWN = {**ROW, "tells": "teachers_of_the_class"}
RULE = {"key": "homework_set", "default": ROW, "chain": None, "in_force": ROW, "version": 0}
OF_CHAIN = {"key": "homework_to_teachers", "default": None, "chain": OWN, "in_force": OWN, "version": 3}
BROKEN = {**OF_CHAIN, "key": "from_before", "in_force": None}
EVENT = {
    "event": "reports.homework_set",
    "about": "homework",
    "tells": ["guardians_of_the_class", "teachers_of_the_class"],
    "text": ["homework_set"],
}
ALL = {"items": [RULE, OF_CHAIN, BROKEN], "events": [EVENT], "urgencies": ["urgent", "normal"], "channels": ["sms", "digest"]}
AT = "/v1/notification-rules"
FORM = {
    "event": EVENT["event"],
    "tells": "teachers_of_the_class",
    "text": "homework_set",
    "urgency": "normal",
    "channel": "",
    "on": "1",
}


@pytest.fixture
def there(stage: Stage, operator: Browser) -> Browser:
    stage.says("notifications", AT, ALL)
    for rule in ALL["items"]:
        stage.says("notifications", f"{AT}/{rule['key']}", rule)
    return operator


def test_a_rule_of_the_chains_own_is_made_in_two_steps(stage: Stage, there: Browser) -> None:
    first = there.get("/chain/rules/new").text
    assert "reports: homework set" in first
    second = there.get("/chain/rules/new?event=reports.homework_set").text
    assert '<option value="teachers_of_the_class">' in second
    made = f"{AT}/homework_to_the_staff"
    stage.says("notifications", made, OF_CHAIN)
    answer = there.post("/chain/rules/new", {**FORM, "key": "k1", "name": "Homework to-the staff"})
    assert answer.headers["Location"] == "/chain/rules"
    wanted = {**FORM, "channel": None, "on": True, "paper": False, "branches_may_narrow": False, "version": 0}
    assert stage.of(made)[-1].body == wanted


def test_a_name_that_is_taken_changes_no_other_rule(stage: Stage, there: Browser) -> None:
    there.get("/chain/rules/new?event=reports.homework_set")
    page = there.post("/chain/rules/new", {**FORM, "key": "k1", "name": "homework_set"})
    assert (page.status_code, 'id="name-error"' in page.text, 'value="homework_set"' in page.text) == (409, True, True)
    assert stage.changes() == []


def test_an_event_that_is_none_is_asked_for_again(stage: Stage, there: Browser) -> None:
    assert "Choose what has to happen." in there.get("/chain/rules/new?event=nothing").text


def test_all_of_a_rule_is_sent_as_what_is_left_out_would_be_reset(stage: Stage, there: Browser) -> None:
    page = there.get("/chain/rules/homework_to_teachers").text
    assert '<option value="teachers_of_the_class" selected>' in page
    assert "Remove the rule" in page
    assert there.post("/chain/rules/homework_to_teachers", {**FORM, "version": "۳"}).status_code == 303
    sent = stage.of(f"{AT}/homework_to_teachers")[-1].body
    assert {name: sent[name] for name in ("event", "tells", "text", "version")} == {
        "event": "reports.homework_set",
        "tells": "teachers_of_the_class",
        "text": "homework_set",
        "version": 3,
    }
    assert "removed" in there.follow(there.post("/chain/rules/homework_to_teachers/removal")).text
    assert stage.of(f"{AT}/homework_to_teachers")[-1].method == "DELETE"


def test_a_refused_change_shows_what_was_chosen(stage: Stage, there: Browser) -> None:
    stage.says("notifications", f"{AT}/homework_set", lambda sent: (REFUSAL, 409) if sent else (RULE, 200))
    there.get("/chain/rules/homework_set")
    page = there.post("/chain/rules/homework_set", {**FORM, "urgency": "urgent", "paper.shown": "1"})
    assert (page.status_code, '<option value="urgent" selected>' in page.text) == (409, True)


def test_a_rule_that_no_longer_works_breaks_no_page(stage: Stage, there: Browser) -> None:
    assert "no longer works" in there.get("/chain/rules").text
    assert there.get("/chain/rules/from_before").status_code == 200


# Guardians

ONE = {"person_id": "g1", "given_name": "Ghazala", "family_name": "Bibi", "name_ur": None, "branches": [BRANCH]}
TWO: dict[str, Any] = {**ONE, "person_id": "g2", "phone_ends": "4398", "national_id_ends": None}
MERGE = {"kept_id": "g1", "other_id": "g2", "state": "merged", "waits_for": [], "guardians": [{**TWO, **ONE}, TWO]}
PAGE = "/chain/people/g1/merges"


def test_guardians_that_were_made_one_are_parted(stage: Stage, operator: Browser) -> None:
    person = {**ONE, "branches": [{**BRANCH, "roles": ["guardian"]}]}
    stage.says("roster", "/v1/people", {"items": [person], "next": None})
    assert f'href="{PAGE}"' in operator.post("/chain/people", {"name": "Ghazala"}).text
    stage.says("roster", "/v1/guardians/g1/merges", {"items": [MERGE]})
    page = operator.get(PAGE).text
    assert page.count("Ghazala Bibi") == 2
    assert "Part them" in page
    stage.says("roster", "/v1/guardians/g1/merges/g2", {})
    answer = operator.post(f"{PAGE}/g1/g2/part")
    assert (answer.headers["Location"], stage.of("/v1/guardians/g1/merges/g2")[-1].method) == (PAGE, "DELETE")
    assert operator.post(f"{PAGE}/g1/g2/else").status_code == 404


def test_a_proposal_is_agreed_to_and_a_refusal_stays_on_the_page(stage: Stage, operator: Browser) -> None:
    proposed = {**MERGE, "state": "proposed"}
    stage.says("roster", "/v1/guardians/g1/merges", lambda sent: (REFUSAL, 409) if sent else ({"items": [proposed]}, 200))
    assert "They are one person" in operator.get(PAGE).text
    page = operator.post(f"{PAGE}/g1/g2/merge")
    assert (page.status_code, "Ghazala Bibi" in page.text, stage.of("/v1/guardians/g1/merges")[-2].body) == (
        409,
        True,
        {"other_id": "g2"},
    )


def test_a_guardian_in_one_record_alone_says_where_to_look(stage: Stage, operator: Browser) -> None:
    stage.says("roster", "/v1/guardians/g1/merges", {"items": []})
    assert "/chain/approvals#guardians" in operator.get(PAGE).text
