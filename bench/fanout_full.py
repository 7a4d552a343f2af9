"""fanout_full: the announcement to 500,000 guardians: as fast, in as much memory as to 10,000."""

from pathlib import Path

from bench.fanout import FEW, PER_BRANCH, Chain
from bench.figures import Figure
from deploy.local.infrastructure import Infrastructure

GUARDIANS = 500_000


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    with Chain(infrastructure, folder, GUARDIANS) as chain:
        chain.send(FEW // PER_BRANCH)  # warm
        small = chain.watched(FEW // PER_BRANCH)
        large = chain.watched(chain.branches)
    return [
        Figure("fanout_full.recipients", large.count, "recipients"),
        Figure("fanout_full.recipients_per_s", large.rate, "recipients/s", 5_000),
        Figure("fanout_full.memory_mib", large.peak, "MiB"),
        Figure("fanout_full.memory_growth", large.peak / small.peak, "of the memory at 10,000", 1.2, ceiling=True),
    ]
