"""Known faults of what is locked: pip-audit asks OSV about each version. Nothing is resolved or installed."""

import json

from deploy.security.step import LOGS, ROOT, Finding, NotDone, end_of, run

SERVICE = "osv"


def look() -> list[Finding]:
    answer = LOGS / "advisories.json"
    answer.unlink(missing_ok=True)
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    asked = [part for lock in locks for part in ("-r", str(lock))]
    how = [
        "--disable-pip",
        "--require-hashes",
        "--vulnerability-service",
        SERVICE,
        "--timeout",
        "20",
        "--progress-spinner",
        "off",
    ]
    code, told = run("advisories", ["python", "-m", "pip_audit", *how, "-f", "json", "-o", str(answer), *asked])
    if not answer.exists():
        raise NotDone(f"pip-audit had no answer from {SERVICE} (exit {code}): {_short(told)}")
    return read(answer.read_text())


def read(answer: str) -> list[Finding]:
    """pip-audit also ends well where it was told nothing: what it has passed over has not been looked at."""
    packages = json.loads(answer)["dependencies"]
    passed_over = [each["name"] for each in packages if "skip_reason" in each]
    if passed_over:
        raise NotDone(f"no answer about {len(passed_over)} of {len(packages)} packages, {passed_over[0]} among them")
    return [_finding(package, fault) for package in packages for fault in package["vulns"]]


def _finding(package: dict, fault: dict) -> Finding:
    mended = ", ".join(fault["fix_versions"])
    names = ", ".join([fault["id"], *fault.get("aliases", [])])
    do = (
        f"lock {mended} (pyproject.toml, make lock)"
        if mended
        else "no version mends it: see whether we are reached, or leave it"
    )
    return Finding(names, f"{package['name']} {package['version']}", do)


def _short(told: str) -> str:
    return end_of(told)[:160] or "it said nothing"
