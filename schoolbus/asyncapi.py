"""The AsyncAPI document of all events, from their contracts."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

import schoolbus.contracts  # noqa: F401 - makes all events known
from schoolbus import topology
from schoolbus.events import ENVELOPE, Event

CONTENT_TYPE = "application/cloudevents+json"


def document() -> dict[str, Any]:
    """AsyncAPI 3.0; the same contracts always give the same document."""
    events = [Event.known[key] for key in sorted(Event.known)]
    spec = APISpec("", "", "3.1.0", plugins=[MarshmallowPlugin(schema_name_resolver=_name)])
    spec.components.schema("CloudEvent", schema=ENVELOPE)
    for event in events:
        spec.components.schema(f"{_title(event)}Data", schema=event.schema)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rabta's events",
            "version": "1",
            "description": "CloudEvents 1.0, JSON, structured mode. At least once and in any order; `sequence` counts the "
            "events of the document that carried them.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {event.routing_key(): _channel(event) for event in events},
        "operations": dict(_operation(event, reader) for event in events for reader in ("", *event.read_by)),
        "components": {
            "messages": {_title(event): _message(event) for event in events},
            "schemas": spec.to_dict()["components"]["schemas"],
        },
    }


def _channel(event: type[Event]) -> dict[str, Any]:
    exchange = {"name": topology.exchange(event.routing_key()), "type": "topic", "durable": True}
    return {
        "address": event.routing_key(),
        "messages": {_title(event): {"$ref": f"#/components/messages/{_title(event)}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}},
    }


def _operation(event: type[Event], reader: str) -> tuple[str, dict[str, Any]]:
    """What the publisher (no `reader`) or a reader does; for a reader, with its queue."""
    channel = {"$ref": f"#/channels/{event.routing_key()}"}
    who = reader or event.publisher()
    operation: dict[str, Any] = {"action": "receive" if reader else "send", "channel": channel, "tags": [{"name": who}]}
    if reader:
        operation["summary"] = f"Queue {topology.queue(event, reader)}"
    return f"{who}.{'receives' if reader else 'sends'}.{event.routing_key()}", operation


def _message(event: type[Event]) -> dict[str, Any]:
    data = {"type": "object", "properties": {"data": {"$ref": f"#/components/schemas/{_title(event)}Data"}}}
    return {
        "name": event.routing_key(),
        "contentType": CONTENT_TYPE,
        "summary": " ".join((event.__doc__ or "").split()),
        "payload": {"allOf": [{"$ref": "#/components/schemas/CloudEvent"}, data]},
    }


def _title(event: type[Event]) -> str:
    """The contract's name; where several publishers have one of that name, with theirs before it."""
    shared = sum(other.__name__ == event.__name__ for other in Event.known.values()) > 1
    return f"{event.publisher().title() if shared else ''}{event.__name__}"


def _name(schema: Any) -> str:
    return (schema if isinstance(schema, type) else type(schema)).__name__
