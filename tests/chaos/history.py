"""What was asked for and what is there in the end, in Jepsen's words: lost, unexpected, duplicated, recovered."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Outcome(Enum):
    DONE = "done"  # an answer said so: it must have its effects
    UNKNOWN = "unknown"  # no answer, and nobody asked again: it may have happened, once and as a whole
    REFUSED = "refused"  # an answer said no: it must have none


@dataclass(frozen=True)
class Told:
    """An event that a command makes, and what it brings about at its readers: ids of effects. None of an event whose effect the
    next one takes the place of."""

    name: str
    effects: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """A command and its outcome. All its events are one write: one without the others is as lost as those of a done one."""

    command: str
    outcome: Outcome
    tells: tuple[Told, ...]


@dataclass
class Verdict:
    """`events`: of commands that were done or recovered. The others by the names of their events or effects."""

    events: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)  # commands
    unknown: int = 0  # commands without an answer, the recovered among them

    def __str__(self) -> str:
        by_kind = ", ".join(f"{count:,} {name}" for name, count in sorted(self.events.items()))
        shown = ((name, getattr(self, name)) for name in ("lost", "unexpected", "duplicated"))
        counts = ", ".join(f"{name} {len(found)}{_some(found)}" for name, found in shown)
        return f"{self.events.total():,} events ({by_kind})\n{counts}, recovered {len(self.recovered)} of {self.unknown}"


def check(asked: Iterable[Asked], found: Mapping[str, int]) -> Verdict:
    """`found`: effects that are there, and how often."""
    verdict, allowed = Verdict(), set[str]()
    for command in asked:
        happened = command.outcome is Outcome.DONE
        if command.outcome is Outcome.UNKNOWN:
            verdict.unknown += 1
            happened = any(effect in found for told in command.tells for effect in told.effects)
            verdict.recovered += [command.command] * happened
        if not happened:
            continue
        for told in command.tells:
            verdict.events[told.name] += 1
            allowed |= told.effects
            missing = sorted(effect for effect in told.effects if effect not in found)
            verdict.lost += [f"{told.name} of {command.command}: {missing[0]}"] if missing else []
    verdict.unexpected = sorted(effect for effect in found if effect not in allowed)
    verdict.duplicated = sorted(effect for effect, times in found.items() if times > 1)
    return verdict


def _some(found: list[str]) -> str:
    return f" ({'; '.join(found[:5])}{' …' if len(found) > 5 else ''})" if found else ""
