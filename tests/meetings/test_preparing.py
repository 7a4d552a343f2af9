"""Before a meeting: what a family would like to talk about is for the teacher alone, what it needs for the desk too."""

from typing import Any

from pymongo.database import Database

from services.meetings.theday import prompts
from tests.meetings.story import Meetings, slug
from tests.meetings.theday import FAMILY, HEAD, TEACHER, asks, begins, booked, list_of
from tests.support.people import guardian, office, teacher
from tests.support.roster import people, someone

SAID = {"prompts": ["shy_in_class", "help_at_home"], "own_prompt": "Her new glasses", "questions": "How is her reading?"}


def test_the_bank_is_in_both_languages(meetings: Meetings) -> None:
    found = meetings.call("GET", "meeting-prompts", FAMILY).json()
    assert found["version"] == prompts.VERSION
    assert len(found["prompts"]) >= 12
    assert all(prompt["en"].isascii() and not prompt["ur"].isascii() for prompt in found["prompts"])


def test_prompts_and_questions_are_for_the_teacher_alone(meetings: Meetings) -> None:
    booking = booked(meetings)
    wanted = SAID | {"companion": "Her grandmother", "interpreter": "ps"}
    answer = asks(meetings, "PATCH", booking, "preparation", FAMILY, wanted)
    assert (answer.status_code, answer.json()["questions"]) == (200, "How is her reading?")
    for reader in (office(), HEAD):
        seen = asks(meetings, "GET", booking, "preparation", reader).json()
        assert (seen["companion"], seen["interpreter"], seen.keys() & SAID.keys()) == ("Her grandmother", "ps", set())
    for stranger in (guardian("g2"), guardian("g3"), teacher("t2")):
        assert asks(meetings, "GET", booking, "preparation", stranger).status_code == 404
    listed = list_of(meetings, booking)["meetings"][0]
    assert [prompt["en"] for prompt in listed["prepared"]["prompts"]] == [prompts.ALL[id]["en"] for id in SAID["prompts"]]
    assert (listed["prepared"]["own_prompt"], listed["needs"]["interpreter"]) == ("Her new glasses", "ps")
    seen_by_head = list_of(meetings, booking, HEAD, teacher_id="t1")["meetings"][0]
    assert (seen_by_head["prepared"], seen_by_head["needs"]["companion"]) == (None, "Her grandmother")


def test_what_is_not_given_stays_also_when_the_office_says_it(meetings: Meetings) -> None:
    booking = booked(meetings)
    asks(meetings, "PATCH", booking, "preparation", FAMILY, SAID)
    told = asks(meetings, "PATCH", booking, "preparation", office(), {"wheelchair": True}).json()
    assert (told["wheelchair"], "prompts" in told) == (True, False)
    assert (
        asks(meetings, "PATCH", booking, "preparation", FAMILY, {"questions": None}).json()["own_prompt"] == "Her new glasses"
    )
    wrong = asks(meetings, "PATCH", booking, "preparation", FAMILY, {"prompts": ["gossip"]})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["prompts"])


def test_until_it_begins(meetings: Meetings, kept: Database[Any]) -> None:
    booking = booked(meetings)
    begins(kept, booking)
    late = asks(meetings, "PATCH", booking, "preparation", FAMILY, {"companion": "Grandfather"})
    assert (late.status_code, slug(late)) == (409, "time-passed")


def test_what_a_guardian_always_needs_is_in_the_list(meetings: Meetings) -> None:
    needs = ["evening", "interpreter", "wheelchair"]
    wishes = {"hours": None, "literacy": "voice", "shared_phone": True, "meeting_needs": needs}
    meetings.knows(people("b1", someone("g3", "guardian", version=5, email="g3@example.pk", preferences=wishes)))
    booking = booked(meetings, "g3", "s3")
    assert list_of(meetings, booking)["meetings"][0]["needs"]["known"] == ["interpreter", "wheelchair"]
    asks(meetings, "PATCH", booking, "preparation", TEACHER, {"companion": "An aunt"})
    assert list_of(meetings, booking)["meetings"][0]["needs"]["companion"] == "An aunt"
