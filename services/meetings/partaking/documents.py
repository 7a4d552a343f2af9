"""What is kept of what was told; `Store` names each."""

from schoolbus import counted

COUNTS = counted.COUNTS
TOLD = counted.told_rows("participation_told")
