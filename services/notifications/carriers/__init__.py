"""Carriers take a message and say yes, no, not now, or nothing."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """The carrier will never take this message: its code and its words.

    `carriers_own`: for reasons of its own (our account, its routes), not of the message or its address: another may take it.
    """

    def __init__(self, code: object, words: str, address: str | None = None, *, carriers_own: bool = False) -> None:
        told = words.replace(address, "…") if address else words
        self.code = str(code)
        self.reason = f"{code}: {told}"[:200].rstrip(": ")
        self.carriers_own = carriers_own
        super().__init__(self.code)


class NotTaken(Exception):
    """The carrier surely did not take it this time. `retry_after`: the seconds it asks for. `busy`: it is well, and asks for
    time."""

    def __init__(self, reason: str, retry_after: float = 0, *, busy: bool = False) -> None:
        self.reason = reason
        self.retry_after = retry_after
        self.busy = busy
        super().__init__(reason)


class Unsure(Exception):
    """It may have been taken: the line broke, or time ran out, after the message had gone out."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class CannotTell(Exception):
    """The carrier can't be asked what became of an attempt."""


class Carrier(ABC):
    """A provider of a channel, one object for all threads. None of them tells a message that is handed over again from a
    second one.

    `message` has `_id`, `address`, `body`, `link`, `language` and so on: docs/notifications.md.
    """

    name: str  # of the channel and the provider, such as sms.twilio

    @abstractmethod
    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        """The carrier's id of the message it took. Receipts are to bring `attempt_id` back. Raises Refused, NotTaken or
        Unsure."""

    def find(self, message: Mapping[str, Any], attempt: Mapping[str, Any]) -> Sequence[str]:
        """The carrier's ids of what may be an attempt of which we never heard, the likeliest first; none when it surely took
        no such message. Some may be known as another attempt's.

        Raises CannotTell where there is no way to ask, NotTaken when the carrier is out of reach.
        """
        raise CannotTell
