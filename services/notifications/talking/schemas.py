"""The shapes of conversations."""

from marshmallow import Schema, fields, validate

from services.notifications.schemas import Named
from services.notifications.talking.threads import CLOSED, OPEN

LONGEST = 4000  # characters of a message
_Id = validate.Length(1, 255)
_STATE = validate.OneOf((OPEN, CLOSED))


def _not_blank(text: str) -> bool:
    return bool(text.strip())


class MessageDraft(Schema):
    client_id = fields.String(
        required=True, validate=validate.Length(1, 64), metadata={"description": "Of the writer's own making: twice is once"}
    )
    text = fields.String(required=True, validate=[validate.Length(1, LONGEST), _not_blank])


class ConversationDraft(MessageDraft):
    """A guardian names the teacher, a teacher the guardian."""

    student_id = fields.String(required=True, validate=_Id)
    teacher_id = fields.String(load_default=None, allow_none=True, validate=_Id)
    guardian_id = fields.String(load_default=None, allow_none=True, validate=_Id)


class ConversationQuery(Schema):
    whose = fields.String(load_default="mine", validate=validate.OneOf(("mine", "branch")))
    student_id = fields.String(load_default=None, validate=_Id)
    state = fields.String(load_default=None, validate=_STATE)


class Member(Named):
    role = fields.String()
    read = fields.Integer(metadata={"description": "The number of the last message that they have read"})


class Conversation(Schema):
    conversation_id = fields.String(attribute="_id")
    student = fields.Nested(Named)
    guardian = fields.Nested(Named)
    answering = fields.Nested(Named, metadata={"description": "Who answers for the school"})
    members = fields.List(fields.Nested(Member))
    state = fields.String(validate=_STATE)
    number = fields.Integer(metadata={"description": "Of the last message: how many there are"})
    unread = fields.Integer()
    started_at = fields.AwareDateTime()
    last_at = fields.AwareDateTime()


class Message(Schema):
    message_id = fields.String(attribute="_id")
    number = fields.Integer()
    writer = fields.Nested(Named)
    role = fields.String()
    text = fields.String()
    channel = fields.String(metadata={"description": "portal, or how it came: sms, whatsapp, email"})
    at = fields.AwareDateTime()


class ReadMark(Schema):
    number = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31))


class Candidate(Schema):
    guardian = fields.Nested(Named)
    student = fields.Nested(Named)


class UnclearAnswer(Schema):
    unclear_answer_id = fields.String(attribute="_id")
    text = fields.String()
    channel = fields.String()
    address = fields.String(allow_none=True)
    received_at = fields.AwareDateTime()
    state = fields.String(attribute="placed", metadata={"description": "unclear, office, unknown, sorted or set_aside"})
    candidates = fields.List(fields.Nested(Candidate))
    conversation_id = fields.String(allow_none=True)


class UnknownAnswer(Schema):
    unclear_answer_id = fields.String(attribute="_id")
    text = fields.String()
    channel = fields.String()
    address = fields.String(allow_none=True)
    received_at = fields.AwareDateTime()


class Sorting(Schema):
    student_id = fields.String(required=True, validate=_Id)
    guardian_id = fields.String(required=True, validate=_Id)


class PassingOn(Schema):
    branch_id = fields.String(required=True, validate=_Id)
