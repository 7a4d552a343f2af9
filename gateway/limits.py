"""How often somebody may call: token buckets in memory, one set for each kind of caller."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from gateway import refusals
from gateway.settings import Settings

QUESTIONS = 10  # that a page may ask of services, on average
LIMIT, POLICY = "RateLimit", "RateLimit-Policy"


class Buckets:
    """Each key may call `per_minute` times at once and gains as many a minute. At most `most` keys: the idlest is forgotten.

    `name` is what callers see in the headers of draft-ietf-httpapi-ratelimit-headers.
    """

    def __init__(
        self, per_minute: int, name: str = "requests", most: int = 100_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.policy = f'"{name}";q={per_minute};w=60'
        self._name = name
        self._size = float(per_minute)
        self._gain = per_minute / 60
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key: (tokens, at)

    def take(self, key: str) -> dict[str, str]:
        """The headers that tell what is left. Raises Problem 429 with them and the seconds until the next call."""
        now = self._clock()
        tokens, at = self._buckets.get(key, (self._size, now))
        tokens = min(self._size, tokens + (now - at) * self._gain)
        if tokens < 1:
            raise refusals.too_many(max(1, math.ceil((1 - tokens) / self._gain)), self._told(tokens))
        self._buckets[key] = (tokens - 1, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return self._told(tokens - 1)

    def _told(self, tokens: float) -> dict[str, str]:
        """`r`: calls left; `t`: seconds until the bucket is full again."""
        full = math.ceil((self._size - tokens) / self._gain)
        return {POLICY: self.policy, LIMIT: f'"{self._name}";r={int(tokens)};t={full}'}


def household(address: str) -> str:
    """What one client has for itself: an IPv4 address, or an IPv6 /64, within which it can choose its address."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))


class Limits:
    """All buckets of one gateway: what the API's callers and the readers of its pages take from."""

    def __init__(self, settings: Settings) -> None:
        self.people = Buckets(settings.requests_per_minute)
        self.questions = Buckets(settings.requests_per_minute * QUESTIONS)
        self.machines = Buckets(settings.machine_requests_per_minute)
        self.addresses = Buckets(settings.address_requests_per_minute, "address")
        self.bad_tokens = Buckets(settings.bad_tokens_per_minute, "bad-tokens")
        sign_in = Buckets(settings.sign_ins_per_minute, "sign-in")
        links = Buckets(settings.address_requests_per_minute, "links")
        self.public = {  # by the path's resource
            "sign-in": sign_in,
            "carriers": Buckets(settings.carrier_requests_per_minute, "carriers"),
            "m": links,
            "calendar-feeds": links,  # a calendar provider reads many's
            "suggestion-answers": sign_in,
            "unsubscribe": links,
            "oauth2": Buckets(settings.sign_ins_per_minute, "tokens"),
            "report-cards": Buckets(settings.sign_ins_per_minute, "verification"),
        }
