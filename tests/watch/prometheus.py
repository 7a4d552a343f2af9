"""A real Prometheus, on a folder of its own, that scrapes real processes with the very rules that are deployed."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.local.processes import free_port
from tests.support.http import http
from tests.support.processes import Process
from tests.support.waiting import eventually
from tests.watch.rules import program, written

SOON = "1s"  # in place of minutes: how often it looks, and for how long an alert must hold


class Prometheus:
    """`targets`: processes by `app` and `component`, as the PodMonitors name them."""

    def __init__(self, folder: Path, targets: Mapping[tuple[str, str], Process]) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.folder = folder
        config = folder / "prometheus.yml"
        config.write_text(yaml.safe_dump(_config(targets, [_hasty(file) for file in written(folder)])))
        options = [
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={self.url.removeprefix('http://')}",
            "--enable-feature=exemplar-storage",
            "--log.level=warn",
        ]
        with (folder / "prometheus.log").open("wb") as log:
            self.process = subprocess.Popen([program("prometheus"), *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually(self._is_ready)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    def ask(self, path: str, **parameters: str) -> Any:
        """`data` of an answer of its HTTP API."""
        answer = http.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=30)
        assert answer.status_code == 200, f"{parameters}: {answer.text}"
        return answer.json()["data"]

    def value(self, query: str) -> float | None:
        """Of the only sample; None where there is none."""
        found = self.ask("query", query=query)["result"]
        assert len(found) < 2, found
        return float(found[0]["value"][1]) if found else None

    def firing(self, name: str, **labels: str) -> list[dict[str, Any]]:
        found = [each for each in self.ask("alerts")["alerts"] if each["labels"]["alertname"] == name]
        return [each for each in found if each["state"] == "firing" and labels.items() <= each["labels"].items()]

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, (self.folder / "prometheus.log").read_text()
        try:
            return http.get(f"{self.url}/-/ready", timeout=5).status_code == 200
        except OSError:
            return False


def _config(targets: Mapping[tuple[str, str], Process], rules: list[str]) -> dict[str, Any]:
    at = [
        {"targets": [f"127.0.0.1:{process.ready_port}"], "labels": {"app": app, "component": component}}
        for (app, component), process in targets.items()
    ]
    return {
        "global": {"scrape_interval": SOON, "scrape_timeout": SOON, "evaluation_interval": SOON},
        "rule_files": rules,
        "scrape_configs": [{"job_name": "rabta", "static_configs": at}],
    }


def _hasty(file: Path) -> str:
    """The same rules; only how long an alert must hold is shortened."""
    content = yaml.safe_load(file.read_text())
    for group in content["groups"]:
        for rule in group["rules"]:
            if "for" in rule:
                rule["for"] = SOON
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    return str(file)
