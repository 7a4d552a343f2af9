"""The shapes of translations."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.problems import Sentence
from services.notifications.schemas import is_language
from services.notifications.translating.marks import MACHINE

MOST, LONGEST = 20, 12_000  # texts at once, and characters of all together


class TranslationDraft(Schema):
    texts = fields.List(
        fields.String(validate=[validate.Length(1, LONGEST), validate.Regexp(r"(?s).*\S")]),
        required=True,
        validate=validate.Length(1, MOST),
    )
    from_ = fields.String(required=True, data_key="from", attribute="from", validate=is_language)
    to = fields.String(required=True, validate=is_language)

    @validates_schema
    def _fits(self, data: dict[str, Any], **more: Any) -> None:
        if sum(map(len, data["texts"])) > LONGEST:
            raise ValidationError(Sentence("At most %(longest)s characters together.", longest=LONGEST), "texts")
        if data["from"] == data["to"]:
            raise ValidationError("Another language than from.", "to")


class Translation(Schema):
    """A draft: what is made of it carries `made_by` until a person has confirmed it."""

    texts = fields.List(fields.String())
    from_ = fields.String(data_key="from", attribute="from")
    to = fields.String()
    made_by = fields.Constant(MACHINE)


class Pair(Schema):
    from_ = fields.String(data_key="from", attribute="from")
    to = fields.List(fields.String())


class Translations(Schema):
    languages = fields.List(fields.Nested(Pair))
    characters_left = fields.Integer(metadata={"description": "Of the branch's, or the chain's, today"})


class From(Schema):
    """The language that it is made from; left out: the first that a person has written."""

    from_ = fields.String(load_default=None, allow_none=True, data_key="from", attribute="from", validate=is_language)


class Into(Schema):
    to = fields.String(required=True, validate=is_language)
