"""What an overlay becomes, and what may be wrong with it."""

import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.k8s.kubectl import kubectl

Resource = dict[str, Any]
Where = Sequence[str | int]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotBuilt(Exception):
    """kustomize refused; the text is what it says."""


@dataclass(frozen=True)
class Fault:
    """`path` is where in the resource, like `spec.template.spec.containers[0].image`; empty for the whole."""

    kind: str
    name: str
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name} {self.path + ': ' if self.path else ''}{self.reason}"


def build(overlay: Path) -> list[Resource]:
    """All resources of a kustomization, as they would be applied. Raises NotBuilt or NoKubectl."""
    built = subprocess.run([kubectl(), "kustomize", overlay], capture_output=True, text=True, check=False)
    if built.returncode != 0:
        lines = built.stderr.strip().splitlines()
        raise NotBuilt(lines[0] if lines else f"kustomize ended with {built.returncode}")
    return list(yaml.load_all(built.stdout, Loader=LOADER))


def fault(resource: Resource, path: Where, reason: str) -> Fault:
    return Fault(resource.get("kind", "?"), resource.get("metadata", {}).get("name", "?"), dotted(path), reason)


def dotted(path: Where) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def of_kind(resources: Iterable[Resource], kind: str) -> Iterator[Resource]:
    return (resource for resource in resources if resource["kind"] == kind)


def named(resources: Iterable[Resource], kind: str, name: str) -> Resource | None:
    """kustomize ends a ConfigMap's name with a hash of what is in it."""
    called = re.compile(re.escape(name) + ("(-[a-z0-9]{10})?" if kind == "ConfigMap" else ""))
    return next((each for each in of_kind(resources, kind) if called.fullmatch(each["metadata"]["name"])), None)


def selected(resources: Iterable[Resource], selector: dict[str, Any]) -> list[Resource]:
    """What has pods that fit a selector: labels alone, as a Service's, or as everybody else's."""
    return [each for each in resources if (labels := pod_labels(each)) and fits(selector, labels)]


def fits(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    named = {"matchLabels", "matchExpressions"} & selector.keys()
    wanted = selector.get("matchLabels", {}) if named else selector
    return wanted.items() <= labels.items() and all(_fits(each, labels) for each in selector.get("matchExpressions", []))


def _fits(expression: dict[str, Any], labels: dict[str, str]) -> bool:
    found = labels.get(expression["key"])
    match expression["operator"]:
        case "In":
            return found in expression["values"]
        case "NotIn":
            return found not in expression["values"]
        case "Exists":
            return found is not None
    return found is None  # DoesNotExist


def running(resources: Iterable[Resource]) -> Iterator[Resource]:
    """What runs our code, and what is run beside it (OTHERS): processes and jobs."""
    return (resource for resource in resources if resource["kind"] in TEMPLATE)


OTHERS = {"backup-elsewhere": "rclone"}  # jobs that run another's program: by what they do, and its image


def built_here(resources: Iterable[Resource]) -> bool:
    """Whether all images of ours were built on the machine: a trial in a laptop's cluster, of which less is asked."""
    ours = (each for each in running(resources) if each["metadata"]["labels"]["app.kubernetes.io/component"] not in OTHERS)
    return all(container(each)["image"].endswith(":dev") for each in ours)


TEMPLATE: dict[str, tuple[str, ...]] = {  # where the template of its pods is
    "Deployment": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}


def template(resource: Resource) -> dict[str, Any]:
    """Of its pods."""
    found: dict[str, Any] = resource
    for part in TEMPLATE[resource["kind"]]:
        found = found[part]
    return found


def container(resource: Resource) -> dict[str, Any]:
    """Ours have one."""
    found: dict[str, Any] = template(resource)["spec"]["containers"][0]
    return found


def task(job: Resource) -> str:
    """What a Job or a CronJob does, and for whom: `accounts`, `roster-prepare`. Its name ends with its release."""
    labels = job["metadata"]["labels"]
    name, role = labels["app.kubernetes.io/name"], labels["app.kubernetes.io/component"]
    return role if name == "rabta" else f"{name}-{role}"


def in_container(resource: Resource) -> tuple[str | int, ...]:
    """Where that one stands."""
    return (*TEMPLATE[resource["kind"]], "spec", "containers", 0)


def pod_labels(resource: Resource) -> dict[str, str]:
    name = resource["metadata"]["name"]
    match resource["kind"]:
        case "Deployment" | "Job" | "CronJob":
            return dict(template(resource)["metadata"]["labels"])
        case "RabbitmqCluster":  # what the operators put there
            return {"app.kubernetes.io/name": name, "app.kubernetes.io/component": "rabbitmq"}
        case "MongoDBCommunity":
            return {"app": f"{name}-svc"}
    return {}
