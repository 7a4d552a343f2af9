"""Dead letters: what no handler could deal with. Look into them, send them back after the fix, or drop them."""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from amqp.exceptions import AccessRefused, NotFound

from schoolbus import settings, topology
from schoolbus.broker import BROKER_FAULTS, Outgoing, Publisher
from schoolbus.retry import ATTEMPT, DIED_AT, QUEUE, REASON
from schoolbus.settings import AmqpUrl, CannotStart

LOOKED_AT = 1000  # letters that `list` opens in one queue: of more it tells how many
WINDOW = 200  # letters that are sent back at a time


@dataclass(frozen=True)
class Wanted:
    amqp_uri: AmqpUrl


@dataclass(frozen=True)
class DeadLetter:
    """One message and why it is here; `tag` acknowledges it on the channel it was taken with."""

    id: str
    queue: str
    reason: str
    died_at: str
    body: bytes
    tag: int

    @classmethod
    def of(cls, message: Any) -> "DeadLetter":
        headers = message.headers or {}
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        death = (headers.get("x-death") or [{}])[0]  # the broker's own note, where none is ours: the process died of it
        ours = QUEUE in headers
        last = f"; before that {headers[REASON]}" if REASON in headers else ""
        return cls(
            id=message.properties.get("message_id") or hashlib.blake2b(body, digest_size=8).hexdigest(),
            queue=headers[QUEUE] if ours else death.get("queue", ""),
            reason=headers.get(REASON, "") if ours else f"its process ended each time ({death.get('reason', 'unknown')}){last}",
            died_at=headers.get(DIED_AT, "") if ours else str(death.get("time", "")),
            body=body,
            tag=message.delivery_tag,
        )


class DeadLetters:
    """The dead letters of one reader. What is taken and not acknowledged goes back when the connection closes."""

    def __init__(self, publisher: Publisher, reader: str) -> None:
        self.publisher = publisher
        self.reader = reader
        self.name = topology.dead(reader)

    def count(self) -> int:
        return int(self.publisher.channel.queue_declare(self.name, passive=True).message_count)

    def each(self, id: str | None = None, most: int | None = None) -> Iterator[DeadLetter]:
        """Those that are there now: what dies again meanwhile waits for the next time."""
        count = self.count()
        for _ in range(count if most is None else min(count, most)):
            message = self.publisher.channel.basic_get(self.name)
            if message is None:
                return
            letter = DeadLetter.of(message)
            if id in (None, letter.id):
                yield letter

    def replay(self, letters: Sequence[DeadLetter]) -> int:
        """Back into their queues, first, and then gone from here: killed between the two, they are there twice, never lost.

        How many; a letter that no queue takes stays where it is.
        """
        own = topology.own(self.reader)
        back = [Outgoing(letter.id, own, letter.queue, letter.body, {ATTEMPT: 0}) for letter in letters]
        safe = self.publisher.publish(back)
        taken = [letter for letter in letters if letter.id in safe]
        for letter in taken:
            self.drop(letter)
        return len(taken)

    def drop(self, letter: DeadLetter) -> None:
        self.publisher.channel.basic_ack(letter.tag)


class Refused(Exception):
    """What was asked can't be done; the text says why."""


def main(words: list[str], usage: str) -> int:
    match words:
        case ["list"]:
            codes = (_with_publisher(partial(_list_of, reader)) for reader in topology.readers())
            return next((code for code in codes if code), 0)
        case ["list", reader]:
            return _with_publisher(partial(_list_of, reader))
        case ["show", reader, *ids] if len(ids) < 2:
            return _with_publisher(lambda publisher: _show(DeadLetters(publisher, reader), *ids))
        case ["replay", reader, *ids] if len(ids) < 2:
            return _with_publisher(lambda publisher: _replay(DeadLetters(publisher, reader), *ids))
        case ["drop", reader, id]:
            return _with_publisher(lambda publisher: _drop(DeadLetters(publisher, reader), id))
    print(usage, file=sys.stderr)
    return 2


def _with_publisher(run: Callable[[Publisher], object]) -> int:
    wanted = settings.read(Wanted)
    try:
        with Publisher(wanted.amqp_uri) as publisher:
            run(publisher)
    except NotFound as error:
        print(f"rabta: no such queue: {error.reply_text}", file=sys.stderr)
    except AccessRefused:
        print("rabta: this account may not do that: dead letters are their reader's own", file=sys.stderr)
    except (Refused, CannotStart) as error:
        print(f"rabta: {error}", file=sys.stderr)
    except BROKER_FAULTS as error:
        print(f"rabta: the broker can't be used: {type(error).__name__}", file=sys.stderr)
    else:
        return 0
    return 1


def _list_of(reader: str, publisher: Publisher) -> None:
    _list(DeadLetters(publisher, reader))


def _list(letters: DeadLetters) -> None:
    count = letters.count()
    try:
        reasons = Counter((each.queue, each.reason.split("\n")[0][:100]) for each in letters.each(most=LOOKED_AT))
    except AccessRefused:  # to count needs no right
        print(f"{letters.reader}: {count}, for the account of {letters.reader} alone to open")
        return
    print(f"{letters.reader}: {count}" + (f", of the oldest {LOOKED_AT}:" if count > LOOKED_AT else ""))
    for (queue, reason), of_these in reasons.most_common():
        print(f"  {of_these:>6}  {queue}  {reason}")


def _show(letters: DeadLetters, id: str | None = None) -> None:
    count = 0
    for count, letter in enumerate(letters.each(id), 1):  # noqa: B007 - shown after the loop
        print(f"{letter.id}\n  queue   {letter.queue}\n  died    {letter.died_at}\n  reason  {letter.reason}")
        print(f"  body    {_readable(letter.body)}")
    _found(letters, id, count)
    print(f"{count} dead letters")


def _readable(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2).replace("\n", "\n          ")
    except (ValueError, RecursionError):
        return repr(body[:2000])


def _replay(letters: DeadLetters, id: str | None = None) -> None:
    found = done = 0
    for window in _windows(letters.each(id)):
        found += len(window)
        done += letters.replay(window)
    _found(letters, id, found)
    print(f"{done} done")
    if done < found:
        raise Refused(f"{found - done} stay here: no queue took them")


def _drop(letters: DeadLetters, id: str) -> None:
    found = list(letters.each(id))
    _found(letters, id, len(found))
    for letter in found:
        letters.drop(letter)
    print(f"{len(found)} done")


def _windows(letters: Iterator[DeadLetter]) -> Iterator[list[DeadLetter]]:
    while window := list(islice(letters, WINDOW)):
        yield window


def _found(letters: DeadLetters, id: str | None, count: int) -> None:
    if id is not None and count == 0:
        raise Refused(f"no dead letter {id} of {letters.reader}")
