"""Attendance and behaviour of a place, made by its teacher and its guardian."""

from tests.access.fresh import Ids, World
from tests.access.samples import PLANNED, WEEK, in_days
from tests.support.platform import Client


def _branch(ids: Ids) -> str:
    return f"/v1/branches/{ids['branch_id']}"


def _teacher(world: World, ids: Ids) -> Client:
    return world.at(ids["branch_id"], ids["teacher_id"], "teacher")


def register(world: World, ids: Ids) -> Ids:
    """In which the child is absent, and the guardian has said why. There is school on every day of the week."""
    world.operator.put(f"{_branch(ids)}/attendance/week", WEEK)
    held_on = in_days(-1)
    path = f"{_branch(ids)}/registers/{ids['class_id']}/{held_on}"
    absent = [{"student_id": ids["student_id"], "status": "absent"}]
    taken = _teacher(world, ids).put(path, {"entries": absent, "others": "present"})
    [absence_id] = [entry["absence_id"] for entry in taken["entries"] if entry["student_id"] == ids["student_id"]]
    guardian = world.at(ids["branch_id"], ids["guardian_id"], "guardian")
    guardian.put(f"{_branch(ids)}/absences/{absence_id}/reason", {"kind": "ill"})
    return {"held_on": held_on, "absence_id": absence_id}


def planned_absence(world: World, ids: Ids) -> Ids:
    guardian = world.at(ids["branch_id"], ids["guardian_id"], "guardian")
    made = guardian.post(f"{_branch(ids)}/planned-absences", PLANNED | {"student_id": ids["student_id"]})
    return {"planned_absence_id": made["planned_absence_id"]}


def behaviour_note(world: World, ids: Ids) -> Ids:
    noted = {"class_id": ids["class_id"], "student_ids": [ids["student_id"]], "aspect_id": "listening", "tone": "praise"}
    made = _teacher(world, ids).post(f"{_branch(ids)}/behaviour/notes", noted | {"text": "Listens."})
    return {"behaviour_note_id": made["notes"][0]["behaviour_note_id"]}


def aspect(world: World, ids: Ids) -> Ids:
    head = world.at(ids["branch_id"], ids["head_id"], "head")
    made = head.post(f"{_branch(ids)}/behaviour/aspects", {"title": "Helping others"})
    return {"aspect_id": made["aspect_id"]}


KEPT = (register, planned_absence, behaviour_note, aspect)
