"""The operator's pages against services that answer what a test wants: refusals, nothing there, much there."""

from typing import Any

import pytest

from gateway.portal.chain.deliveries import _paisa
from gateway.portal.chain.plans import number as numbered
from gateway.portal.chain.usage import months_until
from schoolbus.clock import today
from tests.portal.chain import BRANCH, EMPTY, REFUSAL
from tests.portal.support import Browser, Stage

LIMITS = {"messages_per_month": None, "storage_mb": None}
SUBSCRIPTION = {
    "subscription_id": "sub1",
    "branch_id": "b1",
    "plan_id": "basic",
    "plan_name": {"en": "Basic", "ur": None},
    "services": None,
    "state": "active",
    "starts_on": "2026-11-01",
    "trial_ends_on": None,
    "ends_on": None,
    "reason": None,
    "asked_by": None,
    "asked_at": "2026-11-01T10:00:00Z",
    "history": [],
}
OVERVIEW = {
    "services": ["reports"],
    "suspended": [],
    "limits": LIMITS,
    "month": "2026-11",
    "usage": [],
    "subscriptions": [SUBSCRIPTION],
}
PLAN = {
    "plan_id": "basic",
    "name": {"en": "Basic", "ur": "بنیادی"},
    "services": ["reports"],
    "limits": LIMITS,
    "price_pkr_per_month": 5000,
    "trial_days": 0,
    "retired": False,
}
NOT_ALLOWED = {"type": "x/not-allowed", "title": "Not allowed", "status": 403}


@pytest.fixture(autouse=True)
def one_branch(stage: Stage) -> None:
    stage.says("roster", "/v1/branches/b1", BRANCH)
    stage.says("roster", "/v1/branches/b1/subscriptions", OVERVIEW)
    stage.says("roster", "/v1/plans", {"items": [PLAN], "next": None})


def test_the_chain_at_a_glance_says_which_service_does_not_answer(stage: Stage, operator: Browser) -> None:
    stage.says("reports", "/v1/engagement", {"months": []})
    stage.says("meetings", "/v1/my-calendar", {})
    behind = {"channel": "sms", "due": 7, "later": 0, "oldest_at": "2026-01-01T00:00:00Z"}
    stage.says("notifications", "/v1/deliveries", {"total": 12, "waiting": [behind]})
    stage.says("roster", "/v1/subscriptions", {"items": [SUBSCRIPTION] * 50, "next": "more"})
    page = operator.get("/chain").text
    assert page.count("works") == 3
    assert "is behind" in page
    assert "Plans that branches asked for: 50+" in page
    stage.platform.services["meetings"].stop()
    try:
        page = operator.get("/chain")
        assert (page.status_code, "does not answer" in page.text) == (200, True)
    finally:
        stage.platform.services["meetings"].start()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/chain/branches", "The chain has no branch yet."),
        ("/chain/branches?name=xyz", "No branch has this in its name."),
        ("/chain/approvals", "No branch waits for a plan."),
        ("/chain/announcements", "Nothing was announced to the whole chain yet."),
        ("/chain/answers", "No answer from an unknown number waits."),
    ],
)
def test_where_there_is_nothing_the_page_says_what_it_is_for(stage: Stage, operator: Browser, path: str, says: str) -> None:
    assert says in operator.get(path).text


def test_a_list_keeps_what_was_searched_for(stage: Stage, operator: Browser) -> None:
    stage.says("roster", "/v1/branches", {"items": [BRANCH], "next": "abc=="})
    page = operator.get("/chain/branches?name=gul").text
    assert "/chain/branches?name=gul&amp;after=abc%3D%3D" in page
    assert "name=gul" in stage.of("/v1/branches")[-1].path


def test_who_is_no_operator_is_refused_by_the_api(stage: Stage) -> None:
    stage.says("roster", "/v1/plans", NOT_ALLOWED, 403)
    assert stage.signed_in().get("/chain/plans").status_code == 403


def test_a_branch_is_added_under_the_forms_own_key(stage: Stage, operator: Browser) -> None:
    stage.says("roster", "/v1/branches", lambda sent: (BRANCH if sent else EMPTY, 201 if sent else 200))
    fields = {"name": "Gulberg", "name_ur": "", "key": "0e3f0f5e-7a36-4c7f-8a55-9f2f1f2f3f4f"}
    assert operator.post("/chain/branches/new", fields).headers["Location"] == "/chain/branches/b1"
    assert stage.of("/v1/branches")[-1].body == {"branch_id": fields["key"], "name": "Gulberg", "name_ur": None}


@pytest.mark.parametrize("step", ["suspension", "resumption", "end", "approval", "rejection", "withdrawal"])
def test_each_step_of_a_subscription_and_its_refusal(stage: Stage, operator: Browser, step: str) -> None:
    at = f"/v1/branches/b1/subscriptions/sub1/{step}"
    stage.says("roster", at, SUBSCRIPTION)
    path = f"/chain/branches/b1/subscriptions/sub1/{step}"
    answer = operator.post(path, {"reason": " Not paid ", "ends_on": "2026-12-31"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/chain/branches/b1")
    assert stage.of(at)[0].body["reason"] == "Not paid"
    assert ("ends_on" in stage.of(at)[0].body) == (step in ("end", "approval"))
    from_list = f"/chain/approvals/plans/b1/sub1/{step}"
    assert operator.post(from_list).headers["Location"] == "/chain/approvals"
    stage.says("roster", at, REFUSAL, 409)
    refused = operator.post(path, {"reason": "Not paid"})
    assert (refused.status_code, "It takes no end" in refused.text, "Gulberg" in refused.text) == (409, True, True)
    refused = operator.post(from_list, {"reason": "Not paid"})
    assert (refused.status_code, "It takes no end" in refused.text, "Guardians who may" in refused.text) == (409, True, True)
    assert operator.get(from_list).headers["Location"] == "/chain/approvals", "the other language finds the page"


@pytest.mark.parametrize("step", ["..%2f..%2fplans", "%2e%2e", "nothing"])
def test_a_step_that_is_none_leads_nowhere(stage: Stage, operator: Browser, step: str) -> None:
    answer = operator.post(f"/chain/branches/b1/subscriptions/sub1/{step}", {"reason": "x"})
    assert stage.of("/v1/plans") == [] or all(each.method == "GET" for each in stage.of("/v1/plans"))
    assert answer.status_code == 404
    assert "POST /v1/plans" not in stage.changes()


def test_a_plans_numbers_are_taken_as_people_write_them(stage: Stage, operator: Browser) -> None:
    stage.says("roster", "/v1/plans/basic", PLAN)
    fields = {
        "plan_id": "Basic",
        "name_en": "Basic",
        "price_pkr_per_month": "۵,۰۰۰",
        "storage_mb": "",
        "messages_per_month": "2000",
    }
    assert operator.post("/chain/plans/new", {**fields, "services": "reports"}).status_code == 303
    sent = stage.of("/v1/plans/basic")[0].body
    assert (sent["price_pkr_per_month"], sent["limits"]) == (5000, {"messages_per_month": 2000, "storage_mb": None})
    refusal = {
        "type": "x/invalid",
        "title": "The input is not what is wanted",
        "status": 422,
        "errors": {"trial_days": ["Not a number."]},
    }
    stage.says("roster", "/v1/plans/basic", lambda sent: (refusal, 422) if sent else (PLAN, 200))
    again = operator.post("/chain/plans/basic", {"name_en": "Other", "trial_days": "many"})
    assert (again.status_code, 'value="Other"' in again.text, "Not a number." in again.text) == (422, True, True)


@pytest.mark.parametrize(
    ("text", "number"), [("", None), ("5,000", 5000), ("۱۲", 12), ("many", "many"), ("-1", "-1"), ("1.5", "1.5")]
)
def test_what_is_no_number_is_left_to_the_api(text: str, number: Any) -> None:
    assert numbered(text, None) == number


@pytest.mark.parametrize(
    ("text", "paisa"),
    [
        ("1.50", 150),
        ("2", 200),
        ("0.5", 50),
        ("۱٫۵", 150),
        ("1.505", None),
        ("-1", None),
        ("x", None),
        ("1.x", None),
        ("", None),
    ],
)
def test_rupees_are_kept_in_paisa(text: str, paisa: int | None) -> None:
    assert _paisa(text) == paisa


def test_a_price_that_is_none_changes_nothing(stage: Stage, operator: Browser) -> None:
    stage.says("notifications", "/v1/message-prices", {"paisa": {"sms": 150}})
    answer = operator.post("/chain/prices", {"sms": "cheap", "whatsapp": "0.40"})
    assert (answer.status_code, 'value="cheap"' in answer.text) == (422, True)
    assert [each.method for each in stage.of("/v1/message-prices")] == ["GET"]
    assert operator.post("/chain/prices", {"sms": "1.5", "whatsapp": ""}).status_code == 303
    assert stage.of("/v1/message-prices")[-1].body == {"paisa": {"sms": 150}}


def test_usage_of_thousands_of_branches_is_summed_and_shown_by_fifty(stage: Stage, operator: Browser) -> None:
    head = "branch_id,branch,month,messages,sms_parts,app_messages,report_cards,storage_bytes\r\n"
    rows = "".join(f"b{number},'=Branch {number},2026-11,10,12,1,2,1000000\r\n" for number in range(2261))
    stage.says("roster", "/v1/usage.csv", ("\ufeff" + head + rows).encode(), **{"Content-Type": "text/csv"})
    page = operator.get("/chain/usage?month=2026-11").text
    assert "22,610" in page
    assert page.count('<th scope="row">') == 50
    assert "=Branch 0" in page
    assert "after=50" in page
    assert operator.get("/chain/usage?month=2026-11&after=2250").text.count('<th scope="row">') == 11
    assert operator.get("/chain/usage?name=branch 2260&after=nonsense").text.count('<th scope="row">') == 1
    file = operator.get("/chain/usage/file?month=2026-11")
    assert "attachment" in file.headers["Content-Disposition"]


def test_months_go_back_over_the_years() -> None:
    found = months_until(today().replace(year=2026, month=2, day=1))
    assert (found[0], found[1], found[2], found[12]) == ("2026-02", "2026-01", "2025-12", "2025-02")


def test_small_numbers_stay_hidden(stage: Stage, operator: Browser) -> None:
    hidden = {"label": "Told", "label_ur": "بتایا", "count": None, "of": None, "percent": None, "low": None, "high": None}
    chart = {"title": "Families", "title_ur": "خاندان", "note": None, "note_ur": None, "rows": [{**hidden, "suppressed": True}]}
    share = {"measure": "read", "count": None, "of": None, "percent": None, "suppressed": True}
    branch = {**BRANCH, "families": None, "measures": [share]}
    stage.says("reports", "/v1/engagement/chart", chart)
    stage.says("reports", "/v1/engagement/beside", {"note": "No more.", "note_ur": "بس۔", "items": []})
    stage.says("reports", "/v1/engagement/branches", {"items": [branch], "next": None})
    page = operator.get("/chain/engagement?month=nonsense&measure=nonsense").text
    assert page.count("not shown: so few families that one could be recognised") >= 2
    assert "hidden" in page
    assert "<svg viewBox" not in page
    assert operator.get("/chain/engagement/exe").status_code == 404


def test_a_name_that_is_searched_for_stands_in_no_address(stage: Stage, operator: Browser) -> None:
    person = {"person_id": "p2", "given_name": "Zainab", "family_name": "Ali", "branches": [{**BRANCH, "roles": ["student"]}]}
    stage.says("roster", "/v1/people", {"items": [person], "next": "more"})
    page = operator.post("/chain/people", {"name": "زینب"})
    assert (page.status_code, "Zainab Ali" in page.text) == (200, True)
    assert "زینب" not in page.url


def test_an_answer_is_passed_on_to_the_branch_that_is_meant(stage: Stage, operator: Browser) -> None:
    answer = {"unclear_answer_id": "u1", "channel": "sms", "address": "+923001234567", "text": "Absent"}
    waiting = {"items": [{**answer, "received_at": "2026-11-26T05:00:00Z"}], "next": None}
    stage.says("notifications", "/v1/unclear-answers", waiting)
    stage.says("notifications", "/v1/unclear-answers/u1/branch", {})
    stage.says("roster", "/v1/branches", {"items": [BRANCH, {**BRANCH, "branch_id": "b2", "name": "Gulberg II"}], "next": None})
    assert 'href="/chain/answers/u1"' in operator.get("/chain/answers").text
    page = operator.post("/chain/answers/u1", {"branch_name": "gulb"}).text
    assert "Gulberg II" in page
    assert "checked" not in page
    assert stage.of("/v1/unclear-answers/u1/branch") == []
    assert operator.post("/chain/answers/u1", {"branch_name": "", "branch_ids": "b2"}).status_code == 303
    assert stage.of("/v1/unclear-answers/u1/branch")[0].body == {"branch_id": "b2"}
    assert operator.get("/chain/answers/u2").headers["Location"] == "/chain/answers", "somebody was faster"


def test_a_term_is_changed_on_a_page_of_its_own(stage: Stage, operator: Browser) -> None:
    term = {
        "term_id": "t1",
        "title": "Term 1",
        "kind": "term",
        "starts_on": "2026-08-01",
        "ends_on": "2026-12-20",
        "version": 2,
    }
    stage.says("roster", "/v1/terms", {"items": [{**term, "parent_id": None, "year": None}], "next": None})
    stage.says("roster", "/v1/terms/t1", REFUSAL, 409)
    assert 'href="/chain/terms/t1"' in operator.get("/chain/terms").text
    assert 'value="Term 1"' in operator.get("/chain/terms/t1").text
    page = operator.post("/chain/terms/t1", {"title": "First term", "version": "۲"})
    assert (page.status_code, 'value="First term"' in page.text) == (409, True)
    assert stage.of("/v1/terms/t1")[-1].body["version"] == 2
    assert operator.get("/chain/terms/t9").headers["Location"] == "/chain/terms"
