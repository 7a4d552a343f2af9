"""The office's class lists: sent, looked at, decided; and what is refused."""

from typing import Any

import pytest

from gateway.portal.language import Language
from services.roster.classlists import applying, plans, recognising, rows, sheet
from tests.gateway.support import PUBLIC_URL
from tests.portal.support import ME, Browser, Stage
from tests.portal.texts import constants

AT = "/branches/b1/class-lists"
API = "/v1/branches/b1/class-lists"
EMPTY = {"items": [], "next": None}
LIST: dict[str, Any] = {
    "class_list_id": "l1",
    "name": "5-A <b>.csv",
    "state": "waiting",
    "progress": 1.0,
    "received_at": "2026-11-26T10:00:00+00:00",
    "lines": 30,
    "left_out": 1,
    "warnings": 1,
    "counts": {"student_added": 20, "moved": 1, "phone_changed": 1},
    "classes": [{"title": "5-A", "is_new": True, "come": 21, "leave": 0, "there": 7, "left_out": 1}],
    "findings": [
        {
            "kind": "warning",
            "line": 1,
            "column": "Roll no",
            "reason": "This column is not read.",
            "text": "This column is not read.",
            "values": {},
        }
    ],
    "applied": {},
    "not_as_shown": 0,
    "undo_until": None,
    "taken_back": 0,
    "stayed": [],
    "stayed_count": 0,
    "new_classes": False,
}
ROW: dict[str, Any] = {
    "line": 7,
    "class": "5-A",
    "leaves": "4-B",
    "student": "Bilal <i>",
    "guardian": "Imran",
    "student_id": "s1",
    "guardian_id": None,
    "does": ["moved"],
    "left_out": False,
    "findings": [],
}
WRONG = {
    **ROW,
    "line": 9,
    "does": [],
    "left_out": True,
    "findings": [
        {
            "kind": "problem",
            "line": 9,
            "column": "Class",
            "reason": "No class of this branch is called 5-<B>. There are: 5-A.",
            "text": "No class of this branch is called %(title)s. There are: %(titles)s.",
            "values": {"title": "5-<B>", "titles": "5-A"},
        }
    ],
}


@pytest.fixture
def office(stage: Stage) -> Browser:
    branch = {"branch_id": "b1", "name": "Gulberg", "name_ur": None, "roles": ["office"]}
    stage.says("roster", "/v1/me", {**ME, "branches": [branch]})
    stage.says("roster", API, lambda sent: ({"class_list_id": "l1"}, 202) if sent else (EMPTY, 200))
    stage.says("roster", f"{API}/l1", LIST)
    stage.says("roster", f"{API}/l1/rows", {"items": [ROW, WRONG], "next": None})
    for step in ("confirmation", "cancellation", "undo"):
        stage.says("roster", f"{API}/l1/{step}", LIST, status=202)
    return stage.signed_in(roles={"b1": ["office"]})


def sends(office: Browser, content: bytes, **fields: str) -> Any:
    office.get(AT)
    return office._call(
        "POST",
        AT,
        data={"csrf": office.mark, "key": "k1", **fields},
        files={"file": ("5-A.csv", content, "text/csv")} if content else {"file": ("", b"", "application/octet-stream")},
        headers={"Sec-Fetch-Site": "same-origin", "Origin": PUBLIC_URL},
    )


def test_nothing_sent_yet_says_what_it_is_for(office: Browser) -> None:
    page = office.get(AT).text
    assert "No class list has been sent yet." in page
    assert f'href="{AT}/template.csv"' in page


def test_a_sheet_is_sent_once_and_its_preview_shown(stage: Stage, office: Browser) -> None:
    answer = sends(office, b"Class,Student\r\n5-A,Ali\r\n", new_classes="yes")
    assert answer.headers["Location"] == f"{AT}/l1"
    sent = next(each for each in stage.of(API) if each.method == "POST")
    assert (sent.body, sent.headers["Content-Type"]) == (b"Class,Student\r\n5-A,Ali\r\n", "text/csv")
    assert sent.headers["Idempotency-Key"] == "k1"
    assert "new_classes=true" in sent.path
    assert "name=5-A.csv" in sent.path


def test_without_a_file_it_says_so_and_asks_nothing(stage: Stage, office: Browser) -> None:
    answer = sends(office, b"", new_classes="yes")
    assert answer.status_code == 422
    assert "Choose the file first." in answer.text
    assert 'value="yes" checked' in answer.text
    assert stage.changes() == []


def test_a_second_list_is_refused_on_the_page(stage: Stage, office: Browser) -> None:
    refused = {
        "type": "https://rabta.pk/problems/class-list-under-way",
        "title": "Another class list of the branch is under way",
        "detail": "Confirm it or leave it if it waits for you; else wait until it is done.",
        "status": 409,
    }
    stage.says("roster", API, lambda sent: (refused, 409) if sent else (EMPTY, 200))
    answer = sends(office, b"Class,Student\r\n")
    assert answer.status_code == 409
    assert refused["detail"] in answer.text


def test_the_preview_names_who_moves_and_what_is_wrong(office: Browser) -> None:
    page = office.get(f"{AT}/l1").text
    assert "from \u20684-B\u2069 to \u20685-A\u2069" in page
    assert "Bilal &lt;i&gt;" in page
    assert "No class of this branch is called \u20685-&lt;B&gt;\u2069. There are: \u20685-A\u2069." in page
    assert "This column is not read." in page
    assert f'action="{AT}/l1/steps/confirmation"' in page
    assert f'action="{AT}/l1/steps/undo"' not in page
    office.cookies["__Host-language"] = "ur-latn"
    assert "اس شاخ میں \u20685-&lt;B&gt;\u2069 نام کی کوئی جماعت نہیں" in office.get(f"{AT}/l1").text


def test_each_state_has_its_page(stage: Stage, office: Browser) -> None:
    at_work = {"progress": 0.4, "left_out": 0}
    for state, said in {
        "checking": "data-live",
        "applying": "data-live",
        "done": "Take this list back…",
        "undone": "records are as they were before",
        "refused": "nothing was stored",
        "failed": "the fault is ours",
        "cancelled": "called off",
    }.items():
        over = {"applied": {"student_added": 20}, "undo_until": "2026-12-26T10:00:00+00:00" if state == "done" else None}
        stayed = [{"kind": "people", "id": "s1", "person_id": "s1"}, {"kind": "classes", "id": "c1", "person_id": None}]
        more = {"taken_back": 44, "stayed": stayed, "stayed_count": 2, "not_as_shown": 3}
        stage.says("roster", f"{API}/l1", {**LIST, **at_work, **over, **more, "state": state})
        page = office.get(f"{AT}/l1")
        assert page.status_code == 200, page.text
        assert said in page.text, state


def test_steps_go_to_the_api_and_no_other_words_do(stage: Stage, office: Browser) -> None:
    office.get(f"{AT}/l1")
    for step in ("confirmation", "cancellation", "undo"):
        assert office.post(f"{AT}/l1/steps/{step}").headers["Location"] == f"{AT}/l1"
    office.get(f"{AT}/l1")
    assert office.post(f"{AT}/l1/steps/deletion").status_code == 404
    assert [each.partition("?")[0] for each in stage.changes()] == [
        f"POST {API}/l1/{step}" for step in ("confirmation", "cancellation", "undo")
    ]


def test_lines_are_shown_as_asked_for(stage: Stage, office: Browser) -> None:
    page = office.get(f"{AT}/l1/rows?does=moved").text
    assert "left out" in page
    assert 'href="/branches/b1/people/s1"' in page
    assert "does=moved" in stage.of(f"{API}/l1/rows")[-1].path
    stage.says("roster", f"{API}/l1/rows", EMPTY)
    assert "No line is like that." in office.get(f"{AT}/l1/rows?found=problem").text


def test_files_are_handed_on(stage: Stage, office: Browser) -> None:
    stage.says("roster", f"{API}/template.csv", b"Class,Student\r\n")
    stage.says("roster", f"{API}/l1/findings.csv", b"kind,line\r\n")
    for path, name in (("template.csv", "class-list.csv"), ("l1/findings.csv", "class-list-findings.csv")):
        answer = office.get(f"{AT}/{path}")
        assert (answer.status_code, answer.headers["Content-Disposition"]) == (200, f"attachment; filename*=UTF-8''{name}")


def test_all_that_can_be_found_has_urdu() -> None:
    urdu = Language("ur", "latn")
    said = {text for module in (sheet, rows, plans, recognising, applying) for text in constants(module) if _is_said(text)}
    assert len(said) > 25
    missing = sorted(text for text in said if urdu.text(text) == text)
    assert missing == []


def _is_said(text: str) -> bool:
    return " " in text and text[-1] in ".?" and text[0].isupper() | text.startswith("%(")
