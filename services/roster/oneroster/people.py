"""A row of users.csv as a person."""

from typing import Any

from services.roster import contact
from services.roster.oneroster.findings import Findings, Place
from services.roster.oneroster.layout import LONGEST_NAME, USERS
from services.roster.oneroster.tables import Row, Rows

_P = USERS.place
_GIVEN, _FAMILY, _USERNAME, _ENABLED = _P["givenName"], _P["familyName"], _P["username"], _P["enabledUser"]
_IDENTIFIER, _USER_IDS = _P["identifier"], _P["userIds"]
_SMS, _PHONE, _EMAIL = _P["sms"], _P["phone"], _P["email"]


class PersonReader:
    """Reads contacts with care: what nobody could be reached by is None, and a warning."""

    def __init__(self, table: Rows, findings: Findings) -> None:
        self._table = table
        self._findings = findings

    def fields(self, line: Place, row: Row) -> dict[str, Any]:
        given, family = " ".join(row[_GIVEN].split()), " ".join(row[_FAMILY].split())
        phone, email = self._phone(line, row), self._email(line, row)
        return {
            "given_name": given,
            "family_name": family,
            "name_ur": self._added(line, row, "nameUrdu") or None,
            "given_name_ur": self._added(line, row, "givenNameUrdu") or None,
            "sort_name": contact.sort_name(given, family),
            "national_id": contact.national_id(row[_IDENTIFIER], row[_USER_IDS]),
            "phone": phone,
            "email": email,
            "language": self._language(line, row),
            "channels": self._channels(line, row) or contact.default_channels(phone, email),
            "username": row[_USERNAME] or None,
            "may_sign_in": row[_ENABLED] != "false",
        }

    def _phone(self, line: Place, row: Row) -> str | None:
        for index, column in ((_SMS, "sms"), (_PHONE, "phone")):
            if row[index]:
                number = contact.e164(row[index])
                if number:
                    return number
                self._warn(line, column, "is no possible telephone number: kept without it")
        return None

    def _email(self, line: Place, row: Row) -> str | None:
        address = row[_EMAIL].strip()
        name, at, host = address.rpartition("@")
        if address and not (name and at and host and address.isprintable() and " " not in address):
            self._warn(line, "email", "is no e-mail address: kept without it")
            return None
        return address or None

    def _language(self, line: Place, row: Row) -> str:
        found = contact.language(self._added(line, row, "language"))
        if found is None:
            self._warn(line, "metadata.language", f"is none of ours: {contact.DEFAULT_LANGUAGE} taken")
        return found or contact.DEFAULT_LANGUAGE

    def _channels(self, line: Place, row: Row) -> list[str]:
        found = contact.channels(self._added(line, row, "channels"))
        if found is None:
            self._warn(line, "metadata.channels", "names a channel that is none of ours: the default taken")
        return found or []

    def _added(self, line: Place, row: Row, name: str) -> str:
        """A metadata column; blank where the set has none."""
        column = f"metadata.{name}"
        index = self._table.extensions.get(column)
        text = " ".join(row[index].split()) if index is not None else ""
        if len(text) > LONGEST_NAME:
            self._warn(line, column, f"has more than {LONGEST_NAME} characters: kept without it")
            return ""
        return text

    def _warn(self, line: Place, column: str, reason: str) -> None:
        self._findings.warn(USERS.member, line, column, reason)
