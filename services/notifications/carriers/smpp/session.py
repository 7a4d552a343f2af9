"""One connection to an operator, kept by a thread of its own: bound, asked whether it lives, and made again when it breaks.

Whoever submits waits for the answer to it; what the operator delivers goes to `inbox`, and is acknowledged once it is kept.
"""

import logging
import queue
import random
import select
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NoAnswer
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from smpplib import consts, exceptions, smpp
from smpplib.client import Client

from schoolbus.logs import log
from services.notifications.carriers import NotTaken, Unsure

ANSWER = 10.0  # seconds that an answer may take
ENQUIRE = 30.0  # seconds of silence, after which we ask whether the line lives
DELAYS = (0.5, 1, 2, 5, 10, 30, 60)  # seconds before each new try to bind
WAITING = 500  # deliveries that wait to be kept; the operator brings more again later
logging.getLogger("smpp").setLevel(logging.ERROR)  # the library would log numbers and texts, byte by byte
FAULTS = (exceptions.ConnectionError, exceptions.PDUError, exceptions.UnknownCommandError, OSError, ValueError)


@dataclass(frozen=True)
class Delivery:
    """A deliver_sm, and the connection that it came by."""

    pdu: Any
    client: Client


class Session:
    """`url`: smpp://system_id:password@host:port, or smpps. `window`: submissions that may be under way at once."""

    def __init__(self, url: str, window: int, *, enquire: float = ENQUIRE, delays: tuple[float, ...] = DELAYS) -> None:
        self.url = urlsplit(url)
        self.inbox: queue.Queue[Delivery] = queue.Queue(WAITING)
        self._window = threading.Semaphore(window)
        self._enquire, self._delays = enquire, delays
        self._lock = threading.Lock()  # of the line, and of who waits
        self._client: Client | None = None
        self._waiting: dict[int, Future[Any]] = {}
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Does nothing when it has been started."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="smpp", daemon=True)
                self._thread.start()

    def close(self) -> None:
        self._ended.set()
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            with suppress(*FAULTS):
                client.send_pdu(smpp.make_pdu("unbind", client=client))
            _cut(client)

    @property
    def bound(self) -> bool:
        return self._client is not None

    # Whoever sends

    def submit(self, fields: Mapping[str, Any]) -> Any:
        """The answer to a submit_sm. Raises NotTaken when it surely did not go out, Unsure when it may have."""
        self.start()
        if not self._window.acquire(timeout=ANSWER):
            raise NotTaken("window_full")
        try:
            sequence, answer = self._write(fields)
            try:
                return answer.result(ANSWER)
            except NoAnswer as silence:
                raise Unsure("no_answer") from silence
            finally:
                with self._lock:
                    self._waiting.pop(sequence, None)
        finally:
            self._window.release()

    def acknowledge(self, delivery: Delivery, *, kept: bool) -> None:
        """On a line that broke meanwhile, nothing: the operator brings it again."""
        status = consts.SMPP_ESME_ROK if kept else consts.SMPP_ESME_RX_T_APPN
        with suppress(*FAULTS), self._lock:
            if delivery.client is self._client:
                _answer(delivery.client, "deliver_sm_resp", delivery.pdu, status)

    def _write(self, fields: Mapping[str, Any]) -> tuple[int, "Future[Any]"]:
        with self._lock:
            client = self._client
            if client is None:
                raise NotTaken("not_bound")
            pdu = smpp.make_pdu("submit_sm", client=client, **fields)
            answer: Future[Any] = Future()
            self._waiting[pdu.sequence] = answer
            try:
                client.send_pdu(pdu)
            except FAULTS as fault:
                del self._waiting[pdu.sequence]
                _cut(client)
                raise Unsure("connection_broke") from fault
        return pdu.sequence, answer

    # The thread

    def _run(self) -> None:
        tries = 0
        while not self._ended.is_set():
            try:
                client = self._bind()
            except FAULTS as fault:
                log().warning("smpp_not_bound", code=str(fault)[:80], tries=tries)
                self._ended.wait(self._delays[min(tries, len(self._delays) - 1)] * random.uniform(0.8, 1.2))  # noqa: S311
                tries += 1
                continue
            tries = 0
            log().info("smpp_bound", host=self.url.hostname)
            try:
                self._listen(client)
            except Exception as fault:  # whatever the other side sent: the thread goes on with a new line
                log().warning("smpp_line_broke", code=type(fault).__name__)
            finally:
                self._let_go(client)

    def _bind(self) -> Client:
        secure = ssl.create_default_context() if self.url.scheme == "smpps" else None
        host = self.url.hostname or ""
        client = Client(host, self.url.port or 2775, timeout=ANSWER, logger_name="smpp", allow_unknown_opt_params=True)
        try:
            raw = socket.create_connection((host, client.port), timeout=ANSWER)
            client._socket = secure.wrap_socket(raw, server_hostname=host) if secure else raw
            client.state = consts.SMPP_CLIENT_STATE_OPEN
            name, password = unquote(self.url.username or ""), unquote(self.url.password or "")
            client.bind_transceiver(system_id=name, password=password)
        except FAULTS:
            _shut(client)
            raise
        with self._lock:
            self._client = client
        return client

    def _listen(self, client: Client) -> None:
        heard, asked = time.monotonic(), False
        while not self._ended.is_set():
            if _readable(client, min(1.0, self._enquire / 2)):
                self._take(client, client.read_pdu())
                heard, asked = time.monotonic(), False
                continue
            silence = time.monotonic() - heard
            if asked and silence > self._enquire + ANSWER:
                raise exceptions.ConnectionError("silent")
            if not asked and silence > self._enquire:
                with self._lock:
                    client.send_pdu(smpp.make_pdu("enquire_link", client=client))
                asked = True

    def _take(self, client: Client, pdu: Any) -> None:
        if pdu.command in ("submit_sm_resp", "generic_nack"):
            with self._lock:
                answer = self._waiting.pop(pdu.sequence, None)
            if answer is not None:
                answer.set_result(pdu)
        elif pdu.command == "deliver_sm":
            try:
                self.inbox.put_nowait(Delivery(pdu, client))
            except queue.Full:
                self.acknowledge(Delivery(pdu, client), kept=False)
        elif pdu.command in ("enquire_link", "unbind"):
            with self._lock:
                _answer(client, f"{pdu.command}_resp", pdu, consts.SMPP_ESME_ROK)
            if pdu.command == "unbind":
                raise exceptions.ConnectionError("unbound by the other side")

    def _let_go(self, client: Client) -> None:
        """Who waits for an answer hears that there will be none."""
        with self._lock:
            self._client = None
            waiting, self._waiting = self._waiting, {}
        _shut(client)
        for answer in waiting.values():
            answer.set_exception(Unsure("connection_broke"))


def _answer(client: Client, command: str, to: Any, status: int) -> None:
    pdu = smpp.make_pdu(command, client=client, status=status)
    pdu.sequence = to.sequence
    client.send_pdu(pdu)


def _readable(client: Client, seconds: float) -> bool:
    line = client._socket
    if line is None:
        raise exceptions.ConnectionError("closed")
    if isinstance(line, ssl.SSLSocket) and line.pending():
        return True
    return bool(select.select([line], [], [], seconds)[0])


def _cut(client: Client) -> None:
    """Wakes the thread, which closes the line."""
    line = client._socket
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def _shut(client: Client) -> None:
    _cut(client)
    line, client._socket = client._socket, None
    client.state = consts.SMPP_CLIENT_STATE_CLOSED
    if line is not None:
        line.close()
