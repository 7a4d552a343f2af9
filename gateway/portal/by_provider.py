"""Signing in through the chain's own identity provider: docs/identity.md.

The browser goes there and comes back to /sign-in/back with what only this browser can redeem: the secret whose digest went
along (PKCE, RFC 7636) lies in a cookie of its own.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from urllib.parse import quote, unquote

from aiohttp.web import StreamResponse

from gateway.portal.addresses import safe
from gateway.portal.api import Refused
from gateway.portal.language import latin
from gateway.portal.pages import Pages, Visit
from gateway.portal.signing_in import enter, set_up_factor, staff_page

pages = Pages()


@pages.get("/sign-in/provider", public=True)
async def go(visit: Visit) -> StreamResponse:
    verifier, after = secrets.token_urlsafe(48), safe(visit.query.get("next", "/"))
    digest = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    try:
        answer = await visit.api.open("/v1/sign-in/oidc", code_challenge=digest)
    except Refused as refused:
        return await staff_page(visit, after, refused)
    answer.release()
    visit.keeps["provider"] = quote(json.dumps([verifier, after]))
    return visit.go(answer.headers["Location"])


@pages.get("/sign-in/back", public=True)
async def back(visit: Visit) -> StreamResponse:
    """Good once: whoever opens the address again finds the cookie gone."""
    verifier, after = _begun(visit)
    visit.forgets.append("provider")
    if not verifier:
        return visit.go("/sign-in/staff")
    brought = {"state": visit.query.get("state", ""), "code": visit.query.get("code") or None, "code_verifier": verifier}
    try:
        signed_in = await visit.api.post("/v1/sign-in/oidc", brought)
    except Refused as refused:
        if refused.slug == "second-factor-setup":
            return await set_up_factor(visit, refused.problem["ticket"], after)
        if refused.slug == "second-factor-needed":
            return await visit.show("sign-in/second.html", ticket=refused.problem["ticket"], next=after)
        return await staff_page(visit, after, refused)
    return await enter(visit, signed_in, after)


@pages.post("/sign-in/second", public=True)
async def second_factor(visit: Visit) -> StreamResponse:
    """The code of who has a second factor of ours, where the provider asked for none."""
    ticket, after = visit.form["ticket"], safe(visit.form["next"])
    wanted = {"ticket": ticket, "code": latin(visit.form["code"])}
    try:
        signed_in = await visit.api.post("/v1/sign-in/second-factor/confirmation", wanted)
    except Refused as refused:
        if refused.slug == "ticket-over":
            return await staff_page(visit, after, refused)
        return await visit.show("sign-in/second.html", refused=refused, ticket=ticket, next=after)
    return await enter(visit, signed_in, after)


def _begun(visit: Visit) -> tuple[str, str]:
    """The secret of this browser, and where its reader wanted to go."""
    try:
        verifier, after = json.loads(unquote(visit.cookie("provider")))
    except (ValueError, TypeError, RecursionError):
        return "", "/"
    return str(verifier), safe(str(after))
