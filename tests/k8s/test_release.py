"""A release stands in one file, written by a command; its jobs have names of their own."""

import shutil
from pathlib import Path

import pytest

from deploy.k8s.check import OVERLAYS
from deploy.k8s.release import IMAGES, JOBS, NoRelease, release
from deploy.k8s.resources import build, container, of_kind, running

NEWER = "sha256:" + "1a2b3c4d" * 8


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    for part in ("base", "components", "overlays"):
        shutil.copytree(OVERLAYS.parent / part, tmp_path / part)
    return tmp_path / "overlays" / "prod"


def test_one_service_is_released_alone(overlay: Path) -> None:
    before = {each["metadata"]["name"]: container(each)["image"] for each in of_kind(build(overlay), "Deployment")}
    release(overlay, [f"reports=0.2.0@{NEWER}"])
    built = build(overlay)
    after = {each["metadata"]["name"]: container(each)["image"] for each in of_kind(built, "Deployment")}
    assert {name for name in after if after[name] != before[name]} == {name for name in after if name.startswith("reports-")}
    assert after["reports-serve"] == f"registry.rabta.example/rabta/reports:0.2.0@{NEWER}"
    jobs = {each["metadata"]["name"]: container(each)["image"] for each in running(built) if each["kind"] == "Job"}
    again = {name for name, image in jobs.items() if NEWER in image}
    assert again == {f"{job}-0-2-0-1a2b3c4d" for job in ("accounts", "prepare-broker", "reports-prepare")}


@pytest.mark.parametrize(
    "word", ["reports", "reports=0.2.0", "parents=1@" + NEWER, f"{JOBS}=1@{NEWER}", "reports=latest@sha256:12"]
)
def test_what_is_no_release_is_refused(overlay: Path, word: str) -> None:
    text = (overlay / "release" / "kustomization.yaml").read_text()
    with pytest.raises(NoRelease, match="wants " + "[|]".join(IMAGES)):
        release(overlay, [f"roster=0.2.0@{NEWER}", word])
    assert (overlay / "release" / "kustomization.yaml").read_text() == text


def test_the_broker_is_released_as_well(overlay: Path) -> None:
    release(overlay, [f"broker=4.2.5-management@{NEWER}"])
    cluster = next(of_kind(build(overlay), "RabbitmqCluster"))
    assert cluster["spec"]["image"] == f"docker.io/library/rabbitmq:4.2.5-management@{NEWER}"


def test_the_database_is_released_with_its_version(overlay: Path) -> None:
    release(overlay, [f"database=7.0.25-ubi8@{NEWER}", f"database-agent=108.0.30.1-1@{NEWER}"])
    spec = next(of_kind(build(overlay), "MongoDBCommunity"))["spec"]
    assert spec["version"] == "7.0.25"
    found = {each["name"]: each["image"] for each in spec["statefulSet"]["spec"]["template"]["spec"]["containers"]}
    assert found == {
        "mongod": f"quay.io/mongodb/mongodb-community-server:7.0.25-ubi8@{NEWER}",
        "mongodb-agent": f"quay.io/mongodb/mongodb-agent:108.0.30.1-1@{NEWER}",
    }


def test_somebody_elses_broker_is_not_released_by_us(overlay: Path) -> None:
    with pytest.raises(NoRelease, match="managed has no broker"):
        release(overlay.parent / "managed", [f"broker=4.2.5-management@{NEWER}"])
