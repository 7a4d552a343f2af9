"""python -m schoolbus doctor [--json]."""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict

from schoolbus.doctor import broker, databases, here, services
from schoolbus.doctor.finding import Finding


def main(words: Sequence[str]) -> int:
    """0 when nothing is wrong, else 1."""
    parser = argparse.ArgumentParser("python -m schoolbus doctor", description="What is wrong, where, and what to do.")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    found = examine()
    if asked.json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
    else:
        print("\n".join(map(shown, found)) if found else "nothing is wrong")
    return int(any(each.level == "wrong" for each in found))


def examine() -> list[Finding]:
    wanted, found = here.settings(os.environ)
    found += here.secrets(os.environ)
    if wanted is not None:
        found += [*broker.look(wanted), *databases.look(wanted), *services.look(wanted)]
    return sorted(found, key=lambda each: each.level == "unseen")


def shown(finding: Finding) -> str:
    return f"{finding.level}: {finding.what}\n  where  {finding.where}\n  do     {finding.do}\n  see    {finding.see}"
