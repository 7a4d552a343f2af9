"""Token buckets, and whose bucket it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import clients
from gateway.limits import Buckets, household
from gateway.settings import Settings
from schoolbus.problems import Problem
from schoolbus.settings import SettingsFault, load
from services.roster.importing import imports
from tests.gateway.support import SECRET


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def granted(buckets: Buckets, key: str) -> bool:
    try:
        buckets.take(key)
    except Problem:
        return False
    return True


def test_a_bucket_empties_and_fills_again() -> None:
    clock = Clock()
    buckets = Buckets(per_minute=6, clock=clock)
    assert [granted(buckets, "a") for _ in range(8)] == [True] * 6 + [False] * 2
    assert granted(buckets, "b")
    with pytest.raises(Problem) as refused:
        buckets.take("a")
    assert refused.value.headers["Retry-After"] == "10"
    clock.now += 10
    assert [granted(buckets, "a") for _ in range(2)] == [True, False]


def test_only_so_many_are_remembered() -> None:
    buckets = Buckets(per_minute=1, most=3)
    for key in "abcd":
        assert granted(buckets, key)
    assert [granted(buckets, key) for key in "dcb"] == [False] * 3
    assert granted(buckets, "a")


@given(st.integers(1, 1000), st.lists(st.floats(0, 5), max_size=200))
def test_never_more_than_the_burst_and_the_gain(per_minute: int, pauses: list[float]) -> None:
    clock = Clock()
    buckets = Buckets(per_minute, clock=clock)
    calls = 0
    for pause in pauses:
        clock.now += pause
        calls += granted(buckets, "a")
    assert calls <= per_minute + (clock.now - 1000) * per_minute / 60 + 1e-6


def test_an_ipv6_client_has_one_bucket_for_its_network() -> None:
    assert household("203.0.113.7") == "203.0.113.7"
    assert household("2001:db8:1:2:aaaa::1") == household("2001:db8:1:2:bbbb::2") != household("2001:db8:1:3::1")


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        ("198.51.100.1", "203.0.113.7", "198.51.100.1"),  # no proxy of ours: it may say what it likes
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "1.2.3.4, rubbish", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_forwarded_addresses_are_believed_as_far_as_our_proxies_wrote_them(peer: str, forwarded_for: str, client: str) -> None:
    assert clients.reader(wanted(TRUSTED_PROXIES="10.0.0.0/8, fd00::/8").proxies)(peer, forwarded_for) == client
    assert clients.reader(wanted().proxies)(peer, forwarded_for) == peer


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("SIGN_INS_PER_MINUTE", "0"),
        ("HTTP_PORT", "99999"),
        ("METRICS_PORT", "70000"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("SERVICE_TIMEOUT", "nan"),
        ("STOP_TIMEOUT", "-3"),
        ("IMPORT_LIMIT", "1.5"),
        ("ROSTER_URL", "roster"),
        ("REPORTS_URL", "http://reports:1,reports:2"),
        ("CORS_ORIGINS", "*"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsFault, match=name):
        wanted(**{name: value})


def test_the_gateway_lets_through_what_roster_takes() -> None:
    assert wanted().import_limit == imports.LIMIT


def wanted(**more: str) -> Settings:
    urls = {f"{name}_URL": "http://127.0.0.1:1" for name in ("PUBLIC", "ROSTER", "MEETINGS", "REPORTS", "NOTIFICATIONS")}
    return load(Settings, {"HTTP_PORT": "1", "METRICS_PORT": "2", "GATEWAY_SECRET": SECRET, **urls, **more})
