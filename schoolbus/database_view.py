"""The database's replica set as a process sees it: what its driver hears from every member each ten seconds, without asking."""

from collections.abc import Iterator
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from pymongo import MongoClient
from pymongo.server_description import ServerDescription

_STATES = {"RSPrimary": "primary", "RSSecondary": "secondary"}


class DatabaseView(Collector):
    """How many members are primary, secondary or neither, and how far the last secondary is behind."""

    def __init__(self, client: MongoClient[Any]) -> None:
        self._client = client

    def describe(self) -> Iterator[Metric]:
        yield from (_members(), _lag())

    def collect(self) -> Iterator[Metric]:
        known = list(self._client.topology_description.server_descriptions().values())
        states = [_STATES.get(each.server_type_name, "unknown") for each in known]
        members = _members()
        for state in (*_STATES.values(), "unknown"):
            members.add_metric([state], states.count(state))
        yield members
        behind = _lag()
        for seconds in _behind(known):
            behind.add_metric([], seconds)
        yield behind


def _members() -> GaugeMetricFamily:
    return GaugeMetricFamily("rabta_database_members", "Members of the replica set by state, as seen here", labels=["state"])


def _lag() -> GaugeMetricFamily:
    return GaugeMetricFamily("rabta_database_replication_lag_seconds", "How far the last secondary is behind the primary")


def _behind(known: list[ServerDescription]) -> list[float]:
    """One number, or none where there is no primary. Each member's answer is of another moment (the staleness of MongoDB's
    specification "Max Staleness")."""
    primary = next((each for each in known if each.server_type_name == "RSPrimary"), None)
    if primary is None:
        return []
    secondaries = [each for each in known if each.server_type_name == "RSSecondary"]
    return [max([0.0, *(_age(each) - _age(primary) for each in secondaries)])]


def _age(member: ServerDescription) -> float:
    """Seconds from its last write to its answer, the one by its clock and the other by ours."""
    return float(member.last_update_time or 0) - float(member.last_write_date or 0)
