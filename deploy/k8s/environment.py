"""Each process is given the settings that its code reads: all it needs, all that docs/architecture.md names, and no others."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from deploy.k8s.reads import ROOT, settings_read
from deploy.k8s.resources import OTHERS, Fault, Resource, container, fault, in_container, named, of_kind, running
from gateway.settings import Settings as Gateway
from schoolbus import settings
from schoolbus.backup.databases import Wanted as OfBackup
from schoolbus.backup.databases import WantedBack as OfRestore
from schoolbus.doctor.wanted import Wanted as OfDoctor
from schoolbus.prepare import OfBroker, OfDatabase
from schoolbus.work import Chosen

_REFERENCE = re.compile(r"\$\((\w+)\)")
_SECRET_NAME = re.compile(r"SECRET|PASSWORD|_TOKEN|_KEY$")
_PASSWORD_IN_URL = re.compile(r"://[^/@$]*:[^/@$]+@")
# What stands for a secret whose value is nowhere to be seen.
_SAMPLES: dict[Any, str] = {settings.Url: "scheme://host", int: "1", float: "1", bool: "true"}
_SAMPLE = "x" * 40


def faults(resources: Sequence[Resource]) -> Iterator[Fault]:
    for each in running(resources):
        yield from _of_process(each, resources)
    for config in of_kind(resources, "ConfigMap"):
        for name, text in config.get("data", {}).items():
            yield from _shown(config, ("data",), name, text)


def process(of: Resource) -> tuple[str, str]:
    """Its service, or `gateway`, and what it does: ("roster", "serve")."""
    labels = of["metadata"].get("labels", {})
    return labels.get("app.kubernetes.io/name", ""), labels.get("app.kubernetes.io/component", "")


def environment(of: Resource, resources: Sequence[Resource]) -> dict[str, str | None]:
    """Variables and values; None for what comes from a secret. What refers to nothing is left out."""
    values: dict[str, str | None] = {}
    for source in container(of).get("envFrom", []):
        values.update(_data(resources, source["configMapRef"]["name"]))
    for entry in container(of).get("env", []):
        reference = entry.get("valueFrom", {}).get("configMapKeyRef")
        if reference is None:
            values[entry["name"]] = entry.get("value")
        elif reference["key"] in _data(resources, reference["name"]):
            values[entry["name"]] = _data(resources, reference["name"])[reference["key"]]
    return values


def watched(deployment: Resource, resources: Sequence[Resource]) -> str:
    """The name of the port where its health and metrics are."""
    return "metrics" if "METRICS_PORT" in environment(deployment, resources) else "http"


def _of_process(of: Resource, resources: Sequence[Resource]) -> Iterator[Fault]:
    given, where = environment(of, resources), (*in_container(of), "env")
    try:
        wanted = _classes(*process(of))
    except LookupError as missing:
        yield fault(of, ("metadata", "labels"), f"there is no {missing.args[0]}")
        return
    if not wanted:  # another's program, with settings of its own
        return
    known = {field.name.upper(): field.type for each in wanted for field in fields(each)}
    helpers = {name for text in given.values() for name in _REFERENCE.findall(text or "")}
    refused = [reason for reason in _refused(wanted, _readable(given, known)) if not _of_secret(reason, given)]
    for name in sorted(given.keys() - known.keys() - helpers - OF_LIBRARIES):
        yield fault(of, (*where, name), "no setting of this process")
    for name in sorted(helpers - given.keys()):
        yield fault(of, (*where, name), "is referred to and not set")
    for name in sorted(_wanted(of, known) - given.keys() - {reason.split()[0] for reason in refused}):
        yield fault(of, (*where, name), "is not set")
    for reason in refused:
        yield fault(of, where, reason)
    for entry in container(of).get("env", []):
        yield from _shown(of, where, entry["name"], entry.get("value", ""))
    if of["kind"] == "Deployment" and given.get("HTTP_HOST") != "0.0.0.0":
        yield fault(of, (*where, "HTTP_HOST"), "nobody outside the pod can reach it: wants 0.0.0.0")


def _wanted(of: Resource, known: Mapping[str, Any]) -> set[str]:
    """What docs/architecture.md names, of what a process knows; a job takes what has a default as it is."""
    return (_documented() & known.keys()) - OPTIONAL if of["kind"] == "Deployment" else set()


OF_LIBRARIES = {"OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"}  # read by OpenTelemetry's SDK itself
OPTIONAL = {"WORK", "WORK_EXCEPT", "OTEL_EXPORTER_OTLP_ENDPOINT"}  # none of them is what most want


def _readable(given: Mapping[str, str | None], known: Mapping[str, Any]) -> dict[str, str]:
    """As the process will see it, with samples for secrets and references filled in."""
    plain = {name: _SAMPLES.get(known.get(name), _SAMPLE) if text is None else text for name, text in given.items()}
    return {name: _REFERENCE.sub(lambda found: plain.get(found[1], ""), text) for name, text in plain.items()}


def _refused(wanted: Sequence[type], values: Mapping[str, str]) -> Iterator[str]:
    """What the process itself would say at its start."""
    for each in wanted:
        try:
            settings.load(each, values)
        except settings.SettingsFault as reasons:
            yield from str(reasons).split("; ")


def _of_secret(reason: str, given: Mapping[str, str | None]) -> bool:
    """Whether it is the sample that the process does not like."""
    variable = reason.split()[0]
    return variable in given and given[variable] is None


def _shown(resource: Resource, where: tuple[str | int, ...], name: str, text: str) -> Iterator[Fault]:
    if text and (_SECRET_NAME.search(name) or _PASSWORD_IN_URL.search(text)):
        yield fault(resource, (*where, name), "a secret stands here for all to read: refer to one instead")


def _data(resources: Sequence[Resource], name: str) -> dict[str, str | None]:
    config = named(resources, "ConfigMap", name)
    return dict(config.get("data", {})) if config else {}


def _classes(name: str, component: str) -> list[type]:
    """The dataclasses from which a process reads its settings. Raises LookupError when there is no such process."""
    match component:
        case "gateway":
            return [Gateway]
        case "serve" if name in services():
            return [settings.ServiceProcess, *settings_read(f"services.{name}", "service")]
        case "relay" if name in services():
            return [settings.Process]
        case "worker" | "heavy" if (ROOT / "services" / name / "worker.py").exists():
            return [settings.Process, Chosen, *settings_read(f"services.{name}", "worker")]
        case "prepare" if name in services():
            return [OfDatabase, *settings_read(f"services.{name}", "preparing")]
        case "prepare-broker" if name == "rabta":
            return [OfBroker]
        case "accounts" if name == "rabta":
            return list(settings_read("schoolbus.accounts"))
        case "backup" if name == "rabta":
            return [OfBackup]
        case "restore" if name == "rabta":
            return [OfRestore]
        case "doctor" if name == "rabta":
            return [OfDoctor]
        case _ if component in OTHERS:
            return []
    raise LookupError(f"process {component} of {name} in the code")


@cache
def services() -> tuple[str, ...]:
    return tuple(sorted(folder.parent.name for folder in (ROOT / "services").glob("*/__init__.py")))


@cache
def _documented() -> frozenset[str]:
    """The variables in the first column of the table of settings."""
    _, _, rest = (ROOT / "docs" / "architecture.md").read_text().partition("## Settings")
    section = rest.partition("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return frozenset(name for cell in cells for name in re.findall(r"`(\w+)`", cell))
