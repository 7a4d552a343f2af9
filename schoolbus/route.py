"""What an HTTP entrypoint takes, gives and demands."""

import functools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate
from werkzeug.wrappers import Request

from schoolbus import body
from schoolbus.body import RawBody, Upload
from schoolbus.caller import HEADER, NOBODY, Caller, Origin, read_caller, unknown_caller
from schoolbus.ids import effect_id, new_id
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Invalid, NotAllowed, Sentence
from schoolbus.rights import Right


@dataclass(frozen=True)
class Media:
    """`gives=Media("application/pdf")`: the method returns an `Answer` of this content type."""

    content_type: str


IDEMPOTENCY_KEY = "Idempotency-Key"  # of the IETF draft draft-ietf-httpapi-idempotency-key-header
_KEY = re.compile(r"[\x21-\x7e]{8,128}")

Takes = type[Schema] | Upload | RawBody | None
Gives = type[Schema] | Media | None


@dataclass(frozen=True)
class Answer:
    """An answer that is ready to send; one that is too large for memory as its parts, and those without an ETag."""

    body: bytes | Iterable[bytes]
    content_type: str = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class PagingQuery(Schema):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))
    after = fields.String(load_default=None)


@dataclass(frozen=True)
class Route:
    """What an entrypoint takes, gives and demands."""

    method: str
    path: str
    summary: str
    operation: str
    takes: Takes = None
    query: type[Schema] | None = None
    gives: Gives = None
    status: int = 200
    may: Right | None = None  # None: nobody need be signed in
    paged: bool = False
    body_limit: int = 1_000_000
    address: bool = False
    keyed: bool = False

    @functools.cached_property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @functools.cached_property
    def body_schema(self) -> Schema | None:
        return self.takes() if isinstance(self.takes, type) else None

    @property
    def body_optional(self) -> bool:
        """A shape that says `may_be_left_out` need not come: then all of it is as by default."""
        return bool(getattr(self.takes, "may_be_left_out", False))

    @functools.cached_property
    def query_schema(self) -> Schema:
        """A name that it doesn't know is refused, also where there is nothing to ask for: it was meant to change the answer."""
        bases = tuple(schema for schema in (self.query, PagingQuery if self.paged else None) if schema)
        unknown = RAISE if self.may else EXCLUDE  # without sign-in carriers call, and follow links: with names of their own
        schema: Schema = type("Query", bases or (Schema,), {})(unknown=unknown)
        return schema

    @functools.cached_property
    def answer_schema(self) -> Schema | None:
        return self.gives() if isinstance(self.gives, type) else None

    def caller(self, request: Request, secret: str, values: dict[str, str]) -> Caller:
        """Who calls. Raises Problem 401 or NotAllowed."""
        header = request.headers.get(HEADER)
        caller = read_caller(header, secret) if header else NOBODY
        if self.may is None:
            return replace(caller, origin=_origin(request))
        if not caller.person_id:
            raise unknown_caller()
        branch_id = values.get("branch_id")
        if branch_id is not None:
            caller.branch(branch_id)
        roles = self.may.roles
        if not any(caller.has(held, *roles) for held in ([branch_id] if branch_id else [*caller.branches, ""])):
            raise NotAllowed(detail=Sentence("This needs one of these roles: %(roles)s.", roles=list(roles)))
        return replace(caller, right=self.may)

    def arguments(self, request: Request, values: dict[str, str], caller: Caller) -> list[Any]:
        """What the method gets after the caller. Raises Problem."""
        arguments: list[Any] = [values[name] for name in self.parameters]
        asks = self.query is not None or self.paged
        query: dict[str, Any] = {}
        if asks or (self.may and request.args):
            query = _loaded(self.query_schema, _once_each(request.args.to_dict(flat=False)))
        if self.paged:
            query["page"] = Paging(query.pop("limit"), query.pop("after"))
        if asks:
            arguments.append(query)
        if isinstance(self.takes, Upload):
            arguments.append(body.read_upload(request, self.takes))
        elif isinstance(self.takes, RawBody):
            arguments.append(body.read_raw(request, self.takes))
        elif self.body_schema is not None:
            given = body.read_json(request, self.body_limit, may_be_left_out=self.body_optional)
            arguments.append(_loaded(self.body_schema, given))
        if self.address:
            arguments.append(_public_address(request))
        if self.keyed:
            arguments.append(_key(request, caller))
        return arguments

    def answer(self, result: Any) -> Answer:
        if isinstance(result, Answer):
            return result
        if self.answer_schema is None:
            return Answer(b"", status=204)
        if isinstance(result, Paged):
            shown: Any = {"items": self.answer_schema.dump(result.items, many=True), "next": result.next}
        else:
            shown = self.answer_schema.dump(result)
        return Answer(json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode(), status=self.status)


def _origin(request: Request) -> Origin:
    """The gateway overwrites the header with the one address that it found."""
    return Origin(request.headers.get("X-Forwarded-For", ""), request.headers.get("User-Agent", ""))


def _public_address(request: Request) -> str:
    """Where people reach us, by the gateway's headers; without them, where this request came to."""
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme)
    return f"{scheme}://{request.headers.get('X-Forwarded-Host', request.host)}"


def _key(request: Request, caller: Caller) -> str:
    """What the caller calls this very request by: the same when it is sent again, never another caller's. Raises Invalid."""
    given = request.headers.get(IDEMPOTENCY_KEY)
    if given is None:
        return new_id()
    if not _KEY.fullmatch(given):
        raise Invalid({IDEMPOTENCY_KEY: ["Wants 8 to 128 visible characters of ASCII, such as a UUID."]})
    return effect_id("idempotency-key", caller.person_id, given.strip('"'))


def _once_each(query: dict[str, list[str]]) -> dict[str, str]:
    """Raises Invalid where a name is given twice: to take either would be a guess."""
    twice = {name: ["Given more than once."] for name, values in query.items() if len(values) > 1}
    if twice:
        raise Invalid(twice)
    return {name: values[0] for name, values in query.items()}


def _loaded(schema: Schema, value: Any) -> Any:
    try:
        return schema.load(value)
    except ValidationError as error:
        raise Invalid(error.normalized_messages()) from error
