"""The slow work of meetings: finding timetables, and publishing them. The only process that loads OR-Tools."""

from collections.abc import Callable

from schoolbus.replay import telling
from schoolbus.settings import read
from schoolbus.store import Document
from schoolbus.work import Work
from services.meetings.replaying.records import SOURCE
from services.meetings.settings import Reminding
from services.meetings.store import Store
from services.meetings.timetabling import publishing, solving, working
from services.meetings.timetabling.problem import Instance, Solution

read(Reminding)  # published meetings are reminded of too: a fault in it is known at the start


def solve(instance: Instance, seconds: float, tell: Callable[[Solution], bool]) -> Solution:
    return solving.solve(instance, solving.Effort(seconds), tell)


def make(store: Store, run: Document) -> None:
    working.make(store, run, solve)


WORK = [
    Work("timetables", claim=working.claim, do=make, longest=310),  # 300 is the most that one may ask for
    Work("publications", claim=publishing.claim, do=publishing.publish),
    telling.work(SOURCE),
]
