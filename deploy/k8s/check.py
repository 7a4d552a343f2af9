"""`python -m deploy.k8s.check`: builds every overlay and says all that is wrong with it.

Needs no cluster and, but for the first time, no network.
"""

import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from deploy.k8s import environment, flows, images, metrics, monitors, scaling, schema, secrets, wiring
from deploy.k8s.kubectl import NoKubectl
from deploy.k8s.resources import Fault, NotBuilt, Resource, build

OVERLAYS = Path(__file__).parent / "overlays"


def check(overlay: Path) -> list[Fault]:
    """Raises NotBuilt or NoKubectl."""
    resources = build(overlay)
    malformed = list(chain.from_iterable(map(schema.faults, resources)))
    return malformed or list(_disagreements(resources))  # what is malformed can't be compared


def _disagreements(resources: Sequence[Resource]) -> Iterator[Fault]:
    for part in (environment, wiring, images, secrets, flows, scaling, monitors, metrics):
        yield from part.faults(resources)


def main(overlays: Path = OVERLAYS) -> int:
    failed = False
    for overlay in sorted(folder.parent for folder in overlays.glob("*/kustomization.yaml")):
        try:
            lines = [str(fault) for fault in check(overlay)]
        except NotBuilt as refused:
            lines = [f"does not build: {refused}"]
        except NoKubectl as missing:
            print(f"k8s-check: {missing}", file=sys.stderr)
            return 1
        for line in lines:
            print(f"{overlay.name}: {line}", file=sys.stderr)
        failed = failed or bool(lines)
        if not lines:
            print(f"{overlay.name}: as it should be")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
