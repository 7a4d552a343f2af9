"""gateway_read: guardians' GETs of their child's "today", through our gateway and through the usual nameko way,
taking turns in one run.

Both run the same query on the same database, with everything (load, gateways, services, database, broker) on the same cores.
Ours are the processes of `make run`, two of them for reports; the usual way's two, a gateway and a service, leave no core idle.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from bench.figures import Figure
from bench.load import load
from bench.today import FAMILIES
from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import free_port
from tests.e2e.school import School
from tests.support.platform import Client, Platform
from tests.support.processes import Process
from tests.support.waiting import eventually

ROUNDS = 7  # the machine is not as fast in each
IDLE = ("carriers", "meetings", "notifications", ".worker", ".relay")  # not on the way of a read: stopped, for both sides


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    platform = Platform(infrastructure, folder).start()
    try:
        school = School.open(platform)
        for number in range(4):
            school.set_homework(f"Homework {number}")
        asked = [(f"{school.branch}/today/{school.child(kind)}", school.guardian(kind)) for kind in FAMILIES]
        for name, process in platform.processes.items():
            if any(idle in name for idle in IDLE):
                process.kill()
        with _reference(platform) as url:
            # both sides give the same answer, as soon as the overview that our side gathers is kept
            eventually(lambda: all(guardian.get(path) == Client(url, guardian.token).get(path) for path, guardian in asked))
            wanted = [(path, guardian.token) for path, guardian in asked]
            rounds = [(load(platform.url, wanted), load(url, wanted)) for _ in range(ROUNDS)]
    finally:
        platform.stop()
    ours, usual = median(ours.per_s for ours, _ in rounds), median(usual.per_s for _, usual in rounds)
    return [
        Figure("gateway_read.ratio", median(ours.per_s / usual.per_s for ours, usual in rounds), "×", 4.0),
        Figure("gateway_read.requests_per_s", ours, "req/s"),
        Figure("gateway_read.reference_requests_per_s", usual, "req/s"),
        Figure("gateway_read.p99_ms", median(ours.p99_ms for ours, _ in rounds), "ms"),
        Figure("gateway_read.reference_p99_ms", median(usual.p99_ms for _, usual in rounds), "ms"),
    ]


@contextmanager
def _reference(platform: Platform) -> Iterator[str]:
    key = load_pem_private_key(platform.keys["TOKEN_SIGNING_KEY"].encode(), None).public_key()
    common = {"AMQP_URI": platform.vhost, "MONGODB_URI": platform.infrastructure.mongodb_uri}
    settings = {
        "service": {**common, "MONGODB_DATABASE": platform.database("reports")},
        "gateway": {**common, "TOKEN_PUBLIC_KEY": key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()},
    }
    processes = [
        Process(f"reference.{name}", ["bench.reference", name], {**own, "HTTP_PORT": str(free_port())}, platform.folder)
        for name, own in settings.items()
    ]
    try:
        for process in processes:
            process.start()
        gateway = processes[1].wait_ready()
        yield gateway.url
    finally:
        for process in processes:
            process.kill()
