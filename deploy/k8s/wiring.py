"""What refers to each other fits together: processes and code, ports and probes, addresses, selectors, databases."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from deploy.k8s.environment import environment, process, services, watched
from deploy.k8s.reads import ROOT, works
from deploy.k8s.resources import (
    Fault,
    Resource,
    container,
    fault,
    fits,
    in_container,
    named,
    of_kind,
    pod_labels,
    running,
    selected,
    template,
)
from gateway.settings import Settings as Gateway
from schoolbus import health

CONTAINER = ("spec", "template", "spec", "containers", 0)
WORKERS = ("worker", "heavy")
FOR_ALL = (("accounts", ["accounts"]), ("prepare-broker", ["prepare", "broker"]))
LONGEST = 30  # seconds that a handler or a request may take; a worker's kinds of work declare it
WIDEST = 14  # bits of a network of pods: GKE gives a cluster a /14, others a /16


def faults(resources: Sequence[Resource]) -> Iterator[Fault]:
    yield from _all_processes(resources)
    yield from _all_work(resources)
    for each in running(resources):
        yield from _runs(each)
        yield from _database(each, resources)
        yield from _addresses(each, resources)
    for deployment in of_kind(resources, "Deployment"):
        yield from _ports(deployment, resources)
        yield from _end(deployment, resources)
    for kind in ("Service", "PodDisruptionBudget"):
        for each in of_kind(resources, kind):
            yield from _selects_one(each, resources)
    yield from _budgets(resources)
    yield from _public(resources)
    yield from _proxies(resources)


def _all_processes(resources: Sequence[Resource]) -> Iterator[Fault]:
    """Each process in the code is deployed once, and prepared for."""
    deployed = [(each["kind"], *process(each)) for each in running(resources)]
    wanted = [("Deployment", "gateway", "gateway"), *(("Job", "rabta", name) for name, _ in FOR_ALL)]
    for name in services():
        wanted += [("Job", name, "prepare"), *(("Deployment", name, role) for role in ("serve", "relay"))]
        if (ROOT / "services" / name / "worker.py").exists():
            wanted += [("Deployment", name, role) for role in WORKERS]
    for kind, name, role in wanted:
        if (found := deployed.count((kind, name, role))) != 1:
            yield Fault(kind, f"{name}-{role}", "", f"there are {found} of it, not one")


def _all_work(resources: Sequence[Resource]) -> Iterator[Fault]:
    """What a service's heavy worker does, the other one leaves, and nothing else."""
    for name in services():
        of = {process(each)[1]: each for each in of_kind(resources, "Deployment") if process(each)[0] == name}
        if not of.keys() >= set(WORKERS):
            continue
        heavy = environment(of["heavy"], resources).get("WORK") or ""
        if heavy != environment(of["worker"], resources).get("WORK_EXCEPT"):
            yield fault(of["heavy"], (*CONTAINER, "env", "WORK"), "is not what WORK_EXCEPT of the other worker says")
        for unknown in sorted({each.strip() for each in heavy.split(",")} - (works(name).keys() - {""})):
            yield fault(of["heavy"], (*CONTAINER, "env", "WORK"), f"{name} has no work {unknown}")


def _runs(each: Resource) -> Iterator[Fault]:
    _, role = process(each)
    wanted = {"gateway": [], "heavy": ["worker"], **dict(FOR_ALL)}.get(role, [role])
    if each["kind"] != "CronJob" and container(each).get("args", []) != wanted:
        yield fault(each, (*in_container(each), "args"), f"does not run {' '.join(wanted)}")


def _ports(deployment: Resource, resources: Sequence[Resource]) -> Iterator[Fault]:
    ports = {port["name"]: port["containerPort"] for port in container(deployment)["ports"]}
    values, seen = environment(deployment, resources), watched(deployment, resources)
    for name, variable in (("http", "HTTP_PORT"), (seen, "METRICS_PORT" if seen == "metrics" else "HTTP_PORT")):
        if str(ports.get(name)) != (number := values.get(variable)):
            yield fault(deployment, (*CONTAINER, "ports"), f"{name} is {ports.get(name)} and {variable} is {number}")
    for probe, path in (("startupProbe", health.LIVE), ("livenessProbe", health.LIVE), ("readinessProbe", health.READY)):
        asked = container(deployment)[probe].get("httpGet", {})
        if (asked.get("path"), asked.get("port")) != (path, seen):
            yield fault(deployment, (*CONTAINER, probe), f"wants {path} on port {seen}")
    scraped = template(deployment)["metadata"]["annotations"]
    wanted = (str(ports.get(seen)), health.METRICS)
    if (scraped["prometheus.io/port"], scraped["prometheus.io/path"]) != wanted:
        yield fault(deployment, ("spec", "template", "metadata", "annotations"), f"metrics are at {':'.join(wanted)}")


def _addresses(of: Resource, resources: Sequence[Resource]) -> Iterator[Fault]:
    """An address without a dot in its host is a Service's here."""
    for variable, value in environment(of, resources).items():
        for text in (value or "").split(","):  # the gateway takes several
            address = urlsplit(text.strip())
            if address.scheme != "http" or not address.hostname or "." in address.hostname:
                continue
            service = named(resources, "Service", address.hostname)
            if service is None or (address.port or 80) not in [port["port"] for port in service["spec"]["ports"]]:
                yield fault(of, (*in_container(of), "env", variable), f"no Service answers at {text}")


def _end(deployment: Resource, resources: Sequence[Resource]) -> Iterator[Fault]:
    """What is under way can end before the process is killed; the gateway waits as long as any service may take."""
    pause, grace, longest = _pause(deployment), _grace(deployment), _longest(deployment, resources)
    if pause == 0:
        yield fault(deployment, (*CONTAINER, "lifecycle"), "stops while requests still come: wants a preStop sleep")
    if process(deployment)[1] == "gateway":
        given = environment(deployment, resources).get("STOP_TIMEOUT") or ""
        longest = int(given if given.isdecimal() else Gateway.stop_timeout)
        serving = [each for each in of_kind(resources, "Deployment") if process(each)[1] == "serve"]
        slowest = max((_grace(each) - _pause(each) for each in serving), default=0)
        if longest < slowest:
            reason = f"a service may take {slowest} seconds to end, and the gateway hangs up after {longest}"
            yield fault(deployment, (*CONTAINER, "env", "STOP_TIMEOUT"), reason)
    if grace <= longest + pause:
        yield fault(deployment, CONTAINER[:3], f"terminationGracePeriodSeconds wants more than {longest + pause:g}")


def _longest(deployment: Resource, resources: Sequence[Resource]) -> float:
    """Seconds that what is under way may take: a worker's slowest kind of work, of those that it does."""
    name, role = process(deployment)
    if role not in WORKERS:
        return LONGEST
    chosen, left = (_words(environment(deployment, resources).get(each)) for each in ("WORK", "WORK_EXCEPT"))
    return max((time for kind, time in works(name).items() if kind not in left and (kind in chosen or not chosen)), default=0)


def _words(text: str | None) -> set[str]:
    return {each.strip() for each in (text or "").split(",")} - {""}


def _grace(deployment: Resource) -> int:
    return int(deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"])


def _pause(deployment: Resource) -> int:
    """Seconds in which requests still come."""
    return int(container(deployment)["lifecycle"].get("preStop", {}).get("sleep", {}).get("seconds", 0))


def _database(of: Resource, resources: Sequence[Resource]) -> Iterator[Fault]:
    """Its service's own, where its account has rights (`schoolbus.accounts`), and the same for all its processes."""
    name, role = process(of)
    given = environment(of, resources)
    if given.get("MONGODB_DATABASE", f"rabta_{name}") != f"rabta_{name}":
        yield fault(of, (*in_container(of), "env", "MONGODB_DATABASE"), f"the account of {name} may not use it")
    if role != "prepare":
        return
    for serving in of_kind(resources, "Deployment"):
        if process(serving) == (name, "serve"):
            beside = environment(serving, resources)
            for variable in sorted(given.keys() & beside.keys() - {"LOG_FORMAT"}):
                if given[variable] != beside[variable]:
                    yield fault(of, (*in_container(of), "env", variable), f"{name}-serve has another one")


def _selects_one(each: Resource, resources: Sequence[Resource]) -> Iterator[Fault]:
    selector = each["spec"]["selector"]
    found = [one for one in selected(resources, selector) if one["kind"] not in ("Job", "CronJob")]
    if len(found) != 1:
        names = ", ".join(other["metadata"]["name"] for other in found) or "nothing"
        yield fault(each, ("spec", "selector"), f"selects {names}")
        return
    for number, port in enumerate(each["spec"].get("ports", [])):
        if port["targetPort"] not in [other["name"] for other in container(found[0])["ports"]]:
            yield fault(each, ("spec", "ports", number), f"the pods have no port {port['targetPort']}")


def _budgets(resources: Sequence[Resource]) -> Iterator[Fault]:
    """One for whatever runs all the time, or a drained node takes all replicas at once; with two, Kubernetes evicts none."""
    chosen = [each["spec"]["selector"] for each in of_kind(resources, "PodDisruptionBudget")]
    for kind in ("Deployment", "RabbitmqCluster", "MongoDBCommunity"):
        for each in of_kind(resources, kind):
            if (found := sum(fits(selector, pod_labels(each)) for selector in chosen)) != 1:
                yield fault(each, (), f"has {found or 'no'} PodDisruptionBudgets, not one")


def _proxies(resources: Sequence[Resource]) -> Iterator[Fault]:
    """Whose word about a client's address is believed: behind a node, all clients share a client's limits."""
    for gateway in (each for each in of_kind(resources, "Deployment") if process(each)[1] == "gateway"):
        given = environment(gateway, resources).get("TRUSTED_PROXIES") or ""
        for text in filter(None, (each.strip() for each in given.split(","))):
            if (bits := text.partition("/")[2]).isdecimal() and int(
                bits
            ) < WIDEST:  # what is no network the gateway itself refuses
                reason = f"{text} is wider than a network of pods, and nodes are in it: wants /{WIDEST} or narrower"
                yield fault(gateway, (*CONTAINER, "env", "TRUSTED_PROXIES"), reason)


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
