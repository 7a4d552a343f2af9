"""Who does harm: one fault after the other, each drawn by the seed, each taken back."""

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from glob import glob
from math import inf
from pathlib import Path
from random import Random

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.chaos.proxy import BLACK_HOLE, CLEAR, ONE_WAY, REFUSING, SWALLOWING, Weather
from tests.chaos.system import System

LASTS = (0.5, 5.0)  # seconds
TOGETHER = 3  # processes or links that one fault hits, at most
SHIFT = 60.0  # seconds that a clock is wrong, at most
FAMILIAR = {"gateway": 8.0, "roster": 8.0}  # these two check each other's tokens, whose times may differ by ten seconds
_CLOCK = Path(__file__).parent / "clock"
_FAKETIME = "/usr/lib/*/faketime/libfaketime.so.1"


@dataclass(frozen=True)
class Fault:
    """`size`: between -1 and 1; what it means depends on the kind."""

    kind: str
    targets: tuple[str, ...]
    lasts: float
    rest: float
    size: float

    def __str__(self) -> str:
        whom = f" {', '.join(self.targets)}" if self.targets else ""
        return f"{self.kind}{whom}, {self.lasts:.1f} s"


Kind = Callable[[System, Fault], AbstractContextManager[None]]


@dataclass(frozen=True)
class Known:
    do: Kind
    hits: str  # processes, links, or nothing that is to be chosen


KINDS: dict[str, Known] = {}


def kind(name: str, hits: str = "") -> Callable[[Kind], Kind]:
    def known(do: Kind) -> Kind:
        KINDS[name] = Known(do, hits)
        return do

    return known


def faults(seed: int, processes: list[str], links: list[str], kinds: list[str], rest: tuple[float, float]) -> Iterator[Fault]:
    """Without end, the same for the same arguments. Kinds come as from a deck of cards: each once, then shuffled again.

    `rest`: seconds of peace after each fault, at least and at most.
    """
    chance = Random(seed)
    choices = {"processes": processes, "links": links}
    while True:
        for name in chance.sample(kinds, len(kinds)):
            among = choices.get(KINDS[name].hits, [])
            targets = chance.sample(among, chance.randint(1, min(TOGETHER, len(among)))) if among else []
            yield Fault(name, tuple(targets), chance.uniform(*LASTS), chance.uniform(*rest), chance.uniform(-1, 1))


def kinds() -> list[str]:
    """All that this machine can do."""
    return [name for name in KINDS if name != "other clock" or glob(_FAKETIME)]


class Nemesis:
    """Entered, it goes through its faults until it is left; then all is taken back. `done`: by kind."""

    def __init__(self, system: System, plan: Iterator[Fault], say: Callable[[str], None]) -> None:
        self.system, self.plan, self.say = system, plan, say
        self.done: Counter[str] = Counter()
        self.error: BaseException | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._rage, name="nemesis", daemon=True)

    def __enter__(self) -> "Nemesis":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.well()

    def well(self) -> None:
        """Raises what ended it: a fault that could not be made, or not be taken back."""
        if self.error is not None:
            raise self.error

    def share(self) -> float:
        """How much of the first deck it has gone through, the fault at hand included; endless after it."""
        self.well()
        share = (self.done.total() + 1) / len(kinds())
        return share if share < 1 else inf

    def _rage(self) -> None:
        try:
            while not self._over.is_set():
                fault = next(self.plan)
                self.say(str(fault))
                with KINDS[fault.kind].do(self.system, fault):
                    self._over.wait(fault.lasts)
                self.done[fault.kind] += 1
                self._over.wait(fault.rest)
        except BaseException as error:  # `well` tells
            self.error = error


# Processes; the supervisor starts them again


@kind("killed", "processes")
@contextmanager
def _killed(system: System, fault: Fault) -> Iterator[None]:
    for name in fault.targets:
        system.supervisor.send(name, signal.SIGKILL)
    yield


@kind("stopped", "processes")
@contextmanager
def _stopped(system: System, fault: Fault) -> Iterator[None]:
    for name in fault.targets:
        system.supervisor.send(name, signal.SIGTERM)
    yield


@kind("frozen", "processes")
@contextmanager
def _frozen(system: System, fault: Fault) -> Iterator[None]:
    for name in fault.targets:
        system.supervisor.send(name, signal.SIGSTOP)
    yield
    for name in fault.targets:
        system.supervisor.send(name, signal.SIGCONT)


@kind("other clock", "processes")
@contextmanager
def _other_clock(system: System, fault: Fault) -> Iterator[None]:
    """From its next start on, and until the end."""
    for name in fault.targets:
        shift = fault.size * FAMILIAR.get(name, SHIFT)
        system.processes[name].environment |= {
            "LD_PRELOAD": glob(_FAKETIME)[0],
            "FAKETIME": f"{shift:+.1f}s",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": str(_CLOCK),
        }
        system.supervisor.send(name, signal.SIGTERM)
    yield


# The broker


@kind("broker killed")
@contextmanager
def _broker_killed(system: System, fault: Fault) -> Iterator[None]:
    system.mortal.end_broker()
    yield
    system.mortal.begin_broker()


@kind("broker stopped")
@contextmanager
def _broker_stopped(system: System, fault: Fault) -> Iterator[None]:
    system.mortal.end_broker(signal.SIGTERM)
    yield
    system.mortal.begin_broker()


@kind("disk alarm")
@contextmanager
def _disk_alarm(system: System, fault: Fault) -> Iterator[None]:
    system.mortal.control_broker("set_disk_free_limit", "900000GB")
    yield
    system.mortal.control_broker("set_disk_free_limit", "50MB")


# The database


@kind("database killed")
@contextmanager
def _database_killed(system: System, fault: Fault) -> Iterator[None]:
    system.mortal.end_database()
    yield
    system.mortal.begin_database()


@kind("database stopped")
@contextmanager
def _database_stopped(system: System, fault: Fault) -> Iterator[None]:
    system.mortal.end_database(signal.SIGTERM)
    yield
    system.mortal.begin_database()


@kind("database steps down")
@contextmanager
def _steps_down(system: System, fault: Fault) -> Iterator[None]:
    """The only member is secondary for so long, and is then elected again: every write meets what it meets when one of three
    gives up."""
    try:
        with MongoClient("127.0.0.1", system.mortal.ports.mongodb, directConnection=True) as client:
            client.admin.command("replSetStepDown", max(1, int(fault.lasts)), secondaryCatchUpPeriodSecs=0, force=True)
    except PyMongoError:  # it may end our connection with the others
        pass
    yield


# The network between two parts


@contextmanager
def _weather(system: System, fault: Fault, weather: Weather) -> Iterator[None]:
    for name in fault.targets:
        system.network.become(name, weather)
    yield
    for name in fault.targets:
        system.network.become(name, CLEAR)


@kind("refused", "links")
def _refused(system: System, fault: Fault) -> AbstractContextManager[None]:
    return _weather(system, fault, REFUSING)


@kind("black hole", "links")
def _black_hole(system: System, fault: Fault) -> AbstractContextManager[None]:
    return _weather(system, fault, BLACK_HOLE)


@kind("swallowed", "links")
def _swallowed(system: System, fault: Fault) -> AbstractContextManager[None]:
    return _weather(system, fault, SWALLOWING)


@kind("one way", "links")
def _one_way(system: System, fault: Fault) -> AbstractContextManager[None]:
    return _weather(system, fault, ONE_WAY)


@kind("late", "links")
def _late(system: System, fault: Fault) -> AbstractContextManager[None]:
    return _weather(system, fault, Weather(delay=0.02 + 0.2 * abs(fault.size)))


@kind("slow", "links")
def _slow(system: System, fault: Fault) -> AbstractContextManager[None]:
    return _weather(system, fault, Weather(speed=int(5_000 + 100_000 * abs(fault.size))))


@kind("cut", "links")
@contextmanager
def _cut(system: System, fault: Fault) -> Iterator[None]:
    for name in fault.targets:
        system.network.cut(name)
    yield
