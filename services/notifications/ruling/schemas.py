"""The HTTP shapes of rules."""

from marshmallow import Schema, fields, validate

from services.notifications.ruling.narrowing import WAYS as NARROW_WAYS
from services.notifications.ruling.rows import WAYS
from services.notifications.wording.rules import URGENCIES

_NAME = validate.Length(1, 100)
_URGENCY = validate.OneOf(list(URGENCIES))


class RuleDraft(Schema):
    """What is not there stays as it comes with Rabta; a rule of the chain's own needs `event`, `tells` and `text`."""

    event = fields.String(validate=_NAME)
    tells = fields.String(validate=_NAME)
    text = fields.String(validate=_NAME)
    urgency = fields.String(validate=_URGENCY)
    channel = fields.String(
        allow_none=True,
        validate=validate.OneOf(WAYS),
        metadata={"description": "By this channel alone, or with the day's digest; null: by the family's own channels"},
    )
    paper = fields.Boolean(metadata={"description": "By letter in the end, where nothing else reached"})
    on = fields.Boolean()
    branches_may_narrow = fields.Boolean()
    version = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, 1_000_000_000),
        metadata={"description": "The one that was seen: it is refused when somebody else has changed the rule since"},
    )


class RuleRow(Schema):
    event = fields.String()
    tells = fields.String()
    text = fields.String()
    about = fields.String()
    urgency = fields.String(validate=_URGENCY)
    channel = fields.String(allow_none=True)
    paper = fields.Boolean()
    on = fields.Boolean()
    branches_may_narrow = fields.Boolean()
    until = fields.String(allow_none=True, metadata={"description": "The event's moment after which it is too late to tell"})
    urgent_until = fields.String(allow_none=True, metadata={"description": "The one after which it is no longer urgent"})


class ChainsRule(Schema):
    key = fields.String()
    default = fields.Nested(RuleRow, allow_none=True, metadata={"description": "As it comes with Rabta"})
    chain = fields.Nested(RuleRow, allow_none=True, metadata={"description": "In place of it, for all branches"})
    in_force = fields.Nested(RuleRow)
    version = fields.Integer()
    changed_at = fields.AwareDateTime(allow_none=True)
    changed_by = fields.String(allow_none=True)


class Choice(Schema):
    event = fields.String()
    about = fields.String()
    tells = fields.List(fields.String())
    text = fields.List(fields.String())


class ChainsRules(Schema):
    """All rules, and of what others can be made."""

    items = fields.List(fields.Nested(ChainsRule))
    events = fields.List(fields.Nested(Choice))
    urgencies = fields.List(fields.String())
    channels = fields.List(fields.String())


class Narrowing(Schema):
    """How a branch narrows the chain's rule; null, or not there: as the chain has it."""

    on = fields.Boolean(load_default=None, allow_none=True)
    urgency = fields.String(load_default=None, allow_none=True, validate=_URGENCY)
    channel = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(NARROW_WAYS))
    paper = fields.Boolean(load_default=None, allow_none=True)
    grades = fields.List(
        fields.String(validate=validate.Length(1, 50)), load_default=None, allow_none=True, validate=validate.Length(1, 50)
    )


class BranchsRow(RuleRow):
    grades = fields.List(fields.String(), allow_none=True)


class BranchsRule(Schema):
    key = fields.String()
    default = fields.Nested(RuleRow, allow_none=True)
    chain = fields.Nested(RuleRow)
    branch = fields.Nested(Narrowing, allow_none=True)
    in_force = fields.Nested(BranchsRow)
    without_effect = fields.List(
        fields.String(), metadata={"description": "What of the branch's is wider than the chain's by now"}
    )
    changed_at = fields.AwareDateTime(allow_none=True)
    changed_by = fields.String(allow_none=True)


class BranchsRules(Schema):
    items = fields.List(fields.Nested(BranchsRule))
