"""Carriers take a message and say yes, no, not now, or nothing."""

from collections.abc import Mapping
from typing import Any, Protocol


class Refused(Exception):
    """The carrier will never take this message: its code and its words."""

    def __init__(self, code: object, words: str, address: str | None = None) -> None:
        told = words.replace(address, "…") if address else words
        self.reason = f"{code}: {told}"[:200].rstrip(": ")
        super().__init__(str(code))


class NotTaken(Exception):
    """The carrier surely did not take it this time. `retry_after`: the seconds it asks for."""

    def __init__(self, reason: str, retry_after: float = 0) -> None:
        self.reason = reason
        self.retry_after = retry_after
        super().__init__(reason)


class Unsure(Exception):
    """It may have been taken: the line broke, or time ran out, after the message had gone out."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Carrier(Protocol):
    """None of them tells a message that is handed over again from a second one."""

    def send(self, message: Mapping[str, Any]) -> str:
        """The carrier's id of the message it took. Raises Refused, NotTaken or Unsure."""
        ...
