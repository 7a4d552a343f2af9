"""ZIPs in the database: what came, and the sets that are kept of it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, cast

from gridfs.errors import NoFile

from services.roster.store import Store


def keep(store: Store, id: str, file: IO[bytes]) -> None:
    store.uploads.upload_from_stream_with_id(id, f"{id}.zip", file)


@contextmanager
def opened(store: Store, id: str) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as made:
        file = cast(IO[bytes], made)
        store.uploads.download_to_stream(id, file)
        file.seek(0)
        yield file


def drop(store: Store, id: str) -> None:
    with suppress(NoFile):
        store.uploads.delete(id)
