"""A branch's holidays: days, by whatever calendar, on which it is closed."""

from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from schoolbus.store import Document
from services.roster.calendar import schemas
from services.roster.editing import HOLIDAYS, Edit, editing
from services.roster.fields import refuse
from services.roster.problems import at_version
from services.roster.school.branches import open_branch
from services.roster.store import Store


def page(store: Store, caller: Caller, branch_id: str, page: Paging) -> Paged:
    """The latest first."""
    return store.holidays.page(open_branch(store, caller, branch_id), {"active": True}, sort="-starts_on", page=page)


def add(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """A new one; the one that is there when its id was sent before."""
    with editing(store, caller, branch_id) as edit:
        there = edit.sent_before(HOLIDAYS, open_branch(store, caller, branch_id), draft["holiday_id"])
        if there:
            return there
        fields = {name: value for name, value in draft.items() if name != "holiday_id"}
        return edit.add(HOLIDAYS, draft["holiday_id"], branch_id, _checked({"ends_on": draft["starts_on"], **fields}))


def change(store: Store, caller: Caller, branch_id: str, holiday_id: str, wanted: Document) -> Document:
    with editing(store, caller, branch_id) as edit:
        holiday = _seen(edit, caller, branch_id, holiday_id, wanted["version"])
        to = {name: value for name, value in wanted.items() if name != "version"}
        _checked({**holiday, **to})
        return edit.change(HOLIDAYS, holiday, to)


def end(store: Store, caller: Caller, branch_id: str, holiday_id: str, version: int | None) -> Document:
    with editing(store, caller, branch_id) as edit:
        return edit.end(HOLIDAYS, _seen(edit, caller, branch_id, holiday_id, version))


def _seen(edit: Edit, caller: Caller, branch_id: str, holiday_id: str, version: int | None) -> Document:
    holiday = edit.one(HOLIDAYS, open_branch(edit.store, caller, branch_id), holiday_id)
    at_version(holiday, version, schemas.Holiday().dump(holiday))
    return holiday


def _checked(holiday: Document) -> Document:
    if holiday["ends_on"] < holiday["starts_on"]:
        raise refuse(ends_on="It ends before it begins.")
    return holiday
