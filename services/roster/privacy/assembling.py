"""The worker's part of an export: what the services have answered and what roster holds, as one ZIP of JSON files."""

import base64
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from schoolbus import privacy
from schoolbus.clock import now
from schoolbus.contracts.roster import SERVICES
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.privacy import exports
from services.roster.privacy.exports import ASKED, DONE, KEPT
from services.roster.privacy.held import HELD
from services.roster.privacy.readme import readme
from services.roster.store import Store

_PATIENCE = timedelta(days=1)  # then the services that have not answered are missing
_LEASE = 300.0  # seconds


def claim(store: Store) -> Document | None:
    waited = {"asked_at": {"$lte": now() - _PATIENCE}}
    return store.exports.claim({"state": ASKED, "$or": [{"answered": len(SERVICES)}, waited]}, lease=_LEASE, sort="asked_at")


def assemble(store: Store, export: Document) -> None:
    """The whole again when a worker died over it: a file that no export names is dropped with the next."""
    file_id = new_id()
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", readme(export))
            _write(archive, "roster", ((name, [json.dumps(own)]) for name, own in _own(store, export)))
            for service in sorted(export["sets"]):
                _write(archive, service, _answered(store, export, service))
        file.seek(0)
        store.exported.upload_from_stream_with_id(file_id, export["_id"], file)
    moment = now()
    done = {"state": DONE, "done_at": moment, "expires_at": moment + KEPT, "file_id": file_id}
    to = {**done, "missing": exports.unanswered(export)}
    if store.exports.change(WHOLE_CHAIN, export["_id"], to=to, when={"state": ASKED, "attempts": export["attempts"]}) is None:
        store.exported.delete(file_id)  # too slow: another worker has it, or the person was erased
        return
    store.export_parts.collection.delete_many({"export_id": export["_id"]})
    log().info("export_done", export=export["_id"], missing=to["missing"])


def _own(store: Store, export: Document) -> Iterator[tuple[str, Document]]:
    """What roster holds; of roles, those in the branches that were asked for."""
    for name, document in privacy.documents(store, HELD, export["person_id"], export["branch_ids"]):
        plain = json.loads(privacy.as_json(document))
        if export["branch_ids"] and "roles" in plain:
            plain["branch_id"] = [id for id in plain["branch_id"] if id in export["branch_ids"]]
            plain["roles"] = {id: held for id, held in plain["roles"].items() if id in export["branch_ids"]}
        yield name, plain


def _answered(store: Store, export: Document, service: str) -> Iterator[tuple[str, list[str]]]:
    where = {"export_id": export["_id"], "service": service, "set_id": export["sets"][service]}
    for part in store.export_parts.collection.find(WHOLE_CHAIN.filter(where)).sort("part", 1):
        yield part["collection"], part["documents"]


def _write(archive: zipfile.ZipFile, service: str, parts: Iterable[tuple[str, list[str]]]) -> None:
    """A JSON list for each collection; what is a file in it becomes a file beside it."""
    written: set[str] = set()
    for name, group in groupby(parts, key=lambda part: part[0]):
        if not name:
            continue
        if name.endswith(privacy.FILES):
            _write_files(
                archive, f"{service}/{name.removesuffix(privacy.FILES)}", (text for _, texts in group for text in texts)
            )
            continue
        place = f"{service}/{name}" if name not in written else f"{service}/{name}-{len(written)}"
        written.add(name)
        files: list[tuple[str, bytes]] = []
        with archive.open(f"{place}.json", "w") as out:
            before = b"[\n"
            for text in (text for _, texts in group for text in texts):
                shown = _with_files(json.loads(text), place, files)
                out.write(before + json.dumps(shown, ensure_ascii=False).encode())
                before = b",\n"
            out.write(b"\n]\n")
        for path, content in files:
            archive.writestr(path, content)


def _write_files(archive: zipfile.ZipFile, place: str, texts: Iterable[str]) -> None:
    """Files that came in pieces, one after the other: never more than a piece in memory."""
    pieces = (json.loads(text) for text in texts)
    for name, group in groupby(pieces, key=lambda piece: str(piece["name"])):
        with archive.open(f"{place}/{name.replace(':', '-').replace('/', '-')}", "w") as out:
            for piece in group:
                out.write(base64.b64decode(piece["content"]["base64"]))


def _with_files(document: dict[str, Any], place: str, files: list[tuple[str, bytes]]) -> dict[str, Any]:
    for field, value in document.items():
        if isinstance(value, dict) and set(value) == {"base64"}:
            path = f"{place}/{str(document['id']).replace(':', '-')}.{field}"
            files.append((path, base64.b64decode(value["base64"])))
            document[field] = path
    return document
