"""Each wrong setting is named in one line, and none of them is shown."""

import os
import subprocess
import sys
from dataclasses import dataclass, fields

import pytest

from schoolbus.settings import Count, Positive, ServiceProcess, SettingsFault, load
from services.notifications.settings import Sending
from tests.support.processes import ROOT

RIGHT = {
    "AMQP_URI": "amqp://u:p@localhost:5672/rabta",
    "MONGODB_URI": "mongodb://a:27017,b:27017/?replicaSet=rs0",
    "HTTP_PORT": "8001",
    "GATEWAY_SECRET": "x" * 32,
}


def test_what_is_right_is_read_with_its_defaults() -> None:
    read = load(ServiceProcess, RIGHT)
    assert (read.http_port, read.http_host, read.log_format, read.retry_delays) == (
        8001,
        "127.0.0.1",
        "console",
        (1, 5, 30, 120, 600),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AMQP_URI", ""),
        ("AMQP_URI", "http://localhost"),
        ("AMQP_URI", "amqp://localhost:port"),
        ("MONGODB_URI", "localhost:27017"),
        ("HTTP_PORT", "0"),
        ("HTTP_PORT", "65536"),
        ("HTTP_PORT", "80a"),
        ("GATEWAY_SECRET", "too-short-but-secret"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("RETRY_DELAYS", "1,x"),
        ("RETRY_DELAYS", "0"),
        ("RETRY_DELAYS", "5,1"),
        ("RETRY_DELAYS", "1,,2"),
        ("RETRY_DELAYS", "99999"),
    ],
)
def test_what_is_wrong_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsFault) as fault:
        load(ServiceProcess, {**RIGHT, name: value})
    assert str(fault.value).startswith(f"{name} "), fault.value
    assert "secret" not in str(fault.value)


def test_all_faults_are_named_at_once_and_the_process_ends() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "schoolbus", "relay", "meetings"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HTTP_PORT": "x"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 78
    line = ended.stderr.strip().splitlines()[-1]
    assert all(name in line for name in ("AMQP_URI", "MONGODB_URI", "HTTP_PORT")), ended.stderr


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e999", "many"])
def test_rates_are_more_than_nothing_and_end(text: str) -> None:
    @dataclass(frozen=True)
    class Wanted:
        rate: Positive

    assert load(Wanted, {"RATE": "0.5"}).rate == 0.5
    with pytest.raises(SettingsFault, match="RATE wants a number above 0"):
        load(Wanted, {"RATE": text})
    with pytest.raises(ValueError, match="above 0"):
        {field.name: field.type for field in fields(Sending)}["sms_per_second"](text)  # type: ignore[operator]


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "", "9" * 40])
def test_counts_are_one_or_more(text: str) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        Count(text)


def test_plain_kinds() -> None:
    @dataclass(frozen=True)
    class Wanted:
        ratio: float
        eager: bool = False

    assert load(Wanted, {"RATIO": "0.5", "EAGER": "yes"}) == Wanted(0.5, True)
    with pytest.raises(SettingsFault, match="RATIO wants a number; EAGER wants true or false"):
        load(Wanted, {"RATIO": "half", "EAGER": "perhaps"})
    for odd in ("nan", "inf", "-inf"):
        with pytest.raises(SettingsFault, match="RATIO wants a number"):
            load(Wanted, {"RATIO": odd})
