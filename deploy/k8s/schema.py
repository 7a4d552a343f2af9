"""Strict validation: no field that the API server would not know, and our own rules on top.

Kubernetes' own kinds by the schemas in kubernetes-validate; the operators' kinds and the rules by those in schemas/, of which
published.py wrote some.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError
from kubernetes_validate.utils import schema_contents
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from deploy.k8s.resources import LOADER, Fault, Resource, fault

VERSIONS = ("1.34", "1.36")  # of Kubernetes: the oldest and the newest that we say we run on
OPERATORS = ("rabbitmq.com", "mongodbcommunity.mongodb.com", "external-secrets.io", "keda.sh", "monitoring.coreos.com")
_FOLDER = Path(__file__).parent / "schemas"
_DEFINITIONS = "/api/_definitions.json"  # the address by which the schemas of Kubernetes refer to each other


def faults(resource: Resource) -> Iterator[Fault]:
    kind, version = resource.get("kind", ""), resource.get("apiVersion", "")
    validators = {name: _validator(kind, version, name) for name in (*VERSIONS, "rules")}
    for name, validator in validators.items():
        if validator is None:
            if name != "rules":
                yield fault(resource, ["kind"], f"Kubernetes {name} has no {kind} in {version}")
            continue
        for error in sorted(validator.iter_errors(resource), key=lambda error: list(map(str, error.absolute_path))):
            yield fault(resource, list(error.absolute_path), _reason(error, name))


def _reason(error: ValidationError, name: str) -> str:
    """The message, and what the rule is for."""
    why = error.schema.get("description", "") if name == "rules" and isinstance(error.schema, dict) else ""
    return f"{error.message}" + (f" ({why})" if why else "")


@cache
def _validator(kind: str, api_version: str, name: str) -> Draft202012Validator | None:
    if name == "rules":
        schema = _read("rules")
        return _with_definitions({**schema, "$ref": f"#/$defs/{kind}"}, VERSIONS[0]) if kind in schema["$defs"] else None
    group = api_version.rpartition("/")[0]
    if group in OPERATORS:
        return _of_operator(kind, name)
    try:
        return _with_definitions(_of_kubernetes(name, _file_name(kind, api_version)), name)
    except FileNotFoundError:
        return None


def _of_operator(kind: str, name: str) -> Draft202012Validator | None:
    published = _FOLDER / "published" / f"{kind}.json"
    if published.exists():
        return _with_definitions(json.loads(published.read_text()), name)
    return _with_definitions(_read(kind), name) if (_FOLDER / f"{kind}.yaml").exists() else None


@cache
def _read(name: str) -> Any:
    return yaml.load((_FOLDER / f"{name}.yaml").read_text(), Loader=LOADER)


def _file_name(kind: str, api_version: str) -> str:
    group, _, version = api_version.rpartition("/")
    return "-".join(part for part in (kind.lower(), group.split(".")[0], version) if part)


def _with_definitions(schema: Any, version: str) -> Draft202012Validator:
    return Draft202012Validator(schema, registry=_registry(version))


@cache
def _registry(version: str) -> Registry[Any]:
    empty: Registry[Any] = Registry()
    return empty.with_resource(_DEFINITIONS, DRAFT202012.create_resource(_of_kubernetes(version, "_definitions"))).crawl()


@cache
def _of_kubernetes(version: str, name: str) -> Any:
    return schema_contents(f"kubernetes-json-schema/v{version}.0-local-strict/{name}.json", version)
