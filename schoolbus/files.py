"""Files of a service: in GridFS of its own database, each by its id."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from gridfs import GridFSBucket
from gridfs.errors import NoFile

from schoolbus.store import Database

BUCKET = "attached"
PIECE = 1_000_000  # bytes in memory at a time, of what is too large for it


class KeepsFiles(Database):
    """A store that keeps files, too. They are in no transaction: what says that a file is there comes after it."""

    @cached_property
    def attached(self) -> GridFSBucket:
        return GridFSBucket(self.database, BUCKET)

    def keep_file(self, id: str, content: bytes) -> None:
        """In place of what half a try before left."""
        self.drop_file(id)
        self.attached.upload_from_stream_with_id(id, id, content)

    def file(self, id: str) -> bytes:
        return bytes(self.attached.open_download_stream(id).read())

    def file_if_there(self, id: str) -> bytes | None:
        with suppress(NoFile):
            return self.file(id)
        return None

    def drop_file(self, id: str) -> None:
        with suppress(NoFile):
            self.attached.delete(id)

    # What is too large for memory

    def keep_file_of(self, id: str, path: Path, after_each: Callable[[], None] = lambda: None) -> int:
        """The file at `path`; its size. `id`: GROUP/NAME, used once: what half a try leaves goes with its group."""
        size = 0
        stream = self.attached.open_upload_stream_with_id(id, id)
        try:
            with path.open("rb") as file:
                while piece := file.read(PIECE):
                    stream.write(piece)
                    size += len(piece)
                    after_each()
            stream.close()
        except BaseException:
            stream.abort()
            raise
        return size

    def pieces_of_file(self, id: str) -> Iterator[bytes]:
        """Its first piece is read at once. Raises NoFile."""
        stream = self.attached.open_download_stream(id)
        first = stream.read(PIECE)

        def pieces() -> Iterator[bytes]:
            piece = first
            while piece:
                yield piece
                piece = stream.read(PIECE)

        return pieces()

    def pieces_if_there(self, id: str) -> Iterator[bytes] | None:
        with suppress(NoFile):
            return self.pieces_of_file(id)
        return None

    def drop_group(self, group: str, but: str | None = None) -> None:
        """All files of a group, and what half a try has left of one; `but` one that stays."""
        ids = {"$gte": f"{group}/", "$lt": f"{group}0", **({"$ne": but} if but else {})}  # in ASCII 0 comes after /
        self.database[f"{BUCKET}.files"].delete_many({"_id": ids})
        self.database[f"{BUCKET}.chunks"].delete_many({"files_id": ids})
