"""Activities, volunteering and permission slips of a place, made by hand, as tests.access.fresh makes other things.

By the operator, in the hands of the place's teacher. What is there of today goes on all day.
"""

import itertools
from datetime import timedelta
from typing import Any

from schoolbus import clock
from tests.access.fresh import Ids, World

_numbers = itertools.count(1)


def _day(ahead: int) -> str:
    return (clock.today() + timedelta(days=ahead)).isoformat()


def _moment(ahead: int) -> str:
    return (clock.now() + timedelta(days=ahead)).isoformat()


TODAY: dict[str, Any] = {"held_on": _day(0), "starts": "00:00", "ends": "23:59", "place": "Playground"}
LATER: dict[str, Any] = {**TODAY, "held_on": _day(20), "starts": "16:00", "ends": "17:00"}
ACTIVITY: dict[str, Any] = {
    "kind": "event",
    "title": "Sports day",
    "sessions": [{**TODAY, "shared": True}, {**LATER, "shared": True}],
    "sign_up_closes_at": _moment(10),
    "even_on_holidays": True,
}
TASK: dict[str, Any] = {"title": "Book fair", "give_back_minutes": 0}
SLIP: dict[str, Any] = {"title": "Trip to the zoo", "text": "By bus, back by two.", "answer_by": _moment(10)}
LINKS: dict[str, Any] = {"links": [{"title": "Slides", "url": "https://drive.example.pk/slides"}]}


def _branch(ids: Ids) -> str:
    return f"/v1/branches/{ids['branch_id']}"


def _of_class(ids: Ids) -> dict[str, Any]:
    return {"audience": {"class_ids": [ids["class_id"]]}}


def draft(world: World, ids: Ids) -> Ids:
    wanted = ACTIVITY | _of_class(ids) | {"leader_ids": [ids["teacher_id"]]}
    made = world.operator.post(f"{_branch(ids)}/activities", wanted)
    return {"activity_id": made["activity_id"], "session_id": made["sessions"][0]["session_id"]}


def activity(world: World, ids: Ids) -> Ids:
    """Published, and nobody has answered."""
    made = draft(world, ids)
    world.operator.post(f"{_branch(ids)}/activities/{made['activity_id']}/publication", {})
    return made


def quiet_activity(world: World, ids: Ids) -> Ids:
    return {"quiet_activity_id": activity(world, ids)["activity_id"]}


def activity_with_family(world: World, ids: Ids) -> Ids:
    """For which the guardian's family has signed up, and come."""
    made = activity(world, ids)
    path = f"{_branch(ids)}/activities/{made['activity_id']}"
    coming = world.operator.put(f"{path}/families/{ids['student_id']}", {"coming": True, "guardian_id": ids["guardian_id"]})
    came = {"families": [{"sign_up_id": coming["sign_up_id"], "heads": 1}]}
    assert world.operator.call("PUT", f"{path}/sessions/{made['session_id']}/attendance", json=came).ok
    return made


def task(world: World, ids: Ids) -> Ids:
    """With a shift on a day of its own, by the place's teacher: so that it is in their hands."""
    day = (clock.today() + timedelta(days=1000 + next(_numbers))).isoformat()
    shift = {"held_on": day, "starts": "09:00", "ends": "10:00", "place": "Gate", "places": 50}
    teacher = world.at(ids["branch_id"], ids["teacher_id"], "teacher")
    made = teacher.post(f"{_branch(ids)}/volunteering", TASK | _of_class(ids) | {"shifts": [shift]})
    return {"volunteer_task_id": made["volunteer_task_id"], "shift_id": made["shifts"][0]["shift_id"], "shift_on": day}


def task_with_helper(world: World, ids: Ids) -> Ids:
    made = task(world, ids)
    path = f"{_branch(ids)}/volunteering/{made['volunteer_task_id']}/shifts/{made['shift_id']}/helpers/{ids['guardian_id']}"
    assert world.operator.call("PUT", path).ok
    return made


def slip_draft(world: World, ids: Ids) -> Ids:
    teacher = world.at(ids["branch_id"], ids["teacher_id"], "teacher")
    made = teacher.post(f"{_branch(ids)}/permission-slips", SLIP | _of_class(ids))
    return {"permission_slip_id": made["permission_slip_id"]}


def slip(world: World, ids: Ids) -> Ids:
    made = slip_draft(world, ids)
    world.operator.post(f"{_branch(ids)}/permission-slips/{made['permission_slip_id']}/publication", {})
    return made


KEPT = (activity_with_family, quiet_activity, task_with_helper, slip)
