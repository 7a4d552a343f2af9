"""How `make test` shares the tests."""

from collections import OrderedDict
from typing import Any

from tests.support.sharing import Shared

TESTS = [
    *("tests/access/test_matrix.py::test_all", "tests/demo/test_sms.py::test_one", "tests/e2e/test_stories.py::test_two"),
    *("tests/roster/test_audit.py::test_who", "tests/roster/test_audit.py::test_when", "tests/roster/test_usage.py::test_much"),
]


class Node:
    """A process that runs what it is given."""

    def send_runtest_some(self, _places: list[int]) -> None:
        pass


def test_a_process_keeps_to_its_package_and_helps_where_much_is_left() -> None:
    one, other = Node(), Node()
    shared: Any = Shared.__new__(Shared)
    shared.assigned_work = {one: {}, other: {}}
    shared.registered_collections = {one: TESTS, other: TESTS}
    shared.workqueue = OrderedDict()
    for test in TESTS:
        shared.workqueue.setdefault(shared._split_scope(test), {})[test] = False
    for node in (one, other, other, other, one):
        shared._assign_work_unit(node)
    assert list(shared.assigned_work[one]) == ["tests/access", "tests/roster/test_usage.py"]
    assert list(shared.assigned_work[other]) == ["tests/e2e", "tests/demo", "tests/roster/test_audit.py"]
    assert not shared.workqueue
