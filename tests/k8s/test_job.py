"""A job of an overlay, once more and by hand."""

from collections.abc import Iterator

import pytest

from deploy.k8s import schema
from deploy.k8s.job import NoJob, once_more
from deploy.k8s.resources import Resource, container, named, running, task
from tests.k8s.conftest import one


def said(job: Resource) -> Iterator[str]:
    named_ = {**job, "metadata": {**job["metadata"], "name": "by-hand"}}
    yield from (str(fault) for fault in schema.faults(named_))


def test_every_job_can_run_once_more(resources: list[Resource]) -> None:
    for each in running(resources):
        if each["kind"] in ("Job", "CronJob"):
            again = once_more(resources, task(each))
            assert list(said(again)) == []
            assert container(again) == container(each)
            assert again["metadata"]["generateName"] == f"{task(each)}-"


def test_a_backup_comes_back_with_the_volume_of_the_backup_as_administrator(resources: list[Resource]) -> None:
    job = once_more(resources, "restore", ["restore", "/backups/2026-11-26T213000Z"])
    assert list(said(job)) == []
    assert container(job)["command"] + container(job)["args"] == [
        *("python", "-m", "schoolbus", "restore", "/backups/2026-11-26T213000Z")
    ]
    assert container(job)["env"] == container(one(resources, "CronJob", "restore"))["env"]
    assert job["spec"]["template"]["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"] == "backups"
    assert job["spec"]["backoffLimit"] == 0


def test_the_overlay_is_left_alone(resources: list[Resource]) -> None:
    once_more(resources, "accounts", ["accounts", "--retire"])
    job = named(resources, "Job", "accounts-0-1-0-00000000")
    assert job is not None
    assert container(job)["args"] == ["accounts"]


def test_a_job_that_there_is_not(resources: list[Resource]) -> None:
    with pytest.raises(NoJob, match="there is no job account: accounts, backup"):
        once_more(resources, "account")
