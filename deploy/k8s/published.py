"""Writes schemas/published/ from the operators' own resource definitions, as cloudcoil's packages carry them (Apache-2.0).

Not run by the check, which reads what this wrote. These are the newest that packages carry; docs/deploy.md says what else was
looked at. In an environment of its own, for what these packages ask for is not ours: they want Python 3.14. `-P`, for a module
beside this one has the name of one of Python's.

    python3.14 -m venv .run/crds
    .run/crds/bin/pip install cloudcoil-models-keda==2.20.2.1 cloudcoil-models-prometheus-operator==0.93.1.1
    .run/crds/bin/python -P deploy/k8s/published.py
"""

import importlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "schemas" / "published"
KINDS = {
    "keda": ("v1alpha1", ["ScaledObject", "TriggerAuthentication"]),
    "prometheus_operator": ("v1", ["PodMonitor", "PrometheusRule", "ServiceMonitor"]),
}
METADATA = {"$ref": "/api/_definitions.json#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}


def closed(schema: Any, names: bool = False) -> Any:
    """Without what only helps to make forms; an object takes no fields but its own. `names`: the keys are names of fields."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = schema if names else {key: each for key, each in schema.items() if key not in ("title", "default", "description")}
    found = {key: closed(each, names=not names and key in ("properties", "$defs")) for key, each in kept.items()}
    if not names and found.get("properties") and "additionalProperties" not in found:
        found["additionalProperties"] = False
    return found


def main() -> None:
    for package, (module, kinds) in KINDS.items():
        models = importlib.import_module(f"cloudcoil.models.{package}.{module}")
        source = f"cloudcoil-models-{package.replace('_', '-')}"
        for kind in kinds:
            schema = closed(getattr(models, kind).model_json_schema(by_alias=True))
            schema["properties"]["metadata"] = METADATA
            schema["properties"].pop("status", None)
            schema["required"] = ["apiVersion", "kind", "metadata", "spec"]
            text = {"$comment": f"{source} {version(source)}; written by deploy/k8s/published.py", **schema}
            (FOLDER / f"{kind}.json").write_text(json.dumps(text, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
