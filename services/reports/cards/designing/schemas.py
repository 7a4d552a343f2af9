"""The HTTP shapes of card templates and of the remarks bank."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate

from schoolbus.problems import Sentence
from services.reports.cards.design import BESIDE, BILINGUAL, PLAIN, SECTIONS, SIGNERS
from services.reports.fields import Line, OwnId, Text
from services.reports.paper import colours
from services.reports.paper.look import LANGUAGES, PAPERS


class Colour(fields.String):
    """As #14532d."""

    def __init__(self, least: float, **kwargs: Any) -> None:
        self.least = least
        super().__init__(metadata={"pattern": "^#[0-9A-Fa-f]{6}$"}, **kwargs)

    def _deserialize(self, *args: Any, **kwargs: Any) -> str:
        colour = super()._deserialize(*args, **kwargs).lower()
        if not colours.is_colour(colour):
            raise ValidationError("A colour such as #14532d.")
        if colours.to_white(colour) < self.least:
            raise ValidationError(
                Sentence(
                    "Too light: its contrast to white has to be %(least)s at least, also in black and white.", least=self.least
                )
            )
        return colour


class SignerShape(Schema):
    en = Line(60, required=True)
    ur = Line(60, load_default=None, allow_none=True)


def _signers() -> list[dict[str, str | None]]:
    return [{"en": signer.en, "ur": signer.ur} for signer in SIGNERS]


class TemplateFields(Schema):
    """`sections` in the order in which they are printed; `averages` is a column of the marks. `language`: of what is printed
    when nobody asked for another. `bilingual`: English beside Urdu, or above it."""

    title = Line(80, required=True)
    main = Colour(colours.LEAST, load_default=PLAIN.look.main)
    accent = Colour(colours.LEAST_OF_LINES, load_default=PLAIN.look.accent)
    sections = fields.List(
        fields.String(validate=validate.OneOf(SECTIONS)),
        load_default=lambda: list(SECTIONS),
        validate=validate.Length(1, len(SECTIONS)),
    )
    language = fields.String(load_default="both", validate=validate.OneOf(LANGUAGES))
    bilingual = fields.String(load_default=BESIDE, validate=validate.OneOf(BILINGUAL))
    paper = fields.String(load_default=PLAIN.look.paper, validate=validate.OneOf(PAPERS))
    signers = fields.List(fields.Nested(SignerShape), load_default=_signers, validate=validate.Length(0, 4))


class TemplateDraft(TemplateFields):
    card_template_id = OwnId()

    @post_load
    def check(self, draft: dict[str, Any], **_: Any) -> dict[str, Any]:
        return _each_once(draft)


class TemplateChange(TemplateFields):
    edition = fields.Integer(strict=True, metadata={"description": "The one that was seen: nothing newer is overwritten"})

    @post_load
    def check(self, draft: dict[str, Any], **_: Any) -> dict[str, Any]:
        return _each_once(draft)


def _each_once(draft: dict[str, Any]) -> dict[str, Any]:
    if len(set(draft["sections"])) < len(draft["sections"]):
        raise ValidationError("Each section once.", "sections")
    return draft


class Template(Schema):
    card_template_id = fields.String(attribute="_id")
    title = fields.String()
    main = fields.String()
    accent = fields.String()
    sections = fields.List(fields.String())
    language = fields.String()
    bilingual = fields.String()
    paper = fields.String()
    signers = fields.List(fields.Nested(SignerShape))
    has_logo = fields.Function(lambda template: template["logo"] is not None, metadata={"type": "boolean"})
    edition = fields.Integer()
    changed_at = fields.DateTime()


class PreviewQuery(Schema):
    language = fields.String(load_default=None, validate=validate.OneOf(LANGUAGES))


# The remarks bank


class RemarkFields(Schema):
    text = Text(400, required=True)
    text_ur = Text(400, load_default=None, allow_none=True)
    tags = fields.List(Line(30), load_default=list, validate=validate.Length(0, 10))

    @pre_load
    def small(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Tags are the same however they are capitalised."""
        tags = given.get("tags") if isinstance(given, dict) else None
        if not isinstance(tags, list):
            return given
        return {**given, "tags": [tag.casefold() if isinstance(tag, str) else tag for tag in tags]}


class RemarkDraft(RemarkFields):
    remark_id = OwnId()


class Remark(Schema):
    remark_id = fields.String(attribute="_id")
    text = fields.String()
    text_ur = fields.String(allow_none=True)
    tags = fields.List(fields.String())


class TagQuery(Schema):
    tag = Line(30, load_default=None, allow_none=True)
