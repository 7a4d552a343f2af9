"""What roster reads from the environment, beside what every service does."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Literal

from schoolbus.contracts.roster import SERVICES
from schoolbus.settings import Count, Secrets, SettingsFault
from services.roster.identity.oidc import Provider
from services.roster.identity.password_rules import SHORTEST
from services.roster.identity.tokens import Signer
from services.roster.sealing import Sealer

_SECOND_FACTOR_ROLES = ("teacher", "office", "head", "operator")
_POSITIVE = ("guardian_session_days", "staff_session_hours", "codes_per_address", "wrong_tries_per_address")


@dataclass(frozen=True)
class Settings:
    token_signing_key: str  # Ed25519 private keys, PEM, the one that signs first; line breaks may stand as \n
    identity_secret: Secrets  # what sign-in keeps of secrets follows from it
    operator_username: str = ""  # the chain's first operator, made at the start when absent
    operator_password: str = ""
    default_services: str = ",".join(SERVICES)  # what branches subscribe to that an import brings for the first time
    left_days: Count = Count(1825)  # after which the erasure of who has left is proposed

    # Signing in
    guardian_session_days: int = 60  # of no use, after which a session ends
    staff_session_hours: int = 12
    second_factor_roles: str = "office,head,operator"  # whose password alone does not do; none: nobody's
    # Thousands of families share one address of a mobile carrier: too low a number locks a whole town out.
    codes_per_address: int = 600  # asked for in ten minutes
    wrong_tries_per_address: int = 600  # of codes and passwords, in ten minutes
    oidc_issuer: str = ""  # the chain's own identity provider; none: staff sign in by password
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_redirect_uri: str = ""  # a page of the program, or PUBLIC_URL/v1/sign-in/oidc/callback, as registered there
    oidc_trusted_factor: bool = False  # true: the provider itself asks whoever needs one for a second factor
    oidc_match: Literal["email", "username"] = "email"  # by what their people are ours

    # The audit trail
    audit_database: str = ""  # where it is kept; blank: roster's own database's name and _audit
    audit_days: int = 1095  # how long an entry is kept
    audit_family_days: int = 90  # how long it is kept that a guardian looked at their own child

    def __post_init__(self) -> None:
        signing_in = (self._key_fault, self._operator_fault, self._sign_in_fault, self._oidc_fault)
        checks = (*signing_in, self._services_fault, self._audit_fault)
        faults = [fault for fault in (check() for check in checks) if fault]
        if faults:
            raise SettingsFault("; ".join(faults))

    @cached_property
    def signer(self) -> Signer:
        return Signer(self.token_signing_key.replace("\\n", "\n"))

    @cached_property
    def sealer(self) -> Sealer:
        return Sealer(self.identity_secret)

    @cached_property
    def provider(self) -> Provider | None:
        if not self.oidc_issuer:
            return None
        return Provider(self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret, self.oidc_redirect_uri)

    @cached_property
    def services(self) -> list[str]:
        return _names(self.default_services)

    @cached_property
    def second_factor_for(self) -> frozenset[str]:
        return frozenset() if self.second_factor_roles == "none" else frozenset(_names(self.second_factor_roles))

    def asks_factor(self, how: str) -> bool:
        """Whether we ask for a second factor after this way to sign in."""
        return how == "password" or (how == "oidc" and not self.oidc_trusted_factor)

    def silence(self, how: str) -> timedelta:
        """How long a session may be unused, by the way it was begun."""
        return timedelta(days=self.guardian_session_days) if how == "code" else timedelta(hours=self.staff_session_hours)

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

    def _sign_in_fault(self) -> str | None:
        unknown = sorted(self.second_factor_for - set(_SECOND_FACTOR_ROLES))
        faults = [f"{name.upper()} wants 1 or more" for name in _POSITIVE if getattr(self, name) < 1]
        if unknown:
            known = ", ".join(_SECOND_FACTOR_ROLES)
            faults.append(f"SECOND_FACTOR_ROLES names {', '.join(unknown)}; there are {known}, or none")
        return "; ".join(faults) or None

    def _oidc_fault(self) -> str | None:
        if not self.oidc_issuer:
            return None
        if not (self.oidc_client_id and self.oidc_client_secret and self.oidc_redirect_uri):
            return "OIDC_ISSUER wants OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_REDIRECT_URI too"
        if not self.oidc_issuer.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
            return "OIDC_ISSUER wants an address that begins with https://"
        return None


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
