"""Files of a service: in GridFS of its own database, each by its id."""

from contextlib import suppress
from functools import cached_property

from gridfs import GridFSBucket
from gridfs.errors import NoFile

from schoolbus.store import Database

BUCKET = "attached"


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
