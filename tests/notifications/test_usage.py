"""What a branch's messages count, and what happens at the limit of its plans."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schoolbus.contracts.notifications import UsageMetered
from schoolbus.contracts.roster import BranchChanged
from services.notifications.usage import cut
from tests.notifications.schools import School
from tests.support.waiting import eventually


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
    used = eventually(lambda: (said := told(stage, school)) and said["messages"] == 2 and said, timeout=40)
    assert used == {"messages": 2, "sms_parts": 1, "app_messages": 1}
    stage.learn(homework, school.homework(school.children[0]))
    eventually(lambda: told(stage, school) == {"messages": 3, "sms_parts": 2, "app_messages": 1}, timeout=40)


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
    assert school.comes_to("skipped", second, mother)["reason"] == "over_limit"
    school.comes_to("sent", second, father)
    assert any(item["about_id"] == second.data["homework_id"] for item in school.feed(mother)), "it can be read all the same"
    assert school.ask(second, below="/summary").json()["states"]["skipped"] == 1


def test_head_hears_once_when_the_limit_is_near(stage: Any) -> None:
    school = School(stage)
    school.child(school.guardian("sms"))
    school.open()
    limited(school, 2)
    stage.learn(school.homework())
    eventually(lambda: told(stage, school).get("messages") == 1, timeout=40)
    assert school.feed(school.name("h1")) == []
    for _ in range(2):
        stage.learn(school.homework())
    eventually(lambda: told(stage, school).get("messages") == 2, timeout=40)
    (notice,) = eventually(lambda: school.feed(school.name("h1")))
    assert notice["body"] == "2 of this month's 2 messages are used."
    assert notice["path"] == f"/v1/branches/{school.id}/subscriptions"


@given(
    st.lists(st.tuples(st.sampled_from(["sms", "whatsapp", "email", "app"]), st.sampled_from(["queued", "sent", "skipped"]))),
    st.integers(-5, 20),
)
def test_never_more_than_is_left(kinds: list[tuple[str, str]], left: int) -> None:
    messages = [{"channel": channel, "state": state, "reason": None} for channel, state in kinds]
    kept = cut(messages, left)
    waiting = [message for message in messages if message["channel"] != "app" and message["state"] == "queued"]
    going = [message for message in kept if message["channel"] != "app" and message["state"] == "queued"]
    assert len(going) == min(len(waiting), max(left, 0))
    assert len(kept) == len(messages)
    assert all(new == old or new["reason"] == "over_limit" for new, old in zip(kept, messages, strict=True))
