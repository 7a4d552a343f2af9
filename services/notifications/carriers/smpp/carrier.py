"""A message as one or several submit_sm, and what the operator's answers mean."""

import re
import time
from collections.abc import Mapping
from typing import Any, Protocol

from smpplib import consts

from services.notifications.carriers import CannotTell, Carrier, NotTaken, Refused
from services.notifications.carriers.smpp.pdus import submissions
from services.notifications.carriers.smpp.session import Session
from services.notifications.messages import sms_text

# The moment is at fault, or our account: mended while the message waits.
FOR_NOW = {
    consts.SMPP_ESME_RTHROTTLED: 5.0,  # seconds to wait
    consts.SMPP_ESME_RMSGQFUL: 5.0,
    consts.SMPP_ESME_RSYSERR: 0.0,
    consts.SMPP_ESME_RX_T_APPN: 0.0,
    consts.SMPP_ESME_RINVBNDSTS: 0.0,
}
NUMBER = re.compile(r"\+?[0-9]{3,15}")
BUSY = (consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL)
OURS = (consts.SMPP_ESME_RINVSRCADR, consts.SMPP_ESME_RINVSYSID)  # what it says of us, not of the message
AGAIN = (0.5, 1.0, 2.0)  # seconds before the rest of a message that has begun is tried again


class Sent(Protocol):
    """Where the operator's ids of a message's parts are written down."""

    def taken(self, carrier_id: str, attempt_id: str, of: int) -> None: ...
    def ids(self, attempt_id: str, of: int) -> list[str]: ...


class Smpp(Carrier):
    """An operator can be asked about its own ids alone, and of a part without an answer we have none."""

    name = "sms.smpp"

    def __init__(self, session: Session, sender: str, sent: Sent) -> None:
        self.session = session
        self.sender = sender
        self.sent = sent

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        """The operator's id of the first part."""
        if not NUMBER.fullmatch(message["address"]):  # the library would take the line for broken
            raise Refused("smpp_0x0b", "no number", message["address"])
        parts = submissions(sms_text(message["body"], message["link"]), self.sender, message["address"])
        ids: list[str] = []
        for fields in parts:
            carrier_id = self._submitted(fields, message["address"], AGAIN if ids else ())
            ids.append(carrier_id)
            self.sent.taken(carrier_id, attempt_id, len(parts))
        return ids[0]

    def find(self, message: Mapping[str, Any], attempt: Mapping[str, Any]) -> list[str]:
        """Of an attempt all of whose parts were answered, before we died. Raises CannotTell of any other."""
        parts = submissions(sms_text(message["body"], message["link"]), self.sender, message["address"])
        ids = self.sent.ids(attempt["id"], len(parts))
        if not ids:
            raise CannotTell
        return ids[:1]

    def _submitted(self, fields: Mapping[str, Any], address: str, delays: tuple[float, ...]) -> str:
        """A later part is worth some waiting: without it the first ones show nothing, and the whole would be sent again."""
        for delay in (*delays, None):
            answer = self.session.submit(fields)
            if answer.status == consts.SMPP_ESME_ROK:
                return _id(answer.message_id)
            if answer.status not in FOR_NOW:
                raise Refused(_named(answer.status), _told(answer.status), address, carriers_own=answer.status in OURS)
            if delay is None:
                raise NotTaken(_named(answer.status), FOR_NOW[answer.status], busy=answer.status in BUSY)
            time.sleep(delay)
        raise AssertionError("not reached")


def _named(status: int) -> str:
    return f"smpp_{status:#04x}"


def _told(status: int) -> str:
    return str(consts.DESCRIPTIONS.get(status, ""))


def _id(raw: bytes | str | None) -> str:
    text = raw.decode("ascii", errors="replace") if isinstance(raw, bytes) else raw or ""
    return text.strip("\x00 ")
