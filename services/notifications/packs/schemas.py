"""The shapes of packs."""

from marshmallow import Schema, fields, validate

from services.notifications.guiding.schemas import names
from services.notifications.packs.beginnings import STATES as OF_A_CHILD
from services.notifications.packs.packs import STATES
from services.notifications.schemas import Named, is_day, not_blank

_ID = validate.Length(1, 255)
MOST, LONGEST = 50, 400  # parts, and days after enrolment


class PartDraft(Schema):
    after_days = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, LONGEST),
        metadata={"description": "After the child's first day at the branch; 0: on that day"},
    )
    guide_id = fields.String(required=True, validate=_ID)


class PackChange(Schema):
    """No grades: for all of them."""

    name = fields.String(required=True, validate=[validate.Length(1, 100), not_blank])
    grades = names()
    starts_from = fields.String(
        load_default=None,
        allow_none=True,
        validate=is_day,
        metadata={"description": "Whoever has come on this day or later is in it; left out: today, or as it was"},
    )
    items = fields.List(fields.Nested(PartDraft), required=True, validate=validate.Length(1, MOST))


class PackDraft(PackChange):
    client_id = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 100),
        metadata={"description": "Sent again, it is the same pack"},
    )


class PackQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class ChildQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf(OF_A_CHILD))


class Item(PartDraft):
    added_on = fields.String()


class PackHead(Schema):
    pack_id = fields.String(attribute="_id")
    of_chain = fields.Function(lambda pack: not pack["branch_id"], metadata={"type": "boolean"})
    name = fields.String()
    grades = fields.List(fields.String())
    starts_from = fields.String()
    items = fields.List(fields.Nested(Item))
    state = fields.String(validate=validate.OneOf(STATES))
    created_at = fields.AwareDateTime()


class Pack(PackHead):
    walking = fields.Function(
        lambda pack: pack["walk"] is not None,
        metadata={"type": "boolean", "description": "A worker is finding whom it concerns"},
    )
    children = fields.Dict(keys=fields.String(), values=fields.Integer(), metadata={"description": "How many, by state"})


class Had(Schema):
    guide_id = fields.String()
    on = fields.String(allow_none=True)
    reason = fields.String(allow_none=True, metadata={"description": "Why this part was left out"})


class ChildInPack(Schema):
    student = fields.Nested(Named)
    branch_id = fields.String()
    began_on = fields.String()
    state = fields.String(validate=validate.OneOf(OF_A_CHILD))
    reason = fields.String(allow_none=True)
    parts = fields.List(fields.Nested(Had))
    next_at = fields.AwareDateTime(allow_none=True)
