"""Callers, as the gateway vouches for them."""

from dataclasses import replace

from schoolbus.caller import Caller
from schoolbus.rights import right


def person(person_id: str, branch_id: str, *roles: str) -> Caller:
    return Caller(person_id, {branch_id: frozenset(roles)})


def teacher(person_id: str, branch_id: str = "b1") -> Caller:
    return person(person_id, branch_id, "teacher")


def guardian(person_id: str, branch_id: str = "b1") -> Caller:
    return person(person_id, branch_id, "guardian")


def head(person_id: str = "h1", branch_id: str = "b1") -> Caller:
    return person(person_id, branch_id, "head")


def office(person_id: str = "o1", branch_id: str = "b1") -> Caller:
    return person(person_id, branch_id, "office")


def operator(person_id: str = "op1") -> Caller:
    return Caller(person_id, operator=True)


def using(caller: Caller, name: str) -> Caller:
    """The caller as an entrypoint hands them over, with the right that it asks for."""
    return replace(caller, right=right(name))
