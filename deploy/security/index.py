"""What the package index alone tells of what is locked: withdrawn releases, files that are no longer there, and what is stale.

The index's JSON (PEP 691, PEP 700) is asked for each package that is locked, as an installation does.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from deploy.security.accepted import judged
from deploy.security.locks import Locked, locked
from deploy.security.step import Finding, NotDone

INDEX = os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple"
ASLEEP = timedelta(days=3 * 365)  # since the newest release
BEHIND = timedelta(days=365)  # from what is locked to the newest
_JSON = "application/vnd.pypi.simple.v1+json"
_TIMEOUT = 60  # seconds
_AT_ONCE = 6

Page = dict[str, Any]
Ask = Callable[[str], Page]


def look() -> list[Finding]:
    return judge(locked(), asked, datetime.now(UTC))


def asked(name: str) -> Page:
    """Raises NotDone."""
    try:
        answer = requests.get(f"{INDEX.rstrip('/')}/{name}/", headers={"Accept": _JSON}, timeout=_TIMEOUT)
        answer.raise_for_status()
        page: Page = answer.json()
    except (requests.RequestException, ValueError) as fault:
        raise NotDone(f"the index did not answer about {name}: {type(fault).__name__}") from fault
    return page


def judge(packages: Iterable[Locked], ask: Ask, at: datetime) -> list[Finding]:
    """Raises NotDone."""
    packages = list(packages)
    names = sorted({each.name for each in packages})
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        pages = dict(zip(names, pool.map(ask, names), strict=True))
    wrong = [finding for each in packages for finding in _wrong(each, pages[each.name]["files"])]
    stale = {each.name: finding for each in packages if (finding := _stale(each, pages[each.name]["files"], at))}
    return wrong + judged(stale, "stale")


def _wrong(package: Locked, files: list[Page]) -> list[Finding]:
    where = f"{package.name} {package.version} ({', '.join(package.files)})"
    of_version = [file for file in files if _version(file["filename"]) == Version(package.version)]
    if not of_version:
        return [Finding("the index has no such release any more", where, "find out why it went, then lock another (make lock)")]
    found = []
    if withdrawn := next((file["yanked"] for file in of_version if file.get("yanked")), None):
        why = withdrawn if isinstance(withdrawn, str) else "no reason given"
        found.append(Finding(f"the release was withdrawn: {why[:200]}", where, "lock another (make lock)"))
    if gone := package.hashes - {file["hashes"].get("sha256") for file in of_version}:
        what = f"{len(gone)} of {len(package.hashes)} locked files are not in the index: sha256 {min(gone)[:12]}…"
        found.append(Finding(what, where, "find out whether a file was replaced before you lock anew (make lock)"))
    return found


def _stale(package: Locked, files: list[Page], at: datetime) -> Finding | None:
    dated = [
        (_version(file["filename"]), datetime.fromisoformat(file["upload-time"])) for file in files if "upload-time" in file
    ]
    finals = [(version, moment) for version, moment in dated if version and not version.is_prerelease]
    ours = [moment for version, moment in finals if version == Version(package.version)]
    if not finals or not ours:
        return None
    newest, released = max(finals)
    if at - released > ASLEEP:
        what = f"no release for {(at - released).days // 365} years: {newest} of {released:%Y-%m}"
    elif released - min(ours) > BEHIND:
        what = f"locked is a release of {min(ours):%Y-%m}, there is {newest} of {released:%Y-%m}"
    else:
        return None
    return Finding(
        what, f"{package.name} {package.version}", "raise it, replace it, or say in accepted.toml [stale] why it stays"
    )


def _version(filename: str) -> Version | None:
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[1]
        return parse_sdist_filename(filename)[1] if filename.endswith((".tar.gz", ".zip")) else None
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
