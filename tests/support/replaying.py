"""An owner's store and a reader's, and between them what broker and relays do, by hand."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from schoolbus.events import Event, with_sequence
from schoolbus.problems import NotYet
from schoolbus.replay import answering, asked, telling
from schoolbus.replay.asking import ask
from schoolbus.replay.collections import Replays
from schoolbus.replay.source import Owner, Source
from schoolbus.replay.taking import take
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Documents


class Killed(Exception):
    pass


class Ending:
    """An owner's store, whose process ends now and then when it tells something."""

    def __init__(self, store: Any, chance: random.Random, broken: float) -> None:
        self._store = store
        self._chance = chance
        self._broken = broken

    def __getattr__(self, name: str) -> Any:
        if name == "chunks" and self._chance.random() < self._broken:
            raise Killed
        return getattr(self._store, name)


class Between:
    def __init__(self, owner: Owner, reader: Replays, source: Source) -> None:
        self.owner = owner
        self.reader = reader
        self.source = source
        self.chance = random.Random(1)
        self.meanwhile: Callable[[], None] = lambda: None

    def replay(self, *branch_ids: str) -> str:
        run_id = ask(self.reader, list(branch_ids), self.owner.service)
        self.settle()
        return run_id

    def settle(self, broken: float = 0.0, times: int = 2) -> None:
        """Until nobody has anything to say or to do. Each event comes so many times, in any order; `broken`: how often the
        owner's worker is ended in the middle."""
        while True:
            told = [*self.waiting(self.reader.replays, self.reader.replay_doubts), *self.waiting(self.owner.chunks)]
            events = told * times
            self.chance.shuffle(events)
            for event in events:
                self.handle(event)
                self.meanwhile()
            if not events and not self.work(broken):
                return

    def waiting(self, *saying: Documents) -> Iterator[Event]:
        for documents in saying:
            for document in documents.collection.find({"outbox": {"$exists": True}}):
                documents.collection.update_one({"_id": document["_id"]}, {"$unset": {"outbox": 1, "outbox_at": 1}})
                for place, entry in enumerate(document["outbox"], 1):
                    yield Event.known[entry["key"]].decode(with_sequence(entry["body"], place))

    def handle(self, event: Event) -> None:
        """Its reader may be ended in the middle: then it comes again."""
        try:
            self.take(event)
        except Killed:
            self.handle(event)

    def take(self, event: Event) -> None:
        if ".replayed_to_" in event.type:
            take(self.reader, event)
        elif ".replay_asked" in event.type:
            asked.begin(self.owner, event, self.source)
        else:
            answering.answer(self.owner, event, self.source)

    def work(self, broken: float) -> bool:
        self.owner.replays_told.change_all(WHOLE_CHAIN, {}, {"leased_until": None})  # as if it had ended
        run = telling.claim(self.owner)
        if run is None:
            return False
        with suppress(NotYet, Killed):
            telling.tell(Ending(self.owner, self.chance, broken), run, self.source)
        return True
