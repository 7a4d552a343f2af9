"""The HTTP shapes of elections."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id, Utc
from services.meetings.pta.elections.states import FAMILIES, MEMBERS
from services.meetings.pta.schemas import MOST_OFFICES, Day, Moment, Named, OfficeKey, Text
from services.meetings.schemas import Line

_NUMBER = fields.Integer(strict=True, validate=validate.Range(1, 10_000))


class RaceDraft(Schema):
    office_key = OfficeKey()
    seats = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 20))


class ElectionDraft(Schema):
    title = Line(120)
    races = fields.List(fields.Nested(RaceDraft), required=True, validate=validate.Length(1, MOST_OFFICES))
    voters = fields.String(
        load_default=FAMILIES,
        validate=validate.OneOf((FAMILIES, MEMBERS)),
        metadata={"description": "families: every household; members: those with a member"},
    )
    nominations_close_at = Moment()
    opens_at = Moment()
    closes_at = Moment()
    term_starts_on = Day(required=True)
    term_ends_on = Day(required=True)


class ElectionChange(ElectionDraft):
    version = fields.Integer(required=True, strict=True)


class CountingCode(Schema):
    counting_code = fields.String(required=True, validate=validate.Length(1, 100))


class CandidateDraft(Schema):
    office_key = OfficeKey()
    person_id = Id(load_default=None, allow_none=True, metadata={"description": "Another member; oneself when left out"})
    statement = Text(1000, load_default="")


class Statement(Schema):
    statement = Text(1000, load_default="")


class Candidate(Named):
    pta_candidate_id = fields.String(attribute="_id")
    pta_election_id = fields.String(attribute="election_id")
    office_key = fields.String()
    office = fields.String()
    statement = fields.String()
    state = fields.String(metadata={"description": "nominated (and asked), stands, withdrawn"})
    number = fields.Integer(metadata={"description": "On the ballot; 0: it is not made yet"})


class CandidateVotes(Schema):
    number = fields.Integer()
    votes = fields.Integer()


class Outcome(Schema):
    votes = fields.List(fields.Nested(CandidateVotes))
    abstentions = fields.Integer()
    elected = fields.List(fields.Integer())
    drawn = fields.List(fields.Integer(), metadata={"description": "Between whom the lot decided, the first drawn first"})


class Race(Schema):
    office_key = fields.String()
    office = fields.String()
    office_ur = fields.String(allow_none=True)
    seats = fields.Integer()
    candidates = fields.List(fields.Nested(Candidate))
    outcome = fields.Nested(Outcome, allow_none=True)


class Election(Schema):
    pta_election_id = fields.String(attribute="_id")
    title = fields.String()
    state = fields.String(metadata={"description": "nominating, open, closed, counted, cancelled"})
    edition = fields.Integer()
    version = fields.Integer()
    voters = fields.String()
    nominations_close_at = Utc()
    opens_at = Utc()
    closes_at = Utc()
    term_starts_on = fields.String(metadata={"format": "date"})
    term_ends_on = fields.String(metadata={"format": "date"})
    counting_code = fields.Boolean(metadata={"description": "The count needs the code that was told when it was made"})
    electorate = fields.Integer(metadata={"description": "Households that may vote; 0: the list is not fixed yet"})
    races = fields.List(fields.Nested(Race))
    ballots = fields.Integer(allow_none=True, metadata={"description": "How many were in the urn; None before the count"})
    digest = fields.String(
        allow_none=True, metadata={"description": "SHA-256 of the ballots' lines, sorted, each ended by a line feed"}
    )


class Paper(Election):
    in_electorate = fields.Boolean()
    has_voted = fields.Boolean(metadata={"description": "The caller's household, whoever of it"})
    may_vote = fields.Boolean()


class Vote(Schema):
    marks = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 24)),
        values=fields.List(_NUMBER, validate=validate.Length(0, 20)),
        required=True,
        validate=validate.Length(0, MOST_OFFICES),
        metadata={"description": "By office the numbers of candidates, at most as many as it has seats; none: abstention"},
    )


class Receipt(Schema):
    """`code`: of the ballot in the list that is published. Told this once, and kept nowhere."""

    pta_election_id = fields.String()
    code = fields.String()


class BallotsQuery(Schema):
    code = fields.String(load_default=None, validate=validate.Length(1, 60))


class Ballot(Schema):
    code = fields.String()
    line = fields.String(metadata={"description": "The code, then each office and the numbers that are marked, or -"})


class Guardian(Schema):
    person_id = fields.String()
    name = fields.String()


class Voter(Schema):
    household_id = fields.String()
    guardians = fields.List(fields.Nested(Guardian))
    voted = fields.Boolean()
