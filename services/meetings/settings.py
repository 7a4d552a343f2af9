"""What meetings reads from the environment beside what every process does."""

from dataclasses import dataclass

from schoolbus.settings import SettingsFault

SHORTEST = 32


@dataclass(frozen=True)
class Settings:
    ballot_key: str = ""  # seals the keys of the PTA's elections; without it there are none

    def __post_init__(self) -> None:
        if self.ballot_key and len(self.ballot_key) < SHORTEST:
            raise SettingsFault(f"BALLOT_KEY wants at least {SHORTEST} characters")
