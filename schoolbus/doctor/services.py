"""Processes over HTTP: do they live, are they ready, and is their clock ours."""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import requests

from schoolbus.clock import now
from schoolbus.doctor.finding import Finding
from schoolbus.doctor.wanted import Wanted

APART = timedelta(seconds=3)  # the header tells whole seconds
TIMEOUT = 5.0  # seconds


def look(wanted: Wanted) -> Iterator[Finding]:
    found = wanted.addresses()
    if not found:
        do = "set ROSTER_URL, MEETINGS_URL, REPORTS_URL, NOTIFICATIONS_URL, GATEWAY_URL, PROCESSES"
        yield Finding("no process was asked how it is", "the environment of this command", do, level="unseen")
    for name, address in found:
        yield from one(name, address)


def one(name: str, address: str) -> Iterator[Finding]:
    try:
        answer = requests.get(f"{address}/health/ready", timeout=TIMEOUT)
    except requests.RequestException as fault:
        yield Finding(
            f"{name} does not answer: {type(fault).__name__}",
            address,
            "start it, or see its log",
            see="docs/runbooks/process-down.md",
        )
        return
    if answer.status_code != 200:
        yield Finding(
            f"{name} is not ready: {_why(answer)}",
            address,
            "see its log: it says what it waits for",
            see="docs/runbooks/process-down.md",
        )
    if date := answer.headers.get("Date"):
        apart = abs(parsedate_to_datetime(date) - now())
        if apart > APART:
            yield Finding(f"the clock of {name} is {apart.total_seconds():.0f} s apart from ours", address, "set clocks by NTP")


def _why(answer: requests.Response) -> str:
    try:
        return ", ".join(check for check, holds in answer.json().items() if not holds) or str(answer.status_code)
    except (ValueError, AttributeError):
        return str(answer.status_code)
