"""The shapes of families."""

from marshmallow import Schema, ValidationError, fields, post_load, validate

from schoolbus.contracts.roster import CHANNELS, LANGUAGES, LITERACY, MEETING_NEEDS, Hours
from schoolbus.events import Utc
from services.roster.schemas import BranchName, Person
from services.roster.school.schemas import Child


def _each_once(values: list[str]) -> None:
    if len(set(values)) < len(values):
        raise ValidationError("Each at most once.")


class Preferences(Schema):
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))
    channels = fields.List(  # first choice first
        fields.String(validate=validate.OneOf(CHANNELS)),
        required=True,
        validate=[validate.Length(1, len(CHANNELS)), _each_once],
    )
    hours = fields.Nested(Hours, allow_none=True, load_default=None)  # when messages may come; null: at any time
    literacy = fields.String(load_default="reads", validate=validate.OneOf(LITERACY))
    shared_phone = fields.Boolean(load_default=False)
    meeting_needs = fields.List(
        fields.String(validate=validate.OneOf(MEETING_NEEDS)),
        load_default=list,
        validate=[validate.Length(max=len(MEETING_NEEDS)), _each_once],
    )

    @post_load
    def in_order(self, data, **_):  # type: ignore[no-untyped-def]
        """The same needs in another order are the same."""
        return {**data, "meeting_needs": [need for need in MEETING_NEEDS if need in data["meeting_needs"]]}


class ProposalDraft(Schema):
    preferences = fields.Nested(Preferences, required=True)
    note = fields.String(load_default="", validate=validate.Length(max=500))


class Proposal(Schema):
    proposal_id = fields.String(attribute="_id")
    branch_id = fields.String()
    teacher = fields.Nested(Person, allow_none=True)
    preferences = fields.Nested(Preferences)
    note = fields.String()
    at = Utc()


class Proposals(Schema):
    items = fields.List(fields.Nested(Proposal))


class ProposalAnswer(Schema):
    accept = fields.Boolean(required=True)


class FamilyGuardian(Person):
    may_receive_reports = fields.Boolean()
    may_book = fields.Boolean()
    may_collect = fields.Boolean()


class Family(Schema):
    guardians = fields.List(fields.Nested(FamilyGuardian))
    siblings = fields.List(fields.Nested(Child))  # once for each branch that they learn in
    siblings_elsewhere = fields.Integer()  # in other branches, shown or not


class MatchedGuardian(Person):
    branches = fields.List(fields.Nested(BranchName))
    phone_ends = fields.String(allow_none=True)  # the last four digits
    national_id_ends = fields.String(allow_none=True)


class MergeDraft(Schema):
    other_id = fields.String(required=True, validate=validate.Length(1, 255))


class Proposed(Schema):
    """`state`: proposed, merged or apart."""

    kept_id = fields.String()
    other_id = fields.String()
    state = fields.String()


class Merge(Proposed):
    """`waits_for`: branches whose office or head has not yet agreed."""

    waits_for = fields.List(fields.String())


class MergeOf(Merge):
    guardians = fields.List(fields.Nested(MatchedGuardian))  # the one that is kept first


class Merges(Schema):
    items = fields.List(fields.Nested(MergeOf))


class Match(Schema):
    guardians = fields.List(fields.Nested(MatchedGuardian))  # two
    why = fields.List(fields.String())  # national_id, phone, name: the surest first
    names = fields.String()  # same, similar or different, by their sound
    looks_like_two = fields.Boolean()  # rather two people with one phone
    proposal = fields.Nested(Proposed, allow_none=True)
