"""Who may do what: the table, and that it is what the docs print and what the entrypoints name."""

import importlib
import inspect

import pytest
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from schoolbus.caller import Caller
from schoolbus.chain import SERVICES
from schoolbus.rights import BRANCH, CHAIN, CHILDREN, CLASSES, RIGHTS, ROLES, markdown, right
from schoolbus.web import ApiEntrypoint
from tests.support.people import guardian, operator, person, teacher, using
from tests.support.processes import ROOT


def named() -> set[str]:
    """The rights that entrypoints ask for."""
    found = set()
    for name in SERVICES:
        module = importlib.import_module(f"services.{name}.service")
        kind = next(each for each in vars(module).values() if inspect.isclass(each) and vars(each).get("name") == name)
        for _, method in inspect.getmembers(kind, inspect.isfunction):
            for each in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ()):
                if isinstance(each, ApiEntrypoint) and each.route.may:
                    found.add(each.route.may.name)
    return found


def test_the_docs_print_the_table() -> None:
    assert markdown() in (ROOT / "docs" / "rights.md").read_text(), "python -m schoolbus rights"


def test_every_right_is_asked_for_by_an_entrypoint() -> None:
    assert named() == set(RIGHTS)


def test_every_right_names_roles_that_there_are() -> None:
    assert all(each.reach and set(each.roles) <= set(ROLES) for each in RIGHTS.values())


def test_a_right_that_is_not_in_the_table_is_a_fault_at_the_start() -> None:
    with pytest.raises(LookupError, match="fly"):
        right("fly")


def test_a_caller_reaches_as_far_as_their_roles_in_the_branch() -> None:
    both = using(Caller("p1", {"b1": frozenset(("teacher", "guardian")), "b2": frozenset(("head",))}), "see today")
    assert both.reach("b1") == {CLASSES, CHILDREN}
    assert both.reach("b2") == {BRANCH}
    assert both.reach("b3") == frozenset()
    assert both.reaches_all("b2")
    assert not both.reaches_all("b1")
    assert using(operator(), "follow messages").reach("b1") == {CHAIN}
    assert using(operator(), "see today").reach("b1") == frozenset()
    assert using(guardian("g1"), "set homework").reach("b1") == frozenset()
    assert teacher("t1").reach("b1") == frozenset(), "without a right there is no reach"
    assert using(person("x", "b1", "operator"), "import rosters").reach("b1") == {CHAIN}
