"""What of a place is printed, made by its head, as tests.access.fresh makes other things."""

from typing import Any

from tests.access.fresh import Ids, World
from tests.access.samples import CERTIFICATE
from tests.support.waiting import eventually

RUN: dict[str, Any] = {"what": "report_cards", "of": "class", "term": "First term"}


def letter(world: World, ids: Ids) -> Ids:
    """The family may see the marks of the term, so there is something to write of."""
    head, path = world.at(ids["branch_id"], ids["head_id"], "head"), f"/v1/branches/{ids['branch_id']}"
    marked = head.get(f"{path}/line-items", params={"class_id": ids["class_id"], "term": "First term"})["items"]
    for item in marked:
        head.post(f"{path}/line-items/{item['line_item_id']}/publication")
    return {}


def certificate(world: World, ids: Ids) -> Ids:
    head, path = world.at(ids["branch_id"], ids["head_id"], "head"), f"/v1/branches/{ids['branch_id']}"
    given = head.post(f"{path}/certificates", CERTIFICATE | {"class_id": ids["class_id"], "student_ids": [ids["student_id"]]})
    return {"certificate_id": given["items"][0]["certificate_id"]}


def print_run(world: World, ids: Ids) -> Ids:
    """Of the class, made: the child has a card."""
    head, path = world.at(ids["branch_id"], ids["head_id"], "head"), f"/v1/branches/{ids['branch_id']}/report-print-runs"
    run_id = head.post(path, RUN | {"class_id": ids["class_id"]})["report_print_run_id"]
    eventually(lambda: head.get(f"{path}/{run_id}")["state"] == "made")
    return {"report_print_run_id": run_id}


KEPT = (letter, certificate, print_run)
