"""Who may talk to whom is who does: each flow that code and settings want is allowed on both its sides, and no other is.

A flow is (who, whom, port, protocol). Our pods have the name of what runs them (`roster-serve`, `broker`); everybody else
is a word: `names` (the cluster's DNS), `internet`, `api server`, `ingress`, `prometheus`, `collector` (of traces), `keda`,
and `elsewhere`: somebody else's broker or database.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from ipaddress import ip_network
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import yaml

from deploy.k8s.environment import environment, process, services
from deploy.k8s.reads import ROOT, calls_out
from deploy.k8s.resources import (
    OTHERS,
    Fault,
    Resource,
    built_here,
    container,
    fault,
    fits,
    named,
    of_kind,
    pod_labels,
    running,
    selected,
    task,
)

TCP, UDP = "TCP", "UDP"


class Flow(NamedTuple):
    who: str
    whom: str
    port: int
    protocol: str = TCP

    def __str__(self) -> str:
        return f"{self.whom} on port {self.port}" + ("" if self.protocol == TCP else f"/{self.protocol}")


EVERYBODY_ELSE = {  # by namespace and one label of the pods
    ("kube-system", "k8s-app", "kube-dns"): "names",
    ("monitoring", "app.kubernetes.io/name", "prometheus"): "prometheus",
    ("monitoring", "app.kubernetes.io/name", "opentelemetry-collector"): "collector",
    ("keda", "app", "keda-operator"): "keda",
}
NODE_LOCAL = "169.254.20.10/32"  # Kubernetes' NodeLocal DNSCache, by its documentation
NAMES, INTERNET, API, ELSEWHERE = "names", "internet", "api server", "elsewhere"
SOLVER = {"acme.cert-manager.io/http01-solver": "true"}  # cert-manager's pod, while it proves whose name it is
AMQP, MANAGEMENT, BROKER_METRICS, EPMD, DISTRIBUTION, DATABASE = 5672, 15672, 15692, 4369, 25672, 27017
ADDRESSES = {  # what is behind a setting, its port here, and where `state` says that it is elsewhere
    "AMQP_URI": ("broker", AMQP, "BROKER_HOST"),
    "MANAGEMENT_URI": ("broker", MANAGEMENT, "MANAGEMENT_HOST"),
    "MONGODB_URI": ("database", DATABASE, "DATABASE_HOSTS"),
}
OF_OPERATORS = {"broker", "database"}  # pods whose agents talk to the API server
MAIL_AND_SMPP = (25, 465, 587, 2775, 3550)
PRIVATE = {"10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"}
WORLD = ("0.0.0.0/0", "2000::/3")
WIDEST = {4: 16, 6: 48}  # bits of the network that the API server is in, where its addresses change, by the version of IP


def faults(resources: Sequence[Resource]) -> Iterator[Fault]:
    if not any(of_kind(resources, "NetworkPolicy")):
        yield Fault("NetworkPolicy", "*", "", "there is none: everybody may talk to everybody")
        return
    wanted, here = set(wants(resources)), pods(resources).keys()
    yield from _open(resources)
    yield from _wide(resources)
    for side, whose in (("Egress", 0), ("Ingress", 1)):
        may = set(allowed(resources, side))
        must = {flow for flow in wanted if flow[whose] in here}
        for flow in sorted(must - may):
            yield Fault("NetworkPolicy", "*", f"spec.{side.lower()}", f"{flow.who} needs {flow}")
        for flow in sorted(may - must):
            yield Fault("NetworkPolicy", "*", f"spec.{side.lower()}", f"{flow.who} may talk to {flow} and does not")


def pods(resources: Sequence[Resource]) -> dict[str, dict[str, str]]:
    """Names and labels of ours."""
    found = {_name(each): pod_labels(each) for each in resources if pod_labels(each)}
    return {**found, "solver": SOLVER} if _by_cert_manager(resources) else found


def wants(resources: Sequence[Resource]) -> Iterator[Flow]:
    """What code and settings say."""
    yield from (Flow(name, NAMES, 53, way) for name in pods(resources) if name != "solver" for way in (TCP, UDP))
    for each in running(resources):
        yield from (Flow(_name(each), *target) for target in _targets(each, resources))
        if each["kind"] == "Deployment":
            ports = {port["name"]: port["containerPort"] for port in container(each)["ports"]}
            yield Flow("prometheus", _name(each), ports.get("metrics", ports["http"]))
    for each in of_kind(resources, "Ingress"):
        for path in (path for rule in each["spec"]["rules"] for path in rule["http"]["paths"]):
            yield from (Flow("ingress", *target) for target in _behind(path["backend"]["service"]["name"], resources))
    if _by_cert_manager(resources):
        yield Flow("ingress", "solver", 8089)
    yield from _of_operators(resources)
    for each in of_kind(resources, "ScaledObject"):
        types = {trigger["type"] for trigger in each["spec"]["triggers"]}
        yield from (Flow("keda", "broker", MANAGEMENT) for _ in types & {"rabbitmq"})
        yield from (Flow("keda", "database", DATABASE) for _ in types & {"mongodb"})


def allowed(resources: Sequence[Resource], side: str) -> Iterator[Flow]:
    """What the policies say, of one side."""
    for policy in of_kind(resources, "NetworkPolicy"):
        mine = _chosen(policy["spec"]["podSelector"], resources)
        for rule in policy["spec"].get(side.lower(), []):
            asked = rule["to" if side == "Egress" else "from"]
            peers = [name for peer in asked for name in _peer(peer, resources, bool(mine) and set(mine) <= OF_OPERATORS)]
            for port, protocol in {(each["port"], each.get("protocol", TCP)) for each in rule["ports"]}:
                pairs = ((own, peer) if side == "Egress" else (peer, own) for own in mine for peer in peers)
                yield from (Flow(*pair, port, protocol) for pair in pairs)


def _targets(each: Resource, resources: Sequence[Resource]) -> Iterator[tuple[str, int]]:
    """Of a process: the addresses that it is given, and the internet where its code calls others."""
    name, role = process(each)
    given = environment(each, resources)
    if role in OTHERS:
        yield INTERNET, 443
    if collector := given.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        yield "collector", urlsplit(collector).port or 80
    here = pods(resources)
    for variable in given.keys() & ADDRESSES.keys() - ({"AMQP_URI"} if role == "accounts" else set()):  # which names the vhost
        target, port, setting = ADDRESSES[variable]
        yield (target, port) if target in here else (ELSEWHERE, _port(setting, resources))
    for text in (text for value in given.values() for text in (value or "").split(",")):
        address = urlsplit(text.strip())
        if address.scheme == "http" and address.hostname and "." not in address.hostname:
            yield from _behind(address.hostname, resources)
    module = {"serve": "service", "worker": "worker", "heavy": "worker"}.get(role)
    if name in services() and module and calls_out(f"services.{name}", module):
        yield INTERNET, 443
    if "SMTP_URL" in given:
        yield from ((INTERNET, port) for port in MAIL_AND_SMPP)


def _port(setting: str, resources: Sequence[Resource]) -> int:
    """Of what is elsewhere, and of all its members."""
    state = named(resources, "ConfigMap", "state") or {"data": {}}
    return int(state["data"].get(setting, "").rpartition(":")[2] or 0)


def _behind(service: str, resources: Sequence[Resource]) -> Iterator[tuple[str, int]]:
    """The pods and the port that a Service leads to."""
    for each in of_kind(resources, "Service"):
        if each["metadata"]["name"] != service:
            continue
        for target in (one for one in selected(resources, each["spec"]["selector"]) if one["kind"] == "Deployment"):
            ports = {port["name"]: port["containerPort"] for port in container(target)["ports"]}
            yield from ((_name(target), ports[port["targetPort"]]) for port in each["spec"]["ports"])


def _of_operators(resources: Sequence[Resource]) -> Iterator[Flow]:
    """Members among each other; their agents take orders from the API server."""
    if any(of_kind(resources, "RabbitmqCluster")):
        yield from (Flow("broker", "broker", port) for port in (EPMD, DISTRIBUTION))
        yield from (Flow("broker", API, port) for port in (443, 6443))
        yield Flow("prometheus", "broker", BROKER_METRICS)
    if any(of_kind(resources, "MongoDBCommunity")):
        yield Flow("database", "database", DATABASE)
        yield from (Flow("database", API, port) for port in (443, 6443))


def _open(resources: Sequence[Resource]) -> Iterator[Fault]:
    """Whoever no policy is about may do everything: one is about all."""
    closed = {
        side
        for policy in of_kind(resources, "NetworkPolicy")
        if policy["spec"]["podSelector"] == {}
        for side in policy["spec"]["policyTypes"]
    }
    for side in sorted({"Ingress", "Egress"} - closed):
        yield Fault("NetworkPolicy", "*", "spec.podSelector", f"no policy is about all pods' {side}")
    for policy in of_kind(resources, "NetworkPolicy"):
        if not _chosen(policy["spec"]["podSelector"], resources):
            yield fault(policy, ("spec", "podSelector"), "selects nothing")


def _wide(resources: Sequence[Resource]) -> Iterator[Fault]:
    """What an operator's agent may reach is the API server, and not whoever answers anywhere; a trial does not know it."""
    if built_here(resources):
        return
    for policy in of_kind(resources, "NetworkPolicy"):
        mine = _chosen(policy["spec"]["podSelector"], resources)
        if not mine or not set(mine) <= OF_OPERATORS:
            continue
        for number, rule in enumerate(policy["spec"].get("egress", [])):
            for block in (ip_network(peer["ipBlock"]["cidr"]) for peer in rule["to"] if "ipBlock" in peer):
                if block.prefixlen < (bits := WIDEST[block.version]):
                    reason = f"{block} is more than the API server: wants its address (docs/deploy.md), or a network of /{bits}"
                    yield fault(policy, ("spec", "egress", number), reason)


def _chosen(selector: dict[str, Any], resources: Sequence[Resource]) -> list[str]:
    return [name for name, labels in pods(resources).items() if fits(selector, labels) and (selector or name != "solver")]


def _peer(peer: dict[str, Any], resources: Sequence[Resource], of_operators: bool) -> Iterator[str]:
    """`of_operators`: an address outside is the API server's."""
    block, space, selector = peer.get("ipBlock"), peer.get("namespaceSelector"), peer.get("podSelector", {})
    if block and block["cidr"] == NODE_LOCAL:
        yield NAMES
    elif block and of_operators:
        yield API
    elif block:
        public = block["cidr"] == WORLD[1] or set(block.get("except", [])) >= PRIVATE
        yield (INTERNET if public else API) if block["cidr"] in WORLD else ELSEWHERE
    elif space is None:
        yield from _chosen(selector, resources)
    else:
        labels = selector.get("matchLabels", {"?": "?"})
        key, value = next(iter(labels.items()))
        namespace = space.get("matchLabels", {}).get("kubernetes.io/metadata.name", "any namespace")
        known = EVERYBODY_ELSE | {_ingress_controller(): "ingress"}
        yield known.get((namespace, key, value), f"{namespace}/{key}={value}")


@cache
def _ingress_controller() -> tuple[str, str, str]:
    """As components/network-policies names it, in one place."""
    component = yaml.safe_load((ROOT / "deploy/k8s/components/network-policies/kustomization.yaml").read_text())
    named_ = next(each for each in component["configMapGenerator"] if each["name"] == "ingress-controller")
    values = dict(literal.split("=", 1) for literal in named_["literals"])
    return values["NAMESPACE"], "app.kubernetes.io/name", values["NAME"]


def _name(each: Resource) -> str:
    return task(each) if each["kind"] in ("Job", "CronJob") else str(each["metadata"]["name"])


def _by_cert_manager(resources: Sequence[Resource]) -> bool:
    ingresses = of_kind(resources, "Ingress")
    return any("cert-manager.io/cluster-issuer" in each["metadata"].get("annotations", {}) for each in ingresses)
