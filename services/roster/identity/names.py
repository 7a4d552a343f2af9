"""By what names staff sign in: username, e-mail address, staff number. Case and spaces around them don't matter."""

from typing import Any

from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import ANY_CASE, Document, Index
from services.roster.identity import standing
from services.roster.store import Store

# Of almost a million people few are staff, and with indexes of all their names people were stored half as fast. So staff
# numbers stand in the accounts, and usernames are indexed where the chain's identity provider names people by them.
BY_USERNAME = Index("username", where={"username": {"$gt": ""}}, any_case=True)


def same(name: str) -> str:
    return name.strip().casefold()


def staff_number(person: Document) -> str:
    """Blank where the roster has none (`identifier` of OneRoster's users)."""
    return same(person.get("extra", {}).get("identifier", ""))


def account_of(store: Store, name: str) -> Document | None:
    """The account of whoever signs in by this name. None when there is none, or when it is the name of two."""
    named = store.accounts.first(WHOLE_CHAIN, {"username": same(name)})
    if named is not None:
        return named
    ids = [person["_id"] for person in staff_by(store, name, "email")] + _numbered(store, name)
    found = store.accounts.find(WHOLE_CHAIN, {"_id": {"$in": ids}}, limit=2)
    return found[0] if len(found) == 1 else None


def keep_number(store: Store, account: Document, person: Document) -> None:
    """The account's copy of the staff number, as the roster has it now."""
    number = staff_number(person)
    if account.get("staff_number", "") != number:
        store.accounts.change(WHOLE_CHAIN, account["_id"], to={"staff_number": number})


def staff_by(store: Store, name: str, field: str) -> list[Document]:
    """Staff who are here and whose `email` or `username` in the roster is this."""
    return [person for person in _found(store, field, name.strip()) if standing.is_staff(person)]


def _found(store: Store, field: str, name: str) -> list[Any]:
    wanted = WHOLE_CHAIN.filter({field: name, "active": True})
    return list(store.people.collection.find(wanted, {"outbox": False}).collation(ANY_CASE).limit(50)) if name else []


def _numbered(store: Store, name: str) -> list[str]:
    """Accounts of people whose staff number this still is."""
    number = same(name)
    held = store.accounts.find(WHOLE_CHAIN, {"staff_number": number}, limit=50) if number else []
    people = store.people.find(WHOLE_CHAIN, {"_id": {"$in": [account["_id"] for account in held]}, "active": True})
    return [person["_id"] for person in people if staff_number(person) == number]
