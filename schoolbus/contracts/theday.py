"""What meetings says of the day itself, of commitments and of meetings in writing. `edition` is as in meetings.MeetingMoved."""

from marshmallow import fields, validate

from schoolbus.events import Event, Id, Utc

ROLES = ("guardian", "teacher")  # the two sides of a meeting


class _OfFamily(Event):
    read_by = ("notifications",)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    teacher_id = Id(required=True)


class _OfBooking(_OfFamily):
    booking_id = Id(required=True)
    edition = fields.Integer(required=True)  # of the booking
    meeting_day_id = Id(required=True)
    starts_at = Utc(required=True)


class _Written(_OfFamily):
    written_meeting_id = Id(required=True)
    edition = fields.Integer(required=True)


class CommitmentDue(Event):
    """Somebody promised to do something for a student, and it is due. What it is stays where it was agreed. Since 1."""

    type = "meetings.commitment_due"
    read_by = ("notifications",)
    commitment_id = Id(required=True)
    student_id = Id(required=True)
    owner_id = Id(required=True)
    owner_role = fields.String(required=True, validate=validate.OneOf(ROLES))  # as what they promised it
    due_on = fields.Date(required=True)
    edition = fields.Integer(load_default=0)  # of the commitment as it is known to the one who reminds


class CommitmentMade(_OfFamily):
    """A guardian and a teacher agreed that one of them, or both, will do something for a student. Since 1.

    With a higher `edition` when they agreed on other words, or another day.
    """

    type = "meetings.commitment_made"
    commitment_id = Id(required=True)
    edition = fields.Integer(required=True)
    owners = fields.List(fields.String(validate=validate.OneOf(ROLES)), required=True)
    due_on = fields.Date(required=True)


class CommitmentSettled(_OfFamily):
    """What was agreed on for a student was done, or not; of the editions the highest holds. Since 1."""

    type = "meetings.commitment_settled"
    commitment_id = Id(required=True)
    edition = fields.Integer(required=True)
    done = fields.Boolean(required=True)


class MeetingDelayed(_OfBooking):
    """A teacher runs so many minutes late, or has caught up (0): a meeting to come begins about `expected_at`. Since 1."""

    type = "meetings.meeting_delayed"
    minutes = fields.Integer(required=True)
    expected_at = Utc(required=True)


class MeetingHeld(_OfBooking):
    """Home and school met. After MeetingMissed of a lower edition, that was noted wrongly. Since 1."""

    type = "meetings.meeting_held"


class MeetingMissed(_OfBooking):
    """Nobody of the family came; they may have a call instead. As MeetingHeld, the highest edition holds. Since 1."""

    type = "meetings.meeting_missed"


class CallWished(_OfFamily):
    """A family that missed a meeting (`booking_id`) would like to be called, and has said when. Since 1."""

    type = "meetings.call_wished"
    booking_id = Id(required=True)


class AttendanceWanted(Event):
    """A teacher's meetings of a day are over, and of these students (all of the teacher's) nobody has noted who came. Since
    1."""

    type = "meetings.attendance_wanted"
    read_by = ("notifications",)
    meeting_day_id = Id(required=True)
    teacher_id = Id(required=True)
    student_ids = fields.List(Id(), required=True)


class WrittenMeetingAsked(_Written):
    """A guardian and a teacher meet in writing: each is to answer a short form until then. Since 1."""

    type = "meetings.written_meeting_asked"
    answer_by = Utc(required=True)
    last_day = fields.Date(required=True)  # on which they may answer, branch time


class WrittenMeetingReminder(Event):
    """Somebody has not answered in a written meeting, and it is soon over. Since 1."""

    type = "meetings.written_meeting_reminder"
    read_by = ("notifications",)
    written_meeting_id = Id(required=True)
    edition = fields.Integer(required=True)
    student_id = Id(required=True)
    owner_id = Id(required=True)  # who is to answer
    owner_role = fields.String(required=True, validate=validate.OneOf(ROLES))
    answer_by = Utc(required=True)
    last_day = fields.Date(required=True)  # on which they may answer, branch time


class WrittenMeetingHeld(_Written):
    """Both have answered: home and school met, in writing. Since 1."""

    type = "meetings.written_meeting_held"


class WrittenMeetingLapsed(_Written):
    """The week of a written meeting is over, and one side or both have not answered. Since 1."""

    type = "meetings.written_meeting_lapsed"
