"""Names of metrics in rules, monitors and dashboards are those that the code has, or the recording rules beside them make."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from deploy.k8s.reads import ROOT
from deploy.k8s.resources import Fault, Resource, fault

_NAME = re.compile(r"\brabta_[a-z0-9_]+\b")
_MAKES = ("Counter", "Gauge", "Histogram", "Summary", "GaugeMetricFamily", "CounterMetricFamily", "LookedUp")


def faults(resources: Sequence[Resource]) -> Iterator[Fault]:
    for each in resources:
        for name in sorted(_asked(each) - known()):
            yield fault(each, (), f"no metric of the code is called {name}")


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


def _asked(resource: Resource) -> set[str]:
    """Names in expressions of rules, and in dashboards, which are JSON in ConfigMaps."""
    texts: list[Any] = []
    if resource["kind"] == "PrometheusRule":
        texts = [rule.get("expr", "") for group in resource["spec"]["groups"] for rule in group["rules"]]
    elif resource["kind"] == "ConfigMap":
        texts = [text for name, text in resource.get("data", {}).items() if name.endswith(".json")]
        texts = [target.get("expr", "") for text in texts for target in _targets(json.loads(text))]
    return {name for text in texts for name in _NAME.findall(str(text))}


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
