"""Who calls. The gateway checks the sign-in token and vouches for its bearer in one signed header."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jwt

from schoolbus.problems import NotAllowed, Problem
from schoolbus.rights import BRANCH, CHAIN, Reach, Right
from schoolbus.scope import Scope, branch
from schoolbus.settings import accepted

HEADER = "Rabta-Caller"
ISSUER = AUDIENCE = "rabta"  # of access tokens
_LIFE = 120  # seconds; the gateway signs anew well before


@dataclass(frozen=True)
class Origin:
    """Where a request comes from, by the gateway's word, and with what program, by its own."""

    address: str = ""
    program: str = ""  # User-Agent


@dataclass(frozen=True)
class Caller:
    """A person and their roles by branch; `person_id` is empty where nobody is signed in.

    `right` is what they are about to use: the entrypoint's. `scopes` are those of a machine's token. `machine_of_chain`: a
    machine in every branch, which has no roles because thousands of branches don't fit a token. `session_id` is that of
    the sign-in, `how` how it was begun (code, password, oidc); a machine has neither. `origin` is known where nobody need be
    signed in.
    """

    person_id: str
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    operator: bool = False
    scopes: frozenset[str] = frozenset()
    machine_of_chain: bool = False
    right: Right | None = field(default=None, compare=False)
    session_id: str = ""
    how: str = ""
    origin: Origin = field(default=Origin(), compare=False)

    @property
    def is_machine(self) -> bool:
        """Another system, not a person."""
        return self.person_id.startswith("machine:")

    @property
    def by_code(self) -> bool:
        """Signed in on a phone that others may hold too: what they are as staff is out of reach, be it their own."""
        return self.how == "code"

    @property
    def branches(self) -> tuple[str, ...]:
        return tuple(self.roles)

    def has(self, branch_id: str, *roles: str) -> bool:
        held = self._held(branch_id)
        return any(role in held for role in roles)

    def reach(self, branch_id: str) -> frozenset[Reach]:
        """How far the right at hand reaches in a branch, by all roles that the caller has there."""
        held = self._held(branch_id)
        return frozenset(reach for role, reach in (self.right.reach.items() if self.right else ()) if role in held)

    def reaches(self, branch_id: str, *reach: Reach) -> bool:
        """Whether it reaches as far as one of these."""
        return not self.reach(branch_id).isdisjoint(reach)

    def reaches_all(self, branch_id: str) -> bool:
        """Whether it reaches everybody in the branch."""
        return self.reaches(branch_id, BRANCH, CHAIN)

    def branch(self, branch_id: str) -> Scope:
        """The scope of a branch in which the caller has a role. Raises NotAllowed."""
        if not self._held(branch_id):
            raise NotAllowed("not-your-branch", "You have no role in this branch")
        return branch(branch_id)

    def _held(self, branch_id: str) -> frozenset[str]:
        """The roles in a branch, with those that hold in every branch."""
        held = self.roles.get(branch_id, frozenset())
        if self.operator:
            held |= {"operator"}
        if self.machine_of_chain:
            held |= {"machine"}
        return held


NOBODY = Caller("")


def as_claims(caller: Caller) -> dict[str, Any]:
    return {
        "sub": caller.person_id,
        "roles": {branch_id: sorted(roles) for branch_id, roles in caller.roles.items()},
        "operator": caller.operator,
        **({"scope": " ".join(sorted(caller.scopes))} if caller.scopes else {}),
        **({"sid": caller.session_id} if caller.session_id else {}),
        **({"how": caller.how} if caller.how else {}),
        **({"machine_of_chain": True} if caller.machine_of_chain else {}),
    }


def from_claims(claims: dict[str, Any]) -> Caller:
    roles: dict[str, Iterable[str]] = claims.get("roles") or {}
    return Caller(
        person_id=claims["sub"],
        roles={branch_id: frozenset(held) for branch_id, held in roles.items()},
        operator=bool(claims.get("operator")),
        scopes=frozenset((claims.get("scope") or "").split()),
        session_id=claims.get("sid") or "",
        how=claims.get("how") or "",
        machine_of_chain=claims.get("machine_of_chain") is True,
    )


def sign_caller(caller: Caller, secret: str) -> str:
    """The header's value, good for two minutes: gateway to service."""
    return jwt.encode({**as_claims(caller), "exp": int(time.time()) + _LIFE}, secret, algorithm="HS256")


def read_caller(header: str, secret: str) -> Caller:
    """The caller that the gateway vouches for, with any of the secrets that are accepted. Raises Problem 401."""
    for each in accepted(secret):
        try:
            caller, expires_at = _verified(header, each)
        except jwt.InvalidSignatureError:
            continue
        except (jwt.InvalidTokenError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise unknown_caller() from error
        if expires_at < time.time():
            raise unknown_caller()
        return caller
    raise unknown_caller()


def unknown_caller() -> Problem:
    return Problem("sign-in-needed", "Please sign in", "This address is reached through the gateway.", status=401)


@lru_cache(maxsize=4096)
def _verified(header: str, secret: str) -> tuple[Caller, float]:
    claims = jwt.decode(header, secret, algorithms=["HS256"], options={"require": ["exp", "sub"], "verify_sub": False})
    return from_claims(claims), float(claims["exp"])
