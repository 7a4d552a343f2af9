"""What the simulator reads from the environment."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    http_port: int
    translate_key: str = ""  # that every request has to bring; none: nobody is asked for one
    char_limit: int = 20_000  # of one request
    http_host: str = "127.0.0.1"
