"""The shapes of signing in."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Utc
from services.roster.identity.passwords import LONGEST, SHORTEST
from services.roster.schemas import Person

_SHORT = validate.Length(1, 255)


class PasswordSignIn(Schema):
    username = fields.String(required=True, validate=_SHORT)
    password = fields.String(required=True, validate=validate.Length(1, LONGEST))


class CodeRequest(Schema):
    phone = fields.String(required=True, validate=validate.Length(1, 40))


class CodeSignIn(CodeRequest):
    code = fields.String(required=True, validate=validate.Regexp(r"[0-9]{6}\Z"))
    person_id = fields.String(load_default=None, validate=_SHORT)


class Accepted(Schema):
    accepted = fields.Boolean()


class NewPassword(Schema):
    password = fields.String(required=True, validate=validate.Length(SHORTEST, LONGEST))
    username = fields.String(load_default=None, validate=_SHORT)


class Account(Schema):
    person_id = fields.String()
    username = fields.String()


class SignedIn(Schema):
    token = fields.String()
    expires_at = Utc()
    person = fields.Nested(Person)
