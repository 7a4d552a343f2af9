"""Names of metrics in rules and dashboards are those that the code has, that the recording rules beside them make, or that
others have: foreign.txt lists these.
"""

import ast
import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from deploy.k8s.promql import names
from deploy.k8s.reads import ROOT
from deploy.k8s.resources import Fault, Resource, fault, of_kind

FOREIGN = Path(__file__).parent / "foreign.txt"
_MAKES = ("Counter", "Gauge", "Histogram", "Summary", "GaugeMetricFamily", "CounterMetricFamily", "LookedUp")


def faults(resources: Sequence[Resource]) -> Iterator[Fault]:
    for each in resources:
        for name in sorted({name for text in _asked(each) for name in unknown(text, resources)}):
            yield fault(each, (), f"no metric is called {name}")


def unknown(expression: str, resources: Sequence[Resource]) -> set[str]:
    return names(expression) - known() - foreign() - _recorded(resources)


@cache
def foreign() -> frozenset[str]:
    """Metrics of others."""
    return frozenset(line for line in FOREIGN.read_text().splitlines() if line and not line.startswith("#"))


@cache
def known() -> frozenset[str]:
    """As Prometheus sees them: a histogram's buckets, sum and count too."""
    found: set[str] = set()
    for folder in ("schoolbus", "services", "gateway"):
        for file in (ROOT / folder).rglob("*.py"):
            found |= set(_made(file.read_text()))
    return frozenset(name + part for name in found for part in ("", "_bucket", "_sum", "_count", "_created", "_total"))


def _made(text: str) -> Iterator[str]:
    if "rabta_" not in text:
        return
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and _callee(call) in _MAKES and call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


def _callee(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _recorded(resources: Sequence[Resource]) -> set[str]:
    return {rule["record"] for each in of_kind(resources, "PrometheusRule") for rule in _rules(each) if "record" in rule}


def _rules(of: Resource) -> Iterator[dict[str, Any]]:
    return (rule for group in of["spec"]["groups"] for rule in group["rules"])


def _asked(resource: Resource) -> list[str]:
    """Expressions of rules, and of dashboards, which are JSON in ConfigMaps."""
    if resource["kind"] == "PrometheusRule":
        return [str(rule.get("expr", "")) for rule in _rules(resource)]
    if resource["kind"] == "ConfigMap":
        boards = [text for name, text in resource.get("data", {}).items() if name.endswith(".json")]
        return [str(target.get("expr", "")) for text in boards for target in _targets(json.loads(text))]
    return []


def _targets(of: Any) -> Iterator[dict[str, Any]]:
    """All queries of a dashboard, wherever they stand."""
    if isinstance(of, dict):
        if "expr" in of:
            yield of
        for each in of.values():
            yield from _targets(each)
    elif isinstance(of, list):
        for each in of:
            yield from _targets(each)
