"""The shapes of imports."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Utc
from services.roster.importing import imports
from services.roster.kinds import SOURCE


class ImportQuery(Schema):
    """`source`: the system that the set comes from, always by the same name; its ids are one world of their own."""

    source = fields.String(
        required=True,
        validate=[validate.Regexp(r"[a-z0-9][a-z0-9-]{0,31}\Z"), validate.NoneOf([SOURCE], error="Is Rabta's own.")],
    )
    apply = fields.String(load_default=imports.WHEN_SAFE, validate=validate.OneOf(imports.APPLY))  # after_preview: waits always


class Finding(Schema):
    file = fields.String()  # blank: the ZIP itself
    line = fields.Integer(allow_none=True)
    sourced_id = fields.String(allow_none=True)  # of a row that did not come with this set, but stands from the one before
    column = fields.String(allow_none=True)
    reason = fields.String()


class Warning(Finding):
    rows = fields.Integer()  # how many have it; `line` is the first


class FoundFinding(Finding):
    kind = fields.String()  # problem: the set is refused for it; warning


class FindingsQuery(Schema):
    file = fields.String(load_default=None, validate=validate.Length(0, 255))
    kind = fields.String(load_default=None, validate=validate.OneOf(["problem", "warning"]))


class Difference(Schema):
    added = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    gone = fields.Integer()  # left out of the set: tobedeleted from now on


class Count(Difference):
    rows = fields.Integer()


class Guarded(Schema):
    """A branch that would lose more than a tenth of its people."""

    branch_id = fields.String()
    name = fields.String()
    people = fields.Integer()  # there now, of this source
    leaving = fields.Integer()
    percent = fields.Float()


class NewOperator(Schema):
    """Somebody who would act for the whole chain, and does not yet."""

    person_id = fields.String()
    sourced_id = fields.String()
    name = fields.String()


class BranchPreview(Guarded):
    counts = fields.Dict(keys=fields.String(), values=fields.Nested(Difference))  # by kind
    guarded = fields.Boolean()


class PreviewQuery(Schema):
    guarded = fields.Boolean(load_default=None)


class ImportLine(Schema):
    """`state`: received, checking, comparing, perhaps waiting (to be confirmed or cancelled), applying; then done, refused,
    failed or cancelled. `progress` is of the state, 0 to 1.
    """

    import_id = fields.String(attribute="_id")
    source = fields.String()
    state = fields.String()
    progress = fields.Float()
    received_at = Utc()
    finished_at = Utc()
    problem_count = fields.Integer()
    undoes = fields.String(allow_none=True)  # the import that this one takes back
    by_time = fields.Boolean()  # nobody sent it: a day has come that the set names


class Import(ImportLine):
    counts = fields.Dict(keys=fields.String(), values=fields.Nested(Count))  # by file
    guard = fields.List(fields.Nested(Guarded))  # the first hundred of guarded_branches, the worst first
    guarded_branches = fields.Integer()
    new_operators = fields.List(fields.Nested(NewOperator))  # the first hundred of new_operator_count
    new_operator_count = fields.Integer()
    warnings = fields.List(fields.Nested(Warning))  # the first hundred kinds; every row is among the findings
    warning_count = fields.Integer()
    problems = fields.List(fields.Nested(Finding))  # the first hundred of problem_count; 100,000 are among the findings
