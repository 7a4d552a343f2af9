"""What an overlay becomes, and what may be wrong with it."""

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
    return next((resource for resource in of_kind(resources, kind) if resource["metadata"]["name"] == name), None)


def selected(resources: Iterable[Resource], selector: dict[str, str]) -> list[Resource]:
    """What has pods that carry all labels of `selector`."""
    return [each for each in resources if (labels := _pod_labels(each)) and selector.items() <= labels.items()]


def _pod_labels(resource: Resource) -> dict[str, str]:
    match resource["kind"]:
        case "Deployment":
            return dict(resource["spec"]["template"]["metadata"]["labels"])
        case "RabbitmqCluster":  # what the operators put there
            return {"app.kubernetes.io/name": resource["metadata"]["name"]}
        case "MongoDBCommunity":
            return {"app": f"{resource['metadata']['name']}-svc"}
    return {}
