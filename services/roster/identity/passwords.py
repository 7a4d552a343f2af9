"""Passwords, kept as argon2id hashes. Hashing takes a core for tens of milliseconds: never on the event loop."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from eventlet import tpool
from eventlet.semaphore import Semaphore

_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)  # OWASP's parameters: 19 MiB, 25 ms
_at_a_time = Semaphore(2)  # of the four native threads (schoolbus/serve.py): whoever else needs one finds one
_nobodys = _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    with _at_a_time:
        made: str = tpool.execute(_hasher.hash, password)
    return made


def fits(password: str, known: str | None) -> bool:
    """Takes as long when there is nobody to compare with: an answer's time tells nothing."""
    with _at_a_time:
        return bool(tpool.execute(_verify, known or _nobodys, password)) and known is not None


def _verify(known: str, password: str) -> bool:
    try:
        return _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
