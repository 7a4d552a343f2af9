"""What goes into a submit_sm and what comes in a deliver_sm: SMPP 3.4, sections 4.4, 4.6 and appendix B."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smpplib import consts

from services.notifications.segments import cut, from_septets, is_gsm_7, septets
from services.notifications.states import State

LATIN_1, UCS_2 = 0x03, 0x08  # data_coding; 0 is the operator's own alphabet, nearly always GSM 03.38
_MESSAGE_TYPE, _RECEIPT = 0b00111100, 0b00000100  # of esm_class (section 5.2.12)
_JOINED = b"\x05\x00\x03"  # a user data header of five bytes: joined messages with an 8-bit reference
_JOINED_16 = b"\x06\x08\x04"

# message_state (section 5.2.28), and the words of a receipt's text that say the same
_BY_NUMBER = {
    1: State.SENT,
    2: State.DELIVERED,
    3: State.FAILED,
    4: State.FAILED,
    5: State.FAILED,
    6: State.SENT,
    8: State.FAILED,
}
_BY_WORD = {
    "ENROUTE": State.SENT,
    "ACCEPTD": State.SENT,
    "DELIVRD": State.DELIVERED,
    "EXPIRED": State.FAILED,
    "DELETED": State.FAILED,
    "UNDELIV": State.FAILED,
    "REJECTD": State.FAILED,
}
_FIELD = re.compile(r"\b(id|stat|err):(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class Delivered:
    """A receipt: what became of one part. `carrier_id` is the operator's id of it."""

    carrier_id: str
    state: State | None
    reason: str | None


@dataclass(frozen=True)
class Written:
    """A part of what somebody wrote to us; `reference` and `of` join the parts of one text."""

    sender: str  # E.164
    text: str
    reference: int = 0
    number: int = 1
    of: int = 1


def submissions(text: str, sender: str, address: str, reference: int | None = None) -> list[dict[str, Any]]:
    """The fields of a submit_sm for each part. `reference` (0 to 255) joins them; any, where none is given."""
    pieces, latin = cut(text), is_gsm_7(text)
    reference = secrets.randbelow(256) if reference is None else reference
    fields = {
        **_addressed("source", sender),
        **_addressed("dest", address),
        "source_addr": sender.removeprefix("+"),
        "destination_addr": address.removeprefix("+"),
        "data_coding": consts.SMPP_ENCODING_DEFAULT if latin else UCS_2,
        "registered_delivery": True,
        "esm_class": consts.SMPP_GSMFEAT_UDHI if len(pieces) > 1 else consts.SMPP_MSGMODE_DEFAULT,
    }
    encoded = [septets(piece) if latin else piece.encode("utf-16-be") for piece in pieces]
    if len(encoded) > 1:
        encoded = [_JOINED + bytes([reference, len(encoded), number]) + piece for number, piece in enumerate(encoded, start=1)]
    return [{**fields, "short_message": piece} for piece in encoded]


def _addressed(side: str, address: str) -> dict[str, int]:
    """Type and plan of a number: international, a short code of the operator's, or a name of letters."""
    ton, npi = consts.SMPP_TON_INTL, consts.SMPP_NPI_ISDN
    if not address.removeprefix("+").isdecimal():
        ton, npi = consts.SMPP_TON_ALNUM, consts.SMPP_NPI_UNK
    elif not address.startswith("+"):
        ton = consts.SMPP_TON_NWSPEC if len(address) < 7 else consts.SMPP_TON_UNK
    return {f"{side}_addr_ton": ton, f"{side}_addr_npi": npi}


def read(pdu: Any) -> Delivered | Written:
    """What a deliver_sm says."""
    if pdu.esm_class & _MESSAGE_TYPE == _RECEIPT:
        return _receipt(pdu)
    raw = pdu.short_message or pdu.message_payload or b""
    header, raw = _without_header(raw) if pdu.esm_class & consts.SMPP_GSMFEAT_UDHI else (b"", raw)
    reference, of, number = _joined(header)
    sender = f"+{_text(pdu.source_addr).removeprefix('+')}"[:64]
    return Written(sender, _decoded(raw, pdu.data_coding), reference, number, of)


def _receipt(pdu: Any) -> Delivered:
    """Its optional parameters where the operator gives them, or else the words of its text."""
    told: Mapping[str, str] = {
        name.lower(): value for name, value in _FIELD.findall(_text(pdu.short_message or pdu.message_payload or b""))
    }
    carrier_id = _text(pdu.receipted_message_id or b"") or told.get("id", "")
    word = told.get("stat", "").upper()[:7]
    state = _BY_NUMBER.get(pdu.message_state) if pdu.message_state else _BY_WORD.get(word)
    error = told.get("err", "")
    reason = f"{word or pdu.message_state}{f' {error}' if error.strip('0') else ''}" if state is State.FAILED else None
    return Delivered(carrier_id[:65], state, reason)


def _without_header(raw: bytes) -> tuple[bytes, bytes]:
    length = raw[0] + 1 if raw else 0
    return raw[:length], raw[length:]


def _joined(header: bytes) -> tuple[int, int, int]:
    """Reference, how many, and which; another header says nothing of that."""
    if header[:3] == _JOINED and len(header) == 6:
        reference, of, number = header[3], header[4], header[5]
    elif header[:3] == _JOINED_16 and len(header) == 7:
        reference, of, number = int.from_bytes(header[3:5], "big"), header[5], header[6]
    else:
        return 0, 1, 1
    return (reference, of, number) if 1 <= number <= of else (0, 1, 1)


def _decoded(raw: bytes, coding: int) -> str:
    if coding == UCS_2:
        return raw.decode("utf-16-be", errors="replace")
    return raw.decode("latin-1") if coding == LATIN_1 else from_septets(raw)


def _text(raw: bytes | str) -> str:
    return (raw.decode("ascii", errors="replace") if isinstance(raw, bytes) else raw).strip("\x00 ")
