"""The HTTP shape of what waits."""

from marshmallow import Schema, fields

from schoolbus.waiting import Waits


class MessagesWaiting(Schema):
    drafts = fields.Nested(Waits, metadata={"description": "Announcements that were not sent"})
    sending = fields.Nested(Waits, metadata={"description": "Announcements that are being sent"})
    answers = fields.Nested(Waits, metadata={"description": "Answers of families that nobody could place"})
    letters = fields.Nested(Waits, metadata={"description": "Letters to print"})
