"""`make security`: every step, a line each, then what was found. ONLY=secrets,licences for some of them.

Exits 1 where something was found, 3 where a step could not look: neither passes silently. OFFLINE=1 leaves out, by your word,
the steps that ask others.
"""

import os
import sys
import time

from deploy.security import advisories, code, index, licences, manifests, proofs, secrets
from deploy.security.step import Finding, NotDone, Step

STEPS = (
    Step("code", "ruff's security rules over what ships", code.look),
    Step("secrets", "what looks like a secret in the repository", secrets.look),
    Step("advisories", "known faults of what is locked", advisories.look, online=True),
    Step("index", "withdrawn, replaced and stale packages", index.look, online=True),
    Step("licences", "what the images' libraries ask for", licences.look),
    Step("manifests", "make k8s-check, with its scan", manifests.look),
    Step("parsers", f"what strangers send is read, profile {proofs.PROFILE}", proofs.parsers),
    Step("requests", f"schemathesis, {proofs.EXAMPLES} of each operation by each caller", proofs.requests),
)
FOUND, NOT_LOOKED = 1, 3


def main(steps: tuple[Step, ...], *, offline: bool) -> int:
    """The exit code."""
    found: list[tuple[Step, Finding]] = []
    blind: list[str] = []
    for step in steps:
        if offline and step.online:
            _say(step, "left out", "OFFLINE=1: nobody has looked")
            continue
        began = time.monotonic()
        try:
            findings = step.look()
        except NotDone as why:
            blind.append(step.name)
            _say(step, "NOT DONE", str(why))
            continue
        found += [(step, finding) for finding in findings]
        word = f"{len(findings)} found" if findings else "nothing found"
        _say(step, word, f"{step.what}, {time.monotonic() - began:.0f} s")
    _report(found, blind)
    return FOUND if found else NOT_LOOKED if blind else 0


def _say(step: Step, word: str, more: str) -> None:
    print(f"{step.name:<12}{word:<15}{' '.join(more.split())}", flush=True)


def _report(found: list[tuple[Step, Finding]], blind: list[str]) -> None:
    for step, finding in found:
        print(f"\n{step.name}: {finding.what}\n  where  {finding.where}\n  do     {finding.do}")
    if blind:
        print(f"\nNot looked at: {', '.join(blind)}. Where that can't be helped here, OFFLINE=1 leaves out what asks others.")


def _wanted(only: str) -> tuple[Step, ...]:
    names = [name for name in only.replace(",", " ").split() if name]
    unknown = set(names) - {step.name for step in STEPS}
    if unknown:
        raise SystemExit(f"security: no step {', '.join(sorted(unknown))}; there are {', '.join(step.name for step in STEPS)}")
    return tuple(step for step in STEPS if not names or step.name in names)


if __name__ == "__main__":
    sys.exit(main(_wanted(os.environ.get("ONLY", "")), offline=os.environ.get("OFFLINE") == "1"))
