"""What is under way can end before its process is killed."""

import pytest

from deploy.k8s import wiring
from deploy.k8s.reads import works
from deploy.k8s.resources import Resource
from schoolbus.work import LONGEST
from tests.k8s.conftest import one


def said(resources: list[Resource]) -> list[str]:
    return [str(fault) for fault in wiring.faults(resources)]


@pytest.mark.parametrize(
    ("name", "wanted"), [("roster-heavy", 845), ("meetings-heavy", 315), ("reports-heavy", 245), ("notifications-worker", 65)]
)
def test_a_worker_that_is_killed_over_its_work(resources: list[Resource], name: str, wanted: int) -> None:
    pod = one(resources, "Deployment", name)["spec"]["template"]["spec"]
    pod["terminationGracePeriodSeconds"] = 36
    assert said(resources) == [f"Deployment/{name} spec.template.spec: terminationGracePeriodSeconds wants more than {wanted}"]
    pod["terminationGracePeriodSeconds"] = wanted + 1
    assert said(resources) == []


def test_work_that_a_worker_leaves_is_not_waited_for(resources: list[Resource]) -> None:
    """Imports are of roster-heavy alone."""
    one(resources, "Deployment", "roster-worker")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = 36
    assert said(resources) == []


def test_what_is_not_declared_has_the_usual_time() -> None:
    found = works("notifications")
    assert (found["answers"], found["guide files"], found[""]) == (LONGEST, 120, 60)
