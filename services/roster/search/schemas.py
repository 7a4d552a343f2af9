"""The shapes of a search."""

from marshmallow import Schema, fields, validate

from services.roster.schemas import Person
from services.roster.school.schemas import MyBranch


class NameQuery(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 100))


class FoundPerson(Person):
    branches = fields.List(fields.Nested(MyBranch))  # with their roles there
