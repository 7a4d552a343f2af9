"""search.p99_ms: people by name at 320,000 students and 500,000 guardians in 2,261 branches, by HTTP, warm: the slowest."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

import requests

from bench.figures import Figure
from demo import names
from deploy.local.infrastructure import Infrastructure
from schoolbus.caller import HEADER, sign_caller
from schoolbus.events import CHUNK
from schoolbus.ids import natural_id
from schoolbus.store import connect
from services.roster.search.entries import in_index
from services.roster.store import Store
from tests.support.keys import identity_settings
from tests.support.people import operator
from tests.support.services import SECRET, Service

STUDENTS, GUARDIANS, BRANCHES = 320_000, 500_000, 2_261
LARGE, IN_LARGE = natural_id("main", "branch", "0"), 6_000  # people of the largest branch
TIMES = 200
# Many, one of many, two that many have, two that nobody has together, rare, nobody, either script, still being typed.
QUESTIONS = (
    "Muhammad",
    "Mohammad",
    "Muhammad Khan",
    "Khan Muhammad",
    "Muhammad Bibi",
    "Omer Gilani",
    "Zulqarnain",
    "Xyzzy Qwrt",
    "محمد علی",
    "خان",
    "m",
    "muhammad a",
    "khan",
)


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    service = Service("roster", infrastructure, folder, identity_settings())
    client = connect(infrastructure.mongodb_uri, "bench")
    store = Store(client[service.database])
    _fill(store)
    began = time.perf_counter()
    store.ensure_indexes()
    indexed = time.perf_counter() - began
    size = store.database.command("collStats", "people")["indexSizes"]["name_keys_1"] / 2**20
    service.start()
    taken = {
        (where, question): _ask(service, path, question)
        for where, path in (("chain", "/v1/people"), ("branch", f"/v1/branches/{LARGE}/people"))
        for question in QUESTIONS
    }
    service.stop()
    client.close()
    for (where, question), times in sorted(taken.items(), key=lambda item: -_p99(item[1])):
        print(f"  {where:<6}  p99 {_p99(times):6.1f} ms  p50 {quantiles(times, n=2)[0]:6.1f} ms  {question}")
    return [
        Figure("search.p99_ms", max(_p99(times) for times in taken.values()), "ms", 50, ceiling=True),
        Figure("search.index_mib", size, "MiB"),
        Figure("search.indexing_s", indexed, "s"),
    ]


def _ask(service: Service, path: str, question: str) -> list[float]:
    """How long each answer takes, in milliseconds."""
    headers, taken = {HEADER: sign_caller(operator(), SECRET)}, []
    with requests.Session() as session:
        for _ in range(TIMES + 5):
            began = time.perf_counter()
            answer = session.get(service.url + path, params={"name": question}, headers=headers, timeout=30)
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.ok, answer.text
    return taken[5:]


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]


def _fill(store: Store) -> None:
    store.branches.add_new([_branch(number) for number in range(BRANCHES)])
    chunk: list[dict[str, Any]] = []
    for person in _people():
        chunk.append(person)
        if len(chunk) == 4 * CHUNK:
            store.people.add_new(chunk)
            chunk = []
    store.people.add_new(chunk)


def _branch(number: int) -> dict[str, Any]:
    name, id = f"Branch {number}", natural_id("main", "branch", str(number))
    return {"_id": id, "branch_id": id, "name": name, "name_ur": None, "active": True}


def _people() -> Iterator[dict[str, Any]]:
    chance = random.Random(1)
    for number in range(STUDENTS + GUARDIANS):
        large = number % 100 == 0 and number < 100 * IN_LARGE
        branch_id = LARGE if large else natural_id("main", "branch", str(chance.randrange(1, BRANCHES)))
        yield _person(chance, number, "student" if number % 41 < 16 else "guardian", branch_id)


def _person(chance: random.Random, number: int, role: str, branch_id: str) -> dict[str, Any]:
    first = (names.GIRLS, names.BOYS) if role == "student" else (names.WOMEN, names.MEN)
    sex = chance.randrange(2)
    given = chance.choice(first[sex])
    mothers_own = role == "guardian" and sex == 0 and chance.random() < 0.5
    family = chance.choice(names.MOTHERS_OWN if mothers_own else names.FAMILIES)
    before = "Muhammad " if sex == 1 and chance.random() < 0.35 else ""
    latin, urdu = f"{before}{given.latin}", f"{'محمد ' if before else ''}{given.urdu} {family.urdu}"
    return {
        "_id": f"person-{chance.getrandbits(64):016x}",
        "branch_id": [branch_id],
        "source": "main",
        "sourced_id": str(number),
        "active": True,
        "roles": {branch_id: [role]},
        "operator": False,
        "given_name": latin,
        "family_name": family.latin,
        "name_ur": urdu,
        "given_name_ur": given.urdu,
        "sort_name": f"{latin} {family.latin}".casefold(),
        "name_keys": in_index(f"{latin} {family.latin}", urdu, [branch_id]),
        "phone": f"+92300{number:07d}" if role == "guardian" else None,
        "email": None,
        "language": "ur",
        "channels": ["sms", "app"],
        "username": None,
        "may_sign_in": True,
    }
