"""The shapes of class lists."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Utc
from services.roster.classlists.plans import DOES
from services.roster.classlists.sheet import PROBLEM, WARNING
from services.roster.fields import Line


class ClassListQuery(Schema):
    """`new_classes`: a class that the branch has not is added; else its lines are left out. `name`: of the file."""

    name = Line(100, load_default=None, allow_none=True)
    new_classes = fields.Boolean(load_default=False)


class RowsQuery(Schema):
    does = fields.String(load_default=None, validate=validate.OneOf(DOES))
    found = fields.String(load_default=None, validate=validate.OneOf((PROBLEM, WARNING)))


class SheetFinding(Schema):
    kind = fields.String()  # problem: the line, or the whole sheet, is left out; warning: it is taken
    line = fields.Integer(allow_none=True)
    column = fields.String(allow_none=True)  # as the sheet calls it
    reason = fields.String()
    text = fields.String()  # the reason with %(name)s for each of its values: to be said in another language
    values = fields.Dict(keys=fields.String())


class ClassListLine(Schema):
    """`state`: received, checking, then waiting (to be confirmed or cancelled), applying, done, perhaps undoing and undone; or
    refused, cancelled, failed. `progress` is of the state, 0 to 1.
    """

    class_list_id = fields.String(attribute="_id")
    name = fields.String(allow_none=True)
    state = fields.String()
    progress = fields.Float()
    received_at = Utc()
    finished_at = Utc()
    lines = fields.Integer()
    left_out = fields.Integer()


class ListedClass(Schema):
    title = fields.String()
    is_new = fields.Boolean()
    come = fields.Integer()
    leave = fields.Integer()  # to another class that the list names
    there = fields.Integer()  # already
    left_out = fields.Integer()  # lines


class Stayed(Schema):
    """A record that an undo left, as it was changed since or something hangs on it."""

    kind = fields.String()
    id = fields.String()
    person_id = fields.String(allow_none=True)  # whom it is about; of a relation the student


class ClassList(ClassListLine):
    """`counts`: how many lines do what, as it was shown; `applied`: as it was done. The words are those of a row's `does`."""

    new_classes = fields.Boolean()
    warnings = fields.Integer()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    classes = fields.List(fields.Nested(ListedClass))
    findings = fields.List(fields.Nested(SheetFinding))  # of the sheet as a whole; those of its lines stand in the rows
    applied = fields.Dict(keys=fields.String(), values=fields.Integer())
    not_as_shown = fields.Integer()  # lines left out as something had changed since they were shown
    undo_until = Utc(allow_none=True)
    taken_back = fields.Integer()  # records
    stayed = fields.List(fields.Nested(Stayed))  # the first hundred of stayed_count
    stayed_count = fields.Integer()


class ClassListRow(Schema):
    """`student`, `guardian`: as the sheet names them; the ids say for whom they are taken, or who they become."""

    line = fields.Integer()
    class_ = fields.String(data_key="class", attribute="class")
    leaves = fields.String(allow_none=True)  # the class that the child gives up
    student = fields.String()
    guardian = fields.String(allow_none=True)
    student_id = fields.String(allow_none=True)
    guardian_id = fields.String(allow_none=True)
    does = fields.List(fields.String(validate=validate.OneOf(DOES)))
    left_out = fields.Boolean()
    findings = fields.List(fields.Nested(SheetFinding))
