"""Another system to pull from, misbehaving at will, and a pull's work piece by piece."""

import csv
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.oneroster.scopes import ROSTER
from schoolbus.scope import WHOLE_CHAIN
from services.roster.pulling import pulls, running, staging
from services.roster.pulling.settings import Pulls
from services.roster.store import Store

KEY = "a-key-of-pulls-for-the-unit-tests-0123"
SETTINGS = Pulls(KEY, pull_from_loopback=True)
OPERATOR = Caller("op", operator=True)


class Peer:
    """A provider with whatever rows it is given; `faults` are answered first, one for each request of a collection."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.faults: list[tuple[int, dict[str, str]]] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.most = 1000
        self.before_page = lambda collection, offset: None
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self._say(200, {}, {"access_token": "t", "token_type": "Bearer", "expires_in": 60})

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                collection = parts.path.rpartition("/")[2]
                peer.asked.append((collection, query))
                peer.before_page(collection, int(query["offset"]))
                if peer.faults:
                    self._say(*peer.faults.pop(0), {})
                    return
                rows = sorted(peer.rows.get(collection, []), key=lambda row: row["sourcedId"])
                start = int(query["offset"])
                page = rows[start : start + min(int(query["limit"]), peer.most)]
                self._say(200, {"X-Total-Count": str(len(rows))}, {collection: page})

            def _say(self, status: int, headers: dict[str, str], body: dict[str, Any]) -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Type": "application/json"}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def standing() -> Iterator[Peer]:
    """One with twenty organisations."""
    made = Peer()
    made.rows = {"orgs": [{"sourcedId": f"o{number:03}", "name": "x", "type": "district"} for number in range(20)]}
    yield made
    made.server.shutdown()
    made.server.server_close()


def draft(url: str, **more: Any) -> dict[str, Any]:
    return {
        "base_url": url,
        "token_url": f"{url}/token",
        "client_id": "us",
        "client_secret": "secret",
        "minutes": 5,
        "scopes": [ROSTER],
        **more,
    }


def put(store: Store, peer: Peer, source: str = "peer", **more: Any) -> None:
    pulls.put(store, SETTINGS, OPERATOR, source, draft(peer.url, **more), [])


def piece(store: Store, times: int = 1) -> dict[str, Any]:
    """One piece of work after the other, however long they would wait in between."""
    for _ in range(times):
        store.pulls.change_all(WHOLE_CHAIN, {}, {"due_at": now(), "leased_until": None})
        claimed = running.claim(store)
        assert claimed is not None
        running.work(store, claimed, SETTINGS)
    return pulls.one(store, "peer")


def fetched(store: Store, collection: str = "orgs") -> list[str]:
    return [row["sourcedId"] for row in staging.rows(store, pulls.one(store, "peer")["run"]["id"], collection)]


def zip_of(store: Store) -> dict[str, list[dict[str, str]]]:
    """The set that waits for the import: rows by file."""
    (upload,) = store.uploads.find({})
    with zipfile.ZipFile(io.BytesIO(upload.read())) as set_:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.TextIOWrapper(set_.open(name), encoding="utf-8")))
            for name in set_.namelist()
        }


def imported(store: Store, state: str = "done", **more: Any) -> None:
    """As if the worker had imported what waits."""
    store.imports.change_all(WHOLE_CHAIN, {"open": True}, {"open": False, "state": state, **more})
    for upload in list(store.uploads.find({})):
        store.uploads.delete(upload._id)
