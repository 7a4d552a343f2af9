"""The shapes of plans, subscriptions and usage."""

from marshmallow import Schema, ValidationError, fields, validate

from schoolbus.contracts.roster import SERVICES
from services.roster.subscribing.states import State
from services.roster.subscribing.usage import is_month

_STATES = [state.value for state in State]
_BIGGEST = 10**12


class Subscriptions(Schema):
    services = fields.List(
        fields.String(validate=validate.OneOf(SERVICES)), required=True, validate=validate.Length(max=len(SERVICES))
    )


class Limits(Schema):
    """None is no limit."""

    messages_per_month = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, _BIGGEST))
    storage_mb = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, _BIGGEST))


class PlanName(Schema):
    en = fields.String(required=True, validate=validate.Length(1, 100))
    ur = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 100))


class PlanDraft(Subscriptions):
    name = fields.Nested(PlanName, required=True)
    limits = fields.Nested(Limits, load_default=lambda: Limits().load({}))
    price_pkr_per_month = fields.Integer(load_default=0, validate=validate.Range(0, _BIGGEST))
    trial_days = fields.Integer(load_default=0, validate=validate.Range(0, 366))
    retired = fields.Boolean(load_default=False, metadata={"description": "Nobody can ask for it any more"})


class Plan(PlanDraft):
    plan_id = fields.String(attribute="_id")


class Reasoned(Schema):
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 500))


class Request(Reasoned):
    plan_id = fields.String(required=True, validate=validate.Length(1, 50))
    starts_on = fields.Date(load_default=None, allow_none=True)


class Approval(Reasoned):
    starts_on = fields.Date(load_default=None, allow_none=True)
    ends_on = fields.Date(load_default=None, allow_none=True)


class End(Reasoned):
    ends_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "The last day; without it, at once"})


class Step(Reasoned):
    at = fields.AwareDateTime()
    by = fields.String(allow_none=True)  # None: the days
    action = fields.String()
    state = fields.String(validate=validate.OneOf(_STATES))


class Subscription(Schema):
    subscription_id = fields.String(attribute="_id")
    branch_id = fields.String()
    plan_id = fields.String(allow_none=True)  # None: services that the operator chose without a plan
    plan_name = fields.Nested(PlanName, allow_none=True)
    services = fields.List(fields.String(), allow_none=True)  # None: as the plan says
    state = fields.String(validate=validate.OneOf(_STATES))
    starts_on = fields.String(allow_none=True)
    trial_ends_on = fields.String(allow_none=True)
    ends_on = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    asked_by = fields.String(allow_none=True)
    asked_at = fields.AwareDateTime(allow_none=True)
    history = fields.List(fields.Nested(Step))


class UsageLine(Schema):
    service = fields.String()
    metric = fields.String()
    value = fields.Integer()


class Usage(Schema):
    branch_id = fields.String()
    month = fields.String()
    usage = fields.List(fields.Nested(UsageLine))


class Overview(Subscriptions):
    suspended = fields.List(fields.String())
    limits = fields.Nested(Limits)
    month = fields.String()
    usage = fields.List(fields.Nested(UsageLine))  # of this month
    subscriptions = fields.List(fields.Nested(Subscription))


class SubscriptionQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf(_STATES))


def _month(text: str) -> None:
    if not is_month(text):
        raise ValidationError("Wants a month such as 2026-11.")


class MonthQuery(Schema):
    month = fields.String(load_default=None, validate=_month)
