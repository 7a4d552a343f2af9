"""While the database stops or changes over, a request is answered "not now", whatever the driver calls what it met."""

from typing import Any

import pytest
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    WriteConcernError,
)
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from schoolbus.answers import respond
from schoolbus.changeover import passes
from schoolbus.route import Route
from schoolbus.store import Busy

STOPPING = {"code": 91, "errmsg": "shutting down"}
TAKEN = {"code": 11000, "errmsg": "duplicate key"}
PASSING = [
    AutoReconnect("gone"),
    NotPrimaryError("stepped down"),
    ServerSelectionTimeoutError("nobody"),
    WriteConcernError("stopped while a majority was waited for", 91, {}),  # seen while a database was stopped
    OperationFailure("interrupted", 11602, {}),
    OperationFailure("cursor not found", 43, {}),
    BulkWriteError({"writeErrors": [], "writeConcernErrors": [STOPPING]}),
]
OURS = [
    DuplicateKeyError("taken", 11000, {}),
    OperationFailure("unknown operator", 2, {}),
    BulkWriteError({"writeErrors": [TAKEN], "writeConcernErrors": [STOPPING]}),
    ValueError("anything else"),
]
ROUTE = Route("GET", "/v1/things", "List things", "list_things")


def status(error: Exception) -> int:
    def run() -> Any:
        raise error

    return int(respond(ROUTE, Request(EnvironBuilder("/v1/things").get_environ()), run).status_code)


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_what_passes_by_itself_is_not_now(error: Exception) -> None:
    assert passes(error)
    assert status(error) == 503


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_a_fault_of_ours_is_one(error: Exception) -> None:
    assert not passes(error)
    assert status(error) == 500


def test_two_that_met_is_not_now() -> None:
    assert status(Busy()) == 503
