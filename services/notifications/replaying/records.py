"""What a reader's copy holds of a branch: of every guardian, what was told last of each month."""

from schoolbus.replay import counts

SOURCE = counts.source("reach", "reach_id", lambda store: store.reach_told)
