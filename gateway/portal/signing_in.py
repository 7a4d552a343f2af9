"""Signing in: a family by phone and code, staff by password and what else that asks for."""

import json
from contextlib import suppress
from typing import Any
from urllib.parse import quote, unquote

from aiohttp.web import Response, StreamResponse

from gateway.portal import qr
from gateway.portal.addresses import safe
from gateway.portal.api import Refused
from gateway.portal.language import DIGITS, NAMES, latin
from gateway.portal.pages import Pages, Visit
from gateway.portal.places import first

pages = Pages()


@pages.get("/", public=True)
async def begin(visit: Visit) -> StreamResponse:
    return visit.go(first(await visit.me()) if visit.session.signed_in else "/sign-in")


# A family


@pages.get("/sign-in", public=True)
async def ask_for_phone(visit: Visit) -> StreamResponse:
    if visit.session.signed_in:
        return visit.go(safe(visit.query.get("next", "/")))
    return await visit.show("sign-in/phone.html", next=safe(visit.form["next"] or visit.query.get("next", "/")))


@pages.post("/sign-in", public=True)
async def send_code(visit: Visit) -> StreamResponse:
    after, phone = safe(visit.form["next"]), latin(visit.form["phone"])
    await visit.api.post("/v1/sign-in/code", {"phone": phone})
    visit.keeps["signing"] = quote(json.dumps([phone, after]))
    return visit.go("/sign-in/code")


@pages.get("/sign-in/code", public=True)
async def ask_for_code(visit: Visit) -> StreamResponse:
    phone, _ = _signing(visit)
    return await visit.show("sign-in/code.html", phone=phone, choices=[]) if phone else visit.go("/sign-in")


@pages.post("/sign-in/code", public=True)
async def check_code(visit: Visit) -> StreamResponse:
    """A code that is wrong is 401, which elsewhere says that a session has ended: here it is the form's."""
    phone, after = _signing(visit)
    wanted = {"phone": phone, "code": latin(visit.form["code"]), "person_id": visit.form["person_id"] or None}
    try:
        signed_in = await visit.api.post("/v1/sign-in/code/verify", wanted)
    except Refused as refused:
        if refused.slug == "choose-person":
            return await visit.show("sign-in/choose.html", code=wanted["code"], choices=refused.problem["choices"])
        return await visit.show("sign-in/code.html", refused=refused, phone=phone, choices=[])
    return await enter(visit, signed_in, after)


# Staff


@pages.get("/sign-in/staff", public=True)
async def ask_for_password(visit: Visit) -> StreamResponse:
    return await staff_page(visit, safe(visit.query.get("next", "/")))


async def staff_page(visit: Visit, after: str, refused: Refused | None = None, wants: tuple[str, ...] = ()) -> StreamResponse:
    """`wants`: what else it asks for. The way by the chain's own provider is shown where there is one."""
    ways = await visit.api.perhaps("/v1/sign-in/ways")
    by_provider = bool(ways and ways["oidc"])
    return await visit.show("sign-in/staff.html", refused=refused, next=after, wants=wants, by_provider=by_provider)


@pages.post("/sign-in/staff", public=True)
async def check_password(visit: Visit) -> StreamResponse:
    form, after = visit.form, safe(visit.form["next"])
    wanted = {"username": form["username"], "password": form.fields.get("password", ""), "device": _device(visit)}
    wanted |= {"code": latin(form["code"]) or None, "new_password": form.fields.get("new_password") or None}
    try:
        signed_in = await visit.api.post("/v1/sign-in/password", wanted)
    except Refused as refused:
        if refused.slug == "second-factor-setup":
            return await set_up_factor(visit, refused.problem["ticket"], after)
        steps = {"second-factor-needed": ("code",), "password-change-needed": ("new_password",)}
        wants = {*steps.get(refused.slug, ()), *(name for name in ("code", "new_password") if form[name])}
        asked = refused.slug in steps and not form[steps[refused.slug][0]]  # no fault: a further question
        return await staff_page(visit, after, None if asked else refused, tuple(wants))
    return await enter(visit, signed_in, after)


async def set_up_factor(visit: Visit, ticket: str, after: str) -> StreamResponse:
    begun = await visit.api.post("/v1/sign-in/second-factor", {"ticket": ticket})
    return await _picture(visit, ticket, after, begun["secret"], begun["otpauth_uri"])


async def _picture(
    visit: Visit, ticket: str, after: str, secret: str, uri: str, refused: Refused | None = None
) -> StreamResponse:
    values: dict[str, Any] = {"ticket": ticket, "next": after, "secret": secret, "uri": uri, "picture": qr.picture(uri)}
    return await visit.show("sign-in/factor.html", refused=refused, **values)


@pages.post("/sign-in/factor", public=True)
async def confirm_factor(visit: Visit) -> StreamResponse:
    ticket, after = visit.form["ticket"], safe(visit.form["next"])
    try:
        signed_in = await visit.api.post(
            "/v1/sign-in/second-factor/confirmation", {"ticket": ticket, "code": latin(visit.form["code"])}
        )
    except Refused as refused:
        if refused.slug == "ticket-over":
            return await staff_page(visit, after, refused)
        # a wrong code changes nothing: the app has read the picture already, so it stays the same
        return await _picture(visit, ticket, after, visit.form["secret"], visit.form["uri"], refused)
    await enter(visit, signed_in, after)
    return await visit.show("sign-in/recovery.html", codes=signed_in.get("recovery_codes") or [], next=after)


# In and out


@pages.post("/sign-out", public=True)
async def sign_out(visit: Visit) -> StreamResponse:
    """This phone forgets in any case, though roster be down: whoever hands it on wants that above all."""
    if token := visit.cookie("refresh"):
        with suppress(Refused):  # a session that is over anyway; or one that nobody has a token of any more
            await visit.api.post("/v1/sign-in/sign-out", {"refresh_token": token})
    return visit.leave(visit.text("You are signed out."))


@pages.post("/language", public=True)
async def choose_language(visit: Visit) -> StreamResponse:
    """And its digits: `ur`, `ur-arabext`."""
    name, _, digits = visit.form["language"].partition("-")
    if name in NAMES:
        visit.keeps["language"] = f"{name}-{digits if digits in DIGITS else visit.language.digits}"
    return visit.go(safe(visit.form["back"]))


async def enter(visit: Visit, signed_in: dict[str, Any], after: str) -> Response:
    await visit.begin_session(signed_in)
    visit.forgets.append("signing")
    if not visit.has_language:
        preferences = await visit.api.perhaps("/v1/me/preferences")
        if preferences and preferences.get("language") in NAMES:
            visit.keeps["language"] = f"{preferences['language']}-{visit.language.digits}"
    return visit.go(after)


def _signing(visit: Visit) -> tuple[str, str]:
    """The phone to which a code went, and where its owner wanted to go."""
    try:
        phone, after = json.loads(unquote(visit.cookie("signing")))
    except (ValueError, TypeError, RecursionError):
        return "", "/"
    return str(phone), safe(str(after))


def _device(visit: Visit) -> str | None:
    return visit.cookie("device") or None
