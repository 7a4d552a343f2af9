"""What the database says while it stops, starts, or another member takes over: it passes by itself."""

from pymongo.errors import BulkWriteError, ConnectionFailure, OperationFailure, WTimeoutError

# MongoDB's error codes (src/mongo/base/error_codes.yml) of the categories NotPrimaryError, ShutdownError and NetworkError; a
# cursor that ended with its server; a majority that did not come about. Those that only a write's concern has come without the
# class that they have elsewhere.
_PASSING = frozenset(
    {
        *(6, 7, 89, 9001),  # HostUnreachable, HostNotFound, NetworkTimeout, SocketException
        *(91, 11600),  # ShutdownInProgress, InterruptedAtShutdown
        *(189, 10107, 11602, 13435, 13436),  # PrimarySteppedDown, NotWritablePrimary, InterruptedDueToReplStateChange, …
        *(43, 64),  # CursorNotFound, WriteConcernFailed
    }
)


def passes(error: Exception) -> bool:
    """Whether what raised it may be asked again in a moment. It may have been done."""
    if isinstance(error, (ConnectionFailure, WTimeoutError)):
        return True
    if isinstance(error, BulkWriteError):
        faults = [*error.details.get("writeErrors", ()), *error.details.get("writeConcernErrors", ())]
        return bool(faults) and all(fault.get("code") in _PASSING for fault in faults)
    return isinstance(error, OperationFailure) and error.code in _PASSING
