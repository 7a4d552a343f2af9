"""Errors that a caller can cause: RFC 9457 problem details, each with a type, a sentence and a way out."""

import json
from typing import Any, ClassVar

BASE = "https://rabta.pk/problems/"
CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """`slug` names the type, `title` says what is wrong, `detail` what to do; more members as keywords."""

    status: ClassVar[int] = 400

    def __init__(self, slug: str, title: str, detail: str | None = None, *, status: int | None = None, **members: Any) -> None:
        super().__init__(f"{slug}: {title}")
        self.code = status or type(self).status
        self.headers: dict[str, str] = {}
        self.body = {"type": BASE + slug, "title": title, "status": self.code, **members}
        if detail is not None:
            self.body["detail"] = detail

    def json(self) -> bytes:
        return json.dumps(self.body, ensure_ascii=False, default=str).encode()


class NotFound(Problem):
    status = 404

    def __init__(self, what: str = "Nothing", slug: str = "not-found", detail: str | None = None, **members: Any) -> None:
        super().__init__(slug, f"{what} is not here", detail or "The id is unknown, or it is not yours to see.", **members)


class NotAllowed(Problem):
    status = 403

    def __init__(
        self, slug: str = "not-allowed", title: str = "Not allowed", detail: str | None = None, **members: Any
    ) -> None:
        super().__init__(slug, title, detail, **members)


class Conflict(Problem):
    status = 409


class AlreadyThere(Conflict):
    def __init__(self, what: str = "This id") -> None:
        super().__init__("already-there", f"{what} is already taken", "Use another id, or read the one that is there.")


class GoneOn(Conflict):
    """What was seen is another by now."""

    def __init__(
        self, title: str = "Somebody has changed it meanwhile", detail: str = "Look at it again.", **members: Any
    ) -> None:
        super().__init__("gone-on", title, detail, **members)


class Invalid(Problem):
    """The input is not what is wanted; `errors` says where and why."""

    status = 422

    def __init__(
        self, errors: Any, title: str = "The input is not what is wanted", slug: str = "invalid", **members: Any
    ) -> None:
        super().__init__(slug, title, "See errors: where and why.", errors=errors, **members)


class NotYet(Exception):
    """An event came before what it needs: it is tried again later."""
