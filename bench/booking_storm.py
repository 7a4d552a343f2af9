"""booking_storm: 2,000 families book 2,400 slots through the gateway from 64 connections: the platform of `make run`, all of it
on the same cores as the load.

Each family looks at its teacher's free times and a moment later, when others have looked too, books one of them; early times
are popular. Who is too late takes one of those that the answer names. What is counted is bookings: the looks and the calls of
those who were too late are in their time. Afterwards the database is asked, minute by minute, whether anybody is in two places.

The reference is what the database alone does: the documents of as many bookings, inserted one by one with the same indexes from
as many threads.
"""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from pymongo import MongoClient
from pymongo.database import Database

from bench.figures import Figure
from demo.roster import write_chain
from deploy.local.infrastructure import Infrastructure
from schoolbus.caller import Caller
from schoolbus.clock import today
from services.meetings.store import Store
from services.roster.identity.tokens import Signer
from tests.support.platform import Platform
from tests.support.waiting import eventually

FAMILIES = 2_000
TEACHERS = 60
SLOTS = 40  # of each teacher
CONNECTIONS = 64
TOGETHER = 4  # families of a connection that look before the first of them books
TRIES = 40  # of one family
CROWDED = 10  # teachers whom more families want than they have slots


@dataclass
class Answers:
    """`took`: seconds of each booking call. `looked`: of each look at free times."""

    took: list[float] = field(default_factory=list)
    looked: list[float] = field(default_factory=list)
    booked: set[str] = field(default_factory=set)
    late: int = 0
    with_alternatives: int = 0


@dataclass(frozen=True)
class Family:
    headers: dict[str, str]
    student_id: str
    teacher_id: str


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    platform = Platform(infrastructure, folder).start()
    try:
        with MongoClient(infrastructure.mongodb_uri, tz_aware=True) as client:
            kept = client[platform.database("meetings")]
            branch_id, day_id, families = opened(platform, kept)
            answers = Answers()
            began = time.perf_counter()
            asyncio.run(storm(f"{platform.url}/v1/branches/{branch_id}", day_id, families, answers))
            taken = time.perf_counter() - began
            check(kept, day_id, answers)
            alone = inserted_alone(client, list(kept.bookings.find({"meeting_day_id": day_id}, {"outbox": 0})))
    finally:
        platform.stop()
    return figures(answers, taken, alone)


def figures(answers: Answers, taken: float, alone: float) -> list[Figure]:
    took, looked = sorted(answers.took), sorted(answers.looked)
    return [
        Figure("booking_storm.per_s", len(answers.booked) / taken, "bookings/s", 150),
        Figure("booking_storm.calls_per_s", (len(took) + len(looked)) / taken, "requests/s"),
        Figure("booking_storm.p50_ms", 1000 * took[len(took) // 2], "ms"),
        Figure("booking_storm.p99_ms", 1000 * took[len(took) * 99 // 100], "ms"),
        Figure("booking_storm.look_p99_ms", 1000 * looked[len(looked) * 99 // 100], "ms"),
        Figure("booking_storm.too_late", answers.late, "calls"),
        Figure("booking_storm.with_alternatives", answers.with_alternatives / max(answers.late, 1), "of those", 1),
        Figure("booking_storm.database_alone_per_s", len(answers.booked) / alone, "inserts/s"),
    ]


# Before it


def opened(platform: Platform, kept: Database[Any]) -> tuple[str, str, list[Family]]:
    """A branch with its people in every service, a day of 2,400 slots, and the families, each with a child and a teacher."""
    path = platform.folder / "storm.zip"
    chain = write_chain(path, branches=1, students=FAMILIES * 11 // 5, seed=5)
    platform.import_zip(path.read_bytes())
    operator, branch_id = platform.operator(), platform.id("branch", chain.branch_ids[0])
    operator.put(f"/v1/branches/{branch_id}/subscriptions", {"services": ["meetings", "notifications"]})
    below = f"/v1/branches/{branch_id}"
    eventually(lambda: operator.call("GET", f"{below}/meeting-days").ok)
    eventually(lambda: quiet(platform, "roster") and len(pairs(kept, branch_id)) >= FAMILIES, timeout=300, every=0.5)
    teachers = [row["person_id"] for row in kept.people.find({"branch_id": branch_id, "roles": "teacher", "active": True})]
    grades = kept.classes.distinct("grade", {"branch_id": branch_id, "active": True})
    day = {
        "title": "Autumn meetings",
        "held_on": next_weekday().isoformat(),
        **{"starts": "14:00", "ends": "20:40", "slot_minutes": 10},
        "teachers": [{"teacher_id": id, "place": f"Room {number}"} for number, id in enumerate(sorted(teachers)[:TEACHERS])],
        "invited": {"grades": grades},
    }
    made = operator.post(f"{below}/meeting-days", day)
    assert made["slot_count"] == TEACHERS * SLOTS, made["slot_count"]
    eventually(lambda: quiet(platform, "meetings"), timeout=300, every=0.5)
    return (
        branch_id,
        made["meeting_day_id"],
        as_families(platform, kept, branch_id, [each["teacher_id"] for each in day["teachers"]]),
    )


def as_families(platform: Platform, kept: Database[Any], branch_id: str, teachers: Sequence[str]) -> list[Family]:
    """Each with a token of its own. Ten teachers are wanted by more families than they have slots."""
    signer = Signer(platform.keys["TOKEN_SIGNING_KEY"])
    crowded = [teacher_id for teacher_id in teachers[:CROWDED] for _ in range(SLOTS + 4)]
    wanted = itertools.chain(crowded, itertools.cycle(teachers[CROWDED:]))
    families = []
    for (guardian_id, student_id), teacher_id in zip(pairs(kept, branch_id)[:FAMILIES], wanted, strict=False):
        token, _ = signer.token(Caller(guardian_id, {branch_id: frozenset({"guardian"})}))
        families.append(Family({"Authorization": f"Bearer {token}"}, student_id, teacher_id))
    random.Random(7).shuffle(families)
    return families


def pairs(kept: Database[Any], branch_id: str) -> list[tuple[str, str]]:
    """A guardian and a child of each family that shares neither with another one."""
    found: list[tuple[str, str]] = []
    met: set[str] = set()
    where = {"branch_id": branch_id, "active": True, "may_book": True}
    for row in kept.relations.find(where).sort("_id"):
        pair = (row["guardian_id"], row["student_id"])
        if met.isdisjoint(pair):
            found.append(pair)
        met.update(pair)
    return found


def quiet(platform: Platform, service: str) -> bool:
    """Whether all that a service has to say has been said, and read."""
    database = MongoClient(platform.infrastructure.mongodb_uri)[platform.database(service)]
    waiting = any(database[name].find_one({"outbox_at": {"$exists": True}}) for name in database.list_collection_names())
    return not waiting


def next_weekday() -> date:
    day = today() + timedelta(days=14)
    return day + timedelta(days=(7 - day.weekday()) % 7)  # a Monday


# The storm


async def storm(below: str, day_id: str, families: Sequence[Family], answers: Answers) -> None:
    waiting = iter([families[start : start + TOGETHER] for start in range(0, len(families), TOGETHER)])
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(60)) as session:
        await asyncio.gather(*(connection(session, below, day_id, waiting, answers, number) for number in range(CONNECTIONS)))


async def connection(
    session: aiohttp.ClientSession,
    below: str,
    day_id: str,
    waiting: Iterator[Sequence[Family]],
    answers: Answers,
    number: int,
) -> None:
    chance = random.Random(number)
    for together in waiting:
        seen = [(family, await look(session, below, day_id, family, answers)) for family in together]
        for family, free in seen:
            await book(session, below, family, free, answers, chance)


async def look(session: aiohttp.ClientSession, below: str, day_id: str, family: Family, answers: Answers) -> list[str]:
    began = time.perf_counter()
    query = {"teacher_id": family.teacher_id, "free": "true", "limit": str(SLOTS)}
    async with session.get(f"{below}/meeting-days/{day_id}/slots", params=query, headers=family.headers) as answer:
        body = await answer.read()
        assert answer.status == 200, body[:500]
    answers.looked.append(time.perf_counter() - began)
    return [slot["slot_id"] for slot in json.loads(body)["items"]]


async def book(
    session: aiohttp.ClientSession, below: str, family: Family, free: list[str], answers: Answers, chance: random.Random
) -> None:
    """Until it has one. A family that finds none free takes what the answer to any time names."""
    wanted = {"student_id": family.student_id}
    for attempt in range(TRIES):
        slot_id = free[int(len(free) * chance.random() ** 2)] if free else next(iter(answers.booked))
        headers = {**family.headers, "Idempotency-Key": f"{family.student_id}-{attempt}"}
        began = time.perf_counter()
        async with session.post(f"{below}/slots/{slot_id}/booking", json=wanted, headers=headers) as answer:
            body = await answer.read()
        answers.took.append(time.perf_counter() - began)
        if answer.status == 201:
            answers.booked.add(slot_id)
            return
        assert answer.status == 409, body[:500]
        free = [slot["slot_id"] for slot in json.loads(body).get("free_slots", ())]
        answers.late += 1
        answers.with_alternatives += bool(free)
    raise AssertionError("a family found no time")


# After it


def check(kept: Database[Any], day_id: str, answers: Answers) -> None:
    """By the database's own counting of what is kept, minute by minute: nobody and no room is in two meetings at once."""
    live = {"meeting_day_id": day_id, "state": "booked"}
    assert kept.bookings.count_documents(live) == len(answers.booked) == FAMILIES
    assert set(kept.bookings.distinct("slot_id", live)) == answers.booked
    minute = {"$dateDiff": {"startDate": "$starts_at", "endDate": "$ends_at", "unit": "minute"}}
    minutes = {
        "$map": {
            "input": {"$range": [0, minute]},
            "in": {"$dateAdd": {"startDate": "$starts_at", "unit": "minute", "amount": "$$this"}},
        }
    }
    for whose in ("teacher_id", "place", "guardian_id", "student_id", "slot_id"):
        twice = kept.bookings.aggregate(
            [
                {"$match": {"state": "booked"}},
                {"$project": {"who": f"${whose}", "minute": minutes}},
                {"$unwind": "$minute"},
                {"$group": {"_id": {"who": "$who", "minute": "$minute"}, "bookings": {"$sum": 1}}},
                {"$match": {"bookings": {"$gt": 1}}},
            ],
            allowDiskUse=True,
        )
        assert list(twice) == [], whose


def inserted_alone(client: MongoClient[Any], bookings: list[dict[str, Any]]) -> float:
    """Seconds in which the database takes the same documents one by one."""
    database = client["bench_bookings"]
    Store(database).bookings.ensure_indexes()
    try:
        began = time.perf_counter()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(database.bookings.insert_one, bookings))
        return time.perf_counter() - began
    finally:
        client.drop_database("bench_bookings")
