"""Ruff's security rules (S, after bandit) over what ships. A line that is right says why beside its `noqa`."""

import json
from pathlib import Path

from deploy.security.step import ROOT, SHIPS, Finding, NotDone, end_of, run

_HOW = ("--select", "S", "--ignore", "S101", "--no-fix", "--output-format", "json")  # S101: an assert is for the type checker


def look() -> list[Finding]:
    code, told = run("code", ["python", "-m", "ruff", "check", *_HOW, *SHIPS])
    if code not in (0, 1):
        raise NotDone(f"ruff failed: {end_of(told)}")
    return [_finding(each) for each in json.loads(told)]


def _finding(each: dict) -> Finding:
    where = f"{Path(each['filename']).relative_to(ROOT)}:{each['location']['row']}"
    return Finding(f"{each['code']}: {each['message']}", where, f"{each['url']}, or `# noqa: {each['code']} - why it is right`")
