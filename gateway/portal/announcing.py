"""What announcements of a branch and of the chain have in common: what their form says, and the steps after it."""

from collections.abc import Mapping
from typing import Any

from gateway.portal.forms import Form
from gateway.portal.pages import Visit
from gateway.portal.writing import texts

STEPS = {
    "send": "It is being sent. You can leave this page; it goes on by itself.",
    "pause": "The schedule rests.",
    "resume": "The schedule goes on.",
    "cancel": "No more of it is sent, and what was waiting is taken back.",
    "resend": "It is sent again to those who were not reached.",
    "preview": "Counted again.",
}


async def take_step(visit: Visit, announcement: str) -> str:
    """The address's {step}, of the announcement at this path of the API. What there is to say of it then."""
    step = visit.step(*STEPS)
    found = await visit.api.post(f"{announcement}/{step}", key=visit.form.key)
    if step == "send" and found["state"] == "scheduled":
        return visit.text("It goes out as its schedule says.")
    return visit.text(STEPS[step])


def draft(form: Form, audience: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """`known`: the texts that are there."""
    return {
        "texts": texts(form, "subject", known),
        "link": form["link"] or None,
        "audience": {**audience, "roles": form.all("roles") or ["guardian"]},
        "urgent": bool(form["urgent"]),
        "on_paper": bool(form["on_paper"]),
        "schedule": schedule(form),
    }


def correction(form: Form, there: Mapping[str, Any]) -> dict[str, Any]:
    """Other words for what still waits; its link stays. `tell_again`: also to those who have the old ones."""
    words = texts(form, "subject", there["texts"])
    return {"texts": words, "link": there["link"], "tell_again": bool(form["tell_again"])}


def schedule(form: Form) -> dict[str, Any] | None:
    """None: it goes at once."""
    if not form["starts_on"]:
        return None
    fields = ("starts_on", "time", "every", "until", "day", "holidays")
    given: dict[str, Any] = {"days": form.all("days"), **{name: form[name] for name in fields}}
    given["time"] = given["time"] or "09:00"
    return {name: value for name, value in given.items() if value}
