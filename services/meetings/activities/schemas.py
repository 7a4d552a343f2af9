"""The HTTP shapes of activities."""

from typing import Any

from marshmallow import Schema, fields, validate

from schoolbus.events import Id, Utc
from services.meetings.activities.places import IF_FULL
from services.meetings.activities.places import STATES as STANDINGS
from services.meetings.activities.states import STATES
from services.meetings.schemas import DAY, MOMENT, Line

KINDS = ("event", "workshop", "training")
WHO = ("families", "guardians", "students")
TWO_WEEKS = 14 * 24 * 60  # minutes


class LineOrNone(fields.String):
    """A line of text, or none."""

    def __init__(self, longest: int) -> None:
        one_line = validate.Regexp(r"(?=.*\S)[^\x00-\x1f\x7f-\x9f]+\Z", error="Wants one line of text.")
        super().__init__(load_default=None, allow_none=True, validate=[validate.Length(1, longest), one_line])


class Prose(fields.String):
    """Text of several lines; empty, unless it is required."""

    def __init__(self, longest: int, *, required: bool = False) -> None:
        plain = validate.Regexp(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*\Z", error="Wants text.")
        length = validate.Length(int(required), longest)
        missing: dict[str, Any] = {"required": True} if required else {"load_default": ""}
        super().__init__(validate=[length, plain], **missing)


def ids(most: int, **more: Any) -> fields.List[Any]:
    return fields.List(Id(), validate=validate.Length(max=most), **more)


class AudienceDraft(Schema):
    """Nothing in it: everybody of the branch."""

    class_ids = ids(200, load_default=list)
    grades = fields.List(fields.String(validate=validate.Length(1, 40)), load_default=list, validate=validate.Length(max=30))


def everybody() -> dict[str, list[str]]:
    return {"class_ids": [], "grades": []}


class SessionDraft(Schema):
    """`session_id`: of one that is known, and may be at another time now. Ends on the next day where it ends before it starts.

    `shared`: the place is no room that it needs for itself (a playground, a link, the zoo).
    """

    session_id = Id(load_default=None, allow_none=True)
    held_on = fields.Date(required=True, validate=DAY)
    starts = fields.Time("%H:%M", required=True)  # branch time, as is `ends`
    ends = fields.Time("%H:%M", required=True)
    place = Line(200)
    shared = fields.Boolean(load_default=False)


class ActivityDraft(Schema):
    """`most_heads`: of a family, 6 or as many as there are places; `places` None: as many as come. `reminders`: minutes before
    each session. `version`: the one that was seen."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = Line(120)
    title_ur = LineOrNone(120)
    description = Prose(4000)
    description_ur = Prose(4000)
    sessions = fields.List(fields.Nested(SessionDraft), required=True, validate=validate.Length(1, 40))
    audience = fields.Nested(AudienceDraft, load_default=everybody)
    who = fields.String(load_default="families", validate=validate.OneOf(WHO))
    most_heads = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 20))
    places = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 20_000))
    sign_up_opens_at = Utc(load_default=None, allow_none=True, validate=MOMENT)
    sign_up_closes_at = Utc(load_default=None, allow_none=True, validate=MOMENT)
    offer_minutes = fields.Integer(load_default=24 * 60, strict=True, validate=validate.Range(10, 7 * 24 * 60))
    reminders = fields.List(
        fields.Integer(strict=True, validate=validate.Range(10, TWO_WEEKS)),
        load_default=lambda: [24 * 60],
        validate=validate.Length(max=5),
    )
    ask_feedback = fields.Boolean(load_default=True)
    leader_ids = ids(20, load_default=None, allow_none=True)
    even_on_holidays = fields.Boolean(load_default=False)
    version = fields.Integer(load_default=None, allow_none=True, strict=True)


class Cancellation(Schema):
    because = Prose(500)


class Link(Schema):
    title = Line(120)
    title_ur = LineOrNone(120)
    url = fields.Url(required=True, schemes={"https"}, validate=validate.Length(max=2000))


class MaterialsDraft(Schema):
    """`tell`: those who signed up hear of what is new."""

    links = fields.List(fields.Nested(Link), required=True, validate=validate.Length(max=30))
    tell = fields.Boolean(load_default=True)


class Audience(Schema):
    everyone = fields.Boolean()
    class_ids = fields.List(fields.String())
    grades = fields.List(fields.String())


class Session(Schema):
    session_id = fields.String()
    starts_at = Utc()
    ends_at = Utc()
    place = fields.String()
    shared = fields.Boolean()


class AnswerDraft(Schema):
    """`if_full`: refuse; wait, and be asked when places are free (`offer`); or wait and have them at once (`take`)."""

    coming = fields.Boolean(required=True)
    heads = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 20))
    student_ids = ids(20, load_default=None, allow_none=True)
    if_full = fields.String(load_default="refuse", validate=validate.OneOf(IF_FULL))


class AnswerForFamily(AnswerDraft):
    guardian_id = Id(load_default=None, allow_none=True)


class OwnSignUp(Schema):
    sign_up_id = fields.String(attribute="_id")
    activity_id = fields.String()
    state = fields.String(validate=validate.OneOf(STANDINGS))
    heads = fields.Integer()
    student_ids = fields.List(fields.String())
    coming_ids = fields.List(fields.String())
    if_full = fields.String()
    offer_until = Utc(allow_none=True)
    before_you = fields.Integer(allow_none=True)
    answered_at = Utc()
    feedback_given = fields.Boolean()


class Leader(Schema):
    person_id = fields.String()
    name = fields.String()


class Counts(Schema):
    """Families by what they answered; heads of those who come; students."""

    coming = fields.Integer()
    offered = fields.Integer()
    waiting = fields.Integer()
    not_coming = fields.Integer()
    lapsed = fields.Integer()
    heads = fields.Integer()
    students_invited = fields.Integer()
    students_unanswered = fields.Integer()


class Activity(Schema):
    """`sign_up`: of the caller's family; `counts`: for those who lead it, of one."""

    activity_id = fields.String(attribute="_id")
    kind = fields.String()
    title = fields.String()
    title_ur = fields.String(allow_none=True)
    description = fields.String()
    description_ur = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    because = fields.String()
    sessions = fields.List(fields.Nested(Session))
    starts_at = Utc()
    ends_at = Utc()
    audience = fields.Nested(Audience)
    who = fields.String()
    most_heads = fields.Integer()
    places = fields.Integer(allow_none=True)
    places_left = fields.Integer(allow_none=True)
    waiting = fields.Integer()
    sign_up_opens_at = Utc(allow_none=True)
    sign_up_closes_at = Utc()
    offer_minutes = fields.Integer()
    reminders = fields.List(fields.Integer())
    ask_feedback = fields.Boolean()
    leaders = fields.List(fields.Nested(Leader))
    materials = fields.List(fields.Nested(Link))
    edition = fields.Integer()
    version = fields.Integer()
    sign_up = fields.Nested(OwnSignUp, allow_none=True)
    counts = fields.Nested(Counts, allow_none=True)


class ActivitiesQuery(Schema):
    since = fields.Date(
        load_default=None,
        validate=DAY,
        metadata={"description": "What ends on this day or later; today when left out"},
    )
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))
    mine = fields.Boolean(load_default=False, metadata={"description": "Only what the caller's family has answered"})


class Child(Schema):
    student_id = fields.String()
    name = fields.String()
    name_ur = fields.String(allow_none=True)


class ChildOfFamily(Child):
    """`permission`: whether the child may take part, where a permission slip asks."""

    permission = fields.String(allow_none=True)


class SignUp(Schema):
    sign_up_id = fields.String(attribute="_id")
    activity_id = fields.String()
    state = fields.String(validate=validate.OneOf(STANDINGS))
    heads = fields.Integer()
    guardian_id = fields.String()
    guardian_name = fields.String()
    children = fields.List(fields.Nested(ChildOfFamily))
    coming_ids = fields.List(fields.String())
    if_full = fields.String()
    asked_at = Utc(allow_none=True)
    offer_until = Utc(allow_none=True)
    answered_at = Utc()
    answered_by = fields.String()
    came = fields.Integer(allow_none=True)


class SignUpsQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf(STANDINGS))
    session_id = Id(load_default=None, metadata={"description": "With how many came to this session"})


class Guardian(Schema):
    guardian_id = fields.String()
    name = fields.String()


class StudentWithGuardians(Child):
    guardians = fields.List(fields.Nested(Guardian))


class AskedAgain(Schema):
    students = fields.Integer(metadata={"description": "Whose families are asked"})


class Present(Schema):
    """A family by its sign-up, or by one of its children; `heads` 0: it was not there."""

    sign_up_id = Id(load_default=None, allow_none=True)
    student_id = Id(load_default=None, allow_none=True)
    heads = fields.Integer(required=True, strict=True, validate=validate.Range(0, 50))
    student_ids = ids(20, load_default=None, allow_none=True)


class AttendanceDraft(Schema):
    families = fields.List(fields.Nested(Present), required=True, validate=validate.Length(1, 500))


class Attendance(Schema):
    sign_up_id = fields.String(allow_none=True)
    guardian_id = fields.String(allow_none=True)
    guardian_name = fields.String()
    children = fields.List(fields.Nested(Child))
    came_ids = fields.List(fields.String())
    heads = fields.Integer()
    walk_in = fields.Boolean()
    recorded_at = Utc()


class FeedbackDraft(Schema):
    """Two questions: how was it (1 to 5), and what should we know."""

    rating = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    text = Prose(2000)


class Feedback(Schema):
    """Figures and words from `enough` answers on."""

    answers = fields.Integer()
    enough = fields.Integer()
    average = fields.Float(allow_none=True)
    ratings = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    texts = fields.List(fields.String(), allow_none=True)
