"""What refers to each other fits together: processes and code, ports and probes, addresses, selectors, users, secrets."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from deploy.k8s.environment import environment, process, services
from deploy.k8s.reads import ROOT
from deploy.k8s.resources import Fault, Resource, Where, fault, named, of_kind, selected
from gateway.settings import Settings as Gateway
from schoolbus import health

CONTAINER = ("spec", "template", "spec", "containers", 0)
LONGEST = 30  # seconds that a handler or a request may take


def faults(resources: Sequence[Resource]) -> Iterator[Fault]:
    yield from _all_processes(resources)
    for deployment in of_kind(resources, "Deployment"):
        yield from _ports(deployment, resources)
        yield from _addresses(deployment, resources)
        yield from _end(deployment)
        yield from _database(deployment, resources)
    yield from _secrets(resources)
    for kind in ("Service", "PodDisruptionBudget"):
        for each in of_kind(resources, kind):
            yield from _selects_one(each, resources)
    yield from _public(resources)


def _all_processes(resources: Sequence[Resource]) -> Iterator[Fault]:
    """Each process in the code is deployed once, from the image of its service."""
    deployed = [process(each) for each in of_kind(resources, "Deployment")]
    wanted = [("gateway", "gateway"), *((name, role) for name in services() for role in ("serve", "relay"))]
    wanted += [(name, "worker") for name in services() if (ROOT / "services" / name / "worker.py").exists()]
    for name, role in wanted:
        if deployed.count((name, role)) != 1:
            yield Fault("Deployment", f"{name}-{role}", "", f"there are {deployed.count((name, role))} of it, not one")
    for each in of_kind(resources, "Deployment"):
        (name, role), container = process(each), each["spec"]["template"]["spec"]["containers"][0]
        if not container["image"].rpartition(":")[0].endswith(name):
            yield fault(each, (*CONTAINER, "image"), f"no image of {name}")
        if container.get("args", []) != ([] if role == "gateway" else [role]):
            yield fault(each, (*CONTAINER, "args"), f"does not run {role}")


def _ports(deployment: Resource, resources: Sequence[Resource]) -> Iterator[Fault]:
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    values = environment(deployment, resources)
    watched = "metrics" if "METRICS_PORT" in values else "http"  # where health and metrics are
    for name, variable in (("http", "HTTP_PORT"), (watched, "METRICS_PORT" if watched == "metrics" else "HTTP_PORT")):
        if str(ports.get(name)) != (number := values.get(variable)):
            yield fault(deployment, (*CONTAINER, "ports"), f"{name} is {ports.get(name)} and {variable} is {number}")
    for probe, path in (("startupProbe", health.LIVE), ("livenessProbe", health.LIVE), ("readinessProbe", health.READY)):
        asked = container[probe].get("httpGet", {})
        if (asked.get("path"), asked.get("port")) != (path, watched):
            yield fault(deployment, (*CONTAINER, probe), f"wants {path} on port {watched}")
    scraped = deployment["spec"]["template"]["metadata"]["annotations"]
    wanted = (str(ports.get(watched)), health.METRICS)
    if (scraped["prometheus.io/port"], scraped["prometheus.io/path"]) != wanted:
        yield fault(deployment, ("spec", "template", "metadata", "annotations"), f"metrics are at {':'.join(wanted)}")


def _addresses(deployment: Resource, resources: Sequence[Resource]) -> Iterator[Fault]:
    """An address without a dot in its host is a Service's here."""
    for variable, value in environment(deployment, resources).items():
        for text in (value or "").split(","):  # the gateway takes several
            address = urlsplit(text.strip())
            if address.scheme != "http" or not address.hostname or "." in address.hostname:
                continue
            service = named(resources, "Service", address.hostname)
            if service is None or (address.port or 80) not in [port["port"] for port in service["spec"]["ports"]]:
                yield fault(deployment, (*CONTAINER, "env", variable), f"no Service answers at {text}")


def _end(deployment: Resource) -> Iterator[Fault]:
    """What is under way can end before the process is killed."""
    pod = deployment["spec"]["template"]["spec"]
    pause = pod["containers"][0]["lifecycle"].get("preStop", {}).get("sleep", {}).get("seconds", 0)
    longest = max(LONGEST, Gateway.stop_timeout) + pause
    if pause == 0:
        yield fault(deployment, (*CONTAINER, "lifecycle"), "stops while requests still come: wants a preStop sleep")
    if pod["terminationGracePeriodSeconds"] <= longest:
        yield fault(deployment, CONTAINER[:3], f"terminationGracePeriodSeconds wants more than {longest:.0f}")


def _database(deployment: Resource, resources: Sequence[Resource]) -> Iterator[Fault]:
    """Its user may use its database."""
    values = environment(deployment, resources)
    if "MONGODB_DATABASE" not in values:
        return
    secret = dict(_from_secrets(deployment)).get("MONGODB_URI", {}).get("name")
    users = [user for _, _, user in _database_users(resources) if user.get("connectionStringSecretName") == secret]
    roles = [role for user in users for role in user["roles"]]
    for name in ("MONGODB_DATABASE", "AUDIT_DATABASE"):
        if name in values and {"name": "readWrite", "db": values[name]} not in roles:
            yield fault(deployment, (*CONTAINER, "env", name), f"the user of secret {secret} may not use it")


def _secrets(resources: Sequence[Resource]) -> Iterator[Fault]:
    """Each secret is made by an operator, or docs/deploy.md says how to make it."""
    told = (ROOT / "docs" / "deploy.md").read_text().replace("\\\n", "")  # one command a line
    made = {f"{user['metadata']['name']}-user-credentials" for user in of_kind(resources, "User")}
    made |= {user.get("connectionStringSecretName", "") for _, _, user in _database_users(resources)}
    wanted: list[tuple[Resource, Where, dict[str, str]]] = [
        (each, (*CONTAINER, "env", name), secret)
        for each in of_kind(resources, "Deployment")
        for name, secret in _from_secrets(each)
    ]
    wanted += [
        (each, ("spec", "users", number), user["passwordSecretRef"]) for each, number, user in _database_users(resources)
    ]
    for resource, where, secret in wanted:
        name, key = secret["name"], secret.get("key", "password")
        if name not in made and not re.search(rf"generic {name} .*\b{key}=", told):
            yield fault(resource, where, f"docs/deploy.md does not make key {key} of secret {name}")


def _from_secrets(deployment: Resource) -> list[tuple[str, dict[str, str]]]:
    """Variables, each with the name and key of its secret."""
    entries = deployment["spec"]["template"]["spec"]["containers"][0].get("env", [])
    references = [(entry["name"], entry.get("valueFrom", {}).get("secretKeyRef")) for entry in entries]
    return [(name, reference) for name, reference in references if reference]


def _database_users(resources: Sequence[Resource]) -> Iterator[tuple[Resource, int, dict[str, Any]]]:
    for database in of_kind(resources, "MongoDBCommunity"):
        for number, user in enumerate(database["spec"]["users"]):
            yield database, number, user


def _selects_one(each: Resource, resources: Sequence[Resource]) -> Iterator[Fault]:
    selector = each["spec"]["selector"]
    found = selected(resources, selector.get("matchLabels", selector))
    if len(found) != 1:
        names = ", ".join(other["metadata"]["name"] for other in found) or "nothing"
        yield fault(each, ("spec", "selector"), f"selects {names}")
        return
    for number, port in enumerate(each["spec"].get("ports", [])):
        container = found[0]["spec"]["template"]["spec"]["containers"][0]
        if port["targetPort"] not in [other["name"] for other in container["ports"]]:
            yield fault(each, ("spec", "ports", number), f"the pods have no port {port['targetPort']}")


def _public(resources: Sequence[Resource]) -> Iterator[Fault]:
    """PUBLIC_URL leads to the gateway."""
    hosts = set()
    for ingress in of_kind(resources, "Ingress"):
        rules = ingress["spec"]["rules"]
        hosts |= {rule["host"] for rule in rules} & {host for each in ingress["spec"]["tls"] for host in each["hosts"]}
        for number, path in enumerate(path for rule in rules for path in rule["http"]["paths"]):
            target = path["backend"].get("service", {})
            service, port = named(resources, "Service", target.get("name", "")), target.get("port", {}).get("name")
            if service is None or port not in [each["name"] for each in service["spec"]["ports"]]:
                yield fault(ingress, ("spec", "rules", number), f"no Service {target.get('name')} with port {port}")
    for deployment in of_kind(resources, "Deployment"):
        address = environment(deployment, resources).get("PUBLIC_URL")
        if address and urlsplit(address).hostname not in hosts:
            yield fault(deployment, (*CONTAINER, "env", "PUBLIC_URL"), f"no Ingress with TLS takes {address}")
