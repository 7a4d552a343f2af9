"""One OpenAPI document for the whole API, merged from what each service says of itself."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway import routes

SECTIONS = ("schemas", "responses", "parameters", "requestBodies", "headers", "examples")
_VERBS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_REFERENCE = re.compile(r"#/components/(\w+)/(.+)")
_TOO_MANY = "Too many requests: again after the seconds of Retry-After"
_LIMITS = {
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"},
    "RateLimit-Policy": {"schema": {"type": "string"}, "description": "How many calls (q) in how many seconds (w)"},
    "RateLimit": {"schema": {"type": "string"}, "description": "Calls left (r), and seconds until all are there again (t)"},
}
_TOKEN = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "From sign-in. Short-lived."}

Json = dict[str, Any]


def merge(documents: Mapping[str, Json], public_url: str) -> Json:
    """The document of the paths that the gateway routes, from the services' documents by service name.

    The same documents give the same result, in whatever order they come. Components of one name and different content get their
    service's name in front.
    """
    renamed = _clashing(documents)
    merged: Json = {
        "openapi": "3.1.0",
        "info": {
            "title": "Rabta",
            "version": "1",
            "description": "Home and school work together. Errors are problem details (RFC 9457).",
        },
        "servers": [{"url": public_url}],
        "security": [{"token": []}],
        "tags": [{"name": service} for service in sorted(documents)],
        "paths": {},
        "components": {"securitySchemes": {"token": _TOKEN}},
    }
    for service in sorted(documents):
        document = _rename(documents[service], service, renamed)
        for path, item in _routed(service, document):
            merged["paths"][path] = item
        for section, name, value in _components(document):
            new_name = _name(service, section, name, renamed)
            merged["components"].setdefault(section, {})[new_name] = value
    return _sorted(merged)


def _routed(service: str, document: Json) -> Iterator[tuple[str, Json]]:
    """The paths that lead from outside to this service, each operation with its tag and its security."""
    for path, item in (document.get("paths") or {}).items():
        route = routes.find(re.sub(r"{\w+}", "x", path))
        if route is None or route.service != service:
            continue
        for verb in _VERBS:
            if verb in item:
                item[verb]["tags"] = [service]
                item[verb]["security"] = [] if route.public else [{"token": []}]
                _limited(item[verb]["responses"])
        yield path, item


def _limited(responses: Json) -> None:
    """The gateway's own answer, in the shape of the path's other refusals."""
    body = {"content": responses["default"]["content"]} if "default" in responses else {}
    responses["429"] = {"description": _TOO_MANY, "headers": _LIMITS, **body}


def _components(document: Json) -> Iterator[tuple[str, str, Any]]:
    for section in SECTIONS:
        for name, value in ((document.get("components") or {}).get(section) or {}).items():
            yield section, name, value


def _clashing(documents: Mapping[str, Json]) -> set[tuple[str, str]]:
    """Components (section, name) that services define differently, or alike but with a reference to one of these."""
    versions: dict[tuple[str, str], list[Any]] = {}
    for service in sorted(documents):
        for section, name, value in _components(documents[service]):
            versions.setdefault((section, name), []).append(value)
    shared = {key: values for key, values in versions.items() if len(values) > 1}
    clashing = {key for key, values in shared.items() if any(value != values[0] for value in values[1:])}
    while more := {key for key, values in shared.items() if key not in clashing and clashing & set(_references(values))}:
        clashing |= more
    return clashing


def _references(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for part in value:
            yield from _references(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            match = _REFERENCE.fullmatch(part) if key == "$ref" and isinstance(part, str) else None
            if match:
                yield match[1], match[2]
            else:
                yield from _references(part)


def _rename(value: Any, service: str, renamed: set[tuple[str, str]]) -> Any:
    """A copy in which references follow their components."""
    if isinstance(value, list):
        return [_rename(part, service, renamed) for part in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _rename(part, service, renamed) for key, part in value.items()}
    match = _REFERENCE.fullmatch(value["$ref"]) if isinstance(value.get("$ref"), str) else None
    if match:
        copy["$ref"] = f"#/components/{match[1]}/{_name(service, match[1], match[2], renamed)}"
    return copy


def _name(service: str, section: str, name: str, renamed: set[tuple[str, str]]) -> str:
    return f"{service.capitalize()}{name}" if (section, name) in renamed else name


def _sorted(document: Json) -> Json:
    document["paths"] = dict(sorted(document["paths"].items()))
    document["components"] = {
        section: dict(sorted(components.items())) for section, components in sorted(document["components"].items())
    }
    return document
