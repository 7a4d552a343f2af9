"""What a page says, aloud, as the server speaks it: for a phone that has no voice of the language."""

import re
from base64 import b64encode

from aiohttp.web import Response, StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit

pages = Pages()
MOST = 2000  # characters that the API speaks at once
_ENDS = re.compile(r".*[.!?۔؟]\s", re.DOTALL)
# A page that a browser without scripts opens plays what it has brought along, and nothing else.
_POLICY = "; ".join((
    "default-src 'none'",
    "media-src data:",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip


@pages.post("/listen", limit=100_000)
async def listen(visit: Visit) -> StreamResponse:
    """The sound, for the page's script; a page that plays it, for a browser without scripts."""
    wants_page = "text/html" in visit.request.headers.get("Accept", "")
    text = fitting(visit.form["text"], visit.text("The rest is to be read on the page."))
    try:
        sound = await visit.api.fetch("/v1/spoken-texts", {"text": text, "language": visit.language.name})
    except Refused as refused:
        if wants_page:
            return await visit.show("listen.html", refused=refused, sound="")
        return Response(status=refused.status)
    if not wants_page:
        return Response(body=sound, headers={"Content-Type": "audio/ogg", "Cache-Control": "no-store"})
    page = await visit.show("listen.html", sound=f"data:audio/ogg;base64,{b64encode(sound).decode()}")
    page.headers["Content-Security-Policy"] = _POLICY
    return page


def fitting(text: str, rest: str) -> str:
    """What is too long ends with a sentence, and says that there is more."""
    if len(text) <= MOST:
        return text
    room = text[: MOST - len(rest) - 1]
    whole = _ENDS.match(room)
    return f"{(whole[0] if whole else room.rpartition(' ')[0] or room).strip()} {rest}"
