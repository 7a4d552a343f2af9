"""What the engagement part of the worker can be told."""

from dataclasses import dataclass

from schoolbus.settings import Positive


@dataclass(frozen=True)
class Settings:
    engagement_quiet: Positive = Positive(600)  # seconds since a branch's last change before its month is counted anew
