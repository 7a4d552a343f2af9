"""The rules as they are deployed, in the shape that Prometheus itself reads, and the cases that try them."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.k8s.resources import LOADER
from schoolbus.chain import SERVICES
from tests.support.processes import ROOT
from tests.support.programs import found

COMPONENT = ROOT / "deploy" / "k8s" / "components" / "monitoring"
RULES = sorted((COMPONENT / "rules").glob("*.yaml"))
CASES = Path(__file__).parent / "alerts"
PROCESSES = [
    ("gateway", "gateway"),
    *((service, role) for service in SERVICES for role in ("serve", "relay", "worker", "heavy")),
]


def program(name: str) -> str:
    """A program of Debian's package prometheus; skips the test where it is missing."""
    path = found(name)
    if path is None:
        pytest.skip(f"{name} is missing: sh deploy/local/setup.sh prometheus brings it, as make test does where it is offered")
    return path


def promtool(*words: str | Path) -> str:
    """What it says. Raises AssertionError when it does not agree."""
    done = subprocess.run([program("promtool"), *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@cache
def groups(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.load(file.read_text(), LOADER)["spec"]["groups"]
    return found


def alerts() -> dict[str, dict[str, Any]]:
    every = [rule for file in RULES for group in groups(file) for rule in group["rules"] if "alert" in rule]
    names = [rule["alert"] for rule in every]
    assert len(names) == len(set(names))
    return {rule["alert"]: rule for rule in every}


def expressions() -> Iterator[str]:
    for file in RULES:
        for group in groups(file):
            yield from (rule["expr"] for rule in group["rules"])


def recorded() -> set[str]:
    return {rule["record"] for file in RULES for group in groups(file) for rule in group["rules"] if "record" in rule}


def written(folder: Path) -> list[Path]:
    """The rules in files that Prometheus reads."""
    made = []
    for file in RULES:
        made.append(folder / file.name)
        made[-1].write_text(yaml.safe_dump({"groups": groups(file)}, sort_keys=False))
    return made


def alone(name: str) -> dict[str, Any]:
    """An alert with what is recorded for it, and no other: days are evaluated. Annotations go: promtool compares them to the
    letter."""
    rule = {key: value for key, value in alerts()[name].items() if key != "annotations"}
    needed = [each for file in RULES for group in groups(file) for each in group["rules"] if "record" in each]
    return {"groups": [{"name": name, "rules": [*(each for each in needed if each["record"] in rule["expr"]), rule]}]}


@cache
def cases() -> dict[str, dict[str, dict[str, Any]]]:
    return {name: case for file in sorted(CASES.glob("*.yaml")) for name, case in yaml.load(file.read_text(), LOADER).items()}


def as_promtool_reads(name: str, case: dict[str, Any], severity: str) -> dict[str, Any]:
    """`case` of tests/watch/alerts: one that says `labels` fires with them."""
    series = dict(case["series"])
    if case.get("everybody"):
        named = {tuple(re.findall(r'(?:app|component)="(\w+)"', each)) for each in series}
        series |= {f'up{{app="{app}",component="{role}"}}': "1x20" for app, role in PROCESSES if (app, role) not in named}
    expected = [{"exp_labels": {"severity": severity, **case["labels"]}}] if "labels" in case else []
    return {
        "interval": case.get("every", "1m"),
        "input_series": [{"series": each, "values": str(values)} for each, values in series.items()],
        "alert_rule_test": [{"eval_time": case["at"], "alertname": name, "exp_alerts": expected}],
    }
