"""What reports says. No marks, behaviour or health in an event that leads to a message: it names the child and what is new."""

from marshmallow import EXCLUDE, Schema, fields, validate

from schoolbus.contracts import noted, replayed
from schoolbus.events import Event, Id, Items, Utc


class HomeworkSet(Event):
    """A teacher set homework for students of a class (a class of more than 500 makes several). Since 1."""

    type = "reports.homework_set"
    read_by = ("notifications",)
    homework_id = Id(required=True)
    class_id = Id(required=True)
    class_title = fields.String(required=True)
    title = fields.String(required=True)
    due_on = fields.Date(required=True)
    teacher_id = Id(required=True)
    student_ids = fields.List(Id(), required=True)
    kind = fields.String(load_default="homework")  # or project
    edition = fields.Integer(load_default=0)


class _OfHomework(Event):
    """Said as HomeworkSet is. `teacher_id`: who did it."""

    homework_id = Id(required=True)
    edition = fields.Integer(required=True)
    class_id = Id(required=True)
    class_title = fields.String(required=True)
    title = fields.String(required=True)
    due_on = fields.Date(required=True)
    teacher_id = Id(required=True)
    student_ids = fields.List(Id(), required=True)


class HomeworkChanged(_OfHomework):
    """Homework says something else than before: title, text, files, steps, or when it is due. What was signed was its earlier
    edition. Since 1."""

    type = "reports.homework_changed"
    read_by = ("notifications",)


class HomeworkWithdrawn(_OfHomework):
    """Homework need not be done after all. Since 1."""

    type = "reports.homework_withdrawn"
    read_by = ("notifications",)


class ExpectationsChanged(Event):
    """What a class expects of its students and families has a new edition, which guardians acknowledge. Since 1.

    `expectations_id`: of the class whose they are.
    """

    type = "reports.expectations_changed"
    read_by = ("notifications",)
    expectations_id = Id(required=True)
    edition = fields.Integer(required=True)
    class_id = Id(required=True)
    class_title = fields.String(required=True)
    teacher_id = Id(required=True)  # who wrote it
    student_ids = fields.List(Id(), required=True)


class GoalSet(Event):
    """A learning goal was set for a class, or for one child. Since 1."""

    type = "reports.goal_set"
    read_by = ("notifications",)
    learning_goal_id = Id(required=True)
    class_id = Id(required=True)
    class_title = fields.String(required=True)
    teacher_id = Id(required=True)
    student_ids = fields.List(Id(), required=True)


class ReportCardIssued(Event):
    """A student's report card is ready to be read. Since 1."""

    type = "reports.report_card_issued"
    read_by = ("notifications",)
    report_card_id = Id(required=True)
    student_id = Id(required=True)
    term = fields.String(required=True)


class ReportCardCorrected(Event):
    """A student's report card has a new version, which takes the place of the one that was issued before. Instead of
    ReportCardIssued. Since 1."""

    type = "reports.report_card_corrected"
    read_by = ("notifications",)
    report_card_id = Id(required=True)
    student_id = Id(required=True)
    term = fields.String(required=True)
    card_version = fields.Integer(required=True)  # 2 or more


class QuizResultRecorded(Event):
    """These students (up to 500 in an event) have a result of a quiz or another assessment, a new or a corrected one. Since
    1."""

    type = "reports.quiz_result_recorded"
    read_by = ("notifications",)
    quiz_id = Id(required=True)
    class_id = Id(required=True)
    class_title = fields.String(required=True)
    title = fields.String(required=True)
    teacher_id = Id(required=True)
    student_ids = fields.List(Id(), required=True)


class BehaviourNoted(Event):
    """A teacher noted something of how a student does in class, praise or concern: which of them is not told here. Since 1."""

    type = "reports.behaviour_noted"
    read_by = ("notifications",)
    behaviour_note_id = Id(required=True)
    student_id = Id(required=True)
    class_id = Id(required=True)
    teacher_id = Id(required=True)
    edition = fields.Integer(load_default=0)


class WithdrawnNote(Schema):
    """An item of BehaviourNotesWithdrawn."""

    behaviour_note_id = Id(required=True)
    edition = fields.Integer(required=True)
    student_id = Id(required=True)
    class_id = Id(required=True)
    teacher_id = Id(required=True)


class BehaviourNotesWithdrawn(Event):
    """These notes (up to 500 in an event) were mistakes: nothing said of them before holds, and nobody is told. Since 1."""

    type = "reports.behaviour_notes_withdrawn"
    read_by = ("notifications",)
    items = Items(WithdrawnNote, required=True)


class _OfAttendance(Event):
    """A student's day, of which the school says something to guardians.

    `attendance_id`: of the students and the day `absent_on`, whatever registers there are of it. `ends_at`: of the day or the
    lesson whose register says so. `edition`: the higher is the truth; 0 at first.
    """

    attendance_id = Id(required=True)
    class_id = Id(required=True)
    class_title = fields.String(required=True)
    absent_on = fields.Date(required=True)
    ends_at = Utc(required=True)
    teacher_id = Id(required=True)
    student_ids = fields.List(Id(), required=True)
    edition = fields.Integer(load_default=0)


class AbsenceRecorded(_OfAttendance):
    """These students were marked absent in a register, and it was not told of them that day. Since 1."""

    type = "reports.absence_recorded"
    read_by = ("notifications",)


class AbsenceCorrected(_OfAttendance):
    """After AbsenceRecorded of a lower edition: they were at school, it was a mistake. Since 1."""

    type = "reports.absence_corrected"
    read_by = ("notifications",)


class ArrivalRecorded(_OfAttendance):
    """After AbsenceRecorded of a lower edition: they have come since. Since 1."""

    type = "reports.arrival_recorded"
    read_by = ("notifications",)


class HomeNoteWritten(Event):
    """A guardian wrote about a student's life at home. Since 1."""

    type = "reports.home_note_written"
    read_by = ("notifications",)
    home_note_id = Id(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    teacher_ids = fields.List(Id(), required=True)


class HomeNoteAcknowledged(Event):
    """A teacher read a home note and said so. Since 1."""

    type = "reports.home_note_acknowledged"
    read_by = ("notifications",)
    home_note_id = Id(required=True)
    student_id = Id(required=True)
    guardian_id = Id(required=True)
    teacher_id = Id(required=True)


class HomeNotePrompted(Event):
    """The week's question to these guardians: how it went at home. Each has set how often it comes. Since 1."""

    type = "reports.home_note_prompted"
    read_by = ("notifications",)
    home_note_prompt_id = Id(required=True)  # of a branch's round
    person_ids = fields.List(Id(), required=True)  # up to 500
    until = Utc(required=True)  # after it nobody is to hear of it any more


class BriefMark(Schema):
    """The newest mark of a subject, decimals as text."""

    class_id = Id(required=True)
    term = fields.String(required=True)
    subject = fields.String(required=True)
    score = fields.String(required=True)
    out_of = fields.String(required=True)
    marked_on = fields.String(required=True)  # ISO date
    on_card = fields.Boolean(required=True)  # of a report card that was issued; else its class's teachers alone see it


class BriefHomework(Schema):
    homework_id = Id(required=True)
    class_title = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    due_on = fields.String(required=True)  # ISO date


class BriefNote(Schema):
    """What a guardian wrote of a child's life at home; its beginning, where it is long."""

    home_note_id = Id(required=True)
    guardian_id = Id(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    written_on = fields.String(required=True)  # ISO date


class BriefAttendance(Schema):
    """Days with a register in the term that goes on, or in the last 90 days, and how many of them how."""

    since = fields.String(required=True)  # ISO date
    until = fields.String(required=True)  # ISO date, the last day
    term = fields.String(required=True, allow_none=True)
    days = fields.Integer(required=True)
    absent = fields.Integer(required=True)  # without an accepted reason
    excused = fields.Integer(required=True)
    late = fields.Integer(required=True)


class BriefAspect(Schema):
    aspect_id = Id(required=True)
    aspect = fields.String(required=True)
    aspect_ur = fields.String(required=True, allow_none=True)
    praise = fields.Integer(required=True)
    concern = fields.Integer(required=True)


class BriefBehaviourNote(Schema):
    """The beginning of its text, where it is long; praise may have none."""

    behaviour_note_id = Id(required=True)
    aspect_id = Id(required=True)
    aspect = fields.String(required=True)
    aspect_ur = fields.String(required=True, allow_none=True)
    tone = fields.String(required=True)  # praise, concern
    level = fields.Integer(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    noted_on = fields.String(required=True)  # ISO date


class BriefBehaviour(Schema):
    """Counts by aspect from `since` on, and the newest notes."""

    since = fields.String(required=True)  # ISO date, a Monday
    counts = fields.List(fields.Nested(BriefAspect(unknown=EXCLUDE)), required=True)
    notes = fields.List(fields.Nested(BriefBehaviourNote(unknown=EXCLUDE)), required=True)


class StudentBrief(Schema):
    student_id = Id(required=True)
    version = fields.Integer(required=True, validate=validate.Range(min=1))
    marks = fields.List(fields.Nested(BriefMark(unknown=EXCLUDE)), required=True)  # the latest first, as below
    homework = fields.List(fields.Nested(BriefHomework(unknown=EXCLUDE)), required=True)
    home_notes = fields.List(fields.Nested(BriefNote(unknown=EXCLUDE)), required=True)
    attendance = fields.Nested(BriefAttendance(unknown=EXCLUDE), allow_none=True, load_default=None)  # None: in no register
    behaviour = fields.Nested(BriefBehaviour(unknown=EXCLUDE), allow_none=True, load_default=None)  # None: nothing was noted


class StudentsBriefed(Event):
    """What a teacher should know of these students before a meeting, each the whole of it: the highest version is the truth.
    Leads to no message, and goes to no webhook. Since 1."""

    type = "reports.students_briefed"
    read_by = ("meetings",)
    items = Items(StudentBrief, required=True)


class UsageMetered(Event):
    """What a branch has used in a month so far, absolute numbers; the newest sequence of a subject is the truth. Since 1.

    `report_cards` issued in the month; `storage_bytes` of all PDFs that are kept at its end.
    """

    type = "reports.usage_metered"
    read_by = ("roster",)
    month = fields.String(required=True)  # 2026-11, of the branches' calendar
    used = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class AccessNoted(noted.AccessNoted):
    """Who saw or changed what about children, of whatever branch. Since 1."""

    type = "reports.access_noted"


class PersonExported(noted.PersonExported):
    """A part of what reports holds of a person. Since 1."""

    type = "reports.person_exported"


class PersonErased(noted.PersonErased):
    """Nothing of a person is left in reports but counts. Since 1."""

    type = "reports.person_erased"


class ReplayedToMeetings(replayed.Replayed):
    """Reports' briefs as they are, for meetings' copy. Since 1."""

    type = "reports.replayed_to_meetings"
    read_by = ("meetings",)
    briefs = replayed.items(StudentBrief)


class ReplayAsked(replayed.ReplayAsked):
    """Reports wants its copy of the roster anew. Since 1."""

    type = "reports.replay_asked"


class ReplayDoubted(replayed.ReplayDoubted):
    """Records of the roster that reports has and was not told. Since 1."""

    type = "reports.replay_doubted"


class ReplayAskedOfMeetings(replayed.ReplayAsked):
    """Reports wants its copy of meetings' counts anew, of who took part. Since 1."""

    type = "reports.replay_asked_of_meetings"
    read_by = ("meetings",)


class ReplayDoubtedOfMeetings(replayed.ReplayDoubted):
    """Counts of meetings that reports has and was not told. Since 1."""

    type = "reports.replay_doubted_of_meetings"
    read_by = ("meetings",)
    kind = replayed.of_kinds("participation")


class ReplayAskedOfNotifications(replayed.ReplayAsked):
    """Reports wants its copy of notifications' counts anew, of whom messages reached. Since 1."""

    type = "reports.replay_asked_of_notifications"
    read_by = ("notifications",)


class ReplayDoubtedOfNotifications(replayed.ReplayDoubted):
    """Counts of notifications that reports has and was not told. Since 1."""

    type = "reports.replay_doubted_of_notifications"
    read_by = ("notifications",)
    kind = replayed.of_kinds("reach")
