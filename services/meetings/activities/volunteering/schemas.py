"""The HTTP shapes of volunteering."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id, Utc
from services.meetings.activities.schemas import TWO_WEEKS, Audience, AudienceDraft, Child, LineOrNone, Prose, everybody, ids
from services.meetings.schemas import DAY, Line


class ShiftDraft(Schema):
    """`shift_id`: of one that is known. Ends on the next day where it ends before it starts."""

    shift_id = Id(load_default=None, allow_none=True)
    held_on = fields.Date(required=True, validate=DAY)
    starts = fields.Time("%H:%M", required=True)  # branch time, as is `ends`
    ends = fields.Time("%H:%M", required=True)
    place = Line(200)
    places = fields.Integer(required=True, strict=True, validate=validate.Range(1, 500))


class TaskDraft(Schema):
    """`give_back_minutes`: until so long before a shift a guardian may give it back; `reminders`: minutes before each shift."""

    activity_id = Id(load_default=None, allow_none=True)
    title = Line(120)
    title_ur = LineOrNone(120)
    description = Prose(4000)
    description_ur = Prose(4000)
    shifts = fields.List(fields.Nested(ShiftDraft), required=True, validate=validate.Length(1, 100))
    audience = fields.Nested(AudienceDraft, load_default=everybody)
    give_back_minutes = fields.Integer(load_default=24 * 60, strict=True, validate=validate.Range(0, TWO_WEEKS))
    reminders = fields.List(
        fields.Integer(strict=True, validate=validate.Range(10, TWO_WEEKS)),
        load_default=lambda: [24 * 60],
        validate=validate.Length(max=5),
    )
    version = fields.Integer(load_default=None, allow_none=True, strict=True)


class Shift(Schema):
    """`mine`: the caller helps in it."""

    shift_id = fields.String()
    starts_at = Utc()
    ends_at = Utc()
    place = fields.String()
    places = fields.Integer()
    free = fields.Integer()
    mine = fields.Boolean()


class Task(Schema):
    volunteer_task_id = fields.String(attribute="_id")
    activity_id = fields.String(allow_none=True)
    title = fields.String()
    title_ur = fields.String(allow_none=True)
    description = fields.String()
    description_ur = fields.String()
    state = fields.String()
    shifts = fields.List(fields.Nested(Shift))
    audience = fields.Nested(Audience)
    give_back_minutes = fields.Integer()
    reminders = fields.List(fields.Integer())
    edition = fields.Integer()
    version = fields.Integer()


class TasksQuery(Schema):
    since = fields.Date(load_default=None, validate=DAY, metadata={"description": "What ends on this day or later"})
    activity_id = Id(load_default=None)
    mine = fields.Boolean(load_default=False, metadata={"description": "Only where the caller helps"})


class Taking(Schema):
    """`instead_of`: a shift of the same task that is given back for it."""

    instead_of = Id(load_default=None, allow_none=True)


class Stint(Schema):
    """Somebody's part in a shift."""

    volunteer_task_id = fields.String()
    shift_id = fields.String()
    starts_at = Utc()
    ends_at = Utc()
    place = fields.String()
    taken_at = Utc()


class Helper(Stint):
    guardian_id = fields.String()
    guardian_name = fields.String()
    children = fields.List(fields.Nested(Child))
    came = fields.Boolean(allow_none=True)


class HelpersQuery(Schema):
    shift_id = Id(load_default=None)


class Presence(Schema):
    guardian_ids = ids(500, required=True)
