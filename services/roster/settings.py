"""What roster reads from the environment, beside what every service does."""

from dataclasses import dataclass
from functools import cached_property

from schoolbus.contracts.roster import SERVICES
from schoolbus.settings import SettingsFault
from services.roster.identity.passwords import SHORTEST
from services.roster.identity.tokens import Signer


@dataclass(frozen=True)
class Settings:
    token_signing_key: str  # Ed25519 private key, PEM; line breaks may stand as \n
    operator_username: str = ""  # the chain's first operator, made at the start when absent
    operator_password: str = ""
    default_services: str = ",".join(SERVICES)  # what branches subscribe to that an import brings for the first time

    audit_database: str = ""  # where the audit trail is kept; blank: roster's own database's name and _audit
    audit_days: int = 1095  # how long an entry is kept
    audit_family_days: int = 90  # how long it is kept that a guardian looked at their own child

    def __post_init__(self) -> None:
        faults = [
            fault for fault in (self._key_fault(), self._services_fault(), self._operator_fault(), self._audit_fault()) if fault
        ]
        if faults:
            raise SettingsFault("; ".join(faults))

    @cached_property
    def signer(self) -> Signer:
        return Signer(self.token_signing_key.replace("\\n", "\n"))

    @cached_property
    def services(self) -> list[str]:
        return [name.strip() for name in self.default_services.split(",") if name.strip()]

    def _key_fault(self) -> str | None:
        try:
            self.signer  # noqa: B018 - made once, at the start
        except ValueError as error:
            return f"TOKEN_SIGNING_KEY {error}"
        return None

    def _services_fault(self) -> str | None:
        unknown = sorted(set(self.services) - set(SERVICES))
        return f"DEFAULT_SERVICES names {', '.join(unknown)}; there are {', '.join(SERVICES)}" if unknown else None

    def _audit_fault(self) -> str | None:
        days = (self.audit_days, self.audit_family_days)
        return None if all(0 < each <= 36_500 for each in days) else "AUDIT_DAYS and AUDIT_FAMILY_DAYS want 1 to 36500"

    def _operator_fault(self) -> str | None:
        too_short = self.operator_username and len(self.operator_password) < SHORTEST
        return f"OPERATOR_PASSWORD wants at least {SHORTEST} characters" if too_short else None
