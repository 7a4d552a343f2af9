"""The chain's rules and the branches' narrowings of them, as their keepers see and change them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.grades import all_plain, plain
from schoolbus.logs import log
from schoolbus.problems import Conflict, GoneOn, Invalid, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope
from services.notifications.ruling.in_force import chains as chains_rules
from services.notifications.ruling.narrowing import FIELDS, narrowed, wider
from services.notifications.ruling.rows import OF_EVENT, RULES, WAYS, Faults, Row, completed, faults, row_of
from services.notifications.wording.audiences import AUDIENCES
from services.notifications.wording.rules import URGENCIES, Rule

if TYPE_CHECKING:
    from schoolbus.caller import Caller
    from schoolbus.store import Document
    from services.notifications.store import Store

MOST = 200  # rules of a chain
CHAIN: list[str] = []  # the branch_id of what is of the whole chain
_KEY = re.compile(r"[a-z][a-z0-9_]{1,59}")


# The chain's


def chains(store: Store) -> Document:
    """All rules, and of what others can be made."""
    kept = {document["_id"]: document for document in store.rules.find(WHOLE_CHAIN)}
    in_force = chains_rules(kept.values())
    keys = sorted({*RULES, *(key for key, document in kept.items() if document["row"])})
    return {"items": [_of_chain(key, kept.get(key), in_force.get(key)) for key in keys], **choices()}


def chains_one(store: Store, key: str) -> Document:
    kept = store.rules.first(WHOLE_CHAIN, {"_id": key})
    if key not in RULES and (kept is None or kept["row"] is None):
        raise NotFound("Rule")
    return _of_chain(key, kept, chains_rules([kept] if kept else []).get(key))


def choices() -> Document:
    """What a rule can be made of, for each event."""
    return {
        "events": [
            {
                "event": name,
                "about": rule.about,
                "tells": [audience.name for audience in AUDIENCES.values() if audience.fits(rule.event)],
                "text": _texts(rule),
            }
            for name, rule in sorted(OF_EVENT.items())
        ],
        "urgencies": list(URGENCIES),
        "channels": list(WAYS),
    }


def put(store: Store, caller: Caller, key: str, given: Mapping[str, Any]) -> Document:
    """The chain's own version of a rule, or a rule of its own; what is not given is as it comes with Rabta.

    Raises Invalid, and Conflict when it is not the version any more that the caller has seen.
    """
    row = _row(key, given)
    kept = store.rules.first(WHOLE_CHAIN, {"_id": key})
    if kept is not None and kept["row"] == row and given["version"] in (None, kept["version"]):
        return chains_one(store, key)
    if kept is None and key not in RULES and store.rules.count(WHOLE_CHAIN, {"row": {"$ne": None}}) >= MOST:
        raise Conflict(
            "too-many-rules", Sentence("A chain has up to %(most)s rules of its own", most=MOST), "Change one that is there."
        )
    _keep(store, caller, key, kept, row, given["version"])
    return chains_one(store, key)


def back_to_default(store: Store, caller: Caller, key: str) -> None:
    """Rabta's own again; a rule that was the chain's alone is gone. Twice is once."""
    kept = store.rules.first(WHOLE_CHAIN, {"_id": key})
    if kept is None and key not in RULES:
        raise NotFound("Rule")
    if kept is not None and kept["row"] is not None:
        _keep(store, caller, key, kept, None, None)


# A branch's


def of_branch(store: Store, caller: Caller, branch_id: str) -> Document:
    scope = _branch(store, caller, branch_id)
    kept = {document["key"]: document for document in store.narrowings.find(scope)}
    rules = chains_rules(store.rules.find(WHOLE_CHAIN))
    return {"items": [_of_branch(rule, kept.get(key)) for key, rule in sorted(rules.items())]}


def of_branch_one(store: Store, caller: Caller, branch_id: str, key: str) -> Document:
    scope = _branch(store, caller, branch_id)
    return _of_branch(_rule(store, key), store.narrowings.first(scope, {"key": key}))


def narrow(store: Store, caller: Caller, branch_id: str, key: str, given: Mapping[str, Any]) -> Document:
    """In place of how the branch narrowed the rule before. Raises NotFound; Conflict when it may not; Invalid when it would be
    wider than the chain's."""
    scope = _branch(store, caller, branch_id)
    rule = _rule(store, key)
    if not rule.branches_may_narrow:
        raise Conflict("not-to-be-narrowed", "The chain wants this rule the same everywhere", "Ask the chain's operator.")
    if wrong := wider(rule, given):
        raise Invalid(wrong, "This would tell more than the chain's rule", "wider-than-the-chains")
    if wrong := _unknown_grades(store, scope, given["grades"]):
        raise Invalid(wrong)
    row = {"branch_id": branch_id, "key": key, **{name: given[name] for name in FIELDS}}
    _upsert(store.narrowings, f"{branch_id}:{key}", row | _stamp(caller))
    log().info("rule_narrowed", rule=key, branch=branch_id)
    store.rules_in_force.forget()
    return of_branch_one(store, caller, branch_id, key)


def widen_again(store: Store, caller: Caller, branch_id: str, key: str) -> None:
    """The chain's rule again as it is."""
    scope = _branch(store, caller, branch_id)
    if not store.narrowings.remove(scope, f"{branch_id}:{key}"):
        _rule(store, key)
    log().info("rule_as_the_chains", rule=key, branch=branch_id)
    store.rules_in_force.forget()


# In detail


def _row(key: str, given: Mapping[str, Any]) -> Row:
    """Raises Invalid with all that is wrong."""
    if not _KEY.fullmatch(key):
        raise Invalid({"key": ["Small letters, digits and _, up to 60, a letter first."]})
    default = row_of(RULES[key]) if key in RULES else {}
    row = {**default, **{name: value for name, value in given.items() if name != "version"}}
    if missing := {name: ["Missing data for required field."] for name in ("event", "tells", "text") if name not in row}:
        raise Invalid(missing)
    if row["event"] not in OF_EVENT:
        raise Invalid({"event": ["No message is made of such an event. See events in the list of rules."]})
    if key in RULES and row["event"] != default["event"]:
        raise Invalid(
            {"event": [Sentence("This rule is about %(event)s. Make another one, by another key.", event=default["event"])]}
        )
    row = completed(row)
    wrong: Faults = faults(row)
    if "text" not in wrong and row["text"] not in _texts(OF_EVENT[row["event"]]):
        wrong["text"] = ["It is about something else. See events in the list of rules."]
    if wrong:
        raise Invalid(wrong)
    return row


def _texts(model: Rule) -> list[str]:
    """Those that are made for the event."""
    return list(dict.fromkeys(rule.text.name for rule in RULES.values() if rule.event is model.event))


def _keep(store: Store, caller: Caller, key: str, kept: Document | None, row: Row | None, seen: int | None) -> None:
    version = kept["version"] if kept else 0
    to = {"row": row, "version": version + 1, **_stamp(caller)}
    if kept is None and seen in (None, 0):
        written = store.rules.add_new([{"_id": key, "branch_id": CHAIN, **to}]) == 1
    else:
        unchanged = {"version": version if seen is None else seen}
        written = store.rules.change(WHOLE_CHAIN, key, to=to, when=unchanged) is not None
    if not written:
        raise GoneOn("This rule has changed meanwhile", version=version)
    log().info("rule_kept", rule=key, version=version + 1)
    store.rules_in_force.forget()


def _of_chain(key: str, kept: Document | None, rule: Rule | None) -> Document:
    default = RULES.get(key)
    return {
        "key": key,
        "default": row_of(default) if default else None,
        "chain": kept["row"] if kept else None,
        "in_force": row_of(rule) if rule else None,
        "version": kept["version"] if kept else 0,
        "changed_at": kept["changed_at"] if kept else None,
        "changed_by": kept["changed_by"] if kept else None,
    }


def _of_branch(rule: Rule, kept: Document | None) -> Document:
    in_force = narrowed(rule, kept) if kept else rule
    return {
        "key": rule.key,
        "default": row_of(RULES[rule.key]) if rule.key in RULES else None,
        "chain": row_of(rule),
        "branch": {name: kept[name] for name in FIELDS} if kept else None,
        "in_force": {**row_of(in_force), "grades": in_force.grades},
        "without_effect": sorted(_without_effect(rule, kept)) if kept else [],
        "changed_at": kept["changed_at"] if kept else None,
        "changed_by": kept["changed_by"] if kept else None,
    }


def _without_effect(rule: Rule, kept: Document) -> Iterable[str]:
    """What of a narrowing the chain's rule no longer leaves room for."""
    return wider(rule, kept) if rule.branches_may_narrow else (name for name in FIELDS if kept[name] is not None)


def _rule(store: Store, key: str) -> Rule:
    rule = chains_rules(store.rules.find(WHOLE_CHAIN, {"_id": key})).get(key)
    if rule is None:
        raise NotFound("Rule")
    return rule


def _branch(store: Store, caller: Caller, branch_id: str) -> Scope:
    scope = caller.branch(branch_id)
    if store.branches.first(scope) is None:
        raise NotFound("Branch")
    return scope


def _unknown_grades(store: Store, scope: Scope, grades: list[str] | None) -> Faults:
    if not grades:
        return {}
    known = {row["grade"] for row in store.classes.find(scope, {"active": True}) if row["grade"]}
    unknown = sorted(grade for grade in set(grades) if plain(grade) not in all_plain(known))
    return (
        {
            "grades": [
                Sentence("The branch has no grade %(unknown)s, but %(known)s.", unknown=list(unknown), known=sorted(known))
            ]
        }
        if unknown
        else {}
    )


def _stamp(caller: Caller) -> Document:
    return {"changed_at": now(), "changed_by": caller.person_id}


def _upsert(documents: Any, id: str, row: Document) -> None:
    documents.collection.update_one(WHOLE_CHAIN.filter({"_id": id}), {"$set": row}, upsert=True)
