"""Fields of what people write by hand."""

import re
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from schoolbus.problems import Invalid, Sentence

_SIGNS = validate.Regexp(r"[^\x00-\x1f\x7f-\x9f]*\Z", error="Wants one line of text.")
_RANDOM_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z"
_DAYS = validate.Range(date(1990, 1, 1), date(2099, 12, 31))


class Line(fields.String):
    """One line of text, `shortest` to `longest` characters; spaces at its ends and between words count once."""

    def __init__(self, longest: int = 255, shortest: int = 1, **more: Any) -> None:
        super().__init__(validate=[_SIGNS, validate.Length(shortest, longest)], **more)

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        text = super()._deserialize(value, attr, data, **more)
        return re.sub(" +", " ", text).strip()


class NewId(fields.String):
    """The sender's own choice, a random UUID (RFC 9562, version 4): what is sent twice then is one record.

    Ids of imported records are version 5: nobody takes the id of what an import will bring.
    """

    def __init__(self) -> None:
        error = "Wants a random UUID (version 4) in small letters, or leave it out."
        super().__init__(load_default=None, allow_none=True, validate=validate.Regexp(_RANDOM_ID, re.ASCII, error=error))


class Day(fields.Date):
    """A date, kept as ISO text."""

    def __init__(self, **more: Any) -> None:
        super().__init__(validate=_DAYS, **more)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value or None

    def deserialize(self, value: Any, *args: Any, **more: Any) -> Any:
        found = super().deserialize(value, *args, **more)
        return found.isoformat() if isinstance(found, date) else found


class Ids(fields.Field[list[str]]):
    """Up to `most` ids, with commas between them."""

    def __init__(self, most: int = 100, **more: Any) -> None:
        self._most = most
        super().__init__(metadata={"type": "string", "description": f"Up to {most}, with commas between"}, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> list[str]:
        ids = [part.strip() for part in str(value).split(",")]
        if not all(0 < len(id) <= 255 for id in ids) or len(ids) > self._most:
            raise ValidationError(Sentence("Wants 1 to %(most)s ids with commas between them.", most=self._most))
        return ids


class Change(Schema):
    """What is left out stays as it is. `version`: the one that the sender saw; another since then is a 409."""

    version = fields.Integer(load_default=None, strict=True, allow_none=True)


class EndQuery(Schema):
    version = fields.Integer(load_default=None)


class Kept(Schema):
    """A record as all of them are kept. `source`: rabta, or the system that it was imported from."""

    source = fields.String()
    version = fields.Integer()
    active = fields.Boolean()
    modified_at = fields.AwareDateTime(format="iso", allow_none=True)


def refuse(**errors: str) -> Invalid:
    """One sentence for each field."""
    return Invalid({name: [reason] for name, reason in errors.items()})
