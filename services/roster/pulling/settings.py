"""What pulling reads from the environment, in the service and in the worker."""

from dataclasses import dataclass
from functools import cached_property

from schoolbus.settings import NO_SECRETS, Secrets
from services.roster.sealing import Sealer


@dataclass(frozen=True)
class Pulls:
    pull_key: Secrets = NO_SECRETS  # encrypts the secrets of other systems in the database; without it there are no pulls
    pull_from_loopback: bool = False  # plain HTTP to this machine itself: for a try-out, or a proxy beside us

    @cached_property
    def sealer(self) -> Sealer:
        return Sealer(self.pull_key)
