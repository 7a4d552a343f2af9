"""Secrets: each that is wanted has somebody who makes it. And `python -m deploy.k8s.secrets OVERLAY` makes up all of a trial's.

What that prints is for `kubectl create -f -`, which leaves alone what is there already. Nothing is written to a file.
"""

import re
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from deploy.k8s.reads import ROOT
from deploy.k8s.resources import (
    TEMPLATE,
    Fault,
    Resource,
    Where,
    build,
    container,
    fault,
    in_container,
    of_kind,
    running,
    template,
)
from schoolbus.chain import SERVICES

OF_OPERATORS = {  # by the kind of the cluster
    "RabbitmqCluster": [("broker-default-user", "username"), ("broker-default-user", "password")],
    "MongoDBCommunity": [("database-administrator", "connectionString.standard")],
}


class Wanted(NamedTuple):
    resource: Resource
    where: Where
    name: str
    key: str
    optional: bool


def faults(resources: Sequence[Resource]) -> Iterator[Fault]:
    """Each is made by an operator, or fetched where the overlay fetches secrets; docs/deploy.md tells of it and its keys."""
    told = _told()
    fetched = {each["spec"]["target"]["name"]: each for each in of_kind(resources, "ExternalSecret")}
    wanted = list(_of_people(resources))
    for each in wanted:
        if each.key not in told.get(each.name, ()):
            yield fault(each.resource, each.where, f"docs/deploy.md does not tell of key {each.key} of secret {each.name}")
        if fetched and each.name not in fetched:
            yield fault(each.resource, each.where, f"no ExternalSecret fetches {each.name}")
    for name in sorted(fetched.keys() - {each.name for each in wanted}):
        yield fault(fetched[name], (), "nobody wants it")


def wants(resources: Sequence[Resource]) -> Iterator[Wanted]:
    for each in running(resources):
        for entry in container(each).get("env", []):
            if reference := entry.get("valueFrom", {}).get("secretKeyRef"):
                where = (*in_container(each), "env", entry["name"])
                yield Wanted(each, where, reference["name"], reference["key"], reference.get("optional", False))
        for volume in (one for one in template(each)["spec"].get("volumes", []) if "secret" in one):
            where, name = (*TEMPLATE[each["kind"]], "spec", "volumes", volume["name"]), volume["secret"]["secretName"]
            yield from (Wanted(each, where, name, item["key"], False) for item in volume["secret"]["items"])
    for each in of_kind(resources, "MongoDBCommunity"):
        for number, user in enumerate(each["spec"]["users"]):
            yield Wanted(each, ("spec", "users", number), user["passwordSecretRef"]["name"], "password", False)
    for each in of_kind(resources, "TriggerAuthentication"):
        for number, reference in enumerate(each["spec"]["secretTargetRef"]):
            yield Wanted(each, ("spec", "secretTargetRef", number), reference["name"], reference["key"], False)


def made_up(resources: Sequence[Resource]) -> list[dict[str, Any]]:
    """Of a trial: what is optional and not ours to make up (a carrier's) is left out."""
    found: dict[str, dict[str, str]] = {}
    for each in _of_people(resources):
        if each.key in MAKERS or not each.optional:
            found.setdefault(each.name, {}).setdefault(each.key, _made_up(each))
    return [
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "rabta"}, "stringData": values}
        for name, values in sorted(found.items())
    ]


def _made_up(wanted: Wanted) -> str:
    if (wanted.name.partition("-")[2], wanted.key) == ("account", "name"):
        return wanted.name.partition("-")[0]
    return MAKERS.get(wanted.key, _random)()


def _of_people(resources: Sequence[Resource]) -> Iterator[Wanted]:
    """Those that no operator makes."""
    made = {pair for each in resources for pair in OF_OPERATORS.get(each["kind"], [])}
    return (each for each in wants(resources) if (each.name, each.key) not in made)


def _told() -> dict[str, set[str]]:
    """Secrets and keys in the table of docs/deploy.md: `| `name` | `key`, `key` | …`; SERVICE stands for each."""
    told: dict[str, set[str]] = {}
    for line in (ROOT / "docs" / "deploy.md").read_text().splitlines():
        if row := re.match(r"\| `([\w-]+)` \| ([^|]*) \|", line):
            services = SERVICES if "SERVICE" in row[1] else ("",)
            for service in services:
                told.setdefault(row[1].replace("SERVICE", service), set()).update(re.findall(r"`([\w.-]+)`", row[2]))
    return told


def _random() -> str:
    return secrets.token_hex(32)


def _pem(key: Any) -> str:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    text: bytes = key.private_bytes(serialization.Encoding.PEM, form, plain)
    return text.decode()


MAKERS: dict[str, Callable[[], str]] = {  # everything else is random
    "token-signing-key": lambda: _pem(ed25519.Ed25519PrivateKey.generate()),
    "vapid-private-key": lambda: _pem(ec.generate_private_key(ec.SECP256R1())),
    "mail-inbound-token": _random,
    "rclone.conf": lambda: "[elsewhere]\ntype = memory\n",  # a trial's backups go nowhere
    "operator-username": lambda: "operator",
    "sms-account-sid": lambda: "AC00000000000000000000000000000001",
    "whatsapp-phone-number-id": lambda: "100000000000001",
    "smtp-url": lambda: "smtp://mail.rabta.example:587",
}


def main(words: list[str]) -> int:
    if len(words) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    print(yaml.safe_dump_all(made_up(build(ROOT / "deploy" / "k8s" / "overlays" / words[0])), sort_keys=False), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
