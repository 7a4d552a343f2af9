"""The HTTP shapes of single papers."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id
from services.reports.fields import Line, OwnId, Text
from services.reports.paper.look import A4, LANGUAGES, LETTER

PAPERS = {"a4": A4, "letter": LETTER}


class PaperQuery(Schema):
    language = fields.String(load_default="both", validate=validate.OneOf(LANGUAGES))
    paper = fields.String(load_default="a4", validate=validate.OneOf(tuple(PAPERS)))


class LetterQuery(PaperQuery):
    term = Line(60, required=True)


class CertificateQuery(Schema):
    student_id = Id(required=True)


class CertificateDraft(Schema):
    """`giving_id`: of the client, so that sending it again gives nothing twice."""

    giving_id = OwnId(load_default=None, allow_none=True)
    class_id = Id(required=True)
    student_ids = fields.List(Id(), required=True, validate=validate.Length(1, 200))
    title = Line(80, required=True)
    title_ur = Line(80, load_default=None, allow_none=True)
    text = Text(400, required=True)
    text_ur = Text(400, load_default=None, allow_none=True)
    given_on = fields.Date(load_default=None, allow_none=True)


class Certificate(Schema):
    certificate_id = fields.String(attribute="_id")
    number = fields.String()
    class_id = fields.String()
    class_title = fields.String()
    student_id = fields.String()
    title = fields.String()
    title_ur = fields.String(allow_none=True)
    text = fields.String()
    text_ur = fields.String(allow_none=True)
    given_on = fields.String(metadata={"format": "date"})
    given_by = fields.String()


class Certificates(Schema):
    items = fields.List(fields.Nested(Certificate))
