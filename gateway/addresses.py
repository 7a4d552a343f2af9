"""Where a service listens: at one address, or at several that share its requests."""

from collections.abc import Iterator
from itertools import cycle
from typing import Self

from schoolbus.settings import Url


class Address(Url):
    __slots__ = ()
    schemes = ("http", "https")
    wants = "wants an address like http://host:port, or several with commas between"


class Addresses(tuple[Address, ...]):
    """At least one, none of them twice."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        addresses = [_address(part.strip(), place) for place, part in enumerate(text.split(","), start=1)]
        if len(set(addresses)) < len(addresses):
            raise ValueError("wants each address once")
        return super().__new__(cls, addresses)

    def rounds(self) -> Iterator[tuple[Address, ...]]:
        """Without end: all of them in the order in which to try them for one request, the first another one each time."""
        return cycle([(*self[place:], *self[:place]) for place in range(len(self))])


def _address(text: str, place: int) -> Address:
    """Raises ValueError that names the place: settings' values are not shown."""
    try:
        return Address(text)
    except ValueError as error:
        raise ValueError(f"{Address.wants}: number {place} is none") from error
