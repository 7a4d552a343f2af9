"""My second factor: set up with a picture, confirmed with a code, removed with another."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal import qr
from gateway.portal.api import Refused
from gateway.portal.language import latin
from gateway.portal.pages import Pages, Visit

pages = Pages()


@pages.post("/account/second-factor")
async def begin(visit: Visit) -> StreamResponse:
    begun = await visit.api.post("/v1/me/second-factor")
    return await _picture(visit, begun["secret"], begun["otpauth_uri"])


@pages.post("/account/second-factor/confirmation")
async def confirm(visit: Visit) -> StreamResponse:
    """A wrong code changes nothing: the app has the secret already, so the same picture stays."""
    try:
        confirmed = await visit.api.post("/v1/me/second-factor/confirmation", {"code": latin(visit.form["code"])})
    except Refused as refused:
        return await _picture(visit, visit.form["secret"], visit.form["uri"], refused)
    return await visit.show("sign-in/recovery.html", codes=confirmed["recovery_codes"], next="/account")


@pages.post("/account/second-factor/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete("/v1/me/second-factor", {"code": latin(visit.form["code"])})
    return visit.go("/account", said=visit.text("The second factor is removed. Everywhere else you are signed out."))


async def _picture(visit: Visit, secret: str, uri: str, refused: Refused | None = None) -> StreamResponse:
    values: dict[str, Any] = {"secret": secret, "uri": uri, "picture": qr.picture(uri)}
    return await visit.show("account/factor.html", refused=refused, **values)
