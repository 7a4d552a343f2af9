"""Commands that pages give somebody at night do what they seem to."""

import re
from collections.abc import Iterator

import pytest

from deploy.k8s.check import OVERLAYS
from deploy.k8s.resources import build, running, task
from tests.support.processes import ROOT

PAGES = sorted(file for file in (ROOT / "docs").rglob("*.md"))
FENCED = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
CALL = re.compile(r"(?:\bk|\bkubectl) [^|`\n]*")


def code() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        text = page.read_text()
        fenced = [line for block in FENCED.findall(text) for line in block.replace("\\\n", " ").splitlines()]
        inline = [each.replace("\n", " ") for each in INLINE.findall(FENCED.sub("", text))]
        yield from ((page.name, line) for line in (*fenced, *inline))


def calls(word: str) -> list[tuple[str, str]]:
    """Calls of kubectl with this word in them."""
    return [(page, call) for page, line in code() for call in CALL.findall(line) if re.search(rf"\s{word}\b", call)]


def test_logs_are_those_of_all_replicas_and_whole() -> None:
    """`kubectl logs deploy/…` reads one pod; by labels it shows ten lines of each."""
    asked = calls("logs")
    assert len(asked) > 20
    for page, call in asked:
        assert not re.search(r"\s(deploy|deployment|deployments)/", call), f"{page}: {call} reads one pod"
        if re.search(r"\s(-l|--selector)[\s=]", call):
            assert "--tail=" in call, f"{page}: {call} shows ten lines of each pod"


@pytest.mark.parametrize("word", ["scale", "annotate", "delete", "patch", "exec", "rollout"])
def test_what_changes_something_says_in_which_namespace(word: str) -> None:
    """`k` has it (docs/deploy.md)."""
    for page, call in calls(word):
        assert call.startswith("k ") or "--namespace" in call or " -n " in call, f"{page}: {call} changes whatever is current"


def test_whoever_asks_the_database_logs_in() -> None:
    """`mongo` does, which the runbooks' README has; the database knows nobody else."""
    for page, call in calls("mongosh"):
        missing = [option for option in ("--username", "--password", "--authenticationDatabase") if option not in call]
        assert missing == [], f"{page}: {call}"
    asked = {page for page, line in code() if line.startswith("mongo ")}
    assert asked >= {"database-replication-lag.md", "database-without-primary.md", "disk-filling.md"}
    for page in asked - {"README.md"}:
        assert "(`mongo`: [README](README.md))" in (ROOT / "docs" / "runbooks" / page).read_text(), f"{page}: where is mongo?"


def test_jobs_that_are_begun_by_hand_are_there() -> None:
    """`python -m deploy.k8s.job OVERLAY WHICH …`, of prod."""
    known = {task(each) for each in running(build(OVERLAYS / "prod")) if each["kind"] in ("Job", "CronJob")}
    asked = [(page, *found) for page, line in code() for found in re.findall(r"deploy\.k8s\.job (\w+) ([\w-]+)", line)]
    assert len(asked) > 5
    for page, overlay, which in asked:
        assert (overlay, which in known) == ("prod", True), f"{page}: {which} of {overlay}"
