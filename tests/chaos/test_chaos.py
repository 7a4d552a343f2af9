"""Whatever happens to the parts, nothing that was acknowledged is lost, and nothing comes about twice.

`make chaos` does so with 100,000 events, `SEED=… make chaos` with the faults and the commands of another run. docs/chaos.md
tells what is done and what is checked.
"""

import asyncio
import os
import random
import time
from pathlib import Path

from bench.figures import Figure, keep, table
from tests.chaos.commands import Commands
from tests.chaos.effects import Kept, quiet
from tests.chaos.history import Verdict, check
from tests.chaos.nemesis import Nemesis, faults, kinds
from tests.chaos.people import People
from tests.chaos.school import opened
from tests.chaos.system import System
from tests.support.waiting import eventually

WHOLE = 100_000  # events of `make chaos`
EVENTS = int(os.environ.get("EVENTS", "1500"))
SPARE = 1.05  # some give up, and some of what they asked for never happened
STUDENTS = 1500 if EVENTS >= WHOLE else 300
SEED = int(os.environ.get("SEED") or random.randrange(10**6))
REST = (1.0, 8.0) if EVENTS >= WHOLE else (0.1, 1.0)  # seconds of peace after each fault


def test_nothing_is_lost_and_nothing_comes_twice(tmp_path: Path) -> None:
    say(f"SEED={SEED}")
    began = time.monotonic()
    with System(tmp_path) as system:
        school = opened(system.platform, STUDENTS, slots=EVENTS * 4 // 100)
        say(f"{len(school.guardians)} students, {len(school.families)} families, {len(school.slots)} slots")
        stories = Commands(school, SEED).stories(int(EVENTS * SPARE))
        kept = Kept(system.platform)
        before = kept.messages()
        people = People(school, system.platform.url, SEED, lambda: kept.messages() - before)
        plan = faults(SEED, system.names, system.links, kinds(), REST)
        with Nemesis(system, plan, lambda words: say(f"{people.events:7,} {words}")) as nemesis:
            asyncio.run(people.act(stories, lambda: EVENTS * nemesis.share()))  # so all kinds meet some of them
        say(f"all have acted, after {nemesis.done.total()} faults; waiting for the rest")
        system.network.clear()
        eventually(lambda: quiet(kept), timeout=900, every=2)
        verdict = check(people.asked, kept.effects())
        verdict.lost += kept.stale() + kept.not_carried()
        verdict.duplicated += kept.told_twice()
    report(verdict, people, nemesis, system, time.monotonic() - began)
    assert people.refusals == []
    assert (verdict.lost, verdict.unexpected, verdict.duplicated) == ([], [], [])


def report(verdict: Verdict, people: People, nemesis: Nemesis, system: System, seconds: float) -> None:
    say(str(verdict))
    say(f"answers {dict(people.statuses)}; restarts {dict(system.supervisor.restarts)}")
    say(f"{nemesis.done.total()} faults {dict(nemesis.done)}; SEED={SEED}; {seconds:.0f} s")
    if EVENTS >= WHOLE:
        figures = [
            Figure("chaos.events", verdict.events.total(), "events", WHOLE),
            Figure("chaos.lost", len(verdict.lost), "events", 0, ceiling=True),
            Figure("chaos.unexpected", len(verdict.unexpected), "effects", 0, ceiling=True),
            Figure("chaos.duplicated", len(verdict.duplicated), "effects", 0, ceiling=True),
            Figure("chaos.recovered", len(verdict.recovered), "commands without an answer"),
            Figure("chaos.faults", nemesis.done.total(), "faults"),
        ]
        keep("chaos", figures)
        say(table(figures))


def say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", flush=True)
