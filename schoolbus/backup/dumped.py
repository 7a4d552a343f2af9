"""Files of a backup, as mongodump --gzip writes them: BSON documents one after another, and what a collection is as JSON."""

import gzip
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Self, cast
from urllib.parse import quote

import bson
from bson import json_util
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database as MongoDatabase

LEVEL = 3  # of gzip: half the time of 6 for a tenth more
BATCH = 1000  # documents, of 16 MB at most together: what is in memory at a time
RAW: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)
OWN = frozenset({"leases", "backups"})  # of the running installation, not of its data


class Written:
    """A file that is being written: `count` documents, `bytes` and `sha256` of the file as it is on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.bytes = 0
        self._sum = hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()

    def add(self, documents: bytes, count: int = 1) -> None:
        self._zip.write(documents)
        self.count += count

    def write(self, data: bytes) -> int:
        self._sum.update(data)
        self.bytes += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def __enter__(self) -> Self:
        self._file: BinaryIO = self.path.open("wb")
        self._zip = gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=self, mtime=0)
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


def collections(database: MongoDatabase[Any]) -> list[Mapping[str, Any]]:
    """What there is, as listCollections says it, without views and what is the database's or an installation's own."""
    found = database.list_collections(filter={"type": "collection"})
    return sorted(
        (each for each in found if not each["name"].startswith("system.") and each["name"] not in OWN),
        key=lambda each: str(each["name"]),
    )


def dump(
    database: MongoDatabase[Any], collection: Mapping[str, Any], session: ClientSession, folder: Path
) -> tuple[Written, Written]:
    """The documents of a collection as they were at the session's moment, and what it is; in two files of the folder."""
    name = collection["name"]
    stem = quote(name, safe="")
    told = {
        "options": collection.get("options", {}),
        "indexes": [dict(index) for index in database[name].list_indexes()],
        "uuid": collection["info"]["uuid"].hex(),
        "collectionName": name,
        "type": "collection",
    }
    with Written(folder / f"{stem}.metadata.json.gz") as about:
        about.add(json_util.dumps(told, json_options=json_util.CANONICAL_JSON_OPTIONS).encode())
    with Written(folder / f"{stem}.bson.gz") as documents:
        for batch in database[name].find_raw_batches(batch_size=BATCH, session=session):
            documents.add(batch, _count(batch))
    return documents, about


def _count(batch: bytes) -> int:
    """Each document begins with its size."""
    count = place = 0
    while place < len(batch):
        place += int.from_bytes(batch[place : place + 4], "little")
        count += 1
    return count


def about(path: Path) -> dict[str, Any]:
    """What `dump` has told of a collection."""
    with gzip.open(path) as file:
        told: dict[str, Any] = json_util.loads(file.read().decode())
    return told


def documents(path: Path) -> Iterator[list[RawBSONDocument]]:
    """In batches of a size that memory bears."""
    batch: list[RawBSONDocument] = []
    size = 0
    with gzip.open(path) as file:
        for document in bson.decode_file_iter(cast(BinaryIO, file), RAW):
            batch.append(document)
            size += len(document.raw)
            if len(batch) == BATCH or size > 8_000_000:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch
