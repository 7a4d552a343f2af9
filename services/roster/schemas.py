"""Shapes that several areas show."""

from marshmallow import Schema, fields


class Person(Schema):
    person_id = fields.String(attribute="_id")
    given_name = fields.String()
    family_name = fields.String()
    name_ur = fields.String(allow_none=True)
    given_name_ur = fields.String(allow_none=True)


class BranchName(Schema):
    branch_id = fields.String(attribute="_id")
    name = fields.String()
    name_ur = fields.String(allow_none=True)
