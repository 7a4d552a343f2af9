"""The shapes of catalogues, texts and their versions, and of phones."""

from marshmallow import Schema, fields, validate

from services.notifications.wording.sentences import LONGEST, LONGEST_LINE
from services.notifications.wording.templates import CHILDREN
from services.notifications.wording.versions import STATES


class Sms(Schema):
    text = fields.String()
    parts = fields.Integer()
    characters = fields.Integer()
    encoding = fields.String(validate=validate.OneOf(("gsm-7", "ucs-2")))
    segments = fields.List(fields.String(), metadata={"description": "What each SMS carries"})


class WhatsApp(Schema):
    text = fields.String()
    template = fields.String()
    language = fields.String(metadata={"description": "The template's, by Meta's code"})
    approved = fields.Boolean()


class Mail(Schema):
    subject = fields.String()
    text = fields.String()


class Push(Schema):
    title = fields.String()
    body = fields.String()


class Phone(Schema):
    language = fields.String()
    right_to_left = fields.Boolean()
    sms = fields.Nested(Sms)
    whatsapp = fields.Nested(WhatsApp, allow_none=True)
    email = fields.Nested(Mail)
    push = fields.Nested(Push)


class PhoneOfVersion(Phone):
    version = fields.Integer()


class PhoneQuery(Schema):
    version = fields.Integer(load_default=None, validate=validate.Range(0, 1_000_000))
    children = fields.Integer(load_default=1, validate=validate.Range(1, len(CHILDREN)))


class EntryFound(Schema):
    entry = fields.String()
    why = fields.String()


class Catalogue(Schema):
    """How far a language is translated. `missing`: what is said in Urdu, or English, instead."""

    language = fields.String()
    name = fields.String()
    right_to_left = fields.Boolean()
    ours = fields.Boolean(metadata={"description": "One comes with Rabta"})
    in_force = fields.Boolean()
    entries = fields.Integer()
    complete = fields.Float()
    missing = fields.List(fields.String())


class Catalogues(Schema):
    items = fields.List(fields.Nested(Catalogue))


class CatalogueReport(Catalogue):
    version = fields.Integer()
    not_asked_for = fields.List(fields.String(), metadata={"description": "Entries that nothing asks for"})
    unsure = fields.List(fields.String(), metadata={"description": "Entries marked as fuzzy: not taken"})
    warnings = fields.List(fields.Nested(EntryFound))


class CatalogueVersion(Schema):
    version = fields.Integer()
    in_force = fields.Boolean()
    missing = fields.List(fields.String())
    by = fields.String()
    at = fields.AwareDateTime()


class CatalogueVersions(Schema):
    items = fields.List(fields.Nested(CatalogueVersion))


class ApprovedTexts(Schema):
    language = fields.String()
    texts = fields.List(fields.String())


class WhatsAppTemplate(Schema):
    """As Meta takes it."""

    name = fields.String()
    language = fields.String()
    category = fields.String()
    components = fields.List(fields.Dict())
    approved = fields.Boolean()


class WhatsAppTemplates(Schema):
    items = fields.List(fields.Nested(WhatsAppTemplate))


class ListedText(Schema):
    text = fields.String()
    fields_ = fields.List(fields.String(), data_key="fields", attribute="fields")
    subject = fields.String()
    one = fields.String()
    many = fields.String()
    versions = fields.Dict(keys=fields.String(), values=fields.Integer(), metadata={"description": "In force, by language"})


class MessageTexts(Schema):
    items = fields.List(fields.Nested(ListedText))


class TextVersionDraft(Schema):
    """`forms`: as many as the language's plural has: about one child, about several."""

    subject = fields.String(required=True, validate=validate.Length(1, LONGEST_LINE))
    forms = fields.List(fields.String(validate=validate.Length(1, LONGEST)), required=True, validate=validate.Length(1, 6))
    note = fields.String(load_default="", validate=validate.Length(max=500))


class TextVersion(Schema):
    version = fields.Integer()
    state = fields.String(validate=validate.OneOf(STATES))
    subject = fields.String()
    forms = fields.List(fields.String())
    note = fields.String()
    by = fields.String(allow_none=True)
    at = fields.AwareDateTime(allow_none=True)
    approved = fields.Boolean()
    approved_at = fields.AwareDateTime(allow_none=True)
    whatsapp_templates = fields.List(fields.Nested(WhatsAppTemplate))
    warnings = fields.List(fields.String())


class SaidIn(Schema):
    language = fields.String()
    version = fields.Integer()
    template = fields.String()


class MessageText(Schema):
    """`said` and `by_whatsapp`: which language's version is in force, and which one WhatsApp's template is of."""

    text = fields.String()
    language = fields.String()
    fields_ = fields.List(fields.String(), data_key="fields", attribute="fields")
    forms_wanted = fields.Integer()
    said = fields.Nested(SaidIn)
    by_whatsapp = fields.Nested(SaidIn, allow_none=True)
    versions = fields.List(fields.Nested(TextVersion))
