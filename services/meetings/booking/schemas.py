"""The HTTP shapes of bookings."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id, Utc
from schoolbus.problems import Sentence
from services.meetings.schemas import DAY, WAYS, HeldBy, OfFamily, Way

_WAY = validate.OneOf(tuple(WAYS))
HOUR = validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z|24:00\Z", error="Wants HH:MM of the branch's day.")
MOST_HELD = 12  # times in one set: four children with three teachers


class BookingRequest(Schema):
    student_id = Id(required=True)
    guardian_id = Id(load_default=None, allow_none=True)  # from staff: on whose behalf
    way = fields.String(load_default=None, allow_none=True, validate=_WAY)  # the teacher's first when left out


class BookingChange(Schema):
    slot_id = Id(required=True)  # of the same teacher and day; the same slot to meet by another way
    way = fields.String(load_default=None, allow_none=True, validate=_WAY)  # as it is, where the new slot has it


class BookingsQuery(Schema):
    since = fields.Date(
        load_default=None, validate=DAY, metadata={"description": "The first day, branch time; today when left out"}
    )
    cancelled = fields.Boolean(load_default=False, metadata={"description": "Also those that were cancelled"})


class Booking(HeldBy):
    slot_id = fields.String()
    meeting_day_id = fields.String()
    title = fields.String()
    student_name_ur = fields.String(allow_none=True)
    teacher_id = fields.String()
    teacher_name = fields.String()
    teacher_name_ur = fields.String(allow_none=True)
    way = fields.String()
    place = fields.String()
    starts_at = Utc()
    ends_at = Utc()
    state = fields.String(metadata={"description": "held, offered, booked, cancelled, attended, missed or released"})
    called_off = fields.String(metadata={"description": "By the school, and why: day_cancelled or teacher_away"})
    edition = fields.Integer()
    booked_at = Utc()
    held_until = Utc(allow_none=True, metadata={"description": "Until when it is held, or offered"})
    hold_id = fields.String(allow_none=True)


class Times(Schema):
    """Of the branch's day, HH:MM."""

    from_ = fields.String(required=True, data_key="from", attribute="from", validate=HOUR)
    to = fields.String(required=True, validate=HOUR)

    @validates_schema(skip_on_field_errors=True)
    def check_order(self, data: dict[str, str], **_: object) -> None:
        if data["from"] >= data["to"]:
            raise ValidationError("Ends before it begins.", "to")


class ChosenSlot(Schema):
    slot_id = Id(required=True)
    student_id = Id(required=True)
    way = fields.String(load_default=None, allow_none=True, validate=_WAY)


class HoldRequest(Schema):
    """Times of one day for one guardian: for one child or several, with one teacher or several."""

    slots = fields.List(fields.Nested(ChosenSlot), required=True, validate=validate.Length(1, MOST_HELD))
    guardian_id = Id(load_default=None, allow_none=True)  # from staff: on whose behalf

    @validates_schema(skip_on_field_errors=True)
    def check_each_once(self, data: dict[str, Any], **_: object) -> None:
        ids = [chosen["slot_id"] for chosen in data["slots"]]
        if len(set(ids)) < len(ids):
            raise ValidationError("Names a slot twice.", "slots")


class Hold(Schema):
    hold_id = fields.String()
    held_until = Utc(allow_none=True, metadata={"description": "None once it is booked, or given back"})
    bookings = fields.List(fields.Nested(Booking))


class _Ids(fields.Field[list[str]]):
    """Several ids, with commas between them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        ids = [part.strip() for part in str(value).split(",")]
        if not all(0 < len(id) <= 255 for id in ids) or len(ids) > MOST_HELD:
            raise ValidationError(Sentence("Wants 1 to %(most)s ids with commas between them.", most=MOST_HELD))
        return ids


class ProposalsQuery(Schema):
    """The first student is to meet the first teacher, the second the second, and so on."""

    student_id = _Ids(required=True, metadata={"type": "string", "description": "One for each meeting, with commas between"})
    teacher_id = _Ids(required=True, metadata={"type": "string", "description": "As many, in the same order"})
    guardian_id = Id(load_default=None)
    way = fields.String(load_default=None, validate=_WAY)

    @validates_schema(skip_on_field_errors=True)
    def check_pairs(self, data: dict[str, Any], **_: object) -> None:
        pairs = list(zip(data["student_id"], data["teacher_id"], strict=False))
        if len(data["student_id"]) != len(data["teacher_id"]):
            raise ValidationError("Wants as many as there are students.", "teacher_id")
        if len(set(pairs)) < len(pairs):
            raise ValidationError("A child meets a teacher once.", "teacher_id")


class ProposedSlot(Schema):
    slot_id = fields.String()
    student_id = fields.String()
    student_name = fields.String()
    teacher_id = fields.String()
    teacher_name = fields.String()
    way = fields.String()
    place = fields.String()
    starts_at = Utc()
    ends_at = Utc()


class Proposal(Schema):
    """Times in their order, to be held as they are."""

    slots = fields.List(fields.Nested(ProposedSlot))
    waiting_minutes = fields.Integer(metadata={"description": "Between the meetings, the way from room to room among them"})


class Proposals(Schema):
    items = fields.List(fields.Nested(Proposal))


class WaitingRequest(Schema):
    teacher_id = Id(required=True)
    student_id = Id(required=True)
    guardian_id = Id(load_default=None, allow_none=True)  # from staff: on whose behalf
    way = fields.String(load_default=None, allow_none=True, validate=_WAY)
    times = fields.List(fields.Nested(Times), load_default=list, validate=validate.Length(max=10))  # that fit; none: all do


class WaitingQuery(Schema):
    teacher_id = Id(load_default=None)


class Waiting(OfFamily):
    waiting_id = fields.String(attribute="_id")
    meeting_day_id = fields.String()
    way = fields.String(allow_none=True)
    times = fields.List(fields.Nested(Times))
    state = fields.String(metadata={"description": "waiting, offered, booked or left"})
    place_in_list = fields.Integer(allow_none=True, metadata={"description": "1 is next"})
    joined_at = Utc()
    booking_id = fields.String(allow_none=True, metadata={"description": "Of what is offered now"})
    offered_until = Utc(allow_none=True)


class DeskQuery(Schema):
    student_id = Id(required=True)


class FreeSlot(Schema):
    slot_id = fields.String()
    place = fields.String()
    ways = fields.List(fields.Nested(Way))
    starts_at = Utc()
    ends_at = Utc()


class DeskTeacher(Schema):
    teacher_id = fields.String()
    teacher_name = fields.String()
    next_free = fields.Nested(FreeSlot, allow_none=True)
    free_slots = fields.Integer(metadata={"description": "From now on"})
    minutes_late = fields.Integer()
    booking_id = fields.String(allow_none=True, metadata={"description": "What the child has with them already"})
    meets_at = Utc(allow_none=True, metadata={"description": "When that is"})


class Desk(Schema):
    meeting_day_id = fields.String()
    student_id = fields.String()
    teachers = fields.List(fields.Nested(DeskTeacher))


class WalkIn(Schema):
    teacher_id = Id(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    way = fields.String(load_default=None, allow_none=True, validate=_WAY)
