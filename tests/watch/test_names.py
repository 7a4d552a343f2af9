"""Rules, dashboards, runbooks and code speak of the same metrics and alerts."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from deploy.dashboards.__main__ import FOLDER, PAGE, page
from deploy.dashboards.boards import BOARDS
from deploy.dashboards.known import known
from deploy.k8s.metrics import foreign
from deploy.local.plan import SERVICES
from tests.support.processes import ROOT
from tests.watch.rules import COMPONENT, RULES, alerts, expressions, recorded

RUNBOOKS = ROOT / "docs" / "runbooks"
NAMED = re.compile(
    r"(?<![\w./-])(?:rabta:[a-z0-9_:]+|(?:rabta|rabbitmq|keda|kube|kubelet|container|process|certmanager)_[a-z0-9_]+)\b"
)
OF_ALERT = re.compile(r"^Alert `(\w+)`, (\w+)\.$", re.MULTILINE)
DATABASES = {f"rabta_{name}" for name in (*SERVICES, "audit")}
CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)


@cache
def ours() -> set[str]:
    return {sample for each in known() for sample in each.samples}


def unknown(text: str) -> set[str]:
    """Names of metrics that nobody has."""
    return set(NAMED.findall(text)) - ours() - foreign() - recorded() - DATABASES


def of_page(file: Path) -> str:
    """Histograms are named without their parts in sentences."""
    text = " ".join(CODE.findall(file.read_text()))
    whole = {each.name for each in known() if each.kind == "histogram"}
    return re.sub(r"`(\w+)`", lambda found: "" if found[1] in whole else found[0], text)


def queries() -> Iterator[tuple[str, str]]:
    """The dashboards', with where they stand."""
    for file in sorted(FOLDER.glob("*.json")):
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel.get("targets") or ():
                yield f"{file.name}: {panel['title']}", target["expr"]


def kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def test_each_alert_has_its_page_and_each_page_its_alert() -> None:
    marked = {}
    for file in RUNBOOKS.glob("*.md"):
        if found := OF_ALERT.search(file.read_text()):
            marked[found[1]] = found[2]
            assert file.stem == kebab(found[1])
    assert marked == {name: rule["labels"]["severity"] for name, rule in alerts().items()}
    for name, rule in alerts().items():
        assert rule["annotations"]["runbook_url"].endswith(f"/{kebab(name)}.md"), name


def test_pages_say_all_three_things_and_the_index_lists_them() -> None:
    index = (RUNBOOKS / "README.md").read_text()
    for file in sorted(RUNBOOKS.glob("*.md")):
        assert file.stem == "README" or f"]({file.name})" in index, f"docs/runbooks/README.md does not list {file.name}"
        if OF_ALERT.search(file.read_text()):
            for part in ("**What it means.**", "**What to look at.**", "**What to do.**"):
                assert part in file.read_text(), f"{file.name} lacks {part}"
        for other in re.findall(r"\]\(([\w./-]+\.md)\)", file.read_text()):
            assert (file.parent / other).exists(), f"{file.name} leads to {other}, which is not there"


def test_metrics_that_are_named_exist() -> None:
    found = {expression: unknown(expression) for expression in expressions()}
    found |= {f"{where}: {query}": unknown(query) for where, query in queries()}
    found |= {file.name: unknown(of_page(file)) for file in (*RUNBOOKS.glob("*.md"), PAGE)}
    assert {where: names for where, names in found.items() if names} == {}


def test_what_is_foreign_is_used() -> None:
    texts = [*expressions(), *(query for _, query in queries()), *(file.read_text() for file in RUNBOOKS.glob("*.md"))]
    used = set(re.findall(r"[\w:]+", " ".join(texts)))
    assert foreign() - used == set()


def test_dashboards_and_the_table_of_metrics_are_as_the_code_has_them() -> None:
    """`make dashboards` writes them anew."""
    assert {file.stem: file.read_text() for file in FOLDER.glob("*.json")} == {name: board() for name, board in BOARDS.items()}
    assert PAGE.read_text() == page()


def test_everything_is_deployed() -> None:
    deployed = yaml.safe_load((COMPONENT / "kustomization.yaml").read_text())
    assert {COMPONENT / path for path in deployed["resources"]} >= set(RULES)
    files = {file for each in deployed["configMapGenerator"] for file in each.get("files", ())}
    assert files == {f"dashboards/{name}.json" for name in BOARDS}
