"""Gradebooks of a place, made by hand, as tests.access.fresh makes other things.

By a head who is none of the callers: whoever enters a result does not moderate it.
"""

import itertools
from typing import Any
from uuid import uuid4

from tests.access.fresh import Ids, World
from tests.support.platform import Client

_numbers = itertools.count(100)

BAND: dict[str, Any] = {"letter": "A", "least": "0", "word": "Well done", "word_ur": "شاباش"}
SCHEME: dict[str, Any] = {"title": "Ours", "kind": "letters", "bands": [BAND], "pass_percent": "40", "grades": ["99"]}
CATEGORY: dict[str, Any] = {"title": "Tests", "weight": "30"}
LINE_ITEM: dict[str, Any] = {"subject": "Drawing", "term": "Second term", "title": "Cubes", "result_max": "10"}
RULE: dict[str, Any] = {"kind": "add", "value": "1", "reason": "Question 3 was unclear"}


def grading_scheme(world: World, ids: Ids) -> Ids:
    """One of the branch, whatever places are in it."""
    return _scheme(world, ids, SCHEME, f"of-{ids['branch_id']}")


def scheme_of_its_own(world: World, ids: Ids) -> Ids:
    return _scheme(world, ids, SCHEME | {"grades": [str(next(_numbers))]}, str(uuid4()))


def _scheme(world: World, ids: Ids, body: dict[str, Any], scheme_id: str) -> Ids:
    head, path = _head(world, ids)
    return {"scheme_id": head.put(f"{path}/grading-schemes/{scheme_id}", body)["scheme_id"]}


def category(world: World, ids: Ids) -> Ids:
    head, path = _head(world, ids)
    body = CATEGORY | {"class_id": ids["class_id"]}
    return {"category_id": head.put(f"{path}/categories/{uuid4()}", body)["category_id"]}


def line_item(world: World, ids: Ids) -> Ids:
    """With a result of the place's child."""
    head, path = _head(world, ids)
    of_class = {"class_id": ids["class_id"], "category_id": ids["category_id"]}
    id = head.put(f"{path}/line-items/{uuid4()}", LINE_ITEM | of_class)["line_item_id"]
    row = {"student_id": ids["student_id"], "score": "6"}
    (result,) = head.put(f"{path}/line-items/{id}/results", {"results": [row]})["results"]
    return {"line_item_id": id, "result_id": result["result_id"]}


def gradebook(world: World, ids: Ids) -> Ids:
    made = category(world, ids)
    return made | line_item(world, ids | made)


def submitted(world: World, ids: Ids) -> Ids:
    made = line_item(world, ids)
    head, path = _head(world, ids)
    head.post(f"{path}/line-items/{made['line_item_id']}/submission")
    return made


def adjusted(world: World, ids: Ids) -> Ids:
    """By a third person: the head who entered it may not."""
    made = submitted(world, ids)
    path = f"/v1/branches/{ids['branch_id']}/line-items/{made['line_item_id']}/adjustments"
    item = world.at(ids["branch_id"], "third-head", "head").post(path, RULE)
    return made | {"adjustment_id": item["adjustments"][0]["adjustment_id"]}


def _head(world: World, ids: Ids) -> tuple[Client, str]:
    return world.at(ids["branch_id"], "another-head", "head"), f"/v1/branches/{ids['branch_id']}"


KEPT = (grading_scheme, gradebook)
