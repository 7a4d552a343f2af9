"""The copy of backups in another place: another's program, which the check looks at as at ours."""

from deploy.k8s import environment, flows, images, schema, secrets
from deploy.k8s.job import once_more
from deploy.k8s.resources import Resource, container, template
from tests.k8s.conftest import one

NAME = "backup-elsewhere"


def test_it_only_adds(resources: list[Resource]) -> None:
    copy = one(resources, "CronJob", NAME)
    assert container(copy)["args"][:2] == ["copy", "--immutable"], "sync would take away there what is taken away here"
    mounts = {each["name"]: each.get("readOnly", False) for each in container(copy)["volumeMounts"]}
    assert mounts == {"backups": True, "config": True, "tmp": False}


def test_it_runs_after_the_backup_and_reads_its_volume(resources: list[Resource]) -> None:
    volumes = [
        next(volume["persistentVolumeClaim"] for volume in template(one(resources, "CronJob", name))["spec"]["volumes"])
        for name in (NAME, "backup")
    ]
    assert volumes[0] == volumes[1] == {"claimName": "backups"}


def test_its_way_to_the_store(resources: list[Resource]) -> None:
    one(resources, "NetworkPolicy", "backup-to-store")["spec"]["egress"][0]["ports"] = [{"port": 80}]
    lines = [str(fault) for fault in flows.faults(resources)]
    assert f"NetworkPolicy/* spec.egress: {NAME} needs internet on port 443" in lines
    assert f"NetworkPolicy/* spec.egress: {NAME} may talk to internet on port 80 and does not" in lines


def test_its_secret_is_told_of_and_fetched(resources: list[Resource]) -> None:
    volume = template(one(resources, "CronJob", NAME))["spec"]["volumes"][1]
    volume["secret"]["items"][0]["key"] = "config"
    where = f"CronJob/{NAME} spec.jobTemplate.spec.template.spec.volumes.config:"
    assert [str(fault) for fault in secrets.faults(resources)] == [
        f"{where} docs/deploy.md does not tell of key config of secret backups-elsewhere"
    ]
    del volume["secret"]["items"]
    assert any("'items' is a required property" in str(fault) for fault in schema.faults(one(resources, "CronJob", NAME)))


def test_it_runs_rclone_and_nothing_of_ours(resources: list[Resource]) -> None:
    copy = one(resources, "CronJob", NAME)
    assert list(environment.faults([copy])) == []
    container(copy)["image"] = container(one(resources, "CronJob", "backup"))["image"]
    assert [fault.reason for fault in images.faults([copy])] == ["no image of rclone"]


def test_a_copy_comes_back_by_hand(resources: list[Resource]) -> None:
    again = container(once_more(resources, NAME, ["copy", "elsewhere:2026-11-26T190000Z", "/backups/2026-11-26T190000Z"]))
    assert "command" not in again
    assert again["args"][0] == "copy"
    assert next(each for each in again["volumeMounts"] if each["name"] == "backups") == {
        "name": "backups",
        "mountPath": "/backups",
    }
