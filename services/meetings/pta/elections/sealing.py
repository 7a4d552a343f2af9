"""Ballots in sealed envelopes: who puts one into the urn can't open it, nor can anybody before the count (decisions/ballot.md).

An election has a key pair of its own. Envelopes are sealed to the public key by HPKE (RFC 9180); the private key lies in the
database, itself sealed with the setting BALLOT_KEY and, where the branch wants it, with a counting code that is kept nowhere.
At the count it is destroyed.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schoolbus.settings import accepted

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_NONCE = 12  # bytes
_LENGTH = 2048  # bytes of every ballot before it is sealed: its length says nothing
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is taken for another
_CODE = 10  # bytes: 16 letters


class Urn(NamedTuple):
    """`key`: the private key, sealed; `salt`: from which receipts are made, sealed with BALLOT_KEY alone."""

    public_key: bytes
    key: bytes
    salt: bytes


class WrongKey(Exception):
    """The counting code is not right, or BALLOT_KEY is not the one that the urn was made with."""


def new_urn(ballot_key: str, election_id: str, counting_code: str = "") -> Urn:
    private = X25519PrivateKey.generate()
    return Urn(
        private.public_key().public_bytes_raw(),
        _locked(private.private_bytes_raw(), ballot_key, "key", election_id, plain(counting_code)),
        _locked(secrets.token_bytes(32), ballot_key, "salt", election_id),
    )


def new_code() -> str:
    """Sixteen letters of chance in four groups: 80 bits, to be copied by hand."""
    return _written(secrets.token_bytes(_CODE))


def plain(code: str) -> str:
    """A code as it was made, however somebody has typed it."""
    folded = code.upper().translate(str.maketrans("OIL", "011"))
    return "".join(letter for letter in folded if letter in _LETTERS)


def enveloped(public_key: bytes, election_id: str, code: str, marks: Mapping[str, Sequence[int]]) -> bytes:
    """A ballot, sealed. All are of the same length."""
    ballot = json.dumps([code, {office: sorted(marked) for office, marked in marks.items()}], separators=(",", ":")).encode()
    if len(ballot) > _LENGTH:
        raise ValueError("a ballot is longer than an envelope")
    return _SUITE.encrypt(ballot.ljust(_LENGTH), X25519PublicKey.from_public_bytes(public_key), info=_info(election_id))


def opened(
    ballot_key: str, election_id: str, key: bytes, envelopes: Sequence[bytes], counting_code: str = ""
) -> list[tuple[str, dict[str, list[int]]]]:
    """The code and the marks of each ballot, sorted by their codes, which are chance: none stands where its envelope stood.

    Raises WrongKey.
    """
    private = X25519PrivateKey.from_private_bytes(_unlocked(key, ballot_key, "key", election_id, plain(counting_code)))
    info = _info(election_id)
    ballots = (json.loads(_SUITE.decrypt(each, private, info=info)) for each in envelopes)
    return sorted((code, marks) for code, marks in ballots)


def receipt(ballot_key: str, election_id: str, salt: bytes, request: str) -> str:
    """The code of the ballot that a request casts: the same when it is sent again, and of chance to whoever lacks the salt."""
    return _written(hmac.digest(_unlocked(salt, ballot_key, "salt", election_id), f"code\x1f{request}".encode(), "sha256"))


def mark_of(ballot_key: str, election_id: str, salt: bytes, request: str, marks: Mapping[str, Sequence[int]]) -> bytes:
    """Tells whether a request is the one that voted, sent again: it stays until the count, and says nothing by itself."""
    said = json.dumps({office: sorted(marks[office]) for office in sorted(marks)})
    salted = _unlocked(salt, ballot_key, "salt", election_id)
    return hmac.digest(salted, f"again\x1f{request}\x1f{said}".encode(), "sha256")


def _written(chance: bytes) -> str:
    number = int.from_bytes(chance[:_CODE])
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(_CODE * 8 - 5, -1, -5))
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _info(election_id: str) -> bytes:
    return f"rabta ballot\x1f{election_id}".encode()


def _locked(secret: bytes, ballot_key: str, *parts: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key(ballot_key, parts)).encrypt(nonce, secret, None)


def _unlocked(sealed: bytes, ballot_key: str, *parts: str) -> bytes:
    for each in accepted(ballot_key):
        with suppress(InvalidTag):
            return AESGCM(_key(each, parts)).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    raise WrongKey


def _key(ballot_key: str, parts: Sequence[str]) -> bytes:
    info = "\x1f".join(("rabta urn", *parts)).encode()
    return HKDF(SHA256(), 32, salt=None, info=info).derive(hashlib.sha256(ballot_key.encode()).digest())
