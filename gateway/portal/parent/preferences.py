"""How a family wants to be reached, and how it wants to read."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.language import NAMES
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children

pages = Pages()
_AT = "/preferences"
# The roster's own words: tests/portal/test_parent.py compares them with its contract, which a gateway's image does not hold.
CHANNELS = ("sms", "whatsapp", "email", "app")
LITERACY = ("reads", "voice", "paper")
MEETING_NEEDS = ("evening", "call", "interpreter", "woman_teacher", "wheelchair")
OWN_NAMES = {"en": "English", "ur": "اردو", "pa": "پنجابی", "sd": "سنڌي", "ps": "پښتو"}
LEAVABLE = ("sms", "whatsapp", "email", "push", "voice")
EVERY = ("1", "2", "4", "0")  # weeks


@pages.get(_AT)
async def preferences(visit: Visit) -> StreamResponse:
    kept, proposals, left, (_, every) = await asyncio.gather(
        visit.api.get("/v1/me/preferences"),
        visit.api.perhaps("/v1/me/preferences/proposals"),
        visit.api.perhaps("/v1/opt-outs"),
        _prompts(visit),
    )
    return await visit.show(
        "parent/preferences.html",
        kept=kept,
        proposals=(proposals or {"items": []})["items"],
        left={each["channel"]: each for each in (left or {"items": []})["items"] if not each["branch_id"]},
        prompt_every=every,
        languages_of_messages=list(OWN_NAMES.items()),
        own_names=OWN_NAMES,
        channels=CHANNELS,
        literacy=LITERACY,
        needs=MEETING_NEEDS,
        leavable=LEAVABLE,
        every=EVERY,
    )


async def _prompts(visit: Visit) -> tuple[str, str | None]:
    """How often the family is asked for a home note, in weeks, and the path of it: of the first branch that takes notes, for
    what was last said in any holds in all. None where no branch does."""
    for branch in await children.branches(visit):
        path = below("branches", branch["branch_id"], "home-note-prompts")
        if found := await visit.api.perhaps(path):
            return path, str(found["prompt_every"])
    return "", None


@pages.post(_AT)
async def keep(visit: Visit) -> StreamResponse:
    """`channel 1`, `channel 2`, …: in their order. The pages follow the language where they have it."""
    form = visit.form
    order = [form[f"channel {place}"] for place in range(1, len(CHANNELS) + 1)]
    wanted: dict[str, Any] = {
        "language": form["language"],
        "channels": list(dict.fromkeys(channel for channel in order if channel)),
        "hours": {"from": form["from"], "to": form["to"]} if form["from"] and form["to"] else None,
        "literacy": form["literacy"],
        "shared_phone": form["shared_phone"] == "yes",
        "meeting_needs": form.all("meeting_needs"),
    }
    await visit.api.put("/v1/me/preferences", wanted)
    await _keep_prompts(visit)
    if wanted["language"] in NAMES:
        visit.keeps["language"] = f"{wanted['language']}-{visit.language.digits}"
    return visit.go(_AT, said=visit.text("Kept."))


async def _keep_prompts(visit: Visit) -> None:
    every = visit.form["prompt_every"]
    path, _ = await _prompts(visit)
    if path and every in EVERY:
        await visit.api.put(path, {"prompt_every": int(every)})


@pages.post(_AT + "/proposals/{proposal_id}")
async def answer_proposal(visit: Visit) -> StreamResponse:
    path = below("me", "preferences", "proposals", visit.params["proposal_id"])
    accepts = visit.form["accept"] == "yes"
    await visit.api.post(path, {"accept": accepts})
    return visit.go(_AT, said=visit.text("Kept.") if accepts else visit.text("It stays as it is."))


@pages.post(_AT + "/channels/{channel}")
async def leave_channel(visit: Visit) -> StreamResponse:
    """`leave`: yes, or no to use it again."""
    channel, left = visit.params["channel"], (await visit.api.get("/v1/opt-outs"))["items"]
    if visit.form["leave"] == "yes":
        await visit.api.post("/v1/opt-outs", {"channel": channel})
        return visit.go(_AT, said=visit.text("Nothing more comes that way."))
    for each in left:
        if each["channel"] == channel:
            await visit.api.delete(below("opt-outs", each["opt_out_id"]))
    return visit.go(_AT, said=visit.text("Messages come that way again."))
