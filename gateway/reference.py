"""The API's document as a page to read: no script, nothing loaded, each operation folded until it is wanted."""

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

Json = dict[str, Any]
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_DEEPEST = 4  # levels of objects within objects that are shown
_LIMITS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "default")
_VERBS = ("get", "post", "put", "patch", "delete")

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rabta API</title>
<style>
:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}}
code{{font-size:.9em}}summary{{cursor:pointer;padding:.35rem 0}}summary b{{display:inline-block;min-width:4.5rem}}
details>div{{margin:0 0 1rem 1.2rem}}table{{border-collapse:collapse;width:100%}}nav a{{margin-right:1rem}}
td,th{{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8884}}
h3{{font-size:1rem;margin:.8rem 0 .2rem}}
</style>
<h1>Rabta API</h1>
<p>Send the token from sign-in as <code>Authorization: Bearer TOKEN</code>. Errors are <code>application/problem+json</code>
(RFC 9457): <code>type</code> says which, <code>detail</code> what to do. Lists come in pages: <code>next</code> of one is
<code>after</code> of the following. <code>RateLimit</code> says how many calls are left. For tools:
<a href="/openapi.json">openapi.json</a>.</p>
<nav>{links}</nav>
{sections}</html>"""


def page(document: Json) -> str:
    """The page of a merged OpenAPI document."""
    operations = sorted(_operations(document), key=lambda each: each[0])
    by_service = [(service, list(group)) for service, group in groupby(operations, key=lambda each: each[0])]
    links = "".join(f'<a href="#{escape(service)}">{escape(service)}</a>' for service, _ in by_service)
    sections = [
        f'<h2 id="{escape(service)}">{escape(service)}</h2>\n' + "\n".join(shown for _, shown in group)
        for service, group in by_service
    ]
    return _PAGE.format(links=links, sections="\n".join(sections))


def _operations(document: Json) -> Iterator[tuple[str, str]]:
    """Service and HTML of each operation, by path."""
    for path, item in document["paths"].items():
        for verb in _VERBS:
            if verb in item:
                yield item[verb]["tags"][0], _operation(document, path, verb, item[verb])


def _operation(document: Json, path: str, verb: str, operation: Json) -> str:
    head = f"<b>{verb.upper()}</b> <code>{escape(path)}</code> {escape(operation.get('summary') or '')}"
    parts = [
        "" if operation.get("security") else "<p>No token is needed.</p>",
        _table("Parameters", _parameters(operation)),
        *_contents(document, "Body", operation.get("requestBody", {}).get("content", {})),
    ]
    for status, answer in operation["responses"].items():
        if status != "default":
            parts += _contents(document, f"Answer {status}", answer.get("content", {})) or [f"<h3>Answer {escape(status)}</h3>"]
    return f"<details><summary>{head}</summary><div>{''.join(parts)}</div></details>"


def _parameters(operation: Json) -> list[tuple[str, str, str]]:
    return [
        (f"{each['name']} ({each['in']})", _type(each["schema"]), _notes(each["schema"], bool(each.get("required"))))
        for each in operation.get("parameters", [])
        if "name" in each
    ]


def _contents(document: Json, title: str, contents: Json) -> list[str]:
    """A table for each kind of body."""
    return [
        f"<h3>{escape(title)}: <code>{escape(kind)}</code></h3>{_table('', list(_fields(document, content.get('schema', {}))))}"
        for kind, content in contents.items()
    ]


def _fields(document: Json, schema: Json, before: str = "", depth: int = 0) -> Iterator[tuple[str, str, str]]:
    """Name, type and notes of each field, those within others after them."""
    schema = _resolved(document, schema)
    if depth == _DEEPEST:
        return
    if "items" in schema:
        yield from _fields(document, schema["items"], f"{before}[]", depth + 1)
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        found, full = _resolved(document, field), f"{before}.{name}" if before else name
        yield full, _type(found), _notes(found, name in required)
        yield from _fields(document, found, full, depth + 1)


def _resolved(document: Json, schema: Json) -> Json:
    """The schema that a reference names; of alternatives the first that is no null."""
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            schema = next((each for each in schema[key] if each.get("type") != "null"), {})
    reference = schema.get("$ref", "")
    found: Json = document.get("components", {}).get("schemas", {}).get(reference.rpartition("/")[2], schema)
    return found


def _type(schema: Json) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "")
    names = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{names} ({schema['format']})" if "format" in schema else names


def _notes(schema: Json, required: bool) -> str:
    notes = ["required"] if required else []
    if "enum" in schema:
        notes.append("one of " + ", ".join(str(value) for value in schema["enum"] if value is not None))
    notes += [f"{name} {schema[name]}" for name in _LIMITS if schema.get(name) is not None]
    if "description" in schema:
        notes.append(str(schema["description"]))
    return "; ".join(notes)


def _table(title: str, rows: list[tuple[str, str, str]]) -> str:
    if not rows:
        return ""
    head = f"<h3>{escape(title)}</h3>" if title else ""
    lines = "".join(
        f"<tr><td><code>{escape(name)}</code><td>{escape(kind)}<td>{escape(notes)}</tr>" for name, kind, notes in rows
    )
    return f"{head}<table>{lines}</table>"
