"""Documents of the association as people see them: with names from the copy of the roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.scope import Scope
from services.meetings.pta import answers
from services.meetings.pta.standing import acts
from services.meetings.views import full_name

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
CARRIED = 50  # decisions of earlier meetings that are shown with a meeting


def meeting(store: Store, caller: Caller, branch_id: str, found: Document) -> Document:
    """With its decisions, and those of earlier meetings that are open: what this one follows up."""
    scope = caller.branch(branch_id)
    [shown] = meetings(store, caller, branch_id, [found])
    own = store.pta_decisions.find(scope, {"pta_meeting_id": found["_id"]})
    earlier = {"state": "open", "pta_meeting_id": {"$ne": found["_id"]}}
    carried = store.pta_decisions.find(scope, earlier, sort="due_on _id", limit=CARRIED)
    return {**shown, "decisions": decisions(store, scope, own), "to_follow_up": decisions(store, scope, carried)}


def meetings(store: Store, caller: Caller, branch_id: str, found: Sequence[Document]) -> list[Document]:
    """Who was there by name is for who acts for the association; how many is for everybody."""
    scope = caller.branch(branch_id)
    is_officer = acts(store, caller, branch_id)
    named = {item["presenter_id"] for each in found for item in each["agenda"]}
    named |= {id for each in found for id in each["present"]} if is_officer else set()
    people = store.people_by_id(scope, {id for id in named if id})
    said, own = answers.counted(store, scope, found), answers.own(store, scope, found, caller.person_id)

    def shown(each: Document) -> Document:
        agenda = [{**item, "presenter": full_name(people.get(item["presenter_id"]))} for item in each["agenda"]]
        came = _by_name(each["present"], people) if is_officer else []
        written = each["minutes"]["written" if is_officer else "published"]
        return {
            **each,
            "agenda": agenda,
            "present": came,
            "came": len(each["present"]) + each["guests"],
            "coming": said.get((each["_id"], True), 0),
            "not_coming": said.get((each["_id"], False), 0),
            "my_answer": own.get(each["_id"]),
            "quorum": each.get("quorum"),
            "minutes_version": written,
            "minutes_state": state_of(each["minutes"], written),
        }

    return [shown(each) for each in found]


def minutes(store: Store, caller: Caller, meeting: Document, version: Document) -> Document:
    """Who was there by name is for who acts for the association, as with the meeting."""
    branch_id, present = meeting["branch_id"], version.get("present") or []
    people = store.people_by_id(caller.branch(branch_id), present) if acts(store, caller, branch_id) else {}
    return {
        **version,
        "present": _by_name(present, people) if people else [],
        "came": len(present) + (version.get("guests") or 0),
        "quorum": version.get("quorum"),
        "title": meeting["title"],
        "state": state_of(meeting["minutes"], version["version"]),
        "adopted_on": meeting["minutes"]["adopted_on"],
    }


def state_of(minutes: Document, version: int) -> str:
    """None, draft, published, adopted; replaced: there is a later one."""
    if not version:
        return "none"
    if version == minutes["adopted"]:
        return "adopted"
    if version == minutes["published"]:
        return "published"
    return "draft" if version == minutes["written"] else "replaced"


def decisions(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    people = store.people_by_id(scope, {each["owner_id"] for each in found if each["owner_id"]})
    met = store.pta_meetings.find(scope, {"_id": {"$in": sorted({each["pta_meeting_id"] for each in found})}})
    too_few = {each["_id"] for each in met if (quorum := each.get("quorum")) and not quorum["reached"]}
    today = clock.today().isoformat()

    def shown(each: Document) -> Document:
        is_late = each["state"] == "open" and each["due_on"] is not None and each["due_on"] < today
        of_few = each["pta_meeting_id"] in too_few
        return {**each, "owner": full_name(people.get(each["owner_id"])), "is_overdue": is_late, "without_quorum": of_few}

    return [shown(each) for each in found]


def _by_name(person_ids: Sequence[str], people: Mapping[str, Document]) -> list[Document]:
    return [{"person_id": id, "name": full_name(people.get(id))} for id in person_ids]
