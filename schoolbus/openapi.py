"""The OpenAPI document of a service, from its routes."""

from collections.abc import Iterable
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from schoolbus import errors
from schoolbus.body import RawBody, Upload
from schoolbus.route import IDEMPOTENCY_KEY, Media, PagingQuery, Route


def document(service: str, routes: Iterable[Route]) -> dict[str, Any]:
    """OpenAPI 3.1; the same routes always give the same document. Internal routes are left out."""
    routes = list(routes)
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(title=f"Rabta {service}", version="1", openapi_version="3.1.0", plugins=[plugin])
    for name in sorted({errors.described(route.path)[0] for route in routes} | {"Problem"}):
        spec.components.schema(name, errors.schemas()[name])
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    for route in sorted(routes, key=lambda route: (route.path, route.method)):
        if not route.path.startswith("/internal/"):
            spec.path(path=route.path, operations={route.method.lower(): _operation(service, route)})
    made: dict[str, Any] = spec.to_dict()
    return made


def _operation(service: str, route: Route) -> dict[str, Any]:
    error, error_type = errors.described(route.path)
    operation: dict[str, Any] = {
        "operationId": f"{service}.{route.operation}",
        "summary": route.summary,
        "tags": [service],
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)],
        "responses": {
            str(route.status if route.gives or route.status != 200 else 204): _answer(route),
            "default": {
                "description": "A problem",
                "content": {error_type: {"schema": {"$ref": f"#/components/schemas/{error}"}}},
            },
        },
        "security": [] if route.may is None else [{"token": []}],
        **({"x-right": route.may.name} if route.may else {}),
    }
    if route.takes is not None:
        operation["requestBody"] = {"required": not route.body_optional, "content": _body(route)}
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [{"in": "path", "name": name, "required": True, "schema": {"type": "string"}} for name in route.parameters]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    schemas = [schema for schema in (route.query, PagingQuery if route.paged else None) if schema]
    return [{"in": "query", "schema": schema} for schema in schemas]


def _header_parameters(route: Route) -> list[dict[str, Any]]:
    if not route.keyed:
        return []
    schema = {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[\\x21-\\x7e]+$"}
    said = "Of this very request, such as a UUID: sent again with it, it is done once"
    return [{"in": "header", "name": IDEMPOTENCY_KEY, "required": False, "description": said, "schema": schema}]


def _body(route: Route) -> dict[str, Any]:
    if isinstance(route.takes, Upload):
        return {route.takes.content_type: {"schema": {"type": "string", "format": "binary"}}}
    if isinstance(route.takes, RawBody):
        return {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": route.takes}}


def _answer(route: Route) -> dict[str, Any]:
    if route.gives is None:
        return {"description": "Done"}
    if isinstance(route.gives, Media):
        shape = {"schema": {"type": "string", "format": "binary"}}
        return {"description": "The answer", "content": {route.gives.content_type: shape}}
    if not route.paged:
        return {"description": "The answer", "content": {"application/json": {"schema": route.gives}}}
    page = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {"items": {"type": "array", "items": route.gives}, "next": {"type": ["string", "null"]}},
    }
    return {"description": "One page", "content": {"application/json": {"schema": page}}}


def _name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")
