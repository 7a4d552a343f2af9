"""What a branch's messages count, and what happens at the limit of its plans."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schoolbus.contracts.notifications import UsageMetered
from schoolbus.contracts.roster import BranchChanged
from services.notifications.usage import cut
from tests.notifications.schools import School
from tests.support.waiting import eventually

AT, TONIGHT = datetime(2026, 11, 25, 15, tzinfo=UTC), datetime(2026, 11, 26, 4, tzinfo=UTC)


def limited(school: School, messages: int) -> None:
    """The branch's plans give it so many messages a month."""
    changed = BranchChanged(
        branch_id=school.id,
        subject=school.id,
        name="Gulberg",
        name_ur=None,
        services=list(school.services),
        active=True,
        limits={"messages_per_month": messages},
    )
    with school.stage.service.processes["serve"].handles("roster.branch_changed.v1"):
        school.stage.service.say(changed, sequence=2)


def told(stage: Any, school: School) -> dict[str, int]:
    """What was last told of the branch's usage."""
    said = [event for event in stage.service.heard(UsageMetered) if event.branch_id == school.id]
    return dict(max(said, key=lambda event: event.sequence).data["used"]) if said else {}


def test_usage_is_counted_from_what_is_stored_however_often_an_event_comes(stage: Any) -> None:
    school = School(stage)
    for channels in (("sms",), ("whatsapp",), ("app",), ()):
        school.child(school.guardian(*channels))
    homework = school.open().homework()
    stage.learn(homework, homework)
    used = eventually(lambda: (said := told(stage, school)) and said["messages"] == 2 and said)
    assert used == {"messages": 2, "sms_parts": 1, "app_messages": 1}
    stage.learn(homework, school.homework(school.children[0]))
    eventually(lambda: told(stage, school) == {"messages": 3, "sms_parts": 2, "app_messages": 1})


def test_over_the_limit_carriers_get_no_more_and_it_is_seen(stage: Any) -> None:
    school = School(stage)
    mother, father = school.guardian("sms"), school.guardian("app")
    school.child(mother, father)
    school.open()
    limited(school, 1)
    first, second = school.homework(), school.homework()
    stage.learn(first, first)
    school.comes_to("delivered", first, mother)
    stage.learn(second)
    letter = school.comes_to("queued", second, mother)
    assert (letter["channel"], letter["reason"]) == ("paper", "over_limit"), "her ladder goes on to what costs nothing"
    school.comes_to("sent", second, father)
    assert any(item["about_id"] == second.data["homework_id"] for item in school.feed(mother)), "it can be read all the same"
    assert school.ask(second, below="/summary").json()["states"]["skipped"] == 0


def test_head_hears_once_when_the_limit_is_near(stage: Any) -> None:
    school = School(stage)
    school.child(school.guardian("sms"))
    school.open()
    limited(school, 2)
    stage.learn(school.homework())
    eventually(lambda: told(stage, school).get("messages") == 1)
    assert school.feed(school.name("h1")) == []
    for _ in range(2):
        stage.learn(school.homework())
    eventually(lambda: told(stage, school).get("messages") == 2)
    (notice,) = eventually(lambda: school.feed(school.name("h1")))
    assert notice["body"] == "2 of this month's 2 messages are used."
    assert notice["path"] == f"/v1/branches/{school.id}/subscriptions"


PHONE = "+923001110001"
KINDS = ["sms", "whatsapp", "email", "app"]


def placed(channel: str, state: str, *then: str) -> dict[str, Any]:
    ladder = [{"channel": each, "address": PHONE} for each in (channel, *then)]
    stands = {"channel": channel, "ladder": ladder, "step": 0, "state": state, "reason": None, "counted": channel, "parts": 1}
    at = {"wanted_at": AT, "send_at": TONIGHT}
    return {"_id": f"{channel}-{state}", "lane": "direct", "rides_on": None, "body": "", "link": None, **stands, **at}


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.sampled_from(["queued", "sent", "skipped"]), st.lists(st.sampled_from(KINDS)))
    ),
    st.integers(-5, 20),
)
def test_never_more_than_is_left(kinds: list[tuple[str, str, list[str]]], left: int) -> None:
    messages = [placed(channel, state, *then) for channel, state, then in kinds]
    kept = cut(messages, left)
    waiting = [message for message in messages if message["channel"] != "app" and message["state"] == "queued"]
    going = [message for message in kept if message["channel"] != "app" and message["state"] == "queued"]
    assert len(going) == min(len(waiting), max(left, 0))
    assert len(kept) == len(messages)
    for new, old in zip(kept, messages, strict=True):
        assert new == old or new["reason"] == "over_limit"
        free = new != old and "app" in [rung["channel"] for rung in new["ladder"]]
        assert not free or (new["state"], new["counted"], new["send_at"]) == ("sent", "app", AT), "it is told all the same"
        assert new == old or free or new["state"] == "skipped"


def test_over_the_limit_a_device_knocks_at_its_hour() -> None:
    (message,) = cut([placed("sms", "queued", "whatsapp", "push", "paper")], 0)
    assert (message["channel"], message["state"], message["send_at"], message["parts"]) == ("push", "queued", TONIGHT, None)


def test_over_the_limit_each_of_a_shared_phone_goes_their_own_way() -> None:
    first = {**placed("sms", "queued", "paper"), "carries": True}
    second, third = (
        {**placed("shared_phone", "queued"), "_id": id, "rides_on": first["_id"], "lane": "shared_phone", "ladder": ladder}
        for id, ladder in (("2", placed("sms", "queued", "app")["ladder"]), ("3", placed("sms", "queued")["ladder"]))
    )
    told = cut([first, second, third], 0)
    assert [(each["channel"], each["state"], each["rides_on"]) for each in told] == [
        ("paper", "queued", None),
        ("app", "sent", None),
        ("shared_phone", "skipped", None),
    ]
    assert cut([first, second, third], 1) == [first, second, third]
