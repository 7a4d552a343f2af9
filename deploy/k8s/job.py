"""`python -m deploy.k8s.job OVERLAY WHICH [ARGUMENT…]`: one of an overlay's jobs once more, by hand.

WHICH is `accounts`, `prepare-broker`, `SERVICE-prepare`, `backup`, `restore`, `backup-elsewhere` or `doctor`. With arguments it
runs `python -m schoolbus ARGUMENT…` (`backup-elsewhere`: `rclone ARGUMENT…`) with that job's accounts, volumes and network
policies instead of what it runs by itself: once, and for as long as it takes. What this prints is for `kubectl create -f -`,
which says the name that it got.
"""

import sys
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import yaml

from deploy.k8s.kubectl import NoKubectl
from deploy.k8s.reads import ROOT
from deploy.k8s.resources import OTHERS, NotBuilt, Resource, build, running, task

KEPT = 604_800  # seconds that its log can be read, as of the overlay's own jobs
MODULE = ["python", "-m", "schoolbus"]


class NoJob(Exception):
    """The text is one line for the person at the terminal."""


def once_more(resources: Sequence[Resource], which: str, arguments: Sequence[str] = ()) -> Resource:
    """Raises NoJob."""
    jobs = {task(each): each for each in running(resources) if each["kind"] in ("Job", "CronJob")}
    if which not in jobs:
        raise NoJob(f"there is no job {which}: {', '.join(sorted(jobs))}")
    found = jobs[which]
    spec = deepcopy(found["spec"]["jobTemplate"]["spec"] if found["kind"] == "CronJob" else found["spec"])
    spec.setdefault("ttlSecondsAfterFinished", KEPT)
    if arguments:
        spec["backoffLimit"] = 0  # who asks for it looks at it
        spec.pop("activeDeadlineSeconds", None)
        _do(spec["template"]["spec"]["containers"][0], which, arguments)
    origin = found["metadata"]
    metadata = {"generateName": f"{which}-", "namespace": origin["namespace"], "labels": origin["labels"]}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def _do(container: dict[str, Any], which: str, arguments: Sequence[str]) -> None:
    container["args"] = list(arguments)
    if which not in OTHERS:
        container["command"] = MODULE
    for mount in container["volumeMounts"]:
        if mount["name"] == "backups":  # by hand a copy may come back
            mount.pop("readOnly", None)


def main(words: Sequence[str]) -> int:
    if len(words) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    overlay, which, *arguments = words
    try:
        made = once_more(build(ROOT / "deploy" / "k8s" / "overlays" / overlay), which, arguments)
    except (NotBuilt, NoKubectl, NoJob) as reason:
        print(f"job: {reason}", file=sys.stderr)
        return 1
    print(yaml.safe_dump(made, sort_keys=False), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
