"""Shapes of OneRoster's questions and answers (1.2, REST binding, section 3)."""

from collections.abc import Mapping

from marshmallow import Schema, fields, validate

LONGEST_FILTER = 700
MOST = 5_000  # records in one page
DEEPEST = 10_000_000


class OneQuery(Schema):
    fields_ = fields.String(data_key="fields", attribute="fields", load_default=None, validate=validate.Length(0, 1000))


class CollectionQuery(OneQuery):
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, DEEPEST))
    sort = fields.String(load_default=None, validate=validate.Length(0, 100))
    orderBy = fields.String(load_default="asc", validate=validate.OneOf(("asc", "desc")))
    filter = fields.String(load_default=None, validate=validate.Length(0, LONGEST_FILTER))


class Reference(Schema):
    href = fields.String()
    sourcedId = fields.String()
    type = fields.String()


class Record(Schema):
    sourcedId = fields.String()
    status = fields.String(validate=validate.OneOf(("active", "tobedeleted")))
    dateLastModified = fields.String()
    metadata = fields.Dict(keys=fields.String(), values=fields.String())


def sets(records: Mapping[tuple[str, str], type[Schema]]) -> dict[str, type[Schema]]:
    """The shapes of collections, by the name of many: `{"users": [...]}`."""
    return {
        many: type(f"{record.__name__}Set", (Schema,), {"found": fields.List(fields.Nested(record), data_key=many)})
        for (many, _), record in records.items()
    }


def singles(records: Mapping[tuple[str, str], type[Schema]]) -> dict[str, type[Schema]]:
    """The shapes of single records, by the name of many: `{"user": {...}}`."""
    return {
        many: type(f"{record.__name__}Single", (Schema,), {"found": fields.Nested(record, data_key=one)})
        for (many, one), record in records.items()
    }
