"""Tests that think of what to send, with many more examples than `make test` gives them."""

import os
import re
from collections.abc import Mapping

from deploy.security.step import Finding, NotDone, end_of, log_of, run

EXAMPLES = os.environ.get("EXAMPLES") or "10"  # of each operation, by each of its callers
PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or "long"  # tests/conftest.py
PARSERS = (  # those that stand beside what else their readers do, too
    "tests/fuzz",
    *("tests/roster/test_checks.py", "tests/roster/test_class_list_sheets.py", "tests/roster/test_provider_rules.py"),
    *("tests/portal/test_pasting.py", "tests/notifications/test_keywords.py", "tests/notifications/test_segments.py"),
    *("tests/notifications/test_reports.py", "tests/schoolbus/test_sound.py"),
)
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)(?: - (.*))?$", re.MULTILINE)
_TESTS_FAILED = 1  # pytest's exit codes: what is above says that it did not come to its end


def requests() -> list[Finding]:
    return _proved("requests", ["tests/access/test_whatever_is_sent.py"], {"EXAMPLES": EXAMPLES})


def parsers() -> list[Finding]:
    return _proved("parsers", list(PARSERS), {"HYPOTHESIS_PROFILE": PROFILE})


def _proved(name: str, tests: list[str], environment: Mapping[str, str]) -> list[Finding]:
    code, told = run(name, ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests], environment)
    if code == 0 and re.search(r"\b\d+ passed", told):
        return []
    failed = _FAILED.findall(told)
    if code != _TESTS_FAILED or not failed:
        raise NotDone(f"pytest did not come to its end (exit {code}): {end_of(told)[:300]}")
    return [Finding(why or "failed", test, f"{log_of(name)} has the example that did it") for test, why in failed]
