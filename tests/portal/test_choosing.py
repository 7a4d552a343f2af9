"""Branches are chosen by their name: in announcements, for machines, for a transfer. Nobody types an id."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.portal.choosing import SHOWN
from tests.portal.chain import BRANCH, FAR, INVALID
from tests.portal.support import ME, Browser, Stage

MACHINES = {"items": [], "next": None}
MADE = {"client_id": "m1", "name": "Campus", "client_secret": "the-secret-of-campus"}


def names(stage: Stage, *branches: dict[str, Any], path: str = "/v1/branches") -> None:
    stage.says("roster", path, {"items": list(branches), "next": None})


def asked(stage: Stage, path: str = "/v1/branches") -> dict[str, list[str]]:
    """The query of the last request."""
    return parse_qs(urlsplit(stage.of(path)[-1].path).query)


def box(page: str, branch_id: str) -> str:
    """The tag in which a branch is chosen."""
    found = re.search(rf'<input type="[a-z]+" name="branch_ids" value="{branch_id}"[^>]*>', page)
    return found[0] if found else ""


@pytest.fixture
def machines(stage: Stage, operator: Browser) -> Browser:
    stage.says("roster", "/v1/machine-clients", lambda sent: (MADE, 201) if sent else (MACHINES, 200))
    return operator


def test_a_search_keeps_all_that_was_typed(stage: Stage, machines: Browser) -> None:
    names(stage, FAR)
    typed = {"name": "Campus", "reach": "branches", "branch_name": " model  town ", "find_branches": "1"}
    page = machines.post("/chain/machines", typed)
    assert (page.status_code, "Model Town" in page.text) == (200, True)
    assert asked(stage)["name"] == ["model town"]
    assert 'value="Campus"' in page.text
    assert "checked" not in box(page.text, "b2"), "found is not chosen"
    assert "POST /v1/machine-clients" not in stage.changes()


def test_those_that_are_ticked_stay_with_their_names(stage: Stage, machines: Browser) -> None:
    names(stage, BRANCH, FAR)
    fields = {"name": "Campus", "branch_ids": "b1", "branch_name": "town", "find_branches": "1"}
    page = machines.post("/chain/machines", fields).text
    assert "checked" in box(page, "b1")
    assert page.count('name="branch_ids" value="b1"') == 1, "it is not found again"
    assert "checked" not in box(page, "b2")
    fields = {"name": "Campus", "reach": "branches", "branch_ids": ["b1", "b2"], "branch_name": ""}
    made = machines.post("/chain/machines", fields)
    assert "the-secret-of-campus" in made.text
    assert stage.of("/v1/machine-clients")[-1].body["branches"] == ["b1", "b2"]


def test_a_name_that_nobody_looked_for_chooses_nothing_and_is_not_lost(stage: Stage, machines: Browser) -> None:
    """Whoever types a name and presses the other button would have named no branch: of an announcement, all."""
    names(stage, FAR)
    page = machines.post("/chain/machines", {"name": "Campus", "branch_name": "model"}).text
    assert "Model Town" in page
    assert "POST /v1/machine-clients" not in stage.changes()


def test_nothing_found_says_so_and_a_long_list_says_that_there_is_more(stage: Stage, machines: Browser) -> None:
    names(stage)
    page = machines.post("/chain/machines", {"branch_name": "<b>xyz", "find_branches": "1"}).text
    assert "No other branch has “&lt;b&gt;xyz” in its name" in page
    stage.says("roster", "/v1/branches", {"items": [FAR], "next": "more"})
    page = machines.post("/chain/machines", {"branch_name": "", "find_branches": "1"}).text
    assert "There are more." in page


def test_a_closed_branch_stays_chosen(stage: Stage, machines: Browser) -> None:
    """Left out in silence, nothing would be chosen, which means all branches."""
    names(stage)
    page = machines.post("/chain/machines", {"branch_ids": "gone", "branch_name": "x"}).text
    assert "checked" in box(page, "gone")
    assert "A branch that is closed" in page


def test_of_very_many_some_are_named_and_all_are_kept(stage: Stage, machines: Browser) -> None:
    names(stage)
    fields = {"branch_name": "x", "branch_ids": [f"n{number}" for number in range(SHOWN + 7)]}
    page = machines.post("/chain/machines", fields).text
    assert page.count('name="branch_ids"') == SHOWN + 7
    assert "and 7 branches more" in page


def test_what_the_api_says_of_the_branches_stands_with_them(stage: Stage, machines: Browser) -> None:
    refusal = {**INVALID, "errors": {"branches": ["Name branches, or send whole_chain: one of the two."]}}
    stage.says("roster", "/v1/machine-clients", lambda sent: (refusal, 422) if sent else (MACHINES, 200))
    page = machines.post("/chain/machines", {"name": "Campus", "reach": "branches", "branch_name": ""})
    assert page.status_code == 422
    assert 'id="branches-error">Name branches' in page.text


def test_a_machine_of_the_whole_chain_names_no_branch(stage: Stage, machines: Browser) -> None:
    names(stage, BRANCH)
    answer = machines.post("/chain/machines", {"name": "Campus", "reach": "chain", "branch_ids": "b1", "branch_name": ""})
    assert answer.headers["Cache-Control"] == "no-store"
    assert (stage.of("/v1/machine-clients")[-1].body["branches"], "the-secret-of-campus" in answer.text) == ([], True)


# A transfer: one branch, of those that the office can't see

PERSON = {"person_id": "s1", "given_name": "Ali", "family_name": "Khan", "name_ur": None}
AT = "/branches/b1/people/s1/transfer"
OTHERS = "/v1/branches/b1/transfers/branches"


@pytest.fixture
def office(stage: Stage) -> Browser:
    stage.says("roster", "/v1/me", {**ME, "branches": [{**BRANCH, "roles": ["office"]}]})
    stage.says("roster", "/v1/branches/b1/people/s1", PERSON)
    stage.says("roster", "/v1/branches/b1/transfers", {"transfer_id": "t1"}, 201)
    names(stage, FAR, path=OTHERS)
    browser = stage.signed_in(roles={"b1": ["office"]})
    browser.get(AT)
    return browser


def test_an_office_finds_the_branch_and_asks_it(stage: Stage, office: Browser) -> None:
    assert stage.of(OTHERS) == [], "nothing is listed before it is looked for"
    page = office.post(AT, {"branch_name": "model", "note": "He is well.", "find_branches": "1"})
    assert page.status_code == 200
    assert "He is well." in page.text
    assert 'type="radio"' in box(page.text, "b2")
    assert "checked" in box(page.text, "b2"), "the only one that was found"
    answer = office.post(AT, {"branch_name": "", "branch_ids": "b2", "note": "He is well."})
    assert answer.headers["Location"] == "/branches/b1/transfers"
    sent = stage.of("/v1/branches/b1/transfers")[-1].body
    assert (sent["to_branch_id"], sent["student_id"], sent["note"]) == ("b2", "s1", "He is well.")
    assert stage.of("/v1/branches") == [], "no list of thousands"


def test_without_a_branch_the_form_says_so(stage: Stage, office: Browser) -> None:
    refusal = {**INVALID, "errors": {"to_branch_id": ["Missing data for required field."]}}
    stage.says("roster", "/v1/branches/b1/transfers", refusal, 422)
    page = office.post(AT, {"branch_name": "", "note": "He is well."})
    assert (page.status_code, 'id="branches-error"' in page.text, "He is well." in page.text) == (422, True, True)


def test_one_that_is_found_beside_the_chosen_one_does_not_take_its_place(stage: Stage, office: Browser) -> None:
    chosen = {"branch_id": "b3", "name": "Johar Town", "name_ur": None}
    names(stage, chosen, FAR, path=OTHERS)
    page = office.post(AT, {"branch_ids": "b3", "branch_name": "model"}).text
    assert ("checked" in box(page, "b3"), "checked" in box(page, "b2")) == (True, False)


# Several: an announcement of the chain

ANNOUNCEMENT = {
    "announcement_id": "a1",
    "state": "draft",
    "texts": {"en": {"subject": "Winter", "body": "It begins.", "made_by": "person"}},
    "link": None,
    "audience": {"roles": ["guardian"], "branch_ids": ["b2"], "grades": ["5"]},
    "urgent": False,
    "on_paper": True,
    "schedule": None,
    "next_at": None,
    "reason": None,
    "sends": 0,
}


@pytest.fixture
def draft(stage: Stage, operator: Browser) -> Browser:
    stage.says("notifications", "/v1/announcements/a1", ANNOUNCEMENT)
    stage.says("notifications", "/v1/announcements/a1/preview", {})
    names(stage, FAR)
    return operator


def test_a_draft_shows_its_branches_by_name_and_keeps_whom_else_it_names(stage: Stage, draft: Browser) -> None:
    page = draft.get("/chain/announcements/a1/edit").text
    assert "Model Town" in page
    assert "checked" in box(page, "b2")
    assert asked(stage) == {"branch_ids": ["b2"], "limit": [str(SHOWN)]}
    fields = {"subject_en": "Winter", "body_en": "It ends.", "branch_name": "", "branch_ids": "b2", "roles": "teacher"}
    assert draft.post("/chain/announcements/a1/edit", fields).status_code == 303
    audience = stage.of("/v1/announcements/a1")[-1].body["audience"]
    assert audience == {"roles": ["teacher"], "branch_ids": ["b2"], "grades": ["5"]}


def test_what_was_unticked_stays_so_while_branches_are_looked_for(stage: Stage, draft: Browser) -> None:
    fields = {"subject_en": "Winter", "on_paper.shown": "1", "roles.shown": "1", "branch_name": "model", "find_branches": "1"}
    page = draft.post("/chain/announcements/a1/edit", fields).text
    for name in ("on_paper", "roles"):
        tags = re.findall(rf'<input type="checkbox" name="{name}"[^>]*>', page)
        assert tags
        assert not [tag for tag in tags if "checked" in tag], name
    assert "checked" not in box(page, "b2")
