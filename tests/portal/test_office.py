"""The office's pages at their edges: what is refused, what is not the reader's, what is empty, what is sent on."""

from typing import Any

import pytest

from gateway.portal.office import PAGES
from tests.portal.office import API, AT, EMPTY, head_of
from tests.portal.support import ME, Browser, Stage

EMPTY_PAGES = {
    "": "Nothing waits",
    "/contacts": "All contacts work",
    "/matches": "Nobody is here twice",
    "/transfers": "When a student goes to another branch",
    "/people": "Students, guardians and staff",
    "/announcements": "What the school tells many families",
    "/answers": "Every answer has found its place",
    "/letters": "No letter waits",
    "/meeting-days": "A day or a week on which families meet teachers",
    "/report-cards": "begin here as drafts",
    "/card-templates": "logo and colours",
    "/attendance": "Every absence has a reason",
    "/engagement/unreached": "Every family is reached",
    "/engagement/steps": "What the school tried",
    "/audit": "Nobody has seen or changed",
    "/erasures": "Who has left may ask",
    "/activities": "Events, workshops and training",
    "/holidays": "On holidays",
    "/subjects": "Subjects that the branch has added",
    "/webhooks": "Another program of the school",
}
ANNOUNCEMENT: dict[str, Any] = {
    "announcement_id": "a1",
    "state": "draft",
    "texts": {"en": {"subject": "Sports <day>", "body": "Come.", "made_by": "person"}},
    "audience": {"roles": ["guardian"], "grades": [], "class_ids": [], "tags": [], "person_ids": []},
    "link": None,
    "urgent": False,
    "on_paper": True,
    "schedule": None,
    "next_at": None,
    "reason": None,
    "created_at": "2026-11-26T10:00:00+00:00",
}
PREVIEW: dict[str, Any] = {
    "state": "done",
    "progress": 1.0,
    "told": 85,
    "doubled": 0,
    "languages": {"en": 85},
    "fallbacks": 0,
    "wanted": {},
    "channels": {"sms": 85},
    "reasons": {},
    "sms_parts": 85,
    "cost": {"paisa": 17000, "pkr": "170.00"},
    "limit_left": None,
    "over_limit": 0,
    "phones": [],
}


@pytest.fixture
def head(stage: Stage) -> Browser:
    return head_of(stage)


@pytest.mark.parametrize("path", EMPTY_PAGES)
def test_an_empty_page_says_what_it_is_for(head: Browser, path: str) -> None:
    page = head.get(AT + path)
    assert page.status_code == 200, page.text
    assert EMPTY_PAGES[path] in page.text


def test_each_page_wants_a_sign_in_and_each_form_its_mark(stage: Stage, head: Browser) -> None:
    stranger = stage.stranger()
    for page in (page for pages in PAGES for page in pages):
        path = page.pattern.replace("{branch_id}", "b1").replace("{", "").replace("}", "")
        if page.method == "GET":
            assert stranger.get(path).headers["Location"].startswith("/sign-in?next="), path
        else:
            assert head.post(path, {"csrf": "of-another"}).status_code == 403, path
    assert stage.changes() == []


def test_another_branch_is_out_of_reach(stage: Stage, head: Browser) -> None:
    page = head.get("/branches/b2/people")
    assert page.status_code == 403
    assert not stage.of("/v1/branches/b2/people")


def test_an_announcement_is_seen_with_its_cost_before_it_is_sent(stage: Stage, head: Browser) -> None:
    stage.says("notifications", f"{API}/announcements", ANNOUNCEMENT)
    stage.says("notifications", f"{API}/announcements/a1", ANNOUNCEMENT)
    stage.says("notifications", f"{API}/announcements/a1/preview", PREVIEW)
    stage.says("notifications", f"{API}/announcements/a1/send", {**ANNOUNCEMENT, "state": "sending"})
    head.get(f"{AT}/announcements/new")
    draft = {"key": "k1", "subject_en": "Sports <day>", "body_en": "Come.", "roles": "guardian", "on_paper": "yes"}
    page = head.follow(head.post(f"{AT}/announcements/new", draft))
    assert "Sports &lt;day&gt;" in page.text
    assert "It goes to 85 people now, and costs Rs 170.00." in page.text
    assert not stage.of(f"{API}/announcements/a1/send")
    written = stage.of(f"{API}/announcements")[0].body
    assert (written["client_id"], written["on_paper"], written["urgent"]) == ("k1", True, False)
    sent = head.post(f"{AT}/announcements/a1/steps/send", {"key": "k2"})
    assert sent.status_code == 303
    assert stage.of(f"{API}/announcements/a1/send")[0].headers["Idempotency-Key"] == "k2"


def test_an_unknown_step_does_nothing(stage: Stage, head: Browser) -> None:
    head.get(f"{AT}/announcements/new")
    assert head.post(f"{AT}/announcements/a1/steps/delete").status_code == 404
    assert stage.changes() == []


def test_what_was_typed_stays_where_it_is_refused(stage: Stage, head: Browser) -> None:
    refused = {
        "type": "https://rabta.pk/problems/invalid",
        "title": "The input is not what is wanted",
        "status": 422,
        "errors": {"people": {"0": {"phone": ["This is no phone number."]}}},
    }
    head.get(f"{AT}/people/new")
    stage.says("roster", f"{API}/people", refused, status=422)
    page = head.post(f"{AT}/people/new", {"given_name": "Zoya", "phone": "12", "roles": "student"})
    assert page.status_code == 422
    assert 'value="Zoya"' in page.text
    assert 'value="12"' in page.text
    assert "The input is not what is wanted" in page.text
    assert "This is no phone number." in page.text


def test_the_heads_pages_are_the_heads(stage: Stage, head: Browser) -> None:
    assert "Who saw what" in head.get(f"{AT}/more").text
    office = {"branch_id": "b1", "name": "Gulberg", "name_ur": None, "roles": ["office"]}
    stage.says("roster", "/v1/me", {**ME, "branches": [office]})
    assert "Who saw what" not in stage.signed_in(roles={"b1": ["office"]}).get(f"{AT}/more").text


def test_no_cell_of_the_audit_file_is_a_formula(stage: Stage, head: Browser) -> None:
    entry = {
        "at": "2026-11-26T10:00:00+00:00",
        "who": {"id": "p2", "name": "=HYPERLINK(1)"},
        "role": "teacher",
        "right": "mark",
        "action": "read",
        "outcome": "allowed",
        "children": [{"id": "c1", "name": "Zoya"}],
    }
    stage.says("roster", f"{API}/audit", {"items": [entry], "next": None})
    file = head.get(f"{AT}/audit.csv?since=2026-11-01")
    assert "'=HYPERLINK(1)" in file.text
    assert "attachment" in file.headers["Content-Disposition"]
    assert "since=2026-11-01T00" in stage.of(f"{API}/audit")[0].path


@pytest.mark.parametrize("query", ["since=yesterday", "until=31-12-2026", "until=9999-12-31"])
def test_a_day_that_is_none_is_no_fault_of_ours(head: Browser, query: str) -> None:
    assert head.get(f"{AT}/audit?{query}").status_code < 500


@pytest.mark.parametrize("typed", ["soon", "2026-13-45T10:00", "²"])
def test_a_moment_or_number_that_is_none_is_no_fault_of_ours(stage: Stage, head: Browser, typed: str) -> None:
    head.get(f"{AT}/meeting-days/new")
    refused = {
        "type": "https://rabta.pk/problems/invalid",
        "title": "The input is not what is wanted",
        "status": 422,
        "errors": {},
    }
    stage.says("meetings", f"{API}/meeting-days/preview", refused, status=422)
    page = head.post(f"{AT}/meeting-days/new", {"title": "Evening", "booking_opens_at": typed, "slot_minutes": typed})
    assert page.status_code == 422


def test_an_import_waits_for_its_preview(stage: Stage) -> None:
    stage.says("roster", "/v1/me", {**ME, "operator": True})
    line = {
        "import_id": "i1",
        "source": "sis",
        "state": "checking",
        "progress": 0.0,
        "received_at": "2026-11-26T10:00:00+00:00",
        "finished_at": None,
        "problem_count": 0,
        "undoes": None,
        "by_time": False,
    }
    stage.says("roster", "/v1/imports", lambda sent: ({**line} if sent else EMPTY, 202 if sent else 200))
    operator = stage.signed_in(operator=True, roles={})
    operator.get("/chain/imports")
    answer = operator._call(
        "POST",
        "/chain/imports",
        data={"csrf": operator.mark, "key": "k1", "source": "sis"},
        files={"file": ("set.zip", b"PK", "application/zip")},
        headers={"Sec-Fetch-Site": "same-origin", "Origin": "https://rabta.example.pk"},
    )
    assert answer.headers["Location"] == "/chain/imports/i1"
    sent = next(each for each in stage.of("/v1/imports") if each.method == "POST")
    assert (sent.body, sent.headers["Content-Type"]) == (b"PK", "application/zip")
    assert "apply=after_preview" in sent.path
