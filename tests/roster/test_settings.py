"""Settings are checked before the service starts, all at once."""

import pytest

from schoolbus.settings import SettingsFault, load
from services.roster.settings import Settings

SECRET = "the-secret-of-identity-in-tests-0123456789"
NOT_A_KEY = "-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIEIA==\\n-----END PRIVATE KEY-----"


def test_every_fault_is_named_in_one_line():
    wrong = {
        "TOKEN_SIGNING_KEY": NOT_A_KEY,
        "OPERATOR_USERNAME": "omar",
        "OPERATOR_PASSWORD": "short",
        "DEFAULT_SERVICES": "meetings,lunch",
        "IDENTITY_SECRET": SECRET,
        "SECOND_FACTOR_ROLES": "head,cook",
        "STAFF_SESSION_HOURS": "0",
        "OIDC_ISSUER": "http://provider.example",
        "OIDC_CLIENT_ID": "rabta",
    }
    with pytest.raises(SettingsFault) as fault:
        load(Settings, wrong)
    for name in (
        "TOKEN_SIGNING_KEY",
        "OPERATOR_PASSWORD",
        "DEFAULT_SERVICES names lunch",
        "SECOND_FACTOR_ROLES names cook",
        "STAFF_SESSION_HOURS",
        "OIDC",
    ):
        assert name in str(fault.value)
    assert "\n" not in str(fault.value)
    assert "short" not in str(fault.value)


def test_a_key_may_be_written_in_one_line(signing_key: str):
    settings = load(
        Settings,
        {"IDENTITY_SECRET": SECRET, "TOKEN_SIGNING_KEY": signing_key.replace("\n", "\\n"), "DEFAULT_SERVICES": " reports, "},
    )
    assert settings.services == ["reports"]
    assert settings.signer.key_id == load(Settings, {"IDENTITY_SECRET": SECRET, "TOKEN_SIGNING_KEY": signing_key}).signer.key_id
