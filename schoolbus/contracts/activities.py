"""What meetings says of activities (events of school, workshops, training), of those who help, of permission slips.

`edition`: 0 at first, and one more with each change of time or place; of events about one thing the highest holds. SEQUENCE in
the calendar files is another count, that of whatever happens to the activity: who leaves and comes again has a newer entry too.
"""

from marshmallow import fields, validate

from schoolbus.events import Event, Id, Utc


class _Titled(Event):
    """`title_ur`: where the school gave one, for those who read it."""

    title = fields.String(required=True)
    title_ur = fields.String(load_default=None, allow_none=True)
    edition = fields.Integer(required=True)


class _OfActivity(_Titled):
    read_by = ("notifications",)
    activity_id = Id(required=True)
    starts_at = Utc(required=True)  # of its first session that is still to come


class ActivityOpened(_OfActivity):
    """Families of these students (up to 500 in an event) may sign up for an event of school, a workshop, a training. Since 1.

    With a higher `edition` when it is at another time or place, to those who have not signed up.
    """

    type = "meetings.activity_opened"
    ends_at = Utc(required=True)
    place = fields.String(required=True)
    student_ids = fields.List(Id(), required=True)


class ActivityChanged(_OfActivity):
    """It is at another time or place: families of these students (up to 500 in an event) have signed up. Since 1."""

    type = "meetings.activity_changed"
    ends_at = Utc(required=True)
    place = fields.String(required=True)
    student_ids = fields.List(Id(), required=True)
    calendar = fields.String(required=True)  # RFC 5545, METHOD:PUBLISH, an entry for each session


class ActivityCancelled(_OfActivity):
    """It will not be. Families of these students (up to 500 in an event) were invited and have not said no. Since 1."""

    type = "meetings.activity_cancelled"
    place = fields.String(required=True)
    student_ids = fields.List(Id(), required=True)
    calendar = fields.String(required=True)  # RFC 5546, 3.2.5: METHOD:CANCEL


class AnswerMissing(Event):
    """Families of these students (up to 500 in an event) have not said whether they come, and are asked again. Since 1."""

    type = "meetings.answer_missing"
    read_by = ("notifications",)
    activity_id = Id(required=True)
    title = fields.String(required=True)
    title_ur = fields.String(load_default=None, allow_none=True)
    starts_at = Utc(required=True)
    student_ids = fields.List(Id(), required=True)


class ActivityReminder(_OfActivity):
    """It is time to remind those (up to 500 in an event) who signed up. Once for each session and reminder. Since 1."""

    type = "meetings.activity_reminder"
    place = fields.String(required=True)
    person_ids = fields.List(Id(), required=True)


class SignedUp(_OfActivity):
    """A family has a place, or another number of them: by its own word, by school's, or because one was free. Since 1."""

    type = "meetings.signed_up"
    sign_up_id = Id(required=True)
    ends_at = Utc(required=True)
    place = fields.String(required=True)
    heads = fields.Integer(required=True)
    person_ids = fields.List(Id(), required=True)  # the guardian who said so, and the one who had answered before
    calendar = fields.String(required=True)


class SignUpWithdrawn(_OfActivity):
    """A family that had signed up, or waited, does not come. Since 1."""

    type = "meetings.sign_up_withdrawn"
    sign_up_id = Id(required=True)
    person_ids = fields.List(Id(), required=True)
    calendar = fields.String(required=True)  # METHOD:CANCEL


class PlaceOffered(_OfActivity):
    """Places are free and kept for a family of the waiting list until `answer_by`. Since 1."""

    type = "meetings.place_offered"
    sign_up_id = Id(required=True)
    heads = fields.Integer(required=True)
    answer_by = Utc(required=True)
    person_ids = fields.List(Id(), required=True)


class ActivityAttended(Event):
    """Families of these students (up to 500 in an event) were at a session. Since 1."""

    type = "meetings.activity_attended"
    read_by = ("notifications",)
    activity_id = Id(required=True)
    session_id = Id(required=True)
    student_ids = fields.List(Id(), required=True)


class FeedbackAsked(_OfActivity):
    """It is over, and those who were there (up to 500 in an event) are asked two questions. Since 1."""

    type = "meetings.feedback_asked"
    person_ids = fields.List(Id(), required=True)


class MaterialsShared(_OfActivity):
    """What was shown is there to be read by those who had signed up (up to 500 in an event). Since 1."""

    type = "meetings.materials_shared"
    person_ids = fields.List(Id(), required=True)


class _OfVolunteering(_Titled):
    read_by = ("notifications",)
    volunteer_task_id = Id(required=True)
    starts_at = Utc(required=True)


class VolunteersWanted(_OfVolunteering):
    """Guardians of these students (up to 500 in an event) may choose a shift; `starts_at` is the first one's. Since 1."""

    type = "meetings.volunteers_wanted"
    place = fields.String(required=True)
    student_ids = fields.List(Id(), required=True)


class _OfShift(_OfVolunteering):
    shift_id = Id(required=True)
    person_ids = fields.List(Id(), required=True)


class ShiftTaken(_OfShift):
    """Somebody helps in a shift. Since 1."""

    type = "meetings.shift_taken"
    ends_at = Utc(required=True)
    place = fields.String(required=True)
    calendar = fields.String(required=True)


class ShiftGivenBack(_OfShift):
    """Somebody does not help in a shift after all. Since 1."""

    type = "meetings.shift_given_back"
    calendar = fields.String(required=True)  # METHOD:CANCEL


class ShiftCancelled(_OfShift):
    """School does not need these helpers (up to 500 in an event) in a shift that they had chosen. Since 1."""

    type = "meetings.shift_cancelled"
    calendar = fields.String(required=True)  # METHOD:CANCEL


class ShiftReminder(_OfShift):
    """It is time to remind those (up to 500 in an event) who help in a shift. Since 1."""

    type = "meetings.shift_reminder"
    place = fields.String(required=True)


class _OfSlip(_Titled):
    read_by = ("notifications",)
    permission_slip_id = Id(required=True)


class PermissionAsked(_OfSlip):
    """Guardians of these students (up to 500 in an event) are asked whether they may take part. Since 1.

    With a higher `edition` when the text is another: what was answered before no longer counts.
    """

    type = "meetings.permission_asked"
    answer_by = Utc(required=True)
    student_ids = fields.List(Id(), required=True)


class PermissionReminder(_OfSlip):
    """Guardians of these students (up to 500 in an event) have not answered yet. Since 1."""

    type = "meetings.permission_reminder"
    answer_by = Utc(required=True)
    student_ids = fields.List(Id(), required=True)


class ConsentRecorded(_OfSlip):
    """A guardian's answer was recorded, or changed, or withdrawn. Since 1."""

    type = "meetings.consent_recorded"
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    text_version = fields.Integer(required=True)  # of the text that was answered
    answer = fields.String(required=True, validate=validate.OneOf(("yes", "no", "withdrawn")))
    how = fields.String(required=True, validate=validate.OneOf(("app", "paper")))
