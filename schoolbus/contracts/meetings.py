"""What meetings says."""

from marshmallow import Schema, fields, validate

from schoolbus.contracts import noted, replayed
from schoolbus.events import Event, Id, Items, Utc


class MeetingDayOpened(Event):
    """Families of these students (up to 500 in an event) may book a meeting. Since 1."""

    type = "meetings.meeting_day_opened"
    read_by = ("notifications",)
    meeting_day_id = Id(required=True)
    title = fields.String(required=True)
    held_on = fields.Date(required=True)  # its first date
    student_ids = fields.List(Id(), required=True)
    edition = fields.Integer(load_default=0)  # of the invitation: 0, and one more when the day is cancelled


class WishesWanted(Event):
    """Families of these students (up to 500 in an event) are asked with whom they would like to meet, and when they can come;
    also once more, as long as they have not answered. Since 1.
    """

    type = "meetings.wishes_wanted"
    read_by = ("notifications",)
    meeting_day_id = Id(required=True)
    title = fields.String(required=True)
    held_on = fields.Date(required=True)
    wishes_until = Utc(required=True, allow_none=True)  # after it only the office adds wishes
    student_ids = fields.List(Id(), required=True)
    edition = fields.Integer(load_default=0)  # as in MeetingDayOpened


class CancelledMeeting(Schema):
    """An item of DayMeetingsCancelled."""

    booking_id = Id(required=True)
    edition = fields.Integer(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    teacher_id = Id(required=True)
    starts_at = fields.String(required=True)


class SlotBooked(Event):
    """A family holds a meeting slot. Since 1."""

    type = "meetings.slot_booked"
    read_by = ("notifications",)
    booking_id = Id(required=True)
    slot_id = Id(required=True)
    meeting_day_id = Id(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    teacher_id = Id(required=True)
    starts_at = Utc(required=True)
    ends_at = Utc(required=True)
    place = fields.String(required=True)
    calendar = fields.String(required=True)  # RFC 5545, METHOD:PUBLISH, no child's name beyond the first
    edition = fields.Integer(load_default=0)  # see below; higher where a cancelled booking is made again


class MeetingMoved(Event):
    """A booked meeting has another time or place: what was said of it before no longer holds. Since 1.

    `edition`, here and below: 0 as it was booked, and one more with each change; also the SEQUENCE of its calendar entry (RFC
    5545, 3.8.7.4). Of events about one thing the highest holds, in whatever order they come.
    """

    type = "meetings.meeting_moved"
    read_by = ("notifications",)
    booking_id = Id(required=True)
    edition = fields.Integer(required=True)
    slot_id = Id(required=True)
    meeting_day_id = Id(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    teacher_id = Id(required=True)
    starts_at = Utc(required=True)
    ends_at = Utc(required=True)
    place = fields.String(required=True)
    calendar = fields.String(required=True)  # as in SlotBooked: the same UID, and this edition


class MeetingCancelled(Event):
    """A booked meeting will not be, whoever cancelled it. `starts_at` and `place` are what they were. Since 1."""

    type = "meetings.meeting_cancelled"
    read_by = ("notifications",)
    booking_id = Id(required=True)
    edition = fields.Integer(required=True)
    meeting_day_id = Id(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    teacher_id = Id(required=True)
    starts_at = Utc(required=True)
    place = fields.String(required=True)
    calendar = fields.String(required=True)  # RFC 5546, 3.2.5: METHOD:CANCEL, STATUS:CANCELLED, this edition


class MeetingDayCancelled(Event):
    """A meeting day will not be. For these people (up to 500 in an event), each in one event of the day: its teachers, who had
    meetings on it, and who had been told that they may book. Since 1.
    """

    type = "meetings.meeting_day_cancelled"
    read_by = ("notifications",)
    meeting_day_id = Id(required=True)
    edition = fields.Integer(required=True)  # of the invitation: higher than MeetingDayOpened's
    title = fields.String(required=True)
    held_on = fields.Date(required=True)  # its first date
    person_ids = fields.List(Id(), required=True)
    # By person, of those who had meetings: one file that takes all of them out of a calendar. RFC 5546: METHOD:CANCEL of one
    # entry (3.2.5 wants one UID), METHOD:PUBLISH with STATUS:CANCELLED (3.2.1) of several.
    calendars = fields.Dict(keys=Id(), values=fields.String(), load_default=dict)


class DayMeetingsCancelled(Event):
    """These booked meetings (up to 500 in an event) were cancelled with their day: nothing said of them before holds. People
    hear of it by MeetingDayCancelled, once each. Since 1.
    """

    type = "meetings.day_meetings_cancelled"
    read_by = ("notifications",)
    meeting_day_id = Id(required=True)
    items = Items(CancelledMeeting, required=True)


class MeetingCalledOff(Event):
    """The school calls a booked meeting off, because its teacher can't come; there may be other times. `starts_at` and `place`
    are what they were. Since 1.
    """

    type = "meetings.meeting_called_off"
    read_by = ("notifications",)
    booking_id = Id(required=True)
    edition = fields.Integer(required=True)
    meeting_day_id = Id(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    teacher_id = Id(required=True)
    starts_at = Utc(required=True)
    place = fields.String(required=True)
    calendar = fields.String(required=True)  # as in MeetingCancelled


class SlotOffered(Event):
    """A time with a teacher whom a family waits for is free, and theirs if they say yes by `held_until`. Since 1.

    `booking_id`: of the booking that it becomes, with a higher `edition`. Where that will be is told once it is theirs.
    """

    type = "meetings.slot_offered"
    read_by = ("notifications",)
    booking_id = Id(required=True)
    edition = fields.Integer(required=True)
    slot_id = Id(required=True)
    meeting_day_id = Id(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    teacher_id = Id(required=True)
    starts_at = Utc(required=True)
    ends_at = Utc(required=True)
    held_until = Utc(required=True)


class MeetingReminder(Event):
    """It is time to remind both sides of a booked meeting. As often as they are to be reminded. Since 1.

    `edition`: of the booking as it is known to the one who reminds.
    """

    type = "meetings.meeting_reminder"
    read_by = ("notifications",)
    booking_id = Id(required=True)
    edition = fields.Integer(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    teacher_id = Id(required=True)
    starts_at = Utc(required=True)
    place = fields.String(required=True)


class Participation(Schema):
    """In what a guardian or a child took part in a month and branch so far, in whole numbers.

    `counts` by kind: `invited` to meeting days (of a child alone), `booked` (also what is to come, without what was cancelled),
    `met` (held, by whatever way, also in writing), `missed`; `activities` attended (of a child alone: a family that was there),
    `helped` (shifts) and `pta` (meetings of the association), of a guardian alone. A meeting counts for the child and for the
    guardian who booked it. What is zero may be left out; who has nothing at all is not told.
    """

    participation_id = Id(required=True)  # person:month
    person_id = Id(required=True)
    role = fields.String(required=True)  # guardian, student
    month = fields.String(required=True)  # 2026-11, of the branches' calendar
    version = fields.Integer(required=True, validate=validate.Range(min=1))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ParticipationCounted(Event):
    """In what these people took part: of each person and month the highest version is the truth. Leads to no message, and goes
    to no webhook. Since 1."""

    type = "meetings.participation_counted"
    read_by = ("reports",)
    items = Items(Participation, required=True)


class AccessNoted(noted.AccessNoted):
    """Who saw or changed what about children, of whatever branch. Since 1."""

    type = "meetings.access_noted"


class PersonExported(noted.PersonExported):
    """A part of what meetings holds of a person. Since 1."""

    type = "meetings.person_exported"


class PersonErased(noted.PersonErased):
    """Nothing of a person is left in meetings but counts. Since 1."""

    type = "meetings.person_erased"


class ReplayedToReports(replayed.Replayed):
    """What meetings has told of who took part, for reports' copy. Since 1."""

    type = "meetings.replayed_to_reports"
    read_by = ("reports",)
    participation = replayed.items(Participation)


class ReplayAsked(replayed.ReplayAsked):
    """Meetings wants its copy of the roster anew. Since 1."""

    type = "meetings.replay_asked"


class ReplayDoubted(replayed.ReplayDoubted):
    """Records of the roster that meetings has and was not told. Since 1."""

    type = "meetings.replay_doubted"


class ReplayAskedOfReports(replayed.ReplayAsked):
    """Meetings wants its copy of reports' briefs anew. Since 1."""

    type = "meetings.replay_asked_of_reports"
    read_by = ("reports",)


class ReplayDoubtedOfReports(replayed.ReplayDoubted):
    """Briefs that meetings has and was not told. Since 1."""

    type = "meetings.replay_doubted_of_reports"
    read_by = ("reports",)
    kind = replayed.of_kinds("briefs")
