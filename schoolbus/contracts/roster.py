"""What roster says. Items are whole records with a version: a reader keeps the newest and forgets the rest."""

from marshmallow import EXCLUDE, Schema, fields, validate

from schoolbus.contracts import replayed
from schoolbus.events import Event, Id, Items, Utc

SERVICES = ("meetings", "reports", "notifications")  # what a branch can subscribe to
ROLES = ("student", "guardian", "teacher", "office", "head", "operator", "pta_officer")
LANGUAGES = ("en", "ur", "pa", "sd", "ps")  # ISO 639-1; how each is told is in notifications' catalogues
CHANNELS = ("sms", "whatsapp", "email", "app")  # one more is one word here and a carrier in notifications
LITERACY = ("reads", "voice", "paper")  # reads, or prefers to hear or to have it on paper
MEETING_NEEDS = ("evening", "call", "interpreter", "woman_teacher", "wheelchair")
TERM_KINDS = ("schoolYear", "semester", "term", "gradingPeriod")  # OneRoster's, from long to short


class Record(Schema):
    version = fields.Integer(required=True, validate=validate.Range(min=1))
    active = fields.Boolean(required=True)  # False: gone from the roster; history stays


class ClassItem(Record):
    class_id = Id(required=True)
    title = fields.String(required=True)
    grade = fields.String(required=True, allow_none=True)
    subject = fields.String(required=True, allow_none=True)
    section = fields.String(load_default=None, allow_none=True)
    homeroom = fields.Boolean(load_default=None, allow_none=True)  # None: said before roster told it


_HOUR = validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z")
Hours: type[Schema] = Schema.from_dict(  # of the branch's day; past midnight where `to` is the earlier
    {name: fields.String(required=True, validate=_HOUR) for name in ("from", "to")}, name="Hours"
)


class PreferencesItem(Schema):
    """What a guardian wants beside language and channels, which are the person's own fields."""

    hours = fields.Nested(Hours(unknown=EXCLUDE), allow_none=True, load_default=None)  # when they may be disturbed
    literacy = fields.String(validate=validate.OneOf(LITERACY), load_default="reads")
    shared_phone = fields.Boolean(load_default=False)
    meeting_needs = fields.List(fields.String(validate=validate.OneOf(MEETING_NEEDS)), load_default=list)


class PersonItem(Record):
    person_id = Id(required=True)
    roles = fields.List(fields.String(validate=validate.OneOf(ROLES)), required=True)  # in this branch
    given_name = fields.String(required=True)
    family_name = fields.String(required=True)
    name_ur = fields.String(required=True, allow_none=True)  # the whole name in Urdu script
    given_name_ur = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)  # E.164
    email = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))
    channels = fields.List(fields.String(validate=validate.OneOf(CHANNELS)), required=True)  # first choice first
    preferences = fields.Nested(PreferencesItem(unknown=EXCLUDE), allow_none=True)  # of who has said some
    counts_as = Id(allow_none=True)  # the guardian that this record was merged into: the same person


class EnrollmentItem(Record):
    enrollment_id = Id(required=True)
    class_id = Id(required=True)
    person_id = Id(required=True)
    role = fields.String(required=True, validate=validate.OneOf(("student", "teacher")))
    begins_on = fields.String(load_default=None, allow_none=True)  # ISO date; None: not known
    ends_on = fields.String(load_default=None, allow_none=True)  # ISO date, the first day that no longer counts


class RelationItem(Record):
    relation_id = Id(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    may_receive_reports = fields.Boolean(required=True)
    may_book = fields.Boolean(required=True)
    may_collect = fields.Boolean(required=True)


class TermItem(Schema):
    term_id = Id(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)  # one of TERM_KINDS
    starts_on = fields.String(required=True)  # ISO date
    ends_on = fields.String(required=True)  # ISO date, the last day
    parent_id = fields.String(required=True, allow_none=True)
    year = fields.String(required=True, allow_none=True)  # the calendar year in which the school year ends


class HolidayItem(Schema):
    holiday_id = Id(required=True)
    title = fields.String(required=True)
    title_ur = fields.String(required=True, allow_none=True)
    starts_on = fields.String(required=True)  # ISO date
    ends_on = fields.String(required=True)  # ISO date, the last day


_ALL = ("meetings", "reports", "notifications")


class BranchChanged(Event):
    """A branch is new, renamed, gone, or subscribes to other services; said by the branch's own document, the
    newest sequence is the truth. Since 1."""

    type = "roster.branch_changed"
    read_by = _ALL
    name = fields.String(required=True)
    name_ur = fields.String(required=True, allow_none=True)
    services = fields.List(fields.String(), required=True)
    active = fields.Boolean(required=True)
    limits = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True))  # of its plans; None: no limit


class ClassesChanged(Event):
    """Classes of one branch. Since 1."""

    type = "roster.classes_changed"
    read_by = _ALL
    items = Items(ClassItem, required=True)


class PeopleChanged(Event):
    """People with a role in one branch. Since 1."""

    type = "roster.people_changed"
    read_by = _ALL
    items = Items(PersonItem, required=True)


class EnrollmentsChanged(Event):
    """Who learns and who teaches in the classes of one branch. Since 1."""

    type = "roster.enrollments_changed"
    read_by = _ALL
    items = Items(EnrollmentItem, required=True)


class RelationsChanged(Event):
    """Which guardian belongs to which student of one branch, and what each may do. Since 1."""

    type = "roster.relations_changed"
    read_by = _ALL
    items = Items(RelationItem, required=True)


class CalendarChanged(Event):
    """The terms and holidays of one branch, the newest 500 of each, the chain's terms among them; the newest sequence is
    the whole truth. Since 1."""

    type = "roster.calendar_changed"
    read_by = _ALL
    terms = Items(TermItem, required=True)
    holidays = Items(HolidayItem, required=True)


class MachineClientChanged(Event):
    """What another system reaches of the chain, or that it may do nothing any more; said by the client's own document, the
    newest sequence is the truth. Since 1."""

    type = "roster.machine_client_changed"
    read_by = ("reports",)
    name = fields.String(required=True)  # as people call it
    scopes = fields.List(fields.String(), required=True)
    branch_ids = fields.List(Id(), required=True)
    whole_chain = fields.Boolean(required=True)  # then it names no branches
    active = fields.Boolean(required=True)


class SignInCodeRequested(Event):
    """Somebody asked for a one-time code; it goes to the phone at once, whatever the branch subscribes to. Since 1."""

    type = "roster.sign_in_code_requested"
    read_by = ("notifications",)
    phone = fields.String(required=True)
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))
    code = fields.String(required=True)
    expires_at = Utc(required=True)


class ContactConfirmed(Event):
    """Staff say of a contact that a carrier called bad that it is right after all. Since 1."""

    type = "roster.contact_confirmed"
    read_by = ("notifications", "reports")
    person_id = Id(required=True)
    channel = fields.String(required=True)


class ExportAsked(Event):
    """Somebody may have all that is stored about a person: of these branches, or of all when none is named. Since 1."""

    type = "roster.export_asked"
    read_by = _ALL
    export_id = Id(required=True)
    person_id = Id(required=True)
    branch_ids = fields.List(Id(), required=True)


class PersonErased(Event):
    """Counts of a person may stay, nothing that says who it was. `branch_ids`: wherever they have been. Since 1."""

    type = "roster.person_erased"
    read_by = _ALL
    erasure_id = Id(required=True)
    person_id = Id(required=True)
    branch_ids = fields.List(Id(), required=True)


_BRANCH_ITEM = replayed.of_branch("BranchItem", branch_id=Id(required=True), **BranchChanged.schema.fields)
_CALENDAR_ITEM = replayed.of_branch("CalendarItem", branch_id=Id(required=True), **CalendarChanged.schema.fields)
_MACHINE_ITEM = replayed.of_branch("MachineClientItem", client_id=Id(required=True), **MachineClientChanged.schema.fields)


class _Replayed(replayed.Replayed):
    branches = replayed.items(_BRANCH_ITEM)
    calendars = replayed.items(_CALENDAR_ITEM)
    classes = replayed.items(ClassItem)
    people = replayed.items(PersonItem)
    enrollments = replayed.items(EnrollmentItem)
    relations = replayed.items(RelationItem)


class ReplayedToMeetings(_Replayed):
    """The roster as it is, for meetings' copy. Since 1."""

    type = "roster.replayed_to_meetings"
    read_by = ("meetings",)


class ReplayedToReports(_Replayed):
    """The roster as it is, for reports' copy. Since 1."""

    type = "roster.replayed_to_reports"
    read_by = ("reports",)
    machine_clients = replayed.items(_MACHINE_ITEM)


class ReplayedToNotifications(_Replayed):
    """The roster as it is, for notifications' copy. Since 1."""

    type = "roster.replayed_to_notifications"
    read_by = ("notifications",)
