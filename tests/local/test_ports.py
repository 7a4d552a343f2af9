"""Ports: fixed, changed by the environment, and one clear line when one can't be had."""

import socket

import pytest

from deploy.local import ports
from deploy.local.processes import LOOPBACK, CannotStart, free_port


def test_the_environment_changes_a_port(monkeypatch):
    monkeypatch.setenv("GATEWAY_PORT", "18080")
    assert ports.read() == {**ports.DEFAULTS, "GATEWAY_PORT": 18080}


@pytest.mark.parametrize("text", ["80", "65536", "-1", "http", "8080.5"])
def test_what_is_no_port_is_named(monkeypatch, text):
    monkeypatch.setenv("MAIL_PORT", text)
    with pytest.raises(CannotStart, match=f"MAIL_PORT is '{text}': it wants a port from 1024 to 65535"):
        ports.read()


def test_two_programs_on_one_port_are_named(monkeypatch):
    monkeypatch.setenv("MAIL_PORT", str(ports.DEFAULTS["PHONES_PORT"]))
    with pytest.raises(CannotStart, match="MAIL_PORT and PHONES_PORT are the same port"):
        ports.read()


def test_many_taken_ports_name_what_a_second_platform_needs():
    with socket.create_server((LOOPBACK, 0)) as one, socket.create_server((LOOPBACK, 0)) as other:
        taken = {"GATEWAY_PORT": one.getsockname()[1], "ROSTER_PORT": other.getsockname()[1]}
        with pytest.raises(CannotStart) as fault:
            ports.check({**taken, "MAIL_PORT": free_port()})
    assert "PLATFORM_FOLDER=.run/second" in str(fault.value)
    assert all(f"{name}=" in str(fault.value) for name in taken)
    assert "MAIL_PORT" not in str(fault.value)


def test_a_taken_port_is_one_line_with_a_way_out():
    with socket.create_server((LOOPBACK, 0)) as somebody_else:
        port = somebody_else.getsockname()[1]
        with pytest.raises(CannotStart) as fault:
            ports.check({"MONGODB_PORT": free_port(), "GATEWAY_PORT": port})
    expected = f"taken by another program: port {port} (GATEWAY_PORT). Choose another, such as: make run GATEWAY_PORT=18080"
    assert str(fault.value) == expected
