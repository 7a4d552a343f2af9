"""The HTTP shapes of calendars."""

from marshmallow import Schema, ValidationError, fields, validates_schema

from schoolbus.events import Id, Utc
from services.meetings.schemas import DAY


class Feed(Schema):
    as_staff = fields.Boolean(metadata={"description": "Whether what one has as staff is in it too"})
    made_at = Utc()
    read_at = Utc(allow_none=True, metadata={"description": "When a program last read it, to the hour"})


class NewFeed(Feed):
    address = fields.String(metadata={"description": "Shown this once; whoever has it reads the calendar"})


class Span(Schema):
    starts_on = fields.Date(load_default=None, validate=DAY, metadata={"description": "Branch time; today when left out"})
    ends_on = fields.Date(load_default=None, validate=DAY, metadata={"description": "The last day; 120 days on when left out"})


class Entry(Schema):
    kind = fields.String(metadata={"enum": ["meeting_day", "activity", "pta_meeting", "holiday"]})
    id = fields.String()
    title = fields.String()
    title_ur = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    starts_on = fields.String(metadata={"format": "date", "description": "Branch time"})
    ends_on = fields.String(metadata={"format": "date", "description": "The last day, branch time"})
    starts_at = Utc(allow_none=True)
    ends_at = Utc(allow_none=True)


class BranchCalendar(Schema):
    items = fields.List(fields.Nested(Entry))


class SeasonQuery(Schema):
    """The term that is now when nothing is said; where the roster tells of none, the last 120 days."""

    term_id = Id(load_default=None)
    starts_on = fields.Date(load_default=None, validate=DAY)
    ends_on = fields.Date(load_default=None, validate=DAY)

    @validates_schema(skip_on_field_errors=True)
    def check_is_one(self, data: dict[str, object], **_: object) -> None:
        if data["term_id"] is not None and (data["starts_on"] or data["ends_on"]):
            raise ValidationError("Give a term, or days.", "term_id")
        if data["ends_on"] and not data["starts_on"]:
            raise ValidationError("Wants starts_on too.", "ends_on")


class FamiliesQuery(SeasonQuery):
    took_part = fields.Boolean(load_default=False, metadata={"description": "Those that did; else those in nothing yet"})


class KindCount(Schema):
    kind = fields.String()
    families = fields.Integer()


class Participation(Schema):
    starts_on = fields.Date()
    ends_on = fields.Date()
    term = fields.String(allow_none=True)
    families = fields.Integer()
    took_part = fields.Integer()
    in_nothing_yet = fields.Integer()
    kinds = fields.List(fields.Nested(KindCount))


class Named(Schema):
    person_id = fields.String()
    name = fields.String()
    name_ur = fields.String(allow_none=True)


class Family(Schema):
    children = fields.List(fields.Nested(Named))
    guardians = fields.List(fields.Nested(Named))
    kinds = fields.List(fields.String())
