"""How much waits for somebody, as a number: counted in the database, and no further than anybody would."""

from typing import Any

from marshmallow import Schema, fields

from schoolbus.scope import Scope
from schoolbus.store import Document, Documents

MOST = 999


class Waits(Schema):
    count = fields.Integer()
    more = fields.Boolean(metadata={"description": "There are more than so many"})


def waits(found: int, most: int = MOST) -> dict[str, Any]:
    """Of what was counted as far as `most` and one."""
    return {"count": min(found, most), "more": found > most}


def counted(documents: Documents, scope: Scope, where: Document) -> dict[str, Any]:
    return waits(documents.count(scope, where, most=MOST + 1))
