"""What pulling reads from the environment, in the service and in the worker."""

from dataclasses import dataclass
from functools import cached_property

from schoolbus.settings import SettingsFault
from services.roster.sealing import Sealer

SHORTEST = 32


@dataclass(frozen=True)
class Pulls:
    pull_key: str = ""  # encrypts the secrets of other systems in the database; without it there are no pulls
    pull_from_loopback: bool = False  # plain HTTP to this machine itself: for a try-out, or a proxy beside us

    def __post_init__(self) -> None:
        if self.pull_key and len(self.pull_key) < SHORTEST:
            raise SettingsFault(f"PULL_KEY wants at least {SHORTEST} characters")

    @cached_property
    def sealer(self) -> Sealer:
        return Sealer(self.pull_key)
