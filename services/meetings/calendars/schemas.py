"""The HTTP shapes of calendars."""

from marshmallow import Schema, fields

from schoolbus.events import Utc


class Feed(Schema):
    as_staff = fields.Boolean(metadata={"description": "Whether what one has as staff is in it too"})
    made_at = Utc()
    read_at = Utc(allow_none=True, metadata={"description": "When a program last read it, to the hour"})


class NewFeed(Feed):
    address = fields.String(metadata={"description": "Shown this once; whoever has it reads the calendar"})
