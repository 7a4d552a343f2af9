"""One trace follows homework from the teacher's request to the phone of a family."""

from tests.e2e.school import School
from tests.support.collector import Collector, Step
from tests.support.platform import Platform
from tests.support.waiting import eventually

WAY = [  # of a step, back to the request
    "carrier sms.twilio",
    "work sms direct",
    "handle reports.homework_set.v1",
    "broker",
    "outbox",
    "POST /v1/branches/{branch_id}/homework",
    "POST homework",
]


def way(steps: list[Step]) -> list[Step]:
    """From a message by SMS back to the request; empty while that is not all known."""
    by_id = {step.id: step for step in steps}
    step = next((step for step in steps if step.name == WAY[0] and not step.failed), None)
    found = []
    while step is not None:
        found.append(step)
        step = by_id.get(step.after)
    return found if found and not found[-1].after else []


def test_homework_is_followed_to_the_phone(platform: Platform, school: School, collector: Collector) -> None:
    answer = school.teacher.call(
        "POST",
        f"{school.branch}/homework",
        json=school.homework("The water cycle"),
        headers={"X-Correlation-ID": "followed-to-the-phone"},
    )
    assert answer.status_code == 201, answer.text
    found = eventually(lambda: way(collector.of("followed-to-the-phone")))
    assert [step.name for step in found] == WAY
    assert [step.process for step in found] == [
        "notifications.worker", "notifications.worker", "notifications", "notifications", "reports.relay", "reports", "gateway",
    ]  # fmt: skip
    assert not [step for step in found if step.failed]
    assert "The water cycle" not in repr(collector.of("followed-to-the-phone")), "ids alone"


def test_a_strangers_trace_is_not_gone_on_with(platform: Platform, school: School, collector: Collector) -> None:
    theirs = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{theirs}-b7ad6b7169203331-01", "X-Correlation-ID": "a-strangers-trace"}
    assert school.teacher.call("GET", "/v1/me", headers=headers).ok
    first = eventually(lambda: [step for step in collector.of("a-strangers-trace") if step.process == "gateway"])
    assert first[0].after == ""
    assert theirs not in {step.trace for step in collector.steps}


def test_what_failed_says_so_by_its_kind(platform: Platform, school: School, collector: Collector) -> None:
    headers = {"X-Correlation-ID": "what-failed-there"}
    with platform.without("meetings"):
        assert school.teacher.call("GET", f"{school.branch}/meeting-days", headers=headers).status_code == 503
    steps = eventually(lambda: collector.of("what-failed-there"))
    assert [(step.process, step.attributes["rabta.status"]) for step in steps] == [("gateway", "503")]
