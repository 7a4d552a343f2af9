"""import: a OneRoster set of 100,000 students with guardians and enrollments, from the upload's acceptance to
done, rows a second and memory."""

import time
from pathlib import Path

from bench.figures import Figure
from bench.memory import Peaks
from demo.roster import write_chain
from deploy.local.infrastructure import Infrastructure
from tests.support.keys import identity_settings
from tests.support.people import operator
from tests.support.services import Service
from tests.support.waiting import eventually

STUDENTS = 100_000
BRANCHES = 700
ENDED = ("done", "refused", "failed", "waiting")
OPERATOR = {"OPERATOR_USERNAME": "operator", "OPERATOR_PASSWORD": "the-operators-password"}


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    path = folder / "chain.zip"
    chain = write_chain(path, branches=BRANCHES, students=STUDENTS, seed=1, operator=False)
    rows = sum(chain.rows.values())
    service = started(infrastructure, folder)
    with Peaks(service) as peaks:
        taken = run(service, path)
    service.stop()
    return [
        Figure("import.rows_per_s", rows / taken, "rows/s", 10_000),
        Figure("import.peak_mib", peaks.worker, "MiB", 600, ceiling=True),
        Figure("import.service_peak_mib", peaks.serve, "MiB", 600, ceiling=True),
    ]


def started(infrastructure: Infrastructure, folder: Path) -> Service:
    return Service("roster", infrastructure, folder, {**identity_settings(), **OPERATOR}).start()


def run(service: Service, path: Path, source: str = "main") -> float:
    """Seconds from the upload's acceptance to done."""
    began = time.perf_counter()
    with path.open("rb") as body:
        headers = {"Content-Type": "application/zip"}
        answer = service.call("POST", f"/v1/imports?source={source}", operator(), data=body, headers=headers)
    assert answer.ok, answer.text[:2000]
    import_id = answer.json()["import_id"]
    job = eventually(lambda: _ended(service, import_id), timeout=1800, every=0.25)
    assert job["state"] == "done", job
    return time.perf_counter() - began


def _ended(service: Service, import_id: str) -> dict[str, object] | None:
    job = service.call("GET", f"/v1/imports/{import_id}", operator()).json()
    return job if job["state"] in ENDED else None
