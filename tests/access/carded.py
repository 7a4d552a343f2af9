"""Runs of report cards and a card, made for one request alone."""

import itertools
from typing import Any

from tests.access.fresh import Ids, World
from tests.access.samples import MARKED
from tests.support.waiting import eventually

_numbers = itertools.count(1)


def drafted(world: World, ids: Ids) -> Ids:
    """A run of one draft, of a term of its own; by a head who is none of the callers."""
    return {"run_id": _run(world, ids)["run_id"]}


def reviewed(world: World, ids: Ids) -> Ids:
    run = _run(world, ids)
    head, path = _head(world, ids)
    head.post(f"{path}/report-card-runs/{run['run_id']}/review", {"edition": 0})
    return {"run_id": run["run_id"]}


def issued(world: World, ids: Ids) -> Ids:
    run = _run(world, ids, approved=True)
    head, path = _head(world, ids)
    cards = f"{path}/report-card-runs/{run['run_id']}/cards?state=issued"
    (card,) = eventually(lambda: head.get(cards)["items"])
    return {"report_card_id": card["report_card_id"]}


def _run(world: World, ids: Ids, **more: Any) -> Any:
    head, path = _head(world, ids)
    term = {"term": f"Term {next(_numbers)}"}
    marks = [{"student_id": ids["student_id"], "score": "7", "out_of": "10"}]
    head.put(f"{path}/marks", MARKED | term | {"class_id": ids["class_id"], "marks": marks})
    asked = {"class_id": ids["class_id"], "student_ids": [ids["student_id"]], **term, **more}
    return head.post(f"{path}/report-card-runs", asked)


def _head(world: World, ids: Ids) -> tuple[Any, str]:
    return world.at(ids["branch_id"], "another-head", "head"), f"/v1/branches/{ids['branch_id']}"
