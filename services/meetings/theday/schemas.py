"""The HTTP shapes of the day itself."""

from marshmallow import Schema, fields, validate

from schoolbus.contracts.roster import LANGUAGES
from schoolbus.events import Id, Utc
from services.meetings.booking.schemas import Booking
from services.meetings.promising.schemas import Commitment
from services.meetings.schemas import DAY, MOMENT, Line, OfFamily, Text
from services.meetings.theday.calls import STATES

INTERPRETED = (*LANGUAGES, "skr", "bal", "psp")  # ISO 639: also Saraiki, Balochi, Pakistan Sign Language
_ALSO = {"required": False, "allow_none": True}


class ListQuery(Schema):
    teacher_id = Id(load_default=None, metadata={"description": "Whose list; a teacher's own when left out"})
    on = fields.Date(load_default=None, validate=DAY, metadata={"description": "One day of several; all when left out"})


class Prompt(Schema):
    prompt_id = fields.String()
    en = fields.String()
    ur = fields.String()


class Prompts(Schema):
    version = fields.Integer()
    prompts = fields.List(fields.Nested(Prompt))


class PreparationDraft(Schema):
    """What is left out stays as it is."""

    prompts = fields.List(fields.String(validate=validate.Length(1, 60)), validate=validate.Length(max=10))
    own_prompt = Line(200, **_ALSO)
    questions = Text(2000, **_ALSO)
    companion = Line(120, **_ALSO)
    interpreter = fields.String(allow_none=True, validate=validate.OneOf(INTERPRETED))
    wheelchair = fields.Boolean()


class Preparation(Schema):
    """Prompts and questions are for the family and the teacher alone; others see what is needed."""

    booking_id = fields.String()
    prompts = fields.List(fields.Nested(Prompt))
    own_prompt = fields.String(allow_none=True)
    questions = fields.String(allow_none=True)
    companion = fields.String(allow_none=True)
    interpreter = fields.String(allow_none=True)
    wheelchair = fields.Boolean()


class DelayDraft(Schema):
    minutes = fields.Integer(required=True, strict=True, validate=validate.Range(0, 240))


class Delay(Schema):
    teacher_id = fields.String()
    minutes = fields.Integer()
    families_told = fields.Integer()


class AttendanceDraft(Schema):
    state = fields.String(required=True, validate=validate.OneOf(("attended", "missed")))


class NotesDraft(Schema):
    """What is left out stays as it is."""

    shared = Text(4000, may_be_empty=True)
    private = Text(4000, may_be_empty=True)
    edition = fields.Integer(strict=True, metadata={"description": "The one that was seen: nothing newer is overwritten"})


class Notes(Schema):
    """`private` and `edition` are for the teacher and the head."""

    booking_id = fields.String()
    shared = fields.String()
    private = fields.String()
    edition = fields.Integer()
    written_at = Utc(allow_none=True)


class FittingTime(Schema):
    starts_at = Utc(required=True, validate=MOMENT)
    ends_at = Utc(required=True, validate=MOMENT)


class CallWishDraft(Schema):
    wants = fields.Boolean(required=True)
    times = fields.List(fields.Nested(FittingTime), load_default=list, validate=validate.Length(max=5))
    words = Line(200, required=False, allow_none=True, load_default=None)


class CallWishQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class CallWish(OfFamily):
    booking_id = fields.String(attribute="_id", metadata={"description": "Of the meeting that was missed"})
    state = fields.String(validate=validate.OneOf(STATES))
    times = fields.List(fields.Nested(FittingTime))
    words = fields.String(allow_none=True)
    asked_at = Utc()
    call_id = fields.String(metadata={"description": "The booking of the call, once it is arranged"})


class CallDraft(Schema):
    starts_at = Utc(required=True, validate=MOMENT)
    minutes = fields.Integer(load_default=10, strict=True, validate=validate.Range(5, 60))
    place = Line(200, required=False, allow_none=True, load_default=None)  # who calls which number


class BriefMark(Schema):
    class_id = fields.String()
    term = fields.String()
    subject = fields.String()
    score = fields.String()
    out_of = fields.String()
    marked_on = fields.String(metadata={"format": "date"})


class BriefHomework(Schema):
    homework_id = fields.String()
    class_title = fields.String()
    subject = fields.String(allow_none=True)
    title = fields.String()
    due_on = fields.String(metadata={"format": "date"})


class BriefNote(Schema):
    home_note_id = fields.String()
    kind = fields.String()
    text = fields.String()
    written_on = fields.String(metadata={"format": "date"})


class BriefAttendance(Schema):
    since = fields.String(metadata={"format": "date"})
    until = fields.String(metadata={"format": "date"})
    term = fields.String(allow_none=True)
    days = fields.Integer(metadata={"description": "With a register: the others are of these"})
    absent = fields.Integer()
    excused = fields.Integer()
    late = fields.Integer()


class BriefAspect(Schema):
    aspect_id = fields.String()
    aspect = fields.String()
    aspect_ur = fields.String(allow_none=True)
    praise = fields.Integer()
    concern = fields.Integer()


class BriefBehaviourNote(Schema):
    behaviour_note_id = fields.String()
    aspect_id = fields.String()
    aspect = fields.String()
    aspect_ur = fields.String(allow_none=True)
    tone = fields.String()
    level = fields.Integer(allow_none=True)
    text = fields.String(allow_none=True)
    noted_on = fields.String(metadata={"format": "date"})


class BriefBehaviour(Schema):
    since = fields.String(metadata={"format": "date"})
    counts = fields.List(fields.Nested(BriefAspect))
    notes = fields.List(fields.Nested(BriefBehaviourNote))


class Brief(Schema):
    marks = fields.List(fields.Nested(BriefMark))
    homework = fields.List(fields.Nested(BriefHomework))
    home_notes = fields.List(fields.Nested(BriefNote))
    attendance = fields.Nested(BriefAttendance, allow_none=True)
    behaviour = fields.Nested(BriefBehaviour, allow_none=True)


class Needs(Schema):
    """Of this meeting, and `known` of all meetings with this guardian."""

    companion = fields.String(allow_none=True)
    interpreter = fields.String(allow_none=True)
    wheelchair = fields.Boolean()
    known = fields.List(fields.String())


class ListedNotes(Schema):
    shared = fields.String()
    private = fields.String()
    edition = fields.Integer()


class ListedWish(Schema):
    state = fields.String()
    times = fields.List(fields.Nested(FittingTime))
    words = fields.String(allow_none=True)


class ListedMeeting(Booking):
    arrived_at = Utc(allow_none=True)
    expected_at = Utc(allow_none=True, metadata={"description": "When it will begin, while the family is not here yet"})
    needs = fields.Nested(Needs)
    prepared = fields.Nested(Preparation, allow_none=True, metadata={"description": "For the teacher alone"})
    brief = fields.Nested(Brief, allow_none=True, metadata={"description": "For those who may see the child's marks"})
    commitments = fields.List(fields.Nested(Commitment))
    notes = fields.Nested(ListedNotes, allow_none=True, metadata={"description": "For the teacher and the head"})
    call_wish = fields.Nested(ListedWish, allow_none=True)


class DayList(Schema):
    meeting_day_id = fields.String()
    title = fields.String()
    teacher_id = fields.String()
    minutes_late = fields.Integer()
    meetings = fields.List(fields.Nested(ListedMeeting))
