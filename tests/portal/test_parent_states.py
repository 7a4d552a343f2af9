"""Pages of parents in states that a demo chain seldom has: each is shown in both languages, with what may be done in it."""

from typing import Any

import pytest

from tests.portal.families import B1, NONE, V1, ZOYA
from tests.portal.reading import english_in
from tests.portal.support import ME, Stage

THEN, END = "2999-12-06T12:00:00+00:00", "2999-12-06T12:10:00+00:00"
OF = {
    "student_id": "z",
    "student_name": "Zoya Khan",
    "guardian_name": "Ayesha",
    "teacher_id": "t1",
    "teacher_name": "Riffat Dar",
}
BOOKING = {
    **{**OF, "booking_id": "k1", "meeting_day_id": "d1", "title": "Evening", "way": "visit", "place": "Room 4"},
    **{"starts_at": THEN, "ends_at": END, "held_until": None, "hold_id": None},
}
SLOT = {"slot_id": "s1", "teacher_id": "t1", "teacher_name": "Riffat Dar", "starts_at": THEN}
FORM = {side: [{"id": "worries", "en": "What worries you?", "ur": "کیا پریشانی ہے؟"}] for side in ("guardian", "teacher")}
WRITTEN = {**OF, "written_meeting_id": "w1", "answer_by": THEN, "form": FORM, "answered": []}
ACTIVITY = {
    **{"activity_id": "a1", "kind": "workshop", "title": "Reading", "title_ur": None, "description": "D", "description_ur": ""},
    **{"because": "", "sessions": [{"starts_at": THEN, "ends_at": END, "place": "Hall"}], "starts_at": THEN, "leaders": []},
    **{"materials": [{"title": "Slides", "url": "https://x.example/s"}], "most_heads": 6, "ask_feedback": True},
}
UP = {"heads": 2, "coming_ids": ["z"], "before_you": 1, "offer_until": THEN, "feedback_given": False}
SLIP = {
    **{"permission_slip_id": "p1", "activity_id": "a1", "title": "Museum", "title_ur": None, "text": "A trip.", "text_ur": ""},
    **{"text_version": 2, "answer_by": THEN, "both_guardians": True},
    "children": [{"student_id": "z", "name": "Zoya", "name_ur": None, "standing": "half", "my_answer": {"answer": "yes"}}],
}
TASK = {
    **{"volunteer_task_id": "v1", "title": "Tea", "title_ur": None, "description": "D", "description_ur": ""},
    "shifts": [
        {"shift_id": f"f{place}", "starts_at": THEN, "ends_at": END, "place": "Hall", "free": 1 - place, "mine": bool(place)}
        for place in (0, 1)
    ],
}
CANDIDATE = {"pta_candidate_id": "x1", "office": "Chair", "statement": "Me", "name": "Ayesha", "name_ur": None}
ELECTION = {
    **{"pta_election_id": "e1", "title": "Spring", "opens_at": THEN, "closes_at": END, "has_voted": False, "may_vote": False},
}


def race(state: str, person_id: str = "p2", **more: Any) -> dict[str, Any]:
    stands = {**CANDIDATE, "person_id": person_id, "state": state, "number": 1}
    return {"office_key": "chair", "office": "Chair", "office_ur": "صدر", "seats": 1, "candidates": [stands], **more}


COUNTED = {"votes": [{"number": 1, "votes": 7}], "elected": [1], "abstentions": 0, "drawn": []}
PTA_MEETING = {
    **{"pta_meeting_id": "m1", "title": "Budget", "starts_at": THEN, "place": "Hall", "state": "called", "coming": 3},
    **{"my_answer": True, "agenda": [{"title": "Chairs", "minutes": 20}]},
    "decisions": [{"title": "Buy", "text": "Two", "owner": "Ayesha", "without_quorum": True}],
}
MINUTES = {"text": "All came.", "adopted_on": None}
PAGES: dict[str, tuple[str, dict[str, Any], str]] = {
    **{
        f"a booking that is {state}": ("/meetings/b1/bookings/k1", {"bookings/k1": {**BOOKING, "state": state, **more}}, has)
        for state, more, has in (
            ("booked", {}, "/meetings/b1/bookings/k1/cancellation"),
            ("offered", {"held_until": THEN}, "/meetings/b1/bookings/k1/acceptance"),
            ("missed", {}, "/meetings/b1/bookings/k1/call"),
            ("attended", {}, "She reads well."),
            ("cancelled", {"called_off": "teacher_away"}, "/meetings/b1/bookings/k1/another"),
        )
    },
    "what is held": (
        "/meetings/b1/holds/h1",
        {"holds/h1": {"hold_id": "h1", "held_until": THEN, "bookings": [{**BOOKING, "state": "held"}]}},
        "/meetings/b1/holds/h1/back",
    ),
    "a written meeting that is asked": (
        "/meetings/b1/written/w1",
        {"written-meetings/w1": {**WRITTEN, "state": "asked", "answers": {}}},
        'name="answer worries"',
    ),
    "a written meeting that is done": (
        "/meetings/b1/written/w1",
        {"written-meetings/w1": {**WRITTEN, "state": "done", "answers": {"guardian": {}, "teacher": {"worries": "None."}}}},
        "None.",
    ),
    "a commitment": (
        "/meetings/b1/commitments/c1",
        {
            "commitments/c1": {**OF, "commitment_id": "c1", "text": "Reads", "due_on": "2999-12-06", "owners": ["guardian"]}
            | {"state": "open", "word": None}
        },
        'value="not_done"',
    ),
    **{
        f"an activity where one is {state}": (
            "/events/b1/activities/a1",
            {
                "activities/a1": {
                    **ACTIVITY,
                    "state": "published",
                    "who": who,
                    "places_left": 0,
                    "sign_up": {**UP, "state": state},
                }
            },
            'name="if_full"',
        )
        for state, who in (("coming", "families"), ("offered", "students"), ("waiting", "guardians"), ("lapsed", "families"))
    },
    "an activity that is over": (
        "/events/b1/activities/a1",
        {
            "activities/a1": {
                **ACTIVITY,
                "state": "over",
                "who": "families",
                "places_left": None,
                "sign_up": {**UP, "state": "coming"},
            }
        },
        'name="rating"',
    ),
    "a slip": ("/events/b1/slips/p1", {"permission-slips/p1": SLIP}, 'value="withdrawn"'),
    "a task": ("/events/b1/volunteering/v1", {"volunteering/v1": TASK}, "/events/b1/volunteering/v1/f0"),
    "a meeting of the association": (
        "/events/b1/pta/meetings/m1",
        {"pta/meetings/m1": PTA_MEETING, "pta/meetings/m1/minutes": MINUTES},
        "All came.",
    ),
    **{
        f"an election, {name}": ("/events/b1/pta/elections/e1", {"pta/elections/e1/paper": {**ELECTION, **more}}, has)
        for name, more, has in (
            ("one may vote", {"state": "open", "may_vote": True, "races": [race("stands")]}, 'name="mark chair"'),
            ("one is named", {"state": "nominating", "races": [race("nominated", "p1")]}, 'name="accept"'),
            ("counted", {"state": "counted", "has_voted": True, "races": [race("stands", outcome=COUNTED)]}, "7"),
        )
    },
}


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("name", PAGES)
def test_each_state_is_shown_with_what_may_be_done(stage: Stage, name: str, language: str) -> None:
    path, answers, has = PAGES[name]
    stage.says("roster", "/v1/me", {**ME, "branches": [{**B1, "roles": ["guardian"]}], "children": [ZOYA]})
    prepared = {
        "prompts": [],
        "own_prompt": None,
        "questions": None,
        "companion": None,
        "interpreter": None,
        "wheelchair": False,
    }
    always: dict[str, Any] = {
        "bookings/k1/preparation": prepared,
        "bookings/k1/alternatives": {"free_slots": [SLOT]},
        "bookings/k1/notes": {"shared": "She reads well."},
        "meeting-prompts": {"prompts": [{"prompt_id": "a", "en": "A", "ur": "ا"}]},
        "volunteering": NONE,
        "pta": {"member": True},
    }
    for word, body in {**always, **answers}.items():
        stage.says("meetings", f"{V1}/{word}", body)
    parent = stage.signed_in()
    parent.cookies["__Host-language"] = f"{language}-arabext"
    page = parent.get(path)
    assert page.status_code == 200
    assert has in page.text or has.translate(str.maketrans("7", "۷")) in page.text
    if language == "ur":
        assert english_in(page.text, [always, answers, ZOYA, B1, ME]) == []
