"""Traces by OpenTelemetry: what a request sets in motion, through gateway, service, outbox, broker, handlers and carriers.

Off unless OTEL_EXPORTER_OTLP_ENDPOINT names a collector (OTLP over HTTP); nothing of OpenTelemetry is imported then, and a span
costs a function call. The SDK's own variables hold beside it, such as OTEL_TRACES_SAMPLER (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).

A place in a trace is a `traceparent` (W3C Trace Context). Greenlets and threads don't inherit it: it is handed on by whoever
begins one, in headers from process to process, and in documents where something waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from opentelemetry.trace import Span as Recorded
    from opentelemetry.trace import Tracer

HEADER = "traceparent"
SENT_AT = "rabta-sent-at"  # in a message: the moment, ISO 8601, at which it went to the broker
Kind = Literal["SERVER", "CLIENT", "PRODUCER", "CONSUMER", "INTERNAL"]
_tracer: Tracer | None = None


def set_up(process: str, endpoint: str) -> None:
    """`process` such as `reports.relay`; an empty `endpoint` leaves traces off. What waits goes out when the process ends."""
    global _tracer
    if not endpoint:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.namespace": "rabta", "service.name": process}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint}/v1/traces")))
    _tracer = provider.get_tracer("rabta")


class Span:
    """A step. Of a fault its type is kept alone: its message may quote what somebody wrote."""

    def __init__(self, recorded: Recorded | None = None) -> None:
        self._recorded = recorded

    def named(self, name: str) -> None:
        if self._recorded:
            self._recorded.update_name(name)

    def note(self, **attributes: Any) -> None:
        """Ids and words of ours; `rabta.` goes before each name."""
        if self._recorded:
            self._recorded.set_attributes(_named(attributes))

    def failed(self, fault: str) -> None:
        if self._recorded:
            from opentelemetry.trace import StatusCode

            self._recorded.set_attribute("error.type", fault)
            self._recorded.set_status(StatusCode.ERROR)


_NOTHING, _NOWHERE = nullcontext(Span()), nullcontext()


def span(name: str, kind: Kind = "INTERNAL", *, after: str | None = None, **attributes: Any) -> AbstractContextManager[Span]:
    """The step that is done within. It follows `after`, or the one under way, or is the first of a trace."""
    return _Step(_begun(_tracer, name, kind, after, None, attributes)) if _tracer else _NOTHING


def passed(
    name: str, kind: Kind, *, after: str | None, since: datetime | None, until: datetime | None = None, **attributes: Any
) -> str | None:
    """A step that is over, such as waiting; its place. Only in a trace: where `after` is none, nothing is kept."""
    if _tracer is None or after is None or since is None:
        return after
    step = _begun(_tracer, name, kind, after, since, attributes)
    step.end(_nanoseconds(until) if until else None)
    return _written(step)


def traceparent() -> str | None:
    """The place of the step under way, where that is kept at all."""
    if _tracer is None:
        return None
    from opentelemetry import trace

    return _written(trace.get_current_span())


def trace_id() -> str | None:
    """32 hexadecimal digits: what finds the trace."""
    place = traceparent()
    return place.split("-")[1] if place else None


def within(place: str | None) -> AbstractContextManager[None]:
    """What is done within follows `place`: in the greenlet or thread that goes on with it."""
    return _NOWHERE if _tracer is None or place is None else _attached(place)


@contextmanager
def _attached(place: str) -> Iterator[None]:
    from opentelemetry import context

    token = context.attach(_read(place))
    try:
        yield
    finally:
        context.detach(token)


class _Step:
    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded

    def __enter__(self) -> Span:
        from opentelemetry import context, trace

        self._token = context.attach(trace.set_span_in_context(self._recorded))
        return Span(self._recorded)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        from opentelemetry import context

        if kind is not None:
            Span(self._recorded).failed(kind.__qualname__)
        context.detach(self._token)
        self._recorded.end()


def _begun(tracer: Tracer, name: str, kind: Kind, after: str | None, since: datetime | None, noted: dict[str, Any]) -> Recorded:
    from opentelemetry.trace import SpanKind

    return tracer.start_span(
        name,
        context=_read(after) if after else None,
        kind=SpanKind[kind],
        attributes=_named(noted),
        start_time=_nanoseconds(since) if since else None,
        record_exception=False,
        set_status_on_exception=False,
    )


def _named(attributes: dict[str, Any]) -> dict[str, Any]:
    return {f"rabta.{name}": value for name, value in attributes.items() if value is not None}


def _read(place: str) -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({HEADER: place})


def _written(recorded: Recorded) -> str | None:
    """Of a step that nobody keeps, none: what follows need not be kept either."""
    known = recorded.get_span_context()
    if not (known.is_valid and known.trace_flags.sampled):
        return None
    return f"00-{known.trace_id:032x}-{known.span_id:016x}-01"


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000) * 1000
