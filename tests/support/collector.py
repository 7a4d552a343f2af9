"""A collector of traces: OTLP over HTTP, as processes send it (https://opentelemetry.io/docs/specs/otlp/#otlphttp)."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Step:
    process: str
    name: str
    trace: str
    id: str
    after: str  # id of the step that it follows; empty for the first
    attributes: dict[str, str]
    failed: bool


class Collector:
    """`steps`: all that came so far."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.steps: list[Step] = []

    @property
    def settings(self) -> dict[str, str]:
        """Of a process that tells it everything, soon."""
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}

    def of(self, correlation_id: str) -> list[Step]:
        """The trace of a request."""
        known = list(self.steps)
        traces = {step.trace for step in known if step.attributes.get("rabta.correlation_id") == correlation_id}
        return [step for step in known if step.trace in traces]

    def take(self, body: bytes) -> None:
        said = ExportTraceServiceRequest()
        said.ParseFromString(body)
        for of_process in said.resource_spans:
            process = _values(of_process.resource.attributes)["service.name"]
            for scope in of_process.scope_spans:
                self.steps += [_step(process, each) for each in scope.spans]


def _step(process: str, each: Any) -> Step:
    ids = each.trace_id.hex(), each.span_id.hex(), each.parent_span_id.hex()
    return Step(process, each.name, *ids, _values(each.attributes), each.status.code == each.status.STATUS_CODE_ERROR)


def _values(attributes: Any) -> dict[str, str]:
    return {each.key: str(getattr(each.value, each.value.WhichOneof("value"))) for each in attributes}


@contextmanager
def collecting() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield collector
    server.shutdown()
    server.server_close()
