"""Hashing passwords takes memory for so many at a time, however many sign in."""

import subprocess
import sys

from tests.support.processes import ROOT

FIFTY_SIGN_INS = """
import schoolbus.serve  # first, as in a service
import eventlet, psutil
from services.roster.identity import passwords
size = lambda: psutil.Process().memory_info().rss // 2**20
before, pool = size(), eventlet.GreenPool(25)
for _ in range(50):
    pool.spawn(passwords.fits, "wrong", None)
pool.waitall()
print(before, size())
"""


def test_fifty_sign_ins_keep_the_memory_of_four_hashes() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FIFTY_SIGN_INS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    before, after = map(int, ran.stdout.split())
    assert after - before < 6 * 19, f"{before} MiB before, {after} MiB after"
