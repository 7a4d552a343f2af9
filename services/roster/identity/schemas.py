"""The shapes of signing in."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Utc
from services.roster.identity.password_rules import LONGEST, SHORTEST
from services.roster.schemas import Person

_SHORT = validate.Length(1, 255)
_FACTOR = validate.Length(6, 20)  # six digits of an app, or a recovery code


class PasswordSignIn(Schema):
    username = fields.String(required=True, validate=_SHORT)  # or e-mail address, or staff number
    password = fields.String(required=True, validate=validate.Length(1, LONGEST))
    code = fields.String(load_default=None, validate=_FACTOR)
    new_password = fields.String(load_default=None, validate=validate.Length(SHORTEST, LONGEST))
    device = fields.String(load_default=None, validate=_SHORT)  # what an earlier sign-in on this device answered


class CodeRequest(Schema):
    phone = fields.String(required=True, validate=validate.Length(1, 40))


class CodeSignIn(CodeRequest):
    code = fields.String(required=True, validate=validate.Regexp(r"[0-9]{6}\Z"))
    person_id = fields.String(load_default=None, validate=_SHORT)


class Ways(Schema):
    """`oidc`: the chain has an identity provider of its own."""

    code = fields.Boolean()
    password = fields.Boolean()
    oidc = fields.Boolean()


class Accepted(Schema):
    accepted = fields.Boolean()


class Refresh(Schema):
    refresh_token = fields.String(required=True, validate=_SHORT)


class SignedIn(Schema):
    token = fields.String()
    expires_at = Utc()
    refresh_token = fields.String()  # good once: each answer brings the next
    refresh_expires_at = Utc()
    person = fields.Nested(Person)


class SignedInByPassword(SignedIn):
    device = (
        fields.String()
    )  # to be kept, and sent with the next sign-in: strangers' wrong tries don't keep this device waiting


class ProviderAnswer(Schema):
    """What a browser brings back from the chain's identity provider (RFC 6749, section 4.1.2)."""

    state = fields.String(required=True, validate=_SHORT)
    code = fields.String(load_default=None, validate=validate.Length(1, 4096))


class Challenge(Schema):
    """Of a secret of the program that begins (RFC 7636, section 4.2): what comes back is worth nothing without that."""

    code_challenge = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9_-]{43}\Z"))
    code_challenge_method = fields.String(load_default="S256", validate=validate.OneOf(["S256"]))


class ProviderSignIn(ProviderAnswer):
    code_verifier = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9._~-]{43,128}\Z"))


# Passwords


class NewPassword(Schema):
    password = fields.String(required=True, validate=validate.Length(SHORTEST, LONGEST))
    username = fields.String(load_default=None, validate=_SHORT)
    must_change = fields.Boolean(load_default=True)  # at the first sign-in


class Account(Schema):
    person_id = fields.String()
    username = fields.String()
    must_change = fields.Boolean()


class OwnPassword(Schema):
    current = fields.String(required=True, validate=validate.Length(1, LONGEST))
    new = fields.String(required=True, validate=validate.Length(SHORTEST, LONGEST))


# The second factor


class SecondFactor(Schema):
    on = fields.Boolean()
    recovery_codes_left = fields.Integer()


class SecondFactorBegun(Schema):
    secret = fields.String()  # base32, for typing
    otpauth_uri = fields.String()  # for a QR code


class FactorCode(Schema):
    code = fields.String(required=True, validate=_FACTOR)


class Ticket(Schema):
    ticket = fields.String(required=True, validate=validate.Length(1, 2000))


class TicketCode(Ticket):
    code = fields.String(required=True, validate=_FACTOR)


class RecoveryCodes(Schema):
    recovery_codes = fields.List(fields.String())


class SignedInFirst(SignedInByPassword):
    recovery_codes = fields.List(fields.String())


# Sessions


class Session(Schema):
    session_id = fields.String(attribute="_id")
    how = fields.String()  # code, password or oidc
    second_factor = fields.Boolean()
    device = fields.String()
    created_at = Utc()
    used_at = Utc()  # when it was last refreshed
    expires_at = Utc()  # if it is not used until then
    current = fields.Boolean()
