"""What a service.py needs: its entrypoints and its store."""

import functools
import time
from collections.abc import Callable
from typing import Any

import structlog
from nameko.timer import Timer

from schoolbus import correlation, metrics, tracing
from schoolbus.api import api
from schoolbus.body import Raw, RawBody, Upload
from schoolbus.consumer import EventEntrypoint
from schoolbus.contracts import roster
from schoolbus.events import Event
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.route import Answer, Media
from schoolbus.store import run_again_while_busy
from schoolbus.stored import Stored

__all__ = ["Answer", "KeepsRoster", "Media", "Paged", "Raw", "RawBody", "Stored", "Upload", "api", "every", "on"]
Method = Callable[..., Any]


def on(event: type[Event], *, prefetch: int = 10) -> Callable[[Method], Method]:
    """The method gets each `event`, at least once, up to `prefetch` at a time; when it raises, the event comes again later."""

    def decorate(function: Method) -> Method:
        @functools.wraps(function)
        def handler(service: Any, received: Event) -> None:
            known = {"correlation_id": received.correlation_id, "event": received.id}
            step = tracing.span(f"handle {event.routing_key()}", "CONSUMER", after=received.traceparent, **known)
            bound = structlog.contextvars.bound_contextvars(event_id=received.id)
            with correlation.within(received.correlation_id), bound, step:
                run_again_while_busy(lambda: function(service, received))

        EventEntrypoint.decorator(event, prefetch)(handler)
        return handler

    return decorate


class Ticking(Timer):  # type: ignore[misc]
    """nameko's timer; an interval may be the name of a setting. Others are as much shorter as TIMERS_FASTER says."""

    def setup(self) -> None:
        super().setup()
        if isinstance(self.interval, str):
            self.interval = self.container.config[self.interval]
        else:
            self.interval /= self.container.config["TIMERS_FASTER"]
        named = self.container.service_name, self.method_name
        metrics.timer_interval.labels(*named).set(self.interval)
        metrics.timer_succeeded.labels(*named).set(time.time())


def every(*, seconds: float | str) -> Callable[[Method], Method]:
    """The method runs every so many seconds, or what the setting of that name says, in each replica; a failure is logged, and
    the next time comes all the same."""

    def decorate(function: Method) -> Method:
        @functools.wraps(function)
        def tick(service: Any) -> None:
            named = service.name, function.__name__
            try:
                run_again_while_busy(lambda: function(service))
            except Exception:
                log().exception("timer_failed", timer=function.__name__)
                metrics.timer_runs.labels(*named, "failed").inc()
            else:
                metrics.timer_runs.labels(*named, "done").inc()
                metrics.timer_succeeded.labels(*named).set(time.time())

        Ticking.decorator(seconds)(tick)
        return tick

    return decorate


class KeepsRoster:
    """A service that keeps its copy of the roster; its store is a RosterCopy."""

    store: Any

    @on(roster.BranchChanged)
    def keep_branch(self, event: Event) -> None:
        self.store.keep_branch(event)

    @on(roster.CalendarChanged)
    def keep_calendar(self, event: Event) -> None:
        self.store.keep_calendar(event)

    @on(roster.ClassesChanged, prefetch=4)
    def keep_classes(self, event: Event) -> None:
        self.store.keep(event)

    @on(roster.PeopleChanged, prefetch=4)
    def keep_people(self, event: Event) -> None:
        self.store.keep(event)

    @on(roster.EnrollmentsChanged, prefetch=4)
    def keep_enrollments(self, event: Event) -> None:
        self.store.keep(event)

    @on(roster.RelationsChanged, prefetch=4)
    def keep_relations(self, event: Event) -> None:
        self.store.keep(event)
