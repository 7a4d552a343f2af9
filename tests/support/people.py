"""Callers, as the gateway vouches for them."""

from schoolbus.caller import Caller


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
