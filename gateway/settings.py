"""What the gateway reads from the environment."""

import ipaddress
import re
from dataclasses import dataclass
from functools import cached_property

from gateway.addresses import Addresses
from schoolbus.settings import (
    NO_COLLECTOR,
    Collector,
    Count,
    LogFormat,
    LogLevel,
    Port,
    Positive,
    Secrets,
    SettingsFault,
    Url,
)

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Settings:
    http_port: Port
    metrics_port: Port
    public_url: Url
    roster_url: Addresses
    meetings_url: Addresses
    reports_url: Addresses
    notifications_url: Addresses
    gateway_secret: Secrets
    http_host: str = "127.0.0.1"
    log_format: LogFormat = "console"
    log_level: LogLevel = "INFO"
    otel_exporter_otlp_endpoint: Collector = NO_COLLECTOR
    trusted_proxies: str = ""  # networks whose X-Forwarded-For is believed, with commas between: 10.0.0.0/8,fd00::/8
    # Thousands of families share one address of a mobile carrier, and a guardian's sign-in is two calls: too low a number locks
    # a whole town out on the evening when booking opens. What slows guessing down is roster, by phone and account.
    sign_ins_per_minute: Count = Count(3_000)  # by client address
    requests_per_minute: Count = Count(600)  # by person
    machine_requests_per_minute: Count = Count(3_000)  # by machine client: another system reads page after page
    address_requests_per_minute: Count = Count(12_000)  # by client address, whoever is signed in
    bad_tokens_per_minute: Count = Count(60)  # by client address: 401s for a token that is none of ours
    carrier_requests_per_minute: Count = Count(30_000)  # by client address: receipts of a chain-wide announcement come in bulk
    cors_origins: str = ""  # whose pages may read answers: https://school.example, with commas between; none: no page
    import_limit: Count = Count(300_000_000)  # bytes of one roster upload: as many as roster takes
    service_timeout: Positive = Positive(30)  # seconds of silence from a service, or from a client that is sending
    stop_timeout: Positive = Positive(25)  # seconds that requests under way get after SIGTERM

    def __post_init__(self) -> None:
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise SettingsFault("CORS_ORIGINS wants origins like https://school.example, with commas between")
        try:
            self.proxies  # noqa: B018 - checked once, at the start
        except ValueError as error:
            raise SettingsFault(f"TRUSTED_PROXIES: {error}") from error

    @cached_property
    def proxies(self) -> tuple[Network, ...]:
        return tuple(ipaddress.ip_network(text.strip()) for text in self.trusted_proxies.split(",") if text.strip())

    @cached_property
    def origins(self) -> frozenset[str]:
        return frozenset(text.strip() for text in self.cors_origins.split(",") if text.strip())

    @property
    def services(self) -> dict[str, Addresses]:
        return {
            "roster": self.roster_url,
            "meetings": self.meetings_url,
            "reports": self.reports_url,
            "notifications": self.notifications_url,
        }
