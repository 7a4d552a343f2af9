"""After a card is issued: corrected marks make it outdated, a new version takes its place, guardians acknowledge it, the head
may withdraw it."""

from schoolbus.contracts.reports import ReportCardCorrected, ReportCardIssued
from tests.reports.carding import CardRun
from tests.reports.story import Body, Branch, slug
from tests.support.people import head, office
from tests.support.waiting import eventually


def issued(branch: Branch, term: str, query: str = "") -> dict[str, Body]:
    """The newest cards of a term, as the office sees them."""
    answer = branch.call("GET", f"issued-report-cards?term={term}{query}", office(branch_id=branch.id))
    assert answer.status_code == 200, answer.text
    return {card["student_id"]: card for card in answer.json()["items"]}


def card_of(branch: Branch, student_id: str, term: str) -> Body:
    """The newest, as a guardian sees it."""
    return next(card for card in branch.cards(student_id, branch.guardian()) if card["term"] == term)


def test_corrected_marks_make_a_card_outdated_and_a_new_version_tells(branch: Branch) -> None:
    branch.marks("Corrected", s1="40", s2="30")
    branch.issues("Corrected", student_ids=["s1", "s2"])
    assert [card["outdated"] for card in issued(branch, "Corrected").values()] == [False, False]
    branch.marks("corrected", s1="45")
    assert {id: card["outdated"] for id, card in issued(branch, "Corrected").items()} == {"s1": True, "s2": False}
    assert set(issued(branch, "Corrected", "&outdated=true")) == {"s1"}
    asked = branch.asks_for_cards("Corrected", branch.teacher(), correction="A page was not counted").json()
    assert (asked["asked"], asked["states"]["reviewed"]) == (1, 1)  # of the outdated alone
    assert issued(branch, "Corrected")["s1"]["in_work"] is not None
    path = f"report-card-runs/{asked['run_id']}"
    assert branch.call("POST", f"{path}/approval", head(branch_id=branch.id), json={"edition": 0}).status_code == 200
    newest = eventually(lambda: (card := card_of(branch, "s1", "Corrected"))["version"] == 2 and card)
    assert newest["percent"] == "90.0"
    assert issued(branch, "Corrected")["s1"]["outdated"] is False
    (said,) = eventually(lambda: [e for e in branch.heard(ReportCardCorrected) if e.data["term"] == "Corrected"])
    assert (said.data["report_card_id"], said.data["card_version"]) == (newest["report_card_id"], 2)
    assert set(said.data) == {"report_card_id", "student_id", "term", "card_version"}
    assert newest["report_card_id"] not in [event.subject for event in branch.heard(ReportCardIssued)]
    versions = [c for c in branch.cards("s1", branch.guardian()) if c["term"].casefold() == "corrected"]
    assert [(card["version"], card["replaced_by_version"]) for card in versions] == [(2, None), (1, 2)]


def test_a_correction_keeps_remarks_and_can_be_written_on(branch: Branch) -> None:
    run = CardRun(branch, "Kept", "s1")
    assert run.remarks(branch.teacher(), {"student_id": "s1", "kind": "class_teacher", "text": "Kind and quick."}).ok
    run.review()
    run.approve()
    run.settled()
    again = CardRun(branch, "Kept", student_ids=["s1"], correction="The remark was another child's")
    assert again.cards()["s1"]["remarks"][0]["text"] == "Kind and quick."
    assert again.step("return", again.class_teacher, reason="To be written anew").ok
    assert again.remarks(branch.teacher(), {"student_id": "s1", "kind": "class_teacher", "text": "Calm."}).ok
    again.review()
    again.approve()
    assert again.settled() == {"issued": 1}


def test_what_can_not_be_corrected_is_named(branch: Branch) -> None:
    branch.marks("Never", s1="40")
    nothing = branch.asks_for_cards("Never", branch.teacher(), correction="x")
    assert set(nothing.json()["errors"]) == {"correction"}
    named = branch.asks_for_cards("Never", branch.teacher(), correction="x", student_ids=["s1"])
    assert named.json()["errors"] == {"student_ids": {"0": ["Has no card of this class and term."]}}


def test_a_head_corrects_in_one_request(branch: Branch) -> None:
    branch.marks("At once", s1="40")
    branch.issues("At once", student_ids=["s1"])
    branch.marks("At once", s1="20")
    run = branch.issues("At once", correction="Counted twice")
    assert (run["asked"], run["issued"]) == (1, 1)
    assert card_of(branch, "s1", "At once")["version"] == 2


def test_marks_that_change_while_a_correction_waits_bring_it_back(branch: Branch) -> None:
    branch.marks("Again and again", s1="40")
    branch.issues("Again and again", student_ids=["s1"])
    branch.marks("Again and again", s1="41")
    run = CardRun(branch, "Again and again", correction="One more")
    branch.marks("Again and again", s1="42")
    run.approve()
    assert run.settled() == {"drafted": 1}


def test_a_guardian_acknowledges_a_version_once(branch: Branch) -> None:
    branch.marks("Seen", s1="40", s3="30")
    branch.issues("Seen", student_ids=["s1", "s3"])
    card = card_of(branch, "s1", "Seen")
    path = f"report-cards/{card['report_card_id']}/acknowledgement"
    assert card["acknowledged_at"] is None
    first, second = (branch.call("POST", path, branch.guardian()).json()["acknowledged_at"] for _ in range(2))
    assert first == second is not None
    assert branch.call("GET", f"report-cards/{card['report_card_id']}", branch.guardian("g2")).json()["acknowledged_at"] is None
    seen = issued(branch, "Seen")["s1"]
    assert ([each["by"] for each in seen["acknowledgements"]], seen["waiting_for"]) == (["g1"], ["g2"])
    assert set(issued(branch, "Seen", "&unacknowledged=true")) == {"s3"}
    for caller, status in ((branch.guardian("g3"), 404), (branch.teacher(), 403), (head(branch_id=branch.id), 403)):
        assert branch.call("POST", path, caller).status_code == status
    branch.issues("Seen", student_ids=["s1"])
    assert card_of(branch, "s1", "Seen")["acknowledged_at"] is None  # of the new version


def test_teachers_see_their_own_classes(branch: Branch) -> None:
    branch.marks("Whose", s1="40")
    branch.issues("Whose", student_ids=["s1"])
    asked = "issued-report-cards?term=Whose"
    assert len(branch.call("GET", asked, branch.teacher("t2")).json()["items"]) == 1
    assert len(branch.call("GET", f"{asked}&class_id=c1", branch.teacher("t2")).json()["items"]) == 1
    assert branch.call("GET", asked, branch.teacher("t9")).json()["items"] == []
    assert branch.call("GET", f"{asked}&class_id=c1", branch.teacher("t9")).status_code == 403
    assert branch.call("GET", asked, branch.guardian()).status_code == 403


def test_a_withdrawn_card_is_seen_no_more_and_its_version_is_not_given_again(branch: Branch) -> None:
    branch.marks("Mistake", s1="40")
    branch.issues("Mistake", student_ids=["s1"])
    card = card_of(branch, "s1", "Mistake")
    path = f"report-cards/{card['report_card_id']}"
    assert branch.call("POST", f"{path}/withdrawal", branch.teacher(), json={"reason": "x"}).status_code == 403
    assert branch.call("POST", f"{path}/withdrawal", head(branch_id=branch.id), json={}).status_code == 422
    for _ in range(2):
        answer = branch.call("POST", f"{path}/withdrawal", head(branch_id=branch.id), json={"reason": "Another child's"})
        assert answer.status_code == 204, answer.text
    assert branch.call("GET", path, branch.guardian()).status_code == 404
    assert branch.call("GET", f"{path}/pdf", branch.guardian()).status_code == 404
    assert card["report_card_id"] not in str(branch.today("s1", branch.guardian())["report_cards"])
    run = branch.issues("Mistake", student_ids=["s1"])
    assert run["issued"] == 1
    assert card_of(branch, "s1", "Mistake")["version"] == 2
    drafted = CardRun(branch, "Mistake", "s1")
    refused = branch.call(
        "POST", f"report-cards/{drafted.id_of('s1')}/withdrawal", head(branch_id=branch.id), json={"reason": "x"}
    )
    assert (refused.status_code, slug(refused)) == (404, "not-found")
