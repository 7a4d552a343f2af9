"""A private MongoDB: a replica set of one member on loopback, with its own port and folder."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local.processes import LOOPBACK, CannotStart, Ledger, wait_until

FROM_WHEEL = Path(__file__).parents[2] / ".run/mongod/fiftyone/db/bin/mongod"
REPLICA_SET = "rabta"
_ALREADY_INITIALIZED = 23  # MongoDB's error code


def begin(
    ledger: Ledger, folder: Path, port: int, cache: float, hasty: bool = False, key_file: Path | None = None
) -> Callable[[], str]:
    """Starts mongod with a cache of so many GiB; returns a function that waits until it is primary and gives its URI.

    `hasty`: a write is done before its journal is on the disk, which costs the database a third. With `key_file` it asks who
    one is, from the first user on.
    """
    program = shutil.which("mongod") or (str(FROM_WHEEL) if os.access(FROM_WHEEL, os.X_OK) else None)
    if not program:
        raise CannotStart("MongoDB is missing: run `make setup`, install mongod (6.0 or newer), or set MONGODB_URI")
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    log = folder / "console.log"
    command = [program, "--dbpath", str(data), "--port", str(port), "--bind_ip", LOOPBACK, "--replSet", REPLICA_SET]
    command += ["--wiredTigerCacheSizeGB", str(cache), "--oplogSize", "256", "--nounixsocket", "--quiet"]
    command += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
    command += ["--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0"]  # no other member to hand over to
    if hasty:
        command += ["--wiredTigerEngineConfigString", "log=(prealloc=false)"]  # else 300 MB, at once
    if key_file:
        command += ["--keyFile", str(key_file)]
    process = ledger.start("mongod", command, log, dict(os.environ, LANG="C.UTF-8"))
    uri = f"mongodb://{LOOPBACK}:{port}/?replicaSet={REPLICA_SET}"

    def ready() -> str:
        wait_until(lambda: _is_primary(port, hasty), 60, process, "MongoDB", log)
        return uri

    return ready


def _is_primary(port: int, hasty: bool) -> bool:
    try:
        client: MongoClient[dict[str, Any]] = MongoClient(LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=200)
        with client:
            hello = client.admin.command("hello")
            if "setName" not in hello:
                _become_set(client, port, hasty)
            return bool(hello["isWritablePrimary"])
    except PyMongoError:  # not listening yet, or between two states
        return False


def _become_set(client: MongoClient[dict[str, Any]], port: int, hasty: bool) -> None:
    """A set of this one member; the data of a node that had another port takes the new one."""
    member = {"_id": 0, "host": f"{LOOPBACK}:{port}"}
    try:
        wanted = {"_id": REPLICA_SET, "members": [member], "writeConcernMajorityJournalDefault": not hasty}
        client.admin.command("replSetInitiate", wanted)
    except OperationFailure as error:
        if error.code != _ALREADY_INITIALIZED:
            raise
        config = client.admin.command("replSetGetConfig")["config"]
        client.admin.command("replSetReconfig", {**config, "members": [member], "version": config["version"] + 1}, force=True)
