"""What a reader's copy holds of a branch: of everybody who took part, what was told last of each month."""

from schoolbus.replay import counts

SOURCE = counts.source("participation", "participation_id", lambda store: store.participation_told)
