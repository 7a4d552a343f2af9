"""The HTTP shapes of wishes and timetables."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id, Utc
from services.meetings.booking.schemas import HOUR
from services.meetings.schemas import DAY, WAYS, OfFamily

UNANSWERED = ("leave_out", "any_time")  # what becomes of families who have not said what they wish
_WAY = fields.String(validate=validate.OneOf(tuple(WAYS)))


class Fit(Schema):
    """A time at which the family can come: branch time, HH:MM."""

    on = fields.Date(required=True, validate=DAY)
    from_ = fields.String(required=True, data_key="from", attribute="from", validate=HOUR)
    to = fields.String(required=True, validate=HOUR)

    @validates_schema(skip_on_field_errors=True)
    def check_order(self, data: dict[str, Any], **_: object) -> None:
        if data["from"] >= data["to"]:
            raise ValidationError("Wants a time after from.", "to")


class WishedChild(Schema):
    student_id = Id(required=True)
    teacher_ids = fields.List(
        Id(), required=True, validate=validate.Length(1, 10), metadata={"description": "The most important first"}
    )


class WishesDraft(Schema):
    """All that a family wishes of a day; it takes the place of what it wished before. No children: it wants no meeting."""

    guardian_id = Id(load_default=None, allow_none=True)  # from staff: on whose behalf
    children = fields.List(fields.Nested(WishedChild), required=True, validate=validate.Length(max=10))
    fits = fields.List(
        fields.Nested(Fit),
        load_default=list,
        validate=validate.Length(max=40),
        metadata={"description": "When the family can come; none: at any time"},
    )
    ways = fields.List(
        _WAY,
        load_default=list,
        validate=validate.Length(max=3),
        metadata={"description": "The best first; none: as it is usual"},
    )
    together = fields.Boolean(load_default=True, metadata={"description": "One meeting after the other, with little waiting"})

    @validates_schema(skip_on_field_errors=True)
    def check_named_once(self, data: dict[str, Any], **_: object) -> None:
        students = [child["student_id"] for child in data["children"]]
        if len(set(students)) < len(students):
            raise ValidationError("Each child stands here once.", "children")
        if any(len(set(child["teacher_ids"])) < len(child["teacher_ids"]) for child in data["children"]):
            raise ValidationError("Each teacher stands here once for a child.", "children")


class WishesQuery(Schema):
    guardian_id = Id(load_default=None)


class ShownChild(Schema):
    student_id = fields.String()
    student_name = fields.String()
    teacher_ids = fields.List(fields.String())


class ShownFit(Schema):
    on = fields.String(metadata={"format": "date"})
    from_ = fields.String(data_key="from", attribute="from")
    to = fields.String()


class Wishes(Schema):
    meeting_day_id = fields.String()
    guardian_id = fields.String()
    guardian_name = fields.String()
    children = fields.List(fields.Nested(ShownChild))
    fits = fields.List(fields.Nested(ShownFit))
    ways = fields.List(fields.String())
    together = fields.Boolean()
    put_at = Utc()


class Reminded(Schema):
    students = fields.Integer(metadata={"description": "Children for whom nobody has answered; their families are reminded"})


class TimetableDraft(Schema):
    from_id = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "The timetable to begin from: its pins are kept, and as few meetings as possible are moved"},
    )
    seconds = fields.Integer(load_default=60, strict=True, validate=validate.Range(1, 300))
    unanswered = fields.String(load_default="leave_out", validate=validate.OneOf(UNANSWERED))


class OfDate(Schema):
    on = fields.String(metadata={"format": "date"})
    placements = fields.Integer()


class Timetable(Schema):
    """`placed` of `bound`: no timetable could place more, which is proved."""

    timetable_id = fields.String(attribute="_id")
    meeting_day_id = fields.String()
    from_id = fields.String(allow_none=True)
    state = fields.String(metadata={"description": "asked, solved or failed"})
    publication = fields.String(allow_none=True, metadata={"description": "publishing, published, replaced or failed"})
    stop = fields.Boolean()
    reason = fields.String(allow_none=True, metadata={"description": "Why it failed"})
    unanswered = fields.String()
    asked_at = Utc()
    seconds = fields.Integer(metadata={"description": "At most this long"})
    wishes = fields.Integer()
    placed = fields.Integer()
    bound = fields.Integer()
    kept = fields.Integer(metadata={"description": "Wishes whose meeting was booked by hand; not counted above"})
    moved = fields.Integer(metadata={"description": "Placed at another time than in the timetable that it began from"})
    families_without = fields.Integer(metadata={"description": "Families with wishes and no meeting"})
    used_seconds = fields.Float()
    best = fields.Boolean(metadata={"description": "It is proved that none is better"})
    published = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    # of one timetable, not in a list
    without = fields.Integer(metadata={"description": "Wishes that have no place"})
    pinned = fields.Integer(metadata={"description": "Placements that the next timetable keeps"})
    dates = fields.List(fields.Nested(OfDate), metadata={"description": "Dates on which a placement is, in their order"})


class PlacementsQuery(Schema):
    teacher_id = Id(load_default=None)
    guardian_id = Id(load_default=None)
    student_id = Id(load_default=None)
    on = fields.Date(load_default=None, validate=DAY, metadata={"description": "Those whose place is on this date"})
    placed = fields.Boolean(load_default=None)
    moved = fields.Boolean(load_default=None)
    pinned = fields.Boolean(load_default=None)


class Remedy(Schema):
    kind = fields.String(metadata={"description": "other_time or more_slots"})
    slot_id = fields.String(allow_none=True)
    starts_at = Utc()
    ends_at = Utc()
    count = fields.Integer()
    words = fields.String()


class Moved(Schema):
    slot_id = fields.String()
    starts_at = Utc()
    ends_at = Utc()


class Placement(OfFamily):
    """A wish and where it is. `reason`: why it has no place, and what would free one."""

    placement_id = fields.String(attribute="_id")
    priority = fields.Boolean()
    rank = fields.Integer(metadata={"description": "0 is the child's most important"})
    slot_id = fields.String(allow_none=True)
    starts_at = Utc(allow_none=True)
    ends_at = Utc(allow_none=True)
    way = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    pinned_slot_id = fields.String(allow_none=True)
    moved_from = fields.Nested(Moved, allow_none=True)
    reason = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    remedies = fields.List(fields.Nested(Remedy))
    outcome = fields.String(
        allow_none=True, metadata={"description": "Once it is published: booked, taken (somebody was faster) or cancelled"}
    )


class Pin(Schema):
    """`slot_id`: where it is to be; where it is now when left out."""

    pinned = fields.Boolean(required=True)
    slot_id = Id(load_default=None, allow_none=True)
