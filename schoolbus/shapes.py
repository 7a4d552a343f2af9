"""What an event's data look like, as JSON that outlives the code; and whether a reader takes what a publisher says.

A shape is `{"kind": "String"}` and what limits it: `required` (a publisher always says it, a reader wants it), `null`,
`one_of`, `at_least` and `at_most` (a length, or a number), `like` (a regular expression); with `fields` of what it holds, or
`items`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields, validate

Shape = dict[str, Any]
_ON_THE_WIRE = {"AwareDateTime": "DateTime", "Enum": "String", "UUID": "String", "Email": "String", "Url": "String"}


def of_schema(schema: Schema) -> Shape:
    return {"kind": "Object", "fields": {name: of_field(field) for name, field in sorted(schema.fields.items())}}


def of_field(field: fields.Field[Any]) -> Shape:
    shape: Shape = _kind(field)
    if field.required:
        shape["required"] = True
    if field.allow_none:
        shape["null"] = True
    for rule in field.validators:
        shape |= _limits(rule)
    return shape


def _kind(field: fields.Field[Any]) -> Shape:
    if isinstance(field, fields.Nested):
        nested = of_schema(field.schema)
        return {"kind": "List", "items": nested} if field.schema.many else nested
    if isinstance(field, fields.List):
        return {"kind": "List", "items": of_field(field.inner)}
    name = next(each.__name__ for each in type(field).__mro__ if each.__module__ == "marshmallow.fields")
    return {"kind": _ON_THE_WIRE.get(name, name)}


def _limits(rule: Any) -> Shape:
    match rule:
        case validate.OneOf():
            return {"one_of": sorted(rule.choices)}
        case validate.Equal():
            return {"one_of": [rule.comparable]}
        case validate.Length(equal=int(length)):
            return {"at_least": length, "at_most": length}
        case validate.Length() | validate.Range():
            found = {"at_least": rule.min, "at_most": rule.max}
            return {name: limit for name, limit in found.items() if limit is not None}
        case validate.Regexp():
            return {"like": rule.regex.pattern}
    return {}


def refused(said: Shape, wanted: Shape, where: str = "data") -> Iterator[str]:
    """Why a reader that wants the one may refuse the other, field by field; nothing: it takes whatever is said."""
    if said["kind"] != wanted["kind"]:
        yield f"{where} is {said['kind']}, and {wanted['kind']} is read"
        return
    if said.get("null") and not wanted.get("null"):
        yield f"{where} may be null"
    yield from _beyond(said, wanted, where)
    yield from _of_fields(said.get("fields", {}), wanted.get("fields", {}), where)
    if "items" in wanted and "items" in said:
        yield from refused(said["items"], wanted["items"], f"{where}[]")


def _of_fields(said: Mapping[str, Shape], wanted: Mapping[str, Shape], where: str) -> Iterator[str]:
    """What is said beside what is wanted is skipped."""
    for name, field in wanted.items():
        if field.get("required") and not said.get(name, {}).get("required"):
            yield f"{where}.{name} is wanted, and {'not always' if name in said else 'not'} said"
        if name in said:
            yield from refused(said[name], field, f"{where}.{name}")


def _beyond(said: Shape, wanted: Shape, where: str) -> Iterator[str]:
    if "one_of" in wanted:
        known = ", ".join(map(str, wanted["one_of"]))
        if "one_of" not in said:
            yield f"{where} may be anything, and one of {known} is read"
        elif more := [str(each) for each in said["one_of"] if each not in wanted["one_of"]]:
            yield f"{where} may be {', '.join(more)}, and one of {known} is read"
    if "at_most" in wanted and said.get("at_most", float("inf")) > wanted["at_most"]:
        yield f"{where} may be above {wanted['at_most']}"
    if "at_least" in wanted and said.get("at_least", float("-inf")) < wanted["at_least"]:
        yield f"{where} may be below {wanted['at_least']}"
    if "like" in wanted and said.get("like") != wanted["like"]:
        yield f"{where} is written otherwise than {wanted['like']}"
