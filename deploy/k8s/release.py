"""`python -m deploy.k8s.release OVERLAY SERVICE=TAG@sha256:DIGEST …`: which release of each image an overlay runs.

Writes overlays/OVERLAY/release/kustomization.yaml, the one place where tags and digests stand. A release is a tag and its
digest; the jobs' names end with it, because a Job can't be changed: a new release is a new Job. Whatever service is released,
the jobs for all (`accounts`, `prepare-broker`) run again, from its image: it knows the newest events. `broker` is
RabbitMQ's image and `database` MongoDB's, with those of its operator beside it (`database-agent`, `database-hook`,
`database-probe`), where an overlay has them: else their operators would choose, and another operator another one.
`elsewhere` is rclone's, which copies backups.
"""

import re
import sys
from pathlib import Path
from typing import Any

import yaml

from schoolbus.chain import SERVICES

OVERLAYS = Path(__file__).parent / "overlays"
BROKER = "broker"
DATABASE = "database"
IN_DATABASE = {  # where each image stands in the pod of MongoDBCommunity: its container's name is the operator's
    DATABASE: ("containers/0", "mongod"),
    "database-agent": ("containers/1", "mongodb-agent"),
    "database-hook": ("initContainers/0", "mongod-posthook"),
    "database-probe": ("initContainers/1", "mongodb-agent-readinessprobe"),
}
IMAGES = (*SERVICES, "gateway", BROKER, *IN_DATABASE, "elsewhere")
JOBS = "jobs"  # the image of the jobs for all
UNRELEASED = "sha256:" + "0" * 64  # what stands in a copied overlay until its first release
_RELEASE = re.compile(r"(?P<name>[a-z-]+)=(?P<tag>[a-z0-9][a-z0-9.-]{0,30})@(?P<digest>sha256:[0-9a-f]{64})")


class NoRelease(Exception):
    """The text is one line for the person at the terminal."""


def release(overlay: Path, words: list[str]) -> None:
    """Raises NoRelease."""
    file = overlay / "release" / "kustomization.yaml"
    if not file.exists():
        raise NoRelease(f"there is no {file}")
    images = {each["name"].removeprefix("rabta-"): each for each in yaml.safe_load(file.read_text())["images"]}
    for word in words:
        found = _RELEASE.fullmatch(word)
        if found is None or found["name"] not in IMAGES:
            raise NoRelease(f"{word}: wants {'|'.join(IMAGES)}=TAG@sha256:DIGEST")
        if found["name"] not in images:
            raise NoRelease(f"{word}: {overlay.name} has no {found['name']}")
        fresh = {"newTag": found["tag"], "digest": found["digest"]}
        images[found["name"]] = {**images[found["name"]], **fresh}
        if found["name"] in SERVICES:
            images[JOBS] = {**images[found["name"]], "name": f"rabta-{JOBS}"}
    file.write_text(rendered(images))


def rendered(images: dict[str, dict[str, Any]]) -> str:
    lines = [
        "# Written by `python -m deploy.k8s.release`: which release of each image runs here.",
        "apiVersion: kustomize.config.k8s.io/v1alpha1",
        "kind: Component",
        "images:",
    ]
    for each in images.values():
        lines += [f"  - {key}" if key.startswith("name") else f"    {key}" for key in _fields(each)]
    lines.append("patches: # a Job can't be changed: its name ends with its release")
    for job, image in (("accounts", JOBS), ("prepare-broker", JOBS), *((f"{name}-prepare", name) for name in SERVICES)):
        name = f"{job}-{slug(images[image])}"
        lines += [
            f"  - target: {{kind: Job, name: {job}}}",
            "    options: {allowNameChange: true}",
            "    patch: |-",
            f"      - {{op: replace, path: /metadata/name, value: {name}}}",
        ]
    if BROKER in images:
        lines += [
            "  - target: {kind: RabbitmqCluster}",
            "    patch: |-",
            f"      - {{op: add, path: /spec/image, value: {_address(images[BROKER])}}}",
        ]
    if DATABASE in images:
        lines += ["  - target: {kind: MongoDBCommunity}", "    patch: |-"]
        version = images[DATABASE]["newTag"].partition("-")[0]
        lines.append(f"      - {{op: add, path: /spec/version, value: {version}}}")
        for image, (place, name) in IN_DATABASE.items():
            path = f"/spec/statefulSet/spec/template/spec/{place}"
            lines += [
                f"      - {{op: test, path: {path}/name, value: {name}}}",
                f"      - {{op: add, path: {path}/image, value: {_address(images[image])}}}",
            ]
    return "\n".join(lines) + "\n"


def _address(image: dict[str, Any]) -> str:
    return f"{image['newName']}:{image['newTag']}" + (f"@{image['digest']}" if "digest" in image else "")


def slug(image: dict[str, Any]) -> str:
    """A release, as a name in Kubernetes may end: two services may have the same tag, and then not the same digest."""
    return "-".join([image["newTag"].replace(".", "-"), *([image["digest"][7:15]] if "digest" in image else [])])


def _fields(image: dict[str, Any]) -> list[str]:
    return [f'{key}: "{image[key]}"' if key == "newTag" else f"{key}: {image[key]}" for key in _ORDER if key in image]


_ORDER = ("name", "newName", "newTag", "digest")


def main(words: list[str]) -> int:
    if len(words) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        release(OVERLAYS / words[0], words[1:])
    except NoRelease as reason:
        print(f"release: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
