"""Dead letters: what no handler could deal with. Look into them, send them back after the fix, or drop them."""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from amqp.exceptions import NotFound

from schoolbus import settings, topology
from schoolbus.broker import Outgoing, Publisher
from schoolbus.retry import ATTEMPT, DIED_AT, QUEUE, REASON
from schoolbus.settings import Url


@dataclass(frozen=True)
class Wanted:
    amqp_uri: Url


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
        death = (headers.get("x-death") or [{}])[0]  # the broker's own note, when a message killed its process too often
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        return cls(
            id=message.properties.get("message_id") or hashlib.blake2b(body, digest_size=8).hexdigest(),
            queue=headers.get(QUEUE) or death.get("queue", ""),
            reason=headers.get(REASON) or f"broker: {death.get('reason', 'unknown')}",
            died_at=headers.get(DIED_AT) or str(death.get("time", "")),
            body=body,
            tag=message.delivery_tag,
        )


class DeadLetters:
    """The dead letters of one reader. What is taken and not acknowledged goes back when the connection closes."""

    def __init__(self, publisher: Publisher, reader: str) -> None:
        self.publisher = publisher
        self.name = topology.dead(reader)

    def count(self) -> int:
        return int(self.publisher.channel.queue_declare(self.name, passive=True).message_count)

    def each(self, id: str | None = None) -> Iterator[DeadLetter]:
        for _ in range(self.count()):
            message = self.publisher.channel.basic_get(self.name)
            if message is None:
                return
            letter = DeadLetter.of(message)
            if id in (None, letter.id):
                yield letter

    def replay(self, letter: DeadLetter) -> None:
        """Back into its queue, first; then it is gone from here: killed between the two, it is there twice, never lost."""
        back = Outgoing(letter.id, "", letter.queue, letter.body, {ATTEMPT: 0})
        if letter.id not in self.publisher.publish([back]):
            raise RuntimeError(f"the queue {letter.queue!r} did not take it")
        self.drop(letter)

    def drop(self, letter: DeadLetter) -> None:
        self.publisher.channel.basic_ack(letter.tag)


def main(words: list[str], usage: str) -> int:
    match words:
        case ["list"]:
            return _with_publisher(lambda publisher: sum(_list(publisher, reader) for reader in topology.readers()))
        case ["list", reader]:
            return _with_publisher(lambda publisher: _list(publisher, reader))
        case ["show", reader, *rest] if len(rest) < 2:
            return _with_publisher(lambda publisher: _each(publisher, reader, rest, _show))
        case ["replay", reader, *rest] if len(rest) < 2:
            return _with_publisher(lambda publisher: _each(publisher, reader, rest, _replay))
        case ["drop", reader, id]:
            return _with_publisher(lambda publisher: _each(publisher, reader, [id], _drop))
    print(usage, file=sys.stderr)
    return 2


def _with_publisher(run: Any) -> int:
    wanted = settings.read(Wanted)
    with Publisher(wanted.amqp_uri) as publisher:
        try:
            run(publisher)
        except NotFound as error:
            print(f"rabta: no such queue: {error.reply_text}", file=sys.stderr)
            return 1
        except RuntimeError as error:
            print(f"rabta: {error}", file=sys.stderr)
            return 1
    return 0


def _list(publisher: Publisher, reader: str) -> int:
    reasons: dict[tuple[str, str], int] = {}
    for letter in DeadLetters(publisher, reader).each():
        key = (letter.queue, letter.reason.split("\n")[0][:100])
        reasons[key] = reasons.get(key, 0) + 1
    print(f"{reader}: {sum(reasons.values())}")
    for (queue, reason), count in sorted(reasons.items(), key=lambda item: -item[1]):
        print(f"  {count:>6}  {queue}  {reason}")
    return sum(reasons.values())


def _each(publisher: Publisher, reader: str, ids: list[str], do: Any) -> None:
    letters, count = DeadLetters(publisher, reader), 0
    for letter in letters.each(ids[0] if ids else None):
        do(letters, letter)
        count += 1
    if ids and count == 0:
        raise RuntimeError(f"no dead letter {ids[0]} of {reader}")
    print(f"{count} done" if do is not _show else f"{count} dead letters")


def _show(_: DeadLetters, letter: DeadLetter) -> None:
    print(f"{letter.id}\n  queue   {letter.queue}\n  died    {letter.died_at}\n  reason  {letter.reason}")
    try:
        print("  body    " + json.dumps(json.loads(letter.body), ensure_ascii=False, indent=2).replace("\n", "\n          "))
    except ValueError:
        print(f"  body    {letter.body[:2000]!r}")


def _replay(letters: DeadLetters, letter: DeadLetter) -> None:
    letters.replay(letter)


def _drop(letters: DeadLetters, letter: DeadLetter) -> None:
    letters.drop(letter)
