"""Images: of the service that a process is of, and of the operators' clusters each by a version and a digest.

An operator brings images of its own choice; another operator, or a tag that was moved, would bring others.
"""

import re
from collections.abc import Iterator, Sequence

from deploy.k8s.environment import process, services
from deploy.k8s.resources import OTHERS, Fault, Resource, Where, built_here, container, fault, in_container, of_kind, running

OF_DATABASE = (  # by their names, which are the operator's
    ("containers", "mongod"),
    ("containers", "mongodb-agent"),
    ("initContainers", "mongod-posthook"),
    ("initContainers", "mongodb-agent-readinessprobe"),
)
_POD = ("spec", "statefulSet", "spec", "template", "spec")
_PINNED = re.compile(r"[^@]+:(?P<version>\d[\d.]*)[^@]*@sha256:[0-9a-f]{64}")
_VERSIONED = re.compile(r"[^@]+:(?P<version>\d[\d.]*)[^@]*(@sha256:[0-9a-f]{64})?")


def faults(resources: Sequence[Resource]) -> Iterator[Fault]:
    """Digests are for where there is a registry; what is ours is asked for them by schemas/rules.yaml."""
    for each in running(resources):
        yield from _of_service(each)
    wanted = _VERSIONED if built_here(resources) else _PINNED
    for cluster in of_kind(resources, "RabbitmqCluster"):
        yield from _of_cluster(cluster, ("spec", "image"), cluster["spec"].get("image", ""), wanted)
    for cluster in of_kind(resources, "MongoDBCommunity"):
        yield from _of_database(cluster, wanted)


def _of_service(each: Resource) -> Iterator[Fault]:
    """What all have in common runs from the image of any."""
    name, role = process(each)
    repository = container(each)["image"].partition("@")[0].rpartition(":")[0]
    if not repository.endswith(OTHERS[role] if role in OTHERS else services() if name == "rabta" else name):
        yield fault(each, (*in_container(each), "image"), f"no image of {OTHERS.get(role, name)}")


def _of_database(cluster: Resource, wanted: re.Pattern[str]) -> Iterator[Fault]:
    pod = cluster["spec"]["statefulSet"]["spec"]["template"]["spec"]
    for group, name in OF_DATABASE:
        image = next((each.get("image", "") for each in pod.get(group, []) if each["name"] == name), "")
        where = (*_POD, group, name, "image")
        yield from _of_cluster(cluster, where, image, wanted)
        found = wanted.fullmatch(image)
        if name == "mongod" and found and found["version"] != (version := cluster["spec"]["version"]):
            yield fault(cluster, where, f"is {found['version']}, and its operator is told {version}")


def _of_cluster(cluster: Resource, where: Where, image: str, wanted: re.Pattern[str]) -> Iterator[Fault]:
    if not image:
        yield fault(cluster, where, "is not named: its operator would choose")
    elif not wanted.fullmatch(image):
        yield fault(cluster, where, f"{image} is not pinned: wants a version" + (" and a digest" if wanted is _PINNED else ""))
