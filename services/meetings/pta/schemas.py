"""The HTTP shapes of the parents' association: members, officers, meetings, decisions."""

import re

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id, Utc
from services.meetings.schemas import DAY, MOMENT, Line

_STATES = ("open", "done", "dropped")
_KEY = validate.Regexp(r"[a-z][a-z0-9-]{0,23}\Z", re.ASCII, error="Wants up to 24 of a-z 0-9 -, a letter first.")
MOST_OFFICES = 12


class Text(fields.String):
    """Lines of text; nothing that is not seen."""

    def __init__(self, longest: int, **kwargs: object) -> None:
        seen = validate.Regexp(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f]*\Z", error="Wants text.")
        super().__init__(validate=[validate.Length(0, longest), seen], **kwargs)  # type: ignore[arg-type]


class Day(fields.Date):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(validate=DAY, **kwargs)  # type: ignore[arg-type]


class Moment(Utc):
    def __init__(self) -> None:
        super().__init__(required=True)
        self.validators = [MOMENT]


class OfficeKey(fields.String):
    def __init__(self) -> None:
        super().__init__(required=True, validate=_KEY)


class Named(Schema):
    """Somebody, by the copy of the roster; without a name when they are not in it."""

    person_id = fields.String()
    name = fields.String()
    name_ur = fields.String(allow_none=True)


class Office(Schema):
    key = OfficeKey()
    name = Line(60)
    name_ur = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    exclusive = fields.Boolean(load_default=True, metadata={"description": "One person holds it at a time"})


class Offices(Schema):
    offices = fields.List(fields.Nested(Office), required=True, validate=validate.Length(1, MOST_OFFICES))


class Spell(Schema):
    joined_at = Utc()
    left_at = Utc(allow_none=True)
    by = fields.String()


class Member(Named):
    role = fields.String(metadata={"description": "guardian or teacher: as what they belong to it"})
    active = fields.Boolean(metadata={"description": "A member now"})
    is_here = fields.Boolean(metadata={"description": "Still a guardian or teacher of the branch"})
    spells = fields.List(fields.Nested(Spell))


class OfficerDraft(Schema):
    office_key = OfficeKey()
    person_id = Id(required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)  # the last day
    hand_over = fields.Boolean(
        load_default=False, metadata={"description": "Ends the term of who holds it then, the day before"}
    )


class OfficerEnd(Schema):
    ends_on = Day(required=True)


class OfficersQuery(Schema):
    on = Day(load_default=None, metadata={"description": "Who holds an office on this day; all terms when left out"})


class Officer(Named):
    pta_officer_id = fields.String(attribute="_id")
    office_key = fields.String()
    office = fields.String()
    office_ur = fields.String(allow_none=True)
    role = fields.String()
    starts_on = fields.String(metadata={"format": "date"})
    ends_on = fields.String(metadata={"format": "date"})
    election_id = fields.String(allow_none=True, metadata={"description": "None: appointed"})


class Quorum(Schema):
    percent = fields.Integer(
        required=True,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 100),
        metadata={"description": "Of the members, who have to be at a meeting for it to decide; null: whoever comes decides"},
    )


class QuorumCount(Schema):
    """Of a meeting: how many members there were, how many had to be there, and were."""

    percent = fields.Integer()
    members = fields.Integer()
    needed = fields.Integer()
    present = fields.Integer()
    reached = fields.Boolean()


class Association(Schema):
    """`member`: whether the caller is one; `officer`: whether the caller acts for it today."""

    quorum_percent = fields.Integer(allow_none=True)

    members = fields.Integer()
    member = fields.Boolean()
    officer = fields.Boolean()
    officers = fields.List(fields.Nested(Officer))
    offices = fields.List(fields.Nested(Office))


class AgendaItem(Schema):
    title = Line(120)
    minutes = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 720))
    presenter_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))


class MeetingDraft(Schema):
    title = Line(120)
    starts_at = Moment()
    ends_at = Moment()
    place = Line(200)
    reserves_room = fields.Boolean(load_default=True, metadata={"description": "False: the place is no room of the branch"})
    agenda = fields.List(fields.Nested(AgendaItem), load_default=list, validate=validate.Length(0, 40))


class MeetingChange(MeetingDraft):
    version = fields.Integer(required=True, strict=True)


class AttendanceDraft(Schema):
    version = fields.Integer(required=True, strict=True)
    present = fields.List(Id(), required=True, validate=validate.Length(0, 2000))
    guests = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 10_000))


class Coming(Schema):
    coming = fields.Boolean(required=True)


class Answer(Named):
    coming = fields.Boolean()
    answered_at = Utc()


class MinutesDraft(Schema):
    text = Text(50_000, required=True)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))


class MinutesVersion(Schema):
    version = fields.Integer(required=True, strict=True)


class Minutes(Schema):
    pta_minutes_id = fields.String(attribute="pta_meeting_id")
    title = fields.String()
    version = fields.Integer()
    state = fields.String(metadata={"description": "draft, published, adopted; replaced: there is a later version"})
    text = fields.String()
    written_at = Utc()
    present = fields.List(
        fields.Nested(Named(only=("person_id", "name"))),
        metadata={"description": "As it was noted when this was written; for who acts for the PTA"},
    )
    came = fields.Integer(metadata={"description": "How many were there, guests among them"})
    quorum = fields.Nested(QuorumCount, allow_none=True, metadata={"description": "None: there was none to reach"})
    adopted_on = fields.String(allow_none=True, metadata={"format": "date"})


class MinutesVersions(Schema):
    items = fields.List(fields.Nested(Minutes))


class Votes(Schema):
    """By show of hands."""

    in_favour = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10_000))
    against = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10_000))
    abstained = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 10_000))


class DecisionChange(Schema):
    title = Line(120)
    text = Text(4000, load_default="")
    owner_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))
    due_on = Day(load_default=None, allow_none=True)
    edition = fields.Integer(required=True, strict=True)

    @validates_schema(skip_on_field_errors=True)
    def check_day(self, data: dict[str, object], **_: object) -> None:
        if data["owner_id"] and not data["due_on"]:
            raise ValidationError("Until when are they to do it?", "due_on")


class DecisionDraft(DecisionChange):
    class Meta:
        exclude = ("edition",)

    votes = fields.Nested(Votes, load_default=None, allow_none=True)


class DecisionState(Schema):
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    note = Text(1000, load_default="")
    edition = fields.Integer(required=True, strict=True)


class DecisionsQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf(_STATES))
    overdue = fields.Boolean(load_default=False)
    mine = fields.Boolean(load_default=False)


class DecisionStep(Schema):
    state = fields.String()
    note = fields.String()
    at = Utc()


class Decision(Schema):
    pta_decision_id = fields.String(attribute="_id")
    pta_meeting_id = fields.String()
    title = fields.String()
    text = fields.String()
    owner_id = fields.String(allow_none=True)
    owner = fields.String()
    due_on = fields.String(allow_none=True, metadata={"format": "date"})
    is_overdue = fields.Boolean()
    without_quorum = fields.Boolean(metadata={"description": "Too few members were at the meeting, as was noted there"})
    votes = fields.Nested(Votes, allow_none=True)
    state = fields.String()
    edition = fields.Integer()
    history = fields.List(fields.Nested(DecisionStep), metadata={"description": "For who acts for the PTA"})


class ShownItem(AgendaItem):
    presenter = fields.String()


class MeetingRow(Schema):
    pta_meeting_id = fields.String(attribute="_id")
    title = fields.String()
    starts_at = Utc()
    ends_at = Utc()
    place = fields.String()
    reserves_room = fields.Boolean()
    state = fields.String(metadata={"description": "called or cancelled"})
    edition = fields.Integer()
    version = fields.Integer()
    agenda = fields.List(fields.Nested(ShownItem))
    present = fields.List(
        fields.Nested(Named(only=("person_id", "name"))), metadata={"description": "For who acts for the PTA"}
    )
    guests = fields.Integer()
    came = fields.Integer(metadata={"description": "How many were there, guests among them"})
    coming = fields.Integer(metadata={"description": "How many members say that they come"})
    not_coming = fields.Integer()
    my_answer = fields.Boolean(allow_none=True, metadata={"description": "None: the caller has not said"})
    quorum = fields.Nested(QuorumCount, allow_none=True, metadata={"description": "Once it is noted who came; None: no quorum"})
    minutes_version = fields.Integer(metadata={"description": "The newest that the caller may read; 0: none"})
    minutes_state = fields.String()


class Meeting(MeetingRow):
    decisions = fields.List(fields.Nested(Decision))
    to_follow_up = fields.List(fields.Nested(Decision), metadata={"description": "Open ones of other meetings"})
