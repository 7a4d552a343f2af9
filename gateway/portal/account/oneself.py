"""Who I am here, where I am signed in, and my password."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit

pages = Pages()


@pages.get("/account")
async def account(visit: Visit) -> StreamResponse:
    sessions, exports, factor = await asyncio.gather(
        visit.api.get("/v1/me/sessions", after=visit.query.get("after")),
        visit.api.perhaps("/v1/me/exports", limit=5),
        visit.api.perhaps("/v1/me/second-factor"),  # None: signed in by a code
    )
    how = next((each["how"] for each in sessions["items"] if each["current"]), "code" if factor is None else "")
    values: dict[str, Any] = {"sessions": sessions, "exports": (exports or {}).get("items", []), "factor": factor, "how": how}
    return await visit.show("account/account.html", **values)


@pages.post("/account/password")
async def change_password(visit: Visit) -> StreamResponse:
    """The words as typed: a password may begin with a space."""
    wanted = {name: visit.form.fields.get(name, "") for name in ("current", "new")}
    await visit.api.put("/v1/me/password", wanted)
    return visit.go("/account", said=visit.text("Your password is changed. Everywhere else you are signed out."))


@pages.post("/account/sessions/{session_id}/end")
async def end_session(visit: Visit) -> StreamResponse:
    await visit.api.delete(below("me", "sessions", visit.params["session_id"]))
    return visit.go("/account", said=visit.text("That device is signed out."))


@pages.post("/account/sessions/end-all")
async def end_all_sessions(visit: Visit) -> StreamResponse:
    await visit.api.delete("/v1/me/sessions")
    return visit.leave(visit.text("You are signed out everywhere."))
