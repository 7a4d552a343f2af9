"""Announcements of the chain: their schedule, their languages, other words, and what is refused."""

from typing import Any

import pytest

from tests.portal.chain import EMPTY, INVALID, REFUSAL
from tests.portal.support import Browser, Stage

AT = "/v1/announcements/a1"
PAGE = "/chain/announcements/a1"
TEXTS = {"en": {"subject": "Winter break", "body": "It begins on Friday.", "made_by": "person"}}
MACHINES = {"ur": {"subject": "سرما", "body": "جمعہ سے۔", "made_by": "machine"}}
WEEKLY = {
    "starts_on": "2026-12-01",
    "time": "08:30",
    "every": "week",
    "days": ["mon", "sun"],
    "day": None,
    "until": "2027-01-31",
    "holidays": "skip",
}
PREVIEW = {
    "state": "done",
    "progress": 1.0,
    "told": 12,
    "by_branch": {"b1": 12},
    "channels": {"sms": 12},
    "sms_parts": 12,
    "cost": {"pkr": "18.00"},
    "over_limit": 0,
    "reasons": {},
}
CAN_TRANSLATE = {"languages": [{"from": "en", "to": ["ur"]}], "characters_left": 1000}


def announcement(**more: Any) -> dict[str, Any]:
    return {
        "announcement_id": "a1",
        "state": "draft",
        "texts": TEXTS,
        "link": "https://school.example/winter",
        "audience": {"roles": ["guardian"], "branch_ids": []},
        "urgent": False,
        "on_paper": True,
        "schedule": None,
        "next_at": None,
        "reason": None,
        "sends": 0,
        **more,
    }


@pytest.fixture
def there(stage: Stage, operator: Browser) -> Browser:
    shows(stage)
    stage.says("notifications", f"{AT}/preview", PREVIEW)
    stage.says("notifications", f"{AT}/reached", {"total": 12, "states": {"read": 12}, "reasons": {}})
    stage.says("notifications", "/v1/translations", CAN_TRANSLATE)
    return operator


def shows(stage: Stage, **more: Any) -> None:
    stage.says("notifications", AT, announcement(**more))


def test_a_schedule_is_written_kept_and_begun(stage: Stage, there: Browser) -> None:
    made = {"announcement_id": "a1"}
    stage.says("notifications", "/v1/announcements", lambda sent: (made, 201) if sent else (EMPTY, 200))
    form = {"subject_en": "Winter break", "body_en": "It begins.", "branch_name": "", **WEEKLY, "day": "", "on_paper": "1"}
    answer = there.post("/chain/announcements/new", form)
    assert answer.headers["Location"] == PAGE
    sent = stage.of("/v1/announcements")[-1].body
    assert sent["schedule"] == {name: value for name, value in WEEKLY.items() if value}
    assert sent["texts"] == {"en": {"subject": "Winter break", "body": "It begins."}}
    shows(stage, schedule=WEEKLY)
    edited = there.get(f"{PAGE}/edit").text
    assert 'value="2026-12-01"' in edited
    assert 'name="days" value="sun" checked' in edited
    assert 'name="days" value="tue" checked' not in edited
    page = there.get(PAGE).text
    for words in ("each week", "Monday", "Sunday", "until 31 January 2027", "Begin the schedule"):
        assert words in page, words
    assert "Send it now" not in page
    stage.says("notifications", f"{AT}/send", announcement(state="scheduled", schedule=WEEKLY), 202)
    assert "as its schedule says" in there.follow(there.post(f"{PAGE}/steps/send")).text


def test_without_a_day_it_goes_at_once(stage: Stage, there: Browser) -> None:
    form = {"subject_en": "Winter break", "body_en": "It begins.", "branch_name": "", "time": "09:00", "every": "once"}
    there.post(f"{PAGE}/edit", form)
    assert stage.of(AT)[-1].body["schedule"] is None
    assert "Send it now" in there.get(PAGE).text


def test_what_is_wrong_with_a_schedule_stands_at_its_fields(stage: Stage, there: Browser) -> None:
    refusal = {
        **INVALID,
        "errors": {"schedule": {"days": ["Name the days of the week."]}, "texts": {"ur": {"value": {"body": ["x"]}}}},
    }
    stage.says("notifications", AT, lambda sent: (refusal, 422) if sent else (announcement(), 200))
    form = {"subject_ur": "سرما", "starts_on": "2026-12-01", "every": "week", "branch_name": "", "days.shown": "1"}
    page = there.post(f"{PAGE}/edit", form)
    assert (page.status_code, "سرما" in page.text) == (422, True)
    assert 'id="days-error">Name the days of the week.' in page.text
    assert 'id="body_ur-error">x' in page.text


@pytest.mark.parametrize("state", ["scheduled", "paused", "sending", "sent", "canceled"])
def test_every_state_has_a_page_with_the_steps_that_it_allows(stage: Stage, there: Browser, state: str) -> None:
    shows(stage, state=state, schedule=WEEKLY, next_at="2026-12-07T03:30:00Z", sends=2)
    page = there.get(PAGE)
    steps = {step for step in ("send", "pause", "resume", "cancel", "resend") if f'action="{PAGE}/steps/{step}"' in page.text}
    allowed = {"scheduled": {"pause", "cancel", "resend"}, "paused": {"resume", "cancel", "resend"}, "sending": {"cancel"}}
    assert (page.status_code, steps) == (200, allowed.get(state, {"cancel", "resend"} if state == "sent" else set()))


def test_a_refused_step_comes_back_on_the_page(stage: Stage, there: Browser) -> None:
    shows(stage, state="scheduled", schedule=WEEKLY)
    stage.says("notifications", f"{AT}/pause", REFUSAL, 409)
    page = there.post(f"{PAGE}/steps/pause")
    assert (page.status_code, "It takes no end" in page.text, "Winter break" in page.text) == (409, True, True)
    assert f'value="{PAGE}"' in page.text, "the other language goes to the page, not to the form's address"
    assert there.post(f"{PAGE}/steps/correction").status_code == 404


def test_a_machine_makes_the_other_language_and_a_person_confirms_it(stage: Stage, there: Browser) -> None:
    assert "Have a machine make the Urdu" in there.get(PAGE).text
    stage.says("notifications", f"{AT}/texts/ur/translation", announcement(texts=TEXTS | MACHINES))
    assert there.post(f"{PAGE}/translation", {"language": "ur"}).status_code == 303
    assert stage.of(f"{AT}/preview")[-1].method == "POST", "it is counted anew"
    shows(stage, texts=TEXTS | MACHINES)
    page = there.get(PAGE).text
    assert "A machine translated this." in page
    assert "Have a machine make" not in page
    stage.says("notifications", f"{AT}/texts/ur/confirm", announcement())
    assert there.post(f"{PAGE}/confirmation", {"language": "ur"}).headers["Location"] == PAGE


def test_without_a_translator_nothing_is_offered(stage: Stage, there: Browser) -> None:
    stage.says("notifications", "/v1/translations", {"languages": [], "characters_left": 0})
    assert "Have a machine make" not in there.get(PAGE).text


def test_other_words_keep_the_link_and_further_languages(stage: Stage, there: Browser) -> None:
    pashto = {"ps": {"subject": "ژمی", "body": "جمعه.", "made_by": "person"}}
    shows(stage, state="sent", texts=TEXTS | pashto, sends=1)
    stage.says("notifications", f"{AT}/correction", announcement(state="sent"))
    fields = {"subject_en": "Winter break", "body_en": "It begins on Monday.", "tell_again": "1"}
    assert there.post(f"{PAGE}/correction", fields).status_code == 303
    sent = stage.of(f"{AT}/correction")[-1].body
    assert sent["texts"] == {**pashto, "en": {"subject": "Winter break", "body": "It begins on Monday."}}
    assert (sent["link"], sent["tell_again"]) == ("https://school.example/winter", True)


def test_what_is_written_and_can_not_be_counted_is_not_written_again(stage: Stage, there: Browser) -> None:
    made = {"announcement_id": "a1"}
    stage.says("notifications", "/v1/announcements", lambda sent: (made, 201) if sent else (EMPTY, 200))
    stage.says("notifications", f"{AT}/preview", {**REFUSAL, "status": 404}, 404)
    there.get("/chain/announcements/new")
    page = there.post("/chain/announcements/new", {"subject_en": "Winter break", "body_en": "x", "branch_name": ""})
    assert (page.status_code, "It takes no end" in page.text, "Count again" in page.text) == (404, True, True)
    assert f'name="back" value="{PAGE}"' in page.text
