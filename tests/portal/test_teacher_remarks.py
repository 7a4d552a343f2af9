"""Remarks for report cards, child by child."""

import re

from tests.portal.support import Browser, Stage
from tests.portal.teaching import AT, BRANCH, invalid


def has_cards(stage: Stage) -> None:
    states = {"drafted": 2, "reviewed": 0, "asked": 0, "issued": 0, "failed": 0, "withdrawn": 0}
    stage.says(
        "reports", f"{BRANCH}/report-card-runs/u1", {"run_id": "u1", "term": "First term", "states": states, "edition": 3}
    )
    blank = {"state": "drafted", "percent": None, "grade": None, "missing": [], "returned_reason": None}
    cards = [{**blank, "report_card_id": f"card-{id}", "student_id": id, "remarks": []} for id in ("s1", "s2")]
    stage.says("reports", f"{BRANCH}/report-card-runs/u1/cards", {"items": cards, "next": None})
    bank = {"remark_id": "m1", "text": "{name} reads well.", "text_ur": "{name} خوب پڑھتا ہے۔", "tags": []}
    stage.says("reports", f"{BRANCH}/remark-bank", {"items": [bank], "next": None})


def test_a_remark_of_the_bank_has_the_childs_name(stage: Stage, teacher: Browser) -> None:
    has_cards(stage)
    stage.says("reports", f"{BRANCH}/report-card-runs/u1/remarks", {"cards": 1})
    assert "0 of 2 written" in teacher.get(f"{AT}/remarks/u1").text
    fields = {
        "about": "class_teacher",
        "text-s1": "",
        "text_ur-s1": "",
        "bank-s1": "m1",
        "text-s2": "",
        "text_ur-s2": "",
        "bank-s2": "",
    }
    assert teacher.post(f"{AT}/remarks/u1", fields).status_code == 303
    [sent] = stage.of(f"{BRANCH}/report-card-runs/u1/remarks")
    assert sent.body["remarks"] == [
        {
            "student_id": "s1",
            "kind": "class_teacher",
            "subject": None,
            "text": "Ahsan reads well.",
            "text_ur": "احسن خوب پڑھتا ہے۔",
        }
    ]


def test_a_refused_remark_says_why_at_its_child(stage: Stage, teacher: Browser) -> None:
    has_cards(stage)
    refused = invalid({"remarks": {"0": {"student_id": ["The card is reviewed: it is given back first."]}}})
    stage.says("reports", f"{BRANCH}/report-card-runs/u1/remarks", refused, 422)
    teacher.get(f"{AT}/remarks/u1")
    answer = teacher.post(f"{AT}/remarks/u1", {"about": "class_teacher", "text-s2": "Works hard.", "text_ur-s2": ""})
    assert answer.status_code == 422
    assert "The card is reviewed: it is given back first." in answer.text
    assert "Works hard." in answer.text


def test_a_subject_is_called_whatever_it_is(stage: Stage, teacher: Browser) -> None:
    has_cards(stage)
    stage.says("reports", f"{BRANCH}/report-card-runs/u1/remarks", {"cards": 1})
    teacher.get(f"{AT}/remarks/u1")
    answer = teacher.post(f"{AT}/remarks/u1", {"about": "subject:Art & Craft", "text-s1": "Draws well.", "text_ur-s1": ""})
    assert answer.headers["Location"] == f"{AT}/remarks/u1?about=subject%3AArt+%26+Craft"
    assert "<span>Art &amp; Craft</span>" in teacher.follow(answer).text


def test_what_was_cleared_stays_cleared(stage: Stage, teacher: Browser) -> None:
    has_cards(stage)
    stage.says("reports", f"{BRANCH}/report-card-runs/u1/remarks", invalid({"remarks": {"0": {"text_ur": ["Too long."]}}}), 422)
    teacher.get(f"{AT}/remarks/u1")
    fields = {"about": "class_teacher", "was-s1": "Old.", "text-s1": "", "text_ur-s1": "نیا"}
    page = teacher.post(f"{AT}/remarks/u1", fields).text
    assert re.search(r'id="text-s1"[^>]*></textarea>', page)
    assert 'id="text_ur-s1-error">Too long.' in page
