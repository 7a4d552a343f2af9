"""Every operation of the API × every role × own child, another child, another branch: as schoolbus.rights says."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from schoolbus.rights import BRANCH as WHOLE_BRANCH
from schoolbus.rights import CHAIN, RIGHTS, ROLES, Reach
from services.notifications.wording.rules import FEED, place
from services.notifications.wording.rules import PLACES as LINKED
from tests.access.asks import ASKS, PUBLIC
from tests.access.asks.ask import BRANCH, SELF, Ask, filled
from tests.access.world import OF_BOTH, OTHER_BRANCH, OTHER_CHILD, OWN, PLACES, TAUGHT, World
from tests.support.platform import Client

REFUSED = (401, 403, 404)
_pool = ThreadPoolExecutor(4)
Operation = tuple[str, str, dict[str, Any]]  # method, path, what the document says of it


def test_every_operation_has_a_row(operations: dict[str, Operation]) -> None:
    assert set(operations) == set(ASKS) | set(PUBLIC)
    assert all(found["security"] == [] for name, (_, _, found) in operations.items() if name in PUBLIC)
    assert all(found["x-right"] in RIGHTS for name, (_, _, found) in operations.items() if name in ASKS)


def test_the_whole_matrix(world: World, operations: dict[str, Operation]) -> None:
    callers = world.callers()
    wrong = []
    for name, ask in ASKS.items():
        for situation in PLACES:
            if situation == OWN or _names(situation, ask, operations[name][1]):
                right = operations[name][2]["x-right"]
                may = {role: expected(right, role, situation, ask) for role in callers}
                found = _all_ask(world, operations[name], ask, situation, callers, may)
                wrong += [f"{name}: {role}, {situation}: {what}" for role, what in found]
    assert wrong == [], "\n".join(wrong)


def test_who_teaches_in_one_branch_and_has_a_child_in_another(world: World, operations: dict[str, Operation]) -> None:
    callers = world.of_two_branches()
    wrong = []
    for name, ask in ASKS.items():
        for situation in OF_BOTH:
            may = {how: expected_of_both(operations[name], how, situation, ask) for how in callers}
            found = _all_ask(world, operations[name], ask, situation, callers, may)
            wrong += [f"{name}: by {how}, {situation}: {what}" for how, what in found]
    assert wrong == [], "\n".join(wrong)


def _all_ask(
    world: World, operation: Operation, ask: Ask, situation: str, callers: dict[str, Client], may: dict[str, bool]
) -> Iterator[tuple[str, str]]:
    """Who was answered otherwise than they should be, and how. Those who may not come first, and all at once: they use nothing
    up, so that one set of fresh things does for them and for the first who may."""

    def answers(role: str) -> requests.Response:
        return asked(callers[role], operation, ask, ids)

    ids = world.ids(ask, situation)
    refused = [role for role in callers if not may[role]]
    for role, answer in zip(refused, _pool.map(answers, refused), strict=True):
        if answer.ok:
            world.used(ask, situation)
        if not fits(answer, False, ask):
            yield role, f"{answer.status_code}, may not: {answer.text[:120]}"
    for role in [role for role in callers if may[role]]:
        ids = world.ids(ask, situation)
        answer = answers(role)
        if answer.ok:
            world.used(ask, situation)
        if not fits(answer, True, ask):
            yield role, f"{answer.status_code}, may: {answer.text[:120]}"


def expected_of_both(operation: Operation, how: str, situation: str, ask: Ask) -> bool:
    """In each branch as what they are there; where a path names none, as either. By a code as the guardian alone."""
    if how == "code" and ask.as_staff:
        return False
    _, path, found = operation
    here = "teacher" if situation == TAUGHT else "guardian"
    if ask.owner and "{branch_id}" not in path:
        return here == ask.owner and expected(found["x-right"], here, OWN, ask)
    held = {here} if "{branch_id}" in path else {"teacher", "guardian"}
    return any(expected(found["x-right"], role, OWN, ask) for role in held - ({"teacher"} if how == "code" else set()))


def _names(situation: str, ask: Ask, path: str) -> bool:
    """Whether a request names anything of a place that is not the caller's."""
    if situation == OTHER_BRANCH:
        return "{branch_id}" in path or ask.about not in (BRANCH, SELF)
    return ask.about not in (BRANCH, SELF)


def expected(right: str, role: str, situation: str, ask: Ask) -> bool:
    """Whether the table lets the role do it."""
    reach = reaches(right, role)
    if situation == OTHER_BRANCH:
        return CHAIN in reach
    if situation == OTHER_CHILD or ask.owner not in ("", role):
        return bool(reach & {WHOLE_BRANCH, CHAIN})
    return bool(reach)


def reaches(right: str, role: str) -> set[Reach]:
    """How far a caller of the world reaches; a class teacher is a teacher too."""
    held = {"class_teacher": ("class_teacher", "teacher")}.get(role, (role,))
    return {RIGHTS[right].reach[each] for each in held if each in RIGHTS[right].reach}


def fits(answer: requests.Response, may: bool, ask: Ask) -> bool:
    if may:
        return answer.status_code < 400 or answer.status_code in ask.also
    return answer.status_code in REFUSED


def asked(client: Client, operation: Operation, ask: Ask, ids: dict[str, str]) -> requests.Response:
    method, path, _ = operation
    path = re.sub(r"{(\w+)}", lambda found: ids.get(found[1], "unknown"), path)
    body = filled(ask.body, ids)
    if isinstance(body, bytes):
        return client.call(method, path, params=filled(ask.query, ids), data=body, headers={"Content-Type": ask.kind})
    return client.call(method, path, params=filled(ask.query, ids), json=body)


def test_every_link_in_a_message_leads_somewhere(world: World, operations: dict[str, Operation]) -> None:
    """The path that it leads to is one that can be asked, and whom the message told finds the thing there."""
    asked_for = {re.sub(r"{\w+}", "{}", path) for method, path, _ in operations.values() if method == "GET"}
    pages = {f"/v1/branches/{{}}/{re.sub(r'{.*}', '{}', below)}" for below in LINKED.values() if below}
    assert {FEED, *pages} <= asked_for
    callers, ids = world.callers(), PLACES[OWN].ids
    for about, below in LINKED.items():
        reader = callers["head" if about in ("unclear_answer", "abuse_report") else "guardian"]
        answer = reader.call("GET", place(ids["branch_id"], about, ids.get(f"{about}_id", "-"), [ids["student_id"]]))
        assert answer.status_code == 200, about
        shown = "student_id" if "{student_id}" in (below or "") else f"{about}_id"
        of_thing = below is not None and "{" in below  # and not a list
        assert not of_thing or answer.json()[shown] == ids[shown], about


def test_the_world_has_a_caller_of_every_role(world: World) -> None:
    assert set(world.callers()) == {*ROLES, "nobody"}
