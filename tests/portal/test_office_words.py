"""An announcement of a branch that is changed or corrected keeps what its form does not show."""

import pytest

from tests.portal.office import API, AT, head_of
from tests.portal.support import Browser, Stage

PASHTO = {"ps": {"subject": "ژمی", "body": "جمعه.", "made_by": "person"}}
THERE = {
    "announcement_id": "a1",
    "state": "draft",
    "texts": {"en": {"subject": "Winter", "body": "It begins.", "made_by": "person"}, **PASHTO},
    "link": "https://school.example/winter",
    "audience": {"roles": ["guardian"], "grades": ["5"], "class_ids": [], "tags": [], "person_ids": ["s1"], "branch_ids": []},
    "urgent": False,
    "on_paper": True,
    "schedule": None,
}
ONE = f"{API}/announcements/a1"
FORM = {"subject_en": "Winter", "body_en": "It ends.", "grades": "6"}


@pytest.fixture
def head(stage: Stage) -> Browser:
    head = head_of(stage)
    stage.says("notifications", ONE, THERE)
    for step in ("preview", "correction"):
        stage.says("notifications", f"{ONE}/{step}", {})
    head.get(AT)
    return head


def test_a_change_keeps_further_languages_and_people_by_name(stage: Stage, head: Browser) -> None:
    assert head.post(f"{AT}/announcements/a1/edit", FORM).status_code == 303
    sent = stage.of(ONE)[-1]
    assert sent.method == "PATCH"
    assert sent.body["texts"] == {**PASHTO, "en": {"subject": "Winter", "body": "It ends."}}
    assert (sent.body["audience"]["person_ids"], sent.body["audience"]["grades"]) == (["s1"], ["6"])


def test_a_correction_keeps_the_link(stage: Stage, head: Browser) -> None:
    assert head.post(f"{AT}/announcements/a1/correction", FORM).status_code == 303
    sent = stage.of(f"{ONE}/correction")[-1].body
    assert (sent["link"], sent["tell_again"], sent["texts"]["ps"]) == (THERE["link"], False, PASHTO["ps"])
