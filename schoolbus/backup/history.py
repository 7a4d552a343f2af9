"""How long the database can still tell what was at a moment: minutes by default, and a large chain takes longer to read."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

_NAME = "minSnapshotHistoryWindowInSeconds"
DEFAULT = 300  # seconds, the database's own
WANTED = 86_399  # of ours: a figure that says whose it is
_PATIENCE = 5000  # milliseconds for a member that may be down
Say = Callable[[str], None]


@contextmanager
def long_history(uri: str, client: MongoClient[Any], say: Say) -> Iterator[None]:
    """Of every member, each of which has a figure of its own: another may become primary meanwhile."""
    with ExitStack() as until:
        for name, member in _members(uri, client, until):
            until.enter_context(_longer(name, member, say))
        yield


def _members(uri: str, client: MongoClient[Any], until: ExitStack) -> Iterator[tuple[str, MongoClient[Any]]]:
    """Those that hold documents; or the one that the address names, where it is to be asked directly."""
    told = client.admin.command("hello")
    if client.topology_description.topology_type_name == "Single":
        yield told.get("me", "the database"), client
        return
    for host in (*told["hosts"], *told.get("passives", ())):
        yield host, until.enter_context(MongoClient(_address(uri, host), directConnection=True, **_of(uri)))


def _address(uri: str, host: str) -> str:
    place, slash, rest = uri.partition("://")[2].partition("/")
    account, at, _ = place.rpartition("@")
    return f"mongodb://{account}{at}{host}{slash}{rest}"


def _of(uri: str) -> dict[str, Any]:
    """What an address with +srv says by itself."""
    tls = {"tls": True} if uri.startswith("mongodb+srv") and "tls=" not in uri else {}
    return {"serverSelectionTimeoutMS": _PATIENCE, **tls}


@contextmanager
def _longer(name: str, member: MongoClient[Any], say: Say) -> Iterator[None]:
    """A run before this one that was killed has left ours there."""
    try:
        before = int(member.admin.command({"getParameter": 1, _NAME: 1})[_NAME])
        member.admin.command({"setParameter": 1, _NAME: max(before, WANTED)})
    except PyMongoError as fault:
        say(
            f"{_NAME} can't be set on {name} ({_kind(fault)}): a backup that takes longer than the {DEFAULT} seconds of its "
            "default fails. Give the account setParameter, or set the parameter on the servers"
        )
        yield
        return
    try:
        yield
    finally:
        _set_back(name, member, DEFAULT if before == WANTED else before, say)


def _set_back(name: str, member: MongoClient[Any], seconds: int, say: Say) -> None:
    """What has been read is whole without it."""
    try:
        member.admin.command({"setParameter": 1, _NAME: seconds})
    except PyMongoError as fault:
        say(f"{_NAME} of {name} stays at {WANTED} ({_kind(fault)}): the next backup sets it back to {DEFAULT}")


def _kind(fault: PyMongoError) -> str:
    return f"{type(fault).__name__} {getattr(fault, 'code', None) or ''}".rstrip()
