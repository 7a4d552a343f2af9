"""The shapes of guides."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.notifications.guiding.files import FAILED, FORMS, MADE, WANTED
from services.notifications.guiding.guides import GUIDE, KINDS, STATES
from services.notifications.schemas import is_language, not_blank
from services.notifications.translating.marks import MADE_BY, PERSON

TITLE, BODY = 100, 10_000  # characters


def names(most: int = 50) -> Any:
    """Of grades or subjects."""
    named = fields.String(validate=[validate.Length(1, 100), not_blank])
    return fields.List(named, load_default=list, validate=validate.Length(max=most))


class GuideText(Schema):
    title = fields.String(required=True, validate=[validate.Length(1, TITLE), not_blank])
    body = fields.String(
        required=True,
        validate=[validate.Length(1, BODY), not_blank],
        metadata={"description": "Paragraphs with an empty line between them, # headings, - or 1. lists"},
    )
    made_by = fields.String(
        load_default=PERSON, validate=validate.OneOf(MADE_BY), metadata={"description": "machine: nobody has confirmed it"}
    )


class GuideChange(Schema):
    """No grades or no subjects: for all of them."""

    kind = fields.String(load_default=GUIDE, validate=validate.OneOf(KINDS))
    grades = names()
    subjects = names()
    texts = fields.Dict(
        keys=fields.String(validate=is_language),
        values=fields.Nested(GuideText),
        required=True,
        validate=validate.Length(min=1),
    )


class GuideDraft(GuideChange):
    client_id = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 100),
        metadata={"description": "Sent again, it is the same guide"},
    )


class GuideQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))


class KindQuery(Schema):
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))


class LanguageQuery(Schema):
    language = fields.String(
        load_default=None, validate=is_language, metadata={"description": "Left out: the reader's own, as far as there is one"}
    )


class File(Schema):
    language = fields.String()
    form = fields.String(validate=validate.OneOf(FORMS))
    state = fields.String(validate=validate.OneOf((WANTED, MADE, FAILED)))
    reason = fields.String(allow_none=True)
    uploaded = fields.Boolean(metadata={"description": "The school's own, instead of one that is made"})
    content_type = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)


class GuideHead(Schema):
    guide_id = fields.String(attribute="_id")
    of_chain = fields.Function(lambda guide: not guide["branch_id"], metadata={"type": "boolean"})
    kind = fields.String(validate=validate.OneOf(KINDS))
    grades = fields.List(fields.String())
    subjects = fields.List(fields.String())
    titles = fields.Dict(keys=fields.String(), values=fields.String())
    state = fields.String(validate=validate.OneOf(STATES))
    version = fields.Integer()
    created_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()


class Guide(GuideHead):
    texts = fields.Dict(keys=fields.String(), values=fields.Nested(GuideText))
    files = fields.List(fields.Nested(File))


class MyGuide(GuideHead):
    children = fields.List(fields.String(), attribute="for", metadata={"description": "Mine, whom it is for"})


class MyGuides(Schema):
    items = fields.List(fields.Nested(MyGuide))


class Block(Schema):
    kind = fields.String()
    lines = fields.List(fields.String())
    level = fields.Integer()


class ReadGuide(Guide):
    language = fields.String()
    blocks = fields.List(fields.Nested(Block), metadata={"description": "The body in this language, ready to be shown"})


class Version(Schema):
    version = fields.Integer()
    texts = fields.Dict(keys=fields.String(), values=fields.Nested(GuideText))
    at = fields.AwareDateTime()


def _counts() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Integer())


class Opened(Schema):
    """Sums of a branch's families, or of the chain's. The people are counted once, however they opened it."""

    guide_id = fields.String()
    people = fields.Integer()
    opens = fields.Integer()
    by_form = _counts()
    by_language = _counts()
    by_branch = _counts()
