"""What an operator's SMSC delivers, byte by byte, and what the handset wrote in it."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from smpplib import consts, smpp
from smpplib.client import Client

from services.notifications.carriers.smpp.pdus import Delivered, Written, read, submissions
from services.notifications.carriers.smpp.session import FAULTS
from services.notifications.segments import from_septets, parts, septets
from services.notifications.states import State
from services.notifications.talking.keywords import keyword
from tests.fuzz.anything import can_be_kept, spoilt, texts

CLIENT = Client("nowhere", 1, timeout=1, allow_unknown_opt_params=True)
KEPT_BY_ITS_LOOP = (
    *FAULTS,
    struct.error,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
)  # `_run` takes any Exception: a new line
RECEIPT = b"id:7F sub:001 dlvrd:001 submit date:2611240900 done date:2611240901 stat:DELIVRD err:000 text:Hello"


def pdu(message: bytes, coding: int = 0, esm_class: int = 0, more: bytes = b"") -> bytes:
    body = (
        b"\0\x01\x01923001110001\0\x01\x01923009990001\0"
        + bytes([esm_class, 0, 0, 0, 0, 0, 0, coding, 0, len(message)])
        + message
    )
    return struct.pack(">LLLL", 16 + len(body) + len(more), 5, 0, 7) + body + more


def parsed(raw: bytes):
    return smpp.parse_pdu(raw, client=CLIENT, allow_unknown_opt_params=True)


@given(st.binary(max_size=254), st.sampled_from([0, 3, 8, 4, 255]), st.integers(0, 255), st.binary(max_size=60))
@example(RECEIPT, 0, 4, b"")
def test_whatever_a_handset_sends_is_read_and_fit_to_be_kept(message, coding, esm_class, more):
    try:
        delivered = parsed(pdu(message, coding, esm_class, more))
    except KEPT_BY_ITS_LOOP:
        return
    told = read(delivered)
    assert can_be_kept(told)
    if isinstance(told, Written):
        assert 1 <= told.number <= told.of <= 255
        assert len(told.sender) <= 64
        keyword(told.text)
    else:
        assert isinstance(told, Delivered)
        assert len(told.carrier_id) <= 65
        assert (told.reason is not None) is (told.state is State.FAILED)


@given(
    spoilt(pdu(RECEIPT, 0, 4), b"id:", b"stat:UNDELIV", b"\0", b"\xff" * 4) | spoilt(pdu(b"\x05\0\x03\x01\x02\x01hello", 0, 64))
)
def test_a_spoilt_delivery_is_read_or_ends_the_line(raw):
    if len(raw) < 16:
        return
    try:
        told = parsed(raw)
    except KEPT_BY_ITS_LOOP:
        return
    if told.command == "deliver_sm":
        try:
            assert can_be_kept(read(told))
        except TypeError:  # a field that is not there: `inbox.keep` has the operator bring it again
            assert None in (told.short_message, told.source_addr, told.esm_class, told.data_coding)


@given(texts(500).map(lambda text: text.encode(errors="replace").decode()), st.integers(0, 255))
def test_what_we_send_in_parts_is_read_as_it_was_written(text, reference):
    fields = submissions(text, "Beacon", "+923001110001", reference)
    assert len(fields) == parts(text)
    told = [read(parsed(pdu(each["short_message"], each["data_coding"], each["esm_class"]))) for each in fields]
    assert "".join(each.text for each in told) == text
    assert [(each.number, each.of) for each in told] == [(n, len(fields)) for n in range(1, len(fields) + 1)]


@given(st.binary(max_size=200))
def test_any_septets_are_text(raw):
    text = from_septets(raw)
    assert len(text) <= len(raw)
    if "\ufffd" not in text and not raw.endswith(b"\x1b"):
        assert septets(text) == raw


@pytest.mark.timeout(60)
def test_a_receipt_of_any_length_is_read_in_a_moment():
    for message in (b"id:" * 20_000, b"id" * 30_000, b"err:0 " * 10_000):
        made = parsed(pdu(b"", 0, 4, struct.pack(">HH", 0x0424, len(message)) + message))
        assert can_be_kept(read(made))
    assert consts.SMPP_ESME_ROK == 0
