"""By what names staff sign in: username, e-mail address, staff number. Case and spaces around them don't matter."""

from collections.abc import Iterable

from schoolbus.problems import Conflict
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import ANY_CASE, Document, Index
from services.roster.identity import standing
from services.roster.store import Store

# Of almost a million people few are staff, and with indexes of all their names people were stored half as fast. So staff
# numbers stand in the accounts, and usernames are indexed where the chain's identity provider names people by them.
_MOST = 5  # accounts whose passwords are tried: each takes a core for some time
_MOST_NAMED = 1000
BY_USERNAME = Index("username", where={"username": {"$gt": ""}}, any_case=True)


def same(name: str) -> str:
    return name.strip().casefold()


def staff_number(person: Document) -> str:
    """Blank where the roster has none (`identifier` of OneRoster's users)."""
    return same(person.get("extra", {}).get("identifier", ""))


def accounts_of(store: Store, name: str) -> list[Document]:
    """Of whoever may sign in by this name; where it is that of several, the password says who it is."""
    ids = [person["_id"] for person in staff_by(store, name, "email")] + _numbered(store, name)
    either = {"$or": [{"username": same(name)}, {"_id": {"$in": ids}}]}
    return store.accounts.find(WHOLE_CHAIN, either, limit=_MOST)


def refuse_taken(store: Store, people: Iterable[Document]) -> None:
    """Raises Conflict when one of these people has, or would take, a name by which others of the staff sign in."""
    owners: dict[str, str] = {}
    for person in people:
        for name in {same(person.get(field) or "") for field in ("email", "username")} - {""}:
            if owners.setdefault(name, person["_id"]) != person["_id"]:
                raise _taken()
    names = list(owners)
    if not names:
        return
    accounts = store.accounts.find(WHOLE_CHAIN, {"$or": [{"username": {"$in": names}}, {"staff_number": {"$in": names}}]})
    fields = ("email", "username") if store.usernames_are_names else ("email",)
    held = [(same(each[field]), each["_id"]) for field in fields for each in _staff(store, {field: {"$in": names}})]
    held += [(each[field], each["_id"]) for each in accounts for field in ("username", "staff_number") if each.get(field)]
    there = _present(store, {id for name, id in held if owners.get(name, id) != id})
    if there:
        raise _taken()


def keep_number(store: Store, account: Document, person: Document) -> None:
    """The account's copy of the staff number, as the roster has it now."""
    number = staff_number(person)
    if account.get("staff_number", "") != number:
        store.accounts.change(WHOLE_CHAIN, account["_id"], to={"staff_number": number})


def staff_by(store: Store, name: str, field: str) -> list[Document]:
    """Staff who are here and whose `email` or `username` in the roster is this."""
    return _staff(store, {field: name.strip()}) if name.strip() else []


def _staff(store: Store, named: Document) -> list[Document]:
    """Asked for in the query: others of the same address, however many, hide nobody."""
    staff = [{"role_keys": {"$in": list(standing.STAFF)}}, {"operator": True}, {"granted_roles": {"$gt": {}}}]
    wanted = WHOLE_CHAIN.filter({**named, "active": True, "$or": staff})
    found = store.people.collection.find(wanted, {"outbox": False}).collation(ANY_CASE).limit(_MOST_NAMED)
    return [dict(person) for person in found if standing.is_staff(dict(person))]


def _present(store: Store, ids: set[str]) -> bool:
    """Whether one of them is here still: who has left signs in by no name."""
    found = store.people.find(WHOLE_CHAIN, {"_id": {"$in": sorted(ids)}, "active": True})
    return any(standing.is_staff(person) for person in found)


def _taken() -> Conflict:
    detail = "By this e-mail address or username somebody else of the staff signs in. Take another, or leave it away."
    return Conflict("name-taken", "Somebody else has this name", detail)


def _numbered(store: Store, name: str) -> list[str]:
    """Accounts of people whose staff number this still is."""
    number = same(name)
    held = store.accounts.find(WHOLE_CHAIN, {"staff_number": number}, limit=50) if number else []
    people = store.people.find(WHOLE_CHAIN, {"_id": {"$in": [account["_id"] for account in held]}, "active": True})
    return [person["_id"] for person in people if staff_number(person) == number]
