"""Rows of a sheet that a gradebook refuses, by their index with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from schoolbus.problems import Invalid, Sentence
from services.reports.gradebook.grading import shown
from services.reports.rows import Refused


def check(name: str, refused: Refused) -> None:
    """Raises Invalid with all of them."""
    if refused:
        raise Invalid({name: refused}, Sentence("Some %(name)s can't be taken; nothing was stored", name=name))


def beyond(rows: Sequence[Mapping[str, Any]], item: Mapping[str, Any]) -> Refused:
    """Scores that lie outside of what the line item, or the row itself, is out of."""
    least, most = Decimal(item["result_min"]), Decimal(item["result_max"])
    refused: Refused = {}
    for index, row in enumerate(rows):
        if row["score"] is None:
            continue
        if row["score"] > (row["out_of"] or most):
            refused[str(index)] = {"score": [Sentence("More than %(most)s.", most=shown(row["out_of"] or most))]}
        elif row["score"] < least:
            refused[str(index)] = {"score": [Sentence("Less than %(least)s.", least=shown(least))]}
    return refused


def gone_on(rows: Sequence[Mapping[str, Any]], there: Mapping[str, Mapping[str, Any]]) -> Refused:
    """Rows that were seen in another edition than the one that is there by now: somebody else entered the same sheet."""
    refused: Refused = {}
    for index, row in enumerate(rows):
        found = there.get(row["student_id"])
        edition = found["edition"] if found and not found["deleted"] else 0
        if row["edition"] not in (None, edition):
            refused[str(index)] = {
                "edition": [Sentence("Somebody has changed it meanwhile: it is %(edition)s now.", edition=edition)]
            }
    return refused
