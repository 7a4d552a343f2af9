"""What reports says. No marks, behaviour or health in an event that leads to a message: it names the child and what is new."""

from marshmallow import fields

from schoolbus.contracts import noted
from schoolbus.events import Event, Id


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


class ReportCardIssued(Event):
    """A student's report card is ready to be read. Since 1."""

    type = "reports.report_card_issued"
    read_by = ("notifications",)
    report_card_id = Id(required=True)
    student_id = Id(required=True)
    term = fields.String(required=True)


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
