"""Files that go before what they belong to: each is stored once, also when what it belongs to is refused and sent again."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

from gateway.portal.pages import Visit
from gateway.portal.parent import recordings
from schoolbus.ids import effect_id

KIND = "application/octet-stream"  # the service looks at the bytes


async def stored(visit: Visit, names: tuple[str, ...], kept: str, upload: Callable[[bytes, str], Awaitable[str]]) -> list[str]:
    """The ids of the form's files, and of those that an earlier try has stored (the form's field `kept`): the page carries
    them on. `upload` gets a file's bytes and the id by which it is stored once: of the form and of what is in it, so a voice
    that is recorded anew is another. Browsers record what phones and WhatsApp don't play: it goes on as OGG.
    """
    ids = visit.form.all(kept)
    for name in (each for each in names if each in visit.form.files):
        content = await asyncio.to_thread(recordings.playable, visit.form.files[name].read())
        id = await upload(content, effect_id(visit.form.key, name, hashlib.sha256(content).hexdigest()))
        if id not in ids:
            ids.append(id)
            visit.form.fields.add(kept, id)
    return ids


async def put_up(visit: Visit, path: str, content: bytes, named: str, **query: Any) -> Any:
    return await visit.api.upload(path, content, KIND, client_id=named, **query)
