"""Each secret that is wanted has somebody who makes it, and a trial's can be made up."""

from deploy.k8s import secrets
from deploy.k8s.environment import environment
from deploy.k8s.resources import Resource, of_kind
from schoolbus.accounts import BACKUP, DOCTOR, Password
from services.roster.identity.tokens import Signer
from tests.k8s.conftest import one


def said(resources: list[Resource]) -> list[str]:
    return [str(fault) for fault in secrets.faults(resources)]


def test_a_secret_that_nobody_fetches(resources: list[Resource]) -> None:
    one(resources, "ExternalSecret", "roster-pulls")["spec"]["target"]["name"] = "roster-pull"
    lines = said(resources)
    assert any(line.endswith("env.PULL_KEY: no ExternalSecret fetches roster-pulls") for line in lines)
    assert "ExternalSecret/roster-pulls nobody wants it" in lines


def test_a_key_that_nobody_is_told_of(resources: list[Resource]) -> None:
    one(resources, "TriggerAuthentication", "queues")["spec"]["secretTargetRef"][0]["key"] = "address"
    assert said(resources) == [
        "TriggerAuthentication/queues spec.secretTargetRef[0]: docs/deploy.md does not tell of key address of secret scaler"
    ]


def test_all_of_a_trial_is_made_up(resources: list[Resource]) -> None:
    made = {each["metadata"]["name"]: each["stringData"] for each in secrets.made_up(resources)}
    wanted = {(each.name, each.key) for each in secrets.wants(resources) if not each.optional}
    by_operators = {("broker-default-user", "username"), ("broker-default-user", "password")}
    by_operators |= {("database-administrator", "connectionString.standard")}
    assert wanted - by_operators <= {(name, key) for name, keys in made.items() for key in keys}
    assert Signer(made["roster-sign-in"]["token-signing-key"])
    assert Password(made["roster-account"]["broker-password"])
    assert "smpp-url" not in made["notifications-carriers"]


def test_nothing_that_processes_read_is_a_secret_for_all_to_see(resources: list[Resource]) -> None:
    for deployment in of_kind(resources, "Deployment"):
        given = environment(deployment, resources)
        assert given.get("GATEWAY_SECRET") is None
        assert "$(BROKER_PASSWORD)" in (given.get("AMQP_URI") or "$(BROKER_PASSWORD)")


def test_no_job_of_every_night_is_an_administrator(resources: list[Resource]) -> None:
    for name in (BACKUP, DOCTOR):
        job = one(resources, "CronJob", name)
        assert {each.name for each in secrets.wants([job])} == {f"{name}-account"}
        given = environment(job, resources)
        assert all(f"://{name}:$(" in (given[variable] or "") for variable in ("AMQP_URI", "MANAGEMENT_URI", "MONGODB_URI"))
    restore = one(resources, "CronJob", "restore")
    assert restore["spec"]["suspend"]
    assert {each.name for each in secrets.wants([restore])} == {"broker-default-user", "database-administrator"}
