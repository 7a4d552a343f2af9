"""What an event is: a contract that its publisher owns, in a CloudEvents 1.0 envelope.

A contract is a subclass of `Event` whose marshmallow fields describe `data`:

    class HomeworkSet(Event):
        type = "reports.homework_set"
        version = 1
        read_by = ("notifications",)
        homework_id = Id(required=True)

`HomeworkSet(branch_id=…, subject=homework_id, homework_id=…)` makes one; `encode` and `decode` carry it over the wire.
What several services say in the same shape is declared once, without `type`, and each has a subclass with its own type.
A field may be added; a field's meaning never changes: that is a new version, a class of its own.
"""

import builtins
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.scope import Scope, branch

CHUNK = 500  # items in one event, at most


class InvalidEvent(Exception):
    """The message is not what its contract says; the text says where. Trying again won't help."""


class Id(fields.String):
    """An identifier: 1 to 255 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(1, 255), **kwargs)


class Utc(fields.AwareDateTime):
    """A moment, ISO 8601, in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)


class Items(fields.List[Any]):
    """A chunk of up to 500 items of one shape. Their publisher hands them over ready for JSON."""

    def __init__(self, item: builtins.type[Schema], **kwargs: Any) -> None:
        super().__init__(fields.Nested(item(unknown=EXCLUDE)), validate=validate.Length(max=CHUNK), **kwargs)

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return value


class Event:
    type: ClassVar[str]
    version: ClassVar[int] = 1
    read_by: ClassVar[tuple[str, ...]]  # the services that have a queue for it
    schema: ClassVar[Schema]
    known: ClassVar[dict[str, "builtins.type[Event]"]] = {}
    traceparent: str | None = None  # of one that came: where its handler's trace goes on

    def __init_subclass__(cls) -> None:
        if "type" not in vars(cls):
            return
        own = [vars(each) for each in reversed(cls.__mro__)]
        declared = {name: value for each in own for name, value in each.items() if isinstance(value, fields.Field)}
        cls.schema = Schema.from_dict(declared, name=f"{cls.__name__}Data")(unknown=EXCLUDE)
        Event.known[cls.routing_key()] = cls

    def __init__(self, *, branch_id: str, subject: str, id: str | None = None, **data: Any) -> None:
        self.id = id or new_id()
        self.branch_id = branch_id
        self.subject = subject  # what it happened to
        self.time: datetime = now()
        self.sequence = 0  # the count of events of the document that carried it, whose events keep their order
        self.correlation_id: str | None = None
        self.data: dict[str, Any] = data
        missing = [name for name, field in self.schema.fields.items() if field.required and name not in data]
        unknown = [name for name in data if name not in self.schema.fields]
        if missing or unknown:
            raise TypeError(f"{self.type} v{self.version}: missing {missing}, unknown {unknown}")

    @property
    def scope(self) -> Scope:
        return branch(self.branch_id)

    @classmethod
    def publisher(cls) -> str:
        return cls.type.partition(".")[0]

    @classmethod
    def routing_key(cls) -> str:
        return f"{cls.type}.v{cls.version}"

    def encode(self) -> str:
        """The envelope as JSON text, without its sequence: `with_sequence` adds that when it is known."""
        return json.dumps(
            {
                "specversion": "1.0",
                "id": self.id,
                "source": f"rabta/{self.publisher()}",
                "type": self.routing_key(),
                "subject": self.subject,
                "time": self.time.isoformat(),
                "branchid": self.branch_id,
                "correlationid": self.correlation_id,
                "datacontenttype": "application/json",
                "data": self.schema.dump(self.data),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def decode(cls, body: bytes | str) -> Self:
        """The event in a message for `cls`. Raises InvalidEvent with what is wrong and where."""
        try:
            envelope = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise InvalidEvent(f"not JSON: {error}") from error
        if not isinstance(envelope, Mapping):
            raise InvalidEvent("not a JSON object")
        try:
            head = ENVELOPE.load(envelope)
            data = cls.schema.load(head["data"])
        except ValidationError as error:
            raise InvalidEvent(json.dumps(error.normalized_messages(), ensure_ascii=False)[:2000]) from error
        if head["type"] != cls.routing_key():
            raise InvalidEvent(f"type is {head['type']!r}, this queue takes {cls.routing_key()!r}")
        event = cls.__new__(cls)
        event.id, event.branch_id, event.subject = head["id"], head["branchid"], head["subject"]
        event.time, event.sequence, event.correlation_id = head["time"], head["sequence"], head["correlationid"]
        event.data = data
        return event


def with_sequence(encoded: str, sequence: int) -> str:
    """An encoded event with its place among the events of its subject."""
    return f'{{"sequence":{sequence},{encoded[1:]}'


class Envelope(Schema):
    """CloudEvents 1.0 attributes; branchid, sequence and correlationid are extensions."""

    class Meta:
        unknown = EXCLUDE

    specversion = fields.String(required=True, validate=validate.Equal("1.0"))
    id = Id(required=True)
    source = fields.String(required=True)
    type = fields.String(required=True)
    subject = Id(required=True)
    time = Utc(required=True)
    branchid = Id(required=True)
    sequence = fields.Integer(load_default=0)
    correlationid = fields.String(allow_none=True, load_default=None)
    data = fields.Dict(required=True)


ENVELOPE = Envelope()
