"""k8s-check: what we deploy passes, and what is broken is named with overlay, kind, name, path and reason."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.k8s.check import OVERLAYS, check, main
from deploy.k8s.resources import NotBuilt, build
from tests.k8s.conftest import one

DEV = "overlays/dev/kustomization.yaml"
PROCESS = "base/process/deployment.yaml"

# What stands in which file, what stands there instead, and the line by which the check says so.
MALFORMED = [
    pytest.param(
        PROCESS, "revisionHistoryLimit", "revisionHistoryLimits",
        r"Deployment/gateway spec: Additional properties are not allowed \('revisionHistoryLimits' was unexpected\)",
        id="a typing error in a field of Kubernetes",
    ),
    pytest.param(
        "components/mongodb-operator/replica-set.yaml", "members: 1", "member: 1",
        r"MongoDBCommunity/database spec: Additional properties are not allowed \('member' was unexpected\)",
        id="a typing error in a field of an operator",
    ),
    pytest.param(
        PROCESS, "readOnlyRootFilesystem: true", "privileged: true",
        r"Deployment/gateway spec\..*\.containers\[0\]\.securityContext\.privileged: False was expected \(restricted\)",
        id="a privileged container",
    ),
    pytest.param(
        "components/rabbitmq-operator/cluster.yaml", "runAsNonRoot: true", "runAsNonRoot: false",
        r"RabbitmqCluster/broker spec\.override\..*\.securityContext\.runAsNonRoot: True was expected \(restricted\)",
        id="a broker that runs as root",
    ),
    pytest.param(
        "overlays/dev/release/kustomization.yaml", 'newTag: "dev"', 'newTag: "latest"',
        r"Deployment/roster-relay spec\..*\.image: 'rabta-roster:latest' does not match .*a digest",
        id="a tag that moves",
    ),
    pytest.param(
        "base/process/account.yaml", "automountServiceAccountToken: false", "automountServiceAccountToken: true",
        r"ServiceAccount/roster-serve automountServiceAccountToken: False was expected",
        id="a token of Kubernetes' that nobody needs",
    ),
]  # fmt: skip
DISAGREEING = [
    pytest.param(
        "base/gateway/kustomization.yaml", "      - ROSTER_URL=http://roster-serve\n", "",
        r"Deployment/gateway spec\.template\.spec\.containers\[0\]\.env: ROSTER_URL is not set",
        id="a setting that is missing",
    ),
    pytest.param(
        "base/process/kustomization.yaml", "LOG_LEVEL", "LOGLEVEL",
        r"Deployment/meetings-relay spec\.template\.spec\.containers\[0\]\.env\.LOGLEVEL: no setting of this process",
        id="a setting that nobody reads",
    ),
    pytest.param(
        "base/gateway/kustomization.yaml", "METRICS_PORT=9000", "METRICS_PORT=many",
        r"Deployment/gateway .*env: METRICS_PORT wants a port, 1 to 65535",
        id="a setting that its process refuses",
    ),
    pytest.param(
        DEV, "SMS_SENDER=RABTA", "SMS_SENDER=RABTA, SMS_AUTH_TOKEN=d41d8cd98f00b204",
        r"ConfigMap/notifications-sending-\w+ data\.SMS_AUTH_TOKEN: a secret stands here for all to read",
        id="a secret in the tree",
    ),
    pytest.param(
        "base/notifications/sending.yaml", "key: smtp-url", "key: smtp-address",
        r"Deployment/notifications-worker .*env\.SMTP_URL: docs/deploy\.md does not tell of key smtp-address of secret ",
        id="a secret that nobody is told to make",
    ),
    pytest.param(
        PROCESS, "path: /health/ready", "path: /healthz",
        r"Deployment/gateway .*readinessProbe: wants /health/ready on port metrics",
        id="a probe of a path that is not there",
    ),
    pytest.param(
        PROCESS, "containerPort: 8000", "containerPort: 8080",
        r"Deployment/reports-relay .*ports: http is 8080 and HTTP_PORT is 8000",
        id="a port on which nobody listens",
    ),
    pytest.param(
        "base/gateway/kustomization.yaml", "http://meetings-serve", "http://meeting-serve",
        r"Deployment/gateway .*env\.MEETINGS_URL: no Service answers at http://meeting-serve",
        id="an address at which nobody answers",
    ),
    pytest.param(
        DEV, "PUBLIC_URL=https://rabta.localhost", "PUBLIC_URL=https://elsewhere.example",
        r"Deployment/notifications-serve .*env\.PUBLIC_URL: no Ingress with TLS takes https://elsewhere\.example",
        id="links that lead elsewhere",
    ),
    pytest.param(
        "base/reports/kustomization.yaml", "DATABASE=rabta_reports", "DATABASE=rabta_roster",
        r"Deployment/reports-serve .*env\.MONGODB_DATABASE: the account of reports may not use it",
        id="another service's database",
    ),
    pytest.param(
        "base/reports/kustomization.yaml", "WORK_EXCEPT=report_cards,print_runs", "WORK_EXCEPT=report_cards",
        r"Deployment/reports-heavy .*env\.WORK: is not what WORK_EXCEPT of the other worker says",
        id="work that two do, or nobody",
    ),
    pytest.param(
        "base/meetings/kustomization.yaml", "WORK=timetables", "WORK=timetable",
        r"Deployment/meetings-heavy .*env\.WORK: meetings has no work timetable$",
        id="work that there is not",
    ),
    pytest.param(
        "base/gateway/kustomization.yaml", "STOP_TIMEOUT=115", "STOP_TIMEOUT=25",
        r"Deployment/gateway .*env\.STOP_TIMEOUT: a service may take 115 seconds to end, and the gateway hangs up after 25",
        id="a gateway that hangs up on an upload",
    ),
    pytest.param(
        DEV, "TRUSTED_PROXIES=10.244.0.0/16", "TRUSTED_PROXIES=10.0.0.0/8",
        r"Deployment/gateway .*env\.TRUSTED_PROXIES: 10\.0\.0\.0/8 is wider than a network of pods, and nodes are in it",
        id="nodes whose word is believed",
    ),
    pytest.param(
        "base/process/deployment.yaml", "terminationGracePeriodSeconds: 60", "terminationGracePeriodSeconds: 30",
        r"Deployment/roster-relay spec\.template\.spec: terminationGracePeriodSeconds wants more than 35",
        id="too little time to end what is under way",
    ),
]  # fmt: skip


def copied(folder: Path) -> Path:
    """A copy of deploy/k8s, to be broken."""
    for part in ("base", "components", "overlays"):
        shutil.copytree(OVERLAYS.parent / part, folder / part)
    return folder


def break_(tree: Path, file: str, what: str, by: str) -> None:
    text = (tree / file).read_text()
    assert what in text, f"{file} says nothing of {what}"
    (tree / file).write_text(text.replace(what, by))


def said_of(tree: Path) -> list[str]:
    return [str(fault) for fault in check(tree / "overlays" / "dev")]


def said_of_all(cases: Iterable[Any], folder: Path) -> list[str]:
    """All broken at once: a build takes half a second."""
    tree = copied(folder)
    for case in cases:
        break_(tree, *case.values[:3])
    return said_of(tree)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.fixture(scope="module")
def said_of_malformed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return said_of_all(MALFORMED, tmp_path_factory.mktemp("malformed"))


@pytest.fixture(scope="module")
def said_of_disagreeing(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return said_of_all(DISAGREEING, tmp_path_factory.mktemp("disagreeing"))


@pytest.mark.parametrize("overlay", sorted(file.parent.name for file in OVERLAYS.glob("*/kustomization.yaml")))
def test_what_we_deploy_is_as_it_should_be(overlay: str) -> None:
    assert [str(fault) for fault in check(OVERLAYS / overlay)] == []


@pytest.mark.parametrize(("file", "what", "by", "line"), MALFORMED)
def test_what_is_malformed_is_named(said_of_malformed: list[str], file: str, what: str, by: str, line: str) -> None:
    assert any(re.match(line, each) for each in said_of_malformed), "\n".join(said_of_malformed)


@pytest.mark.parametrize(("file", "what", "by", "line"), DISAGREEING)
def test_what_disagrees_is_named(said_of_disagreeing: list[str], file: str, what: str, by: str, line: str) -> None:
    assert any(re.match(line, each) for each in said_of_disagreeing), "\n".join(said_of_disagreeing)


def test_a_line_names_its_overlay(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(tree / "overlays" / "managed")
    shutil.rmtree(tree / "overlays" / "staging")
    break_(tree, "components/zones/zones.yaml", "nodeTaintsPolicy", "nodeTaintPolicy")
    assert main(tree / "overlays") == 1
    said = capsys.readouterr()
    assert said.out == "dev: as it should be\n"
    assert said.err.startswith(
        "prod: Deployment/gateway spec.template.spec.topologySpreadConstraints[0]: Additional properties"
    )


def test_an_overlay_that_does_not_build_is_named(tree: Path) -> None:
    break_(tree, DEV, "../../base", "../../bass")
    with pytest.raises(NotBuilt, match="bass"):
        check(tree / "overlays" / "dev")


def test_the_ingress_controller_stands_in_one_place(tree: Path) -> None:
    whole, other = "NAMESPACE=ingress-nginx, NAME=ingress-nginx, CLASS=nginx", "NAMESPACE=doors, NAME=traefik, CLASS=front"
    break_(tree, "components/network-policies/kustomization.yaml", whole, other)
    built = build(tree / "overlays" / "dev")
    for name in ("into-gateway", "certificates"):
        peer = one(built, "NetworkPolicy", name)["spec"]["ingress"][0]["from"]
        assert peer == [
            {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "doors"}},
                "podSelector": {"matchLabels": {"app.kubernetes.io/name": "traefik"}},
            }
        ]
    assert one(built, "Ingress", "gateway")["spec"]["ingressClassName"] == "front"


def test_dev_takes_what_it_leaves_out(tree: Path) -> None:
    """As docs/deploy.md says how."""
    left_out = ["backup", "backup/operators", "doctor", "hpa", "keda", "network-policies/keda"]
    added = "".join(f"  - ../../components/{each}\n" for each in [*left_out, "monitoring", "traces"])
    break_(tree, DEV, "  - release\n", added + "  - release\n")
    assert said_of(tree) == []


def test_each_component_is_taken_by_an_overlay() -> None:
    """Or nobody would see that it does not build."""
    components = OVERLAYS.parent / "components"
    written = {file.parent.relative_to(components).as_posix() for file in components.rglob("kustomization.yaml")}
    taken = {
        reference.partition("components/")[2]
        for file in OVERLAYS.glob("*/kustomization.yaml")
        for reference in yaml.safe_load(file.read_text())["components"]
    }
    assert {each for each in written if not each.startswith("state")} == taken - {""}
