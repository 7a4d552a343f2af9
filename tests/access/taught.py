"""What goes on in the class of a place, made by hand, as tests.access.fresh makes other things: by its teacher."""

from typing import Any

from tests.access.fresh import Ids, World
from tests.access.samples import EXPECTATIONS, HOMEWORK, in_days
from tests.support.platform import Client


def _teacher(world: World, ids: Ids) -> tuple[Client, str]:
    return world.at(ids["branch_id"], ids["teacher_id"], "teacher"), f"/v1/branches/{ids['branch_id']}"


def homework(world: World, ids: Ids) -> Ids:
    """As it was set at first."""
    teacher, path = _teacher(world, ids)
    made = teacher.post(f"{path}/homework", HOMEWORK | {"class_id": ids["class_id"], "due_on": in_days(6)})
    return {"homework_id": made["homework_id"]}


def homework_file(world: World, ids: Ids) -> Ids:
    """At homework."""
    teacher, path = _teacher(world, ids)
    query = {"class_id": ids["class_id"], "client_id": "kept"}
    file_id = teacher.call("POST", f"{path}/homework-files", params=query, data=b"%PDF-1.7\n").json()["file_id"]
    teacher.post(f"{path}/homework", HOMEWORK | {"class_id": ids["class_id"], "attachment_ids": [file_id]})
    return {"file_id": file_id}


def expectations(world: World, ids: Ids) -> Ids:
    teacher, path = _teacher(world, ids)
    made = teacher.put(f"{path}/class-expectations/{ids['class_id']}", EXPECTATIONS)
    return {"expectations_id": made["expectations_id"]}


def goal(world: World, ids: Ids) -> Ids:
    """Of the child."""
    teacher, path = _teacher(world, ids)
    wanted: dict[str, Any] = {"class_id": ids["class_id"], "student_id": ids["student_id"], "text": "Read aloud"}
    return {"learning_goal_id": teacher.post(f"{path}/learning-goals", wanted)["learning_goal_id"]}


def method(world: World, ids: Ids) -> Ids:
    teacher, path = _teacher(world, ids)
    wanted = {"class_id": ids["class_id"], "subject": "English", "text": "We sound words out."}
    return {"teaching_method_id": teacher.post(f"{path}/teaching-methods", wanted)["teaching_method_id"]}


KEPT = (homework_file, expectations, goal, method)
