"""Pages are the same byte by byte, in every process and on every day."""

import json
import subprocess
import sys

from tests.reports.paper import golden
from tests.support.processes import ROOT


def test_pages_are_those_that_were_kept() -> None:
    assert golden.digests() == json.loads(golden.KEPT.read_text()), (
        "look at the pages, then: python -m tests.reports.paper.golden"
    )


def test_another_process_with_another_clock_zone_and_hash_makes_the_same() -> None:
    program = "from tests.reports.paper.golden import *; print(digest(render(a_full_card(), 'both')))"
    environment = {"PATH": "", "PYTHONHASHSEED": "7", "TZ": "America/Lima", "SOURCE_DATE_EPOCH": "86400", "LANG": "C"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == json.loads(golden.KEPT.read_text())["full card, both"]
