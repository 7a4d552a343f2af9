"""Pictures, voice notes and documents that families send: fetched from Meta by a worker, or from where the mail left them.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media: the id gives an address, good for five minutes, and the
address the bytes; both want the token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from schoolbus.attached import KEPT, LARGEST, known
from schoolbus.logs import log
from schoolbus.problems import NotYet, Problem
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.carriers import NotTaken
from services.notifications.carriers.http import get
from services.notifications.settings import Sending
from services.notifications.talking import mailed
from services.notifications.talking.attachments import LOST, REFUSED, TO_FETCH

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LEASE = 60.0  # seconds; also until the next try
TRIES = 20
METAS = (".fbsbx.com", ".facebook.com", ".whatsapp.net")  # who gets our token


def claim(store: Store) -> Document | None:
    return store.attachments.claim({"state": TO_FETCH}, lease=LEASE, sort="at")


def fetch(store: Store, attachment: Document, http: PoolManager, settings: Sending) -> None:
    """Raises NotYet while Meta gives nothing: it is tried again when the lease ends."""
    try:
        content = _content(store, attachment["media_id"], http, settings)
        what = known(content)
    except Problem as problem:
        _become(store, attachment, {"state": REFUSED})
        log().info("attachment_refused", attachment=attachment["_id"], status=problem.code)
        mailed.drop(store, [{"media": [attachment["media_id"]]}])
        return
    except mailed.Gone:
        _become(store, attachment, {"state": LOST})
        return
    except (NotTaken, HTTPError) as fault:
        if attachment["attempts"] >= TRIES:
            _become(store, attachment, {"state": LOST})
        raise NotYet("media") from fault
    store.keep_file(attachment["_id"], content)
    if _become(store, attachment, {**what, "state": KEPT}) is None:  # erased meanwhile
        store.drop_file(attachment["_id"])
    mailed.drop(store, [{"media": [attachment["media_id"]]}])


def _become(store: Store, attachment: Document, to: Document) -> Document | None:
    return store.attachments.change(WHOLE_CHAIN, attachment["_id"], to={**to, "leased_until": None}, when={"state": TO_FETCH})


def _content(store: Store, media_id: str, http: PoolManager, settings: Sending) -> bytes:
    return mailed.content(store, media_id) if mailed.is_one(media_id) else _bytes(http, settings, media_id)


def _bytes(http: PoolManager, settings: Sending, media_id: str) -> bytes:
    headers = {"Authorization": f"Bearer {settings.whatsapp_access_token}"}
    told = get(http, f"{settings.whatsapp_api_url}/v21.0/{quote(media_id, safe='')}", headers)
    url = str(told.get("url", ""))
    if not _is_metas(url, settings.whatsapp_api_url):
        raise NotTaken("strange_url")
    response = http.request("GET", url, headers=headers, redirect=False, preload_content=False)
    try:
        if response.status != 200:
            raise NotTaken(f"http_{response.status}")
        return bytes(response.read(LARGEST + 1))
    finally:
        response.close()


def _is_metas(url: str, api_url: str) -> bool:
    given, ours = urlsplit(url), urlsplit(api_url)
    if (given.scheme, given.netloc) == (ours.scheme, ours.netloc):
        return True
    return given.scheme == "https" and (given.hostname or "").endswith(METAS)
