"""The shapes of conversations."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.attached import MOST
from services.notifications.schemas import Named
from services.notifications.talking.abuse import DONE, OUTCOMES
from services.notifications.talking.leading import CLASS_TEACHER
from services.notifications.talking.suggestions import ANSWERED, NEW, SEEN
from services.notifications.talking.threads import CLOSED, OPEN
from services.notifications.translating.marks import MACHINE

LONGEST = 4000  # characters of a message
_Id = validate.Length(1, 255)
_STATE = validate.OneOf((OPEN, CLOSED))


def _not_blank(text: str) -> bool:
    return bool(text.strip())


class MessageDraft(Schema):
    client_id = fields.String(
        required=True, validate=validate.Length(1, 64), metadata={"description": "Of the writer's own making: twice is once"}
    )
    text = fields.String(required=True, validate=validate.Length(max=LONGEST))
    attachment_ids = fields.List(fields.String(validate=_Id), load_default=list, validate=validate.Length(max=MOST))

    @validates_schema
    def _says_something(self, data: dict[str, Any], **more: Any) -> None:
        if not data["text"].strip() and not data["attachment_ids"]:
            raise ValidationError("Say something.", "text")


class ConversationDraft(MessageDraft):
    """A guardian names the teacher, a teacher the guardian."""

    student_id = fields.String(required=True, validate=_Id)
    teacher_id = fields.String(load_default=None, allow_none=True, validate=_Id)
    guardian_id = fields.String(load_default=None, allow_none=True, validate=_Id)


class PartnersQuery(Schema):
    student_id = fields.String(required=True, validate=_Id)


class Partner(Named):
    name_ur = fields.String(allow_none=True)
    classes = fields.List(fields.String(), metadata={"description": "Titles of those in which they teach the child"})
    class_teacher = fields.Boolean(metadata={"description": "To whom a family writes when it names nobody"})


class Partners(Schema):
    items = fields.List(fields.Nested(Partner))


class ConversationQuery(Schema):
    whose = fields.String(load_default="mine", validate=validate.OneOf(("mine", "branch")))
    student_id = fields.String(load_default=None, validate=_Id)
    state = fields.String(load_default=None, validate=_STATE)


_CLOCK = validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z")


class Hours(Schema):
    """Of the branch's clock; days from 0, Monday."""

    days = fields.List(
        fields.Integer(strict=True, validate=validate.Range(0, 6)), required=True, validate=validate.Length(1, 7)
    )
    from_ = fields.String(required=True, data_key="from", attribute="from", validate=_CLOCK)
    to = fields.String(required=True, validate=_CLOCK)
    answer_within_hours = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, 100), metadata={"description": "Hours in which they are there"}
    )

    @validates_schema
    def _ends_later(self, data: dict[str, Any], **more: Any) -> None:
        if data["to"] <= data["from"]:
            raise ValidationError("After from.", "to")


class Desk(Hours):
    phone = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(3, 24), metadata={"description": "Of the school's office"}
    )
    shares_suggestions = fields.Boolean(load_default=False, metadata={"description": "The operator reads them too"})


class OwnHours(Hours):
    own = fields.Boolean(dump_only=True, metadata={"description": "false: the branch's hold"})


class SeenHours(OwnHours):
    open_now = fields.Boolean()


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
    hours = fields.Nested(SeenHours, metadata={"description": "Of who answers; not in lists"})
    expected_by = fields.AwareDateTime(allow_none=True, metadata={"description": "If something were written now"})


class Attachment(Schema):
    attachment_id = fields.String(attribute="_id")
    content_type = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    state = fields.String(metadata={"description": "kept; to_fetch: on its way; refused, lost, erased: not there"})


class AttachmentQuery(Schema):
    conversation_id = fields.String(required=True, validate=_Id)
    client_id = fields.String(required=True, validate=validate.Length(1, 64))


class Translated(Schema):
    text = fields.String()
    made_by = fields.Constant(MACHINE)


class Message(Schema):
    message_id = fields.String(attribute="_id")
    number = fields.Integer()
    writer = fields.Nested(Named)
    role = fields.String()
    text = fields.String()
    attachments = fields.List(fields.Nested(Attachment))
    translations = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(Translated),
        metadata={"description": "By language"},
    )
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


class HandingOver(Schema):
    to = fields.String(required=True, validate=validate.OneOf((CLASS_TEACHER, "head")))


class AbuseDraft(Schema):
    reason = fields.String(required=True, validate=[validate.Length(1, 500), _not_blank])


class AbuseQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf((OPEN, DONE)))


class AbuseOutcome(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))


class AbuseReport(Schema):
    abuse_report_id = fields.String(attribute="_id")
    conversation_id = fields.String()
    message_id = fields.String()
    text = fields.String()
    writer = fields.Nested(Named)
    reporter = fields.Nested(Named)
    reason = fields.String()
    at = fields.AwareDateTime()
    state = fields.String()
    outcome = fields.String(allow_none=True)


class BlockDraft(Schema):
    person_id = fields.String(required=True, validate=_Id)
    until = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, validate=[validate.Length(1, 500), _not_blank])


class Block(Schema):
    block_id = fields.String(attribute="_id")
    guardian = fields.Nested(Named)
    until = fields.AwareDateTime()
    reason = fields.String()
    by = fields.Nested(Named)
    at = fields.AwareDateTime()
    lifted_at = fields.AwareDateTime(allow_none=True)


_SUGGESTION = validate.OneOf((NEW, SEEN, ANSWERED))


class SuggestionDraft(Schema):
    text = fields.String(required=True, validate=[validate.Length(1, LONGEST), _not_blank])
    anonymous = fields.Boolean(load_default=True, metadata={"description": "false: the head sees who writes"})


class SuggestionAnswer(Schema):
    text = fields.String()
    on = fields.String(metadata={"description": "The day"})
    state = fields.String(validate=_SUGGESTION)
    answer = fields.String(allow_none=True)
    answered_on = fields.String(allow_none=True)


class SuggestionWithCode(SuggestionAnswer):
    code = fields.String(metadata={"description": "Opens the answer; shown this once"})


class Suggestion(SuggestionAnswer):
    suggestion_id = fields.String(attribute="_id")
    writer = fields.Nested(Named, allow_none=True, metadata={"description": "null: anonymous"})


class SuggestionQuery(Schema):
    state = fields.String(load_default=None, validate=_SUGGESTION)


class SuggestionCode(Schema):
    code = fields.String(required=True, validate=validate.Length(1, 60))


class AnswerDraft(Schema):
    text = fields.String(required=True, validate=[validate.Length(1, LONGEST), _not_blank])
