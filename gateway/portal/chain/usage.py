"""What branches used in a month, and the file for a spreadsheet."""

import csv
import io
from datetime import date
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import today

pages = Pages()
METRICS = ("messages", "sms_parts", "app_messages", "report_cards", "storage_bytes")
ROWS = 50
MONTHS = 13  # that can be chosen


@pages.get("/chain/usage")
async def usage(visit: Visit) -> StreamResponse:
    """The file has a short row for each of some thousand branches: sums are made of it, and one page of it is shown."""
    month = visit.query.get("month") or today().isoformat()[:7]
    refused, rows = None, []
    try:
        rows = await _rows(visit, month)
    except Refused as problem:
        if problem.status != 422:
            raise
        refused = problem
    name = visit.query.get("name", "").strip()
    named = [row for row in rows if name.casefold() in row["branch"].casefold()]
    begin = int(after) if (after := visit.query.get("after", "")).isdecimal() and len(after) < 7 else 0
    values: dict[str, Any] = {
        "month": month,
        "months": months_until(today()),
        "sums": {metric: sum(row[metric] for row in rows) for metric in METRICS},
        "rows": named[begin : begin + ROWS],
        "found": len(named),
        "name": name,
        "next": str(begin + ROWS) if len(named) > begin + ROWS else None,
    }
    return await visit.show("chain/usage.html", refused=refused, **values)


@pages.get("/chain/usage/file")
async def file(visit: Visit) -> StreamResponse:
    month = visit.query.get("month") or today().isoformat()[:7]
    return await visit.file("/v1/usage.csv", f"usage-{month}.csv", month=month)


async def _rows(visit: Visit, month: str) -> list[dict[str, Any]]:
    answer = await visit.api.open("/v1/usage.csv", month=month)
    text = (await visit.api.read(answer)).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return [
        {**row, "branch": row["branch"].removeprefix("'"), **{name: int(row[name] or 0) for name in METRICS}} for row in rows
    ]


def months_until(day: date) -> list[str]:
    """The newest first."""
    first = day.year * 12 + day.month - 1
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(first, first - MONTHS, -1)]
