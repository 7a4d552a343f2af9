"""A class's sheet in one request: all rows or none, and every refused row is named by its index."""

from collections.abc import Collection, Sequence
from typing import Any

from marshmallow import Schema, ValidationError

Document = dict[str, Any]
Errors = dict[str, list[str]]
Refused = dict[str, Errors]  # by the row's index


def read_rows(shape: Schema, rows: Sequence[Any], students: Collection[str]) -> tuple[list[Document], Refused]:
    """The rows that can be taken, each of one of these students, and what is wrong with the others by their index."""
    taken: list[Document] = []
    refused: Refused = {}
    known, seen = set(students), set()
    for index, row in enumerate(rows):
        errors: Errors = {}
        try:
            taken.append(shape.load(row))
        except ValidationError as error:
            errors = error.normalized_messages()
        student_id = row.get("student_id") if isinstance(row, dict) else None
        if isinstance(student_id, str) and student_id:
            if student_id not in known:
                errors.setdefault("student_id", []).append("Not in this class.")
            if student_id in seen:
                errors.setdefault("student_id", []).append("Named twice.")
            seen.add(student_id)
        if errors:
            refused[str(index)] = errors
    return taken, refused
