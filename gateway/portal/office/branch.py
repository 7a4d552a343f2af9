"""What all pages of a branch share: addresses here and in the API, and whether the head reads."""

from datetime import datetime
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.language import latin
from gateway.portal.pages import Visit
from gateway.portal.writing import by_field
from schoolbus.clock import BRANCH_ZONE


def here(visit: Visit, *parts: str) -> str:
    """A page of the branch."""
    return address("branches", visit.params["branch_id"], *parts)


def api(visit: Visit, *parts: str) -> str:
    """A path of the API below the branch."""
    return below("branches", visit.params["branch_id"], *parts)


async def show(visit: Visit, template: str, **values: Any) -> StreamResponse:
    """A page with `at`, where the branch's pages begin, and `head`: whether the reader may what a head may. Why a form was
    refused stands there in plain words."""
    visit.refused = by_field(visit.refused)
    return await visit.show(f"office/{template}", at=here(visit), head=await is_head(visit), **values)


async def is_head(visit: Visit) -> bool:
    me = await visit.me()
    roles = [branch["roles"] for branch in me["branches"] if branch["branch_id"] == visit.params["branch_id"]]
    return bool(me["operator"]) or any("head" in each for each in roles)


def marked(english: str) -> str:
    """A text of a table, which visit.text turns into the reader's language when it is said."""
    return english


def instant(local: str) -> str | None:
    """What a datetime-local field says, as the API takes it. What is no moment goes on as it is: the API says so."""
    try:
        return datetime.fromisoformat(local).replace(tzinfo=BRANCH_ZONE).isoformat() if local else None
    except ValueError:
        return local


def local(moment: str | None) -> str:
    """The other way: the API's moment as a datetime-local field takes it."""
    return datetime.fromisoformat(moment).astimezone(BRANCH_ZONE).strftime("%Y-%m-%dT%H:%M") if moment else ""


def whole(text: str) -> int | str | None:
    """A whole number as somebody typed it. What is none goes on as it is: the API has a sentence for it."""
    digits = latin(text).strip()
    return int(digits) if digits.isascii() and digits.isdecimal() else digits or None


def given(**values: Any) -> dict[str, Any]:
    """Without what was left empty."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def items(found: Any) -> list[Any]:
    """Of a list that perhaps is not there (`Api.perhaps`)."""
    return list(found["items"]) if found else []


async def classes(visit: Visit) -> list[dict[str, Any]]:
    """All of the branch, homerooms first, by grade."""
    found = await visit.api.all(api(visit, "classes"))
    return sorted(found, key=lambda each: (not each["homeroom"], each.get("grade") or "", each["title"]))


async def homerooms(visit: Visit) -> list[dict[str, Any]]:
    return [each for each in await classes(visit) if each["homeroom"]]


def grades(among: list[dict[str, Any]]) -> list[str]:
    return sorted({each["grade"] for each in among if each.get("grade")})


async def term_titles(visit: Visit) -> list[str]:
    """What marks and cards are kept under, the latest first."""
    return [term["title"] for term in await visit.api.all(api(visit, "terms")) if term["kind"] != "schoolYear"]
