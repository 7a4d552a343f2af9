"""A merge asks and a split is exact; and no import, before or after, changes what was decided."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.roster import contact
from services.roster.families import merging, placing
from services.roster.families.matches import pair_id
from tests.roster.chain import Chain
from tests.roster.twice import Twice


@pytest.fixture
def twice(chain: Chain) -> Twice:
    return Twice(chain)


# A merge asks


def test_a_merge_waits_until_every_branch_agrees(twice: Twice):
    before = twice.told()
    asked = twice.merges(twice.heads[0])
    assert asked["state"] == "proposed"
    assert set(asked["waits_for"]) == {twice.here.branch("b2"), *(twice.there.branch(b) for b in ("b1",))}
    assert twice.told() == before, "nothing happens silently"
    listed = twice.there.call("GET", f"/v1/guardians/{twice.other}/merges", twice.heads[1]).json()["items"]
    assert [each["state"] for each in listed] == ["proposed"]
    assert [each["person_id"] for each in listed[0]["guardians"]] == [twice.kept, twice.other], "who they are, not ids alone"
    assert twice.merges(twice.heads[1])["waits_for"] == [twice.here.branch("b2")]
    assert twice.merges(twice.heads[1])["state"] == "proposed", "one branch's word counts once"
    assert twice.merges(twice.head_of_b2)["state"] == "merged"


def test_who_reaches_neither_finds_nobody(twice: Twice):
    stranger = Caller("x", {"another-branch": frozenset(("head",))})
    body = {"other_id": twice.other}
    assert twice.here.call("POST", twice.path, stranger, json=body).status_code == 404
    assert twice.here.call("DELETE", f"{twice.path}/{twice.other}", stranger).status_code == 404
    assert twice.here.call("GET", twice.path, stranger).status_code == 404
    assert twice.here.call("POST", twice.path, twice.here.caller("t1", "teacher"), json=body).status_code == 403
    for other in (twice.kept, "nobody"):
        assert twice.here.call("POST", twice.path, twice.here.operator, json={"other_id": other}).status_code in (404, 422)
    assert twice.here.call("POST", twice.path, twice.here.operator, json={"other_id": {"$gt": ""}}).status_code == 422
    teacher = twice.here.person("t1")
    assert twice.here.call("POST", twice.path, twice.here.operator, json={"other_id": teacher}).status_code == 404


def test_a_merge_gives_nobody_more_for_a_child(twice: Twice):
    """Father and mother are in two records each; the other record of one may not receive reports, and a merge would."""
    store = twice.store()
    relation = twice.here.id("relation", "s1\x1fg2")
    store.relations.change(WHOLE_CHAIN, relation, to={"may_receive_reports": False})
    answer = twice.here.call("POST", twice.path, twice.here.operator, json={"other_id": twice.here.person("g2")})
    assert answer.status_code == 409
    assert answer.json()["student_ids"] == [twice.here.person("s1")]


# What a merge does, and a split undoes


def test_a_merged_guardian_is_one_and_a_split_undoes_it_exactly(twice: Twice):
    before = twice.told()
    assert twice.children(twice.kept) == ["Saad", "Sana"]
    twice.merges()
    assert twice.children(twice.kept) == ["Saad", "Sana", "Sara"]
    merged = twice.told()
    there = f"{twice.there.source} b1"
    assert (f"{twice.there.person('s3')} {twice.kept}", True) in merged[there]
    assert (twice.kept, True) in merged[f"{there} people"], "she is known where the child is"
    assert (twice.other, False) in merged[f"{there} people"]
    twice.merges()
    assert twice.told() == merged, "again is once"
    names = twice.there.call("GET", "/v1/branches/{b1}/people?role=guardian", twice.heads[1]).json()["items"]
    assert [person["person_id"] for person in names if person["given_name"] == "Ghazala"].count(twice.kept) == 1
    assert twice.other not in [person["person_id"] for person in names]
    twice.splits(twice.heads[1])
    assert _present(twice.told()) == _present(before)
    assert twice.children(twice.kept) == ["Saad", "Sana"]
    assert twice.children(twice.other) == ["Sara"]


def _present(told: dict[str, Any]) -> dict[str, Any]:
    """Who has been somewhere is told as gone: that is all that stays of a merge."""
    return {key: [row for row in rows if row[1]] for key, rows in told.items()}


@pytest.mark.parametrize("moment", ["before", "between", "after"])
def test_imports_of_either_side_come_to_the_same_end(twice: Twice, moment: str):
    """A new child, a changed name, a child that is gone: on both sides, whenever the merge is made."""
    here = twice.here_set.change("users", "g1", familyName="Khanum").change("users", "s2", agentSourcedIds="")
    here = here.change("users", "s3", agentSourcedIds="g1")
    there = twice.there_set.change("users", "g3", middleName="B").change("users", "s1", agentSourcedIds="g3")
    if moment == "before":
        twice.merges()
    twice.there.imports(there)
    if moment == "between":
        twice.merges()
    twice.here.imports(here)
    if moment == "after":
        twice.merges()
    told = twice.told()
    assert twice.children(twice.kept) == ["Sana", "Sana", "Sara", "Sara"]
    assert twice.children(twice.other) == []
    quiet = twice.here.quiet()
    twice.here.imports(here)
    twice.there.imports(there)
    assert twice.here.quiet() == quiet, "the same sets again say nothing"
    assert twice.told() == told
    twice.splits()
    assert twice.children(twice.kept) == ["Sana", "Sara"]
    assert twice.children(twice.other) == ["Sana", "Sara"]
    twice.here.imports(here)
    twice.there.imports(there)
    assert twice.children(twice.kept) == twice.children(twice.other) == ["Sana", "Sara"]


def test_she_stays_while_one_source_still_has_her(twice: Twice):
    """The branch of her first child loses her; her other child's does not."""
    twice.merges()
    gone = twice.here_set.drop("users", "g1").drop("roles", "g1-parent")
    gone = gone.change("users", "s1", agentSourcedIds="g2").change("users", "s2", agentSourcedIds="")
    twice.here.imports(gone)
    assert twice.children(twice.other) == ["Sara"]
    assert twice.other in [choice["person_id"] for choice in twice.choices()]
    twice.here.imports(twice.here_set)
    assert twice.children(twice.kept) == ["Saad", "Sana", "Sara"]
    assert twice.children(twice.other) == []


def test_an_import_that_did_not_see_the_merge_is_put_right(twice: Twice):
    """What a transaction wrote that began before: looked at once more, when all such are over."""
    twice.merges()
    store = twice.store()
    relation = twice.there.id("relation", "s3\x1fg3")
    store.relations.change(WHOLE_CHAIN, relation, to={"guardian_id": twice.other, "merged_from": None})
    store.guardian_pairs.change(WHOLE_CHAIN, pair_id(twice.kept, twice.other), to={"settle_at": now()})
    merging.settle_late(store)
    assert store.relations.one(WHOLE_CHAIN, relation)["guardian_id"] == twice.kept


# Signing in


def test_two_or_three_on_one_phone_each_sign_in_and_merged_ones_as_one(twice: Twice):
    """Mother and father on one phone, and the mother once more in another branch."""
    father = twice.here.person("g2")
    assert {choice["person_id"] for choice in twice.choices()} == {twice.kept, twice.other, father}
    twice.merges()
    assert {choice["person_id"] for choice in twice.choices()} == {twice.kept, father}
    code = twice.here.code(twice.phone)
    signed = twice.here.call(
        "POST", "/v1/sign-in/code/verify", json={"phone": twice.phone, "code": code, "person_id": twice.kept}
    )
    assert signed.status_code == 200, signed.text
    roles = twice.here.claims(signed.json()["token"])["roles"]
    assert set(roles) == {twice.here.branch("b1"), twice.here.branch("b2"), twice.there.branch("b1")}


def test_the_merged_records_own_phone_leads_to_who_counts(twice: Twice):
    number = f"0334{twice.phone[-7:]}"
    twice.there.imports(twice.there_set.change("users", "g3", sms=number))
    twice.merges()
    twice.here.call("POST", "/v1/sign-in/code", json={"phone": number})
    code = twice.here.code(contact.e164(number) or "")
    signed = twice.here.call("POST", "/v1/sign-in/code/verify", json={"phone": number, "code": code})
    assert signed.json()["person"]["person_id"] == twice.kept


# The rules, with plain values

IDS = "abcd"


@given(
    into=st.fixed_dictionaries({id: st.sampled_from([None, *IDS[:place]]) for place, id in enumerate(IDS)}),
    active=st.fixed_dictionaries({id: st.booleans() for id in IDS}),
    rows=st.lists(
        st.tuples(st.sampled_from(IDS), st.sampled_from("xy"), st.booleans()), max_size=8, unique_by=lambda row: row[:2]
    ),
)
def test_the_order_of_what_happens_does_not_count(into, active, rows):
    """Placed once or again and in any order it is the same; split, all is as it came; and a child has each guardian once."""
    people = {id: _person(id, merged_into=into[id], active=active[id]) for id in IDS}
    came = [_relation(guardian, child, present) for guardian, child, present in rows]
    counts = placing.counting(people)
    placed = list(placing.relations(came, counts))
    assert _by_id(placing.relations(placed[::-1], counts)) == _by_id(placed)
    live = [(row["guardian_id"], row["student_id"]) for row in placed if row["active"] and not row.get("doubled")]
    assert len(set(live)) == len(live)
    assert {(counts[guardian], child) for guardian, child, present in rows if present} == set(live)
    apart = {id: {**person, "merged_into": None} for id, person in people.items()}
    back = placing.relations(placed, placing.counting(apart))
    assert {(row["guardian_id"], row["student_id"], row["active"]) for row in back} == set(rows)
    kept = {person["_id"]: person for person in placing.persons(people)}
    assert {person["_id"]: person for person in placing.persons(kept)} == kept
    split = {id: {**person, "merged_into": None} for id, person in kept.items()}
    assert all(person["roles"] == people[person["_id"]]["roles"] for person in placing.persons(split))


def test_whichever_way_a_tree_grew_one_counts():
    for order in permutations("bcd"):
        people = {id: _person(id) for id in IDS}
        for id in order:
            people[id]["merged_into"] = {"b": "a", "c": "b", "d": "a"}[id]
        assert set(placing.counting(people).values()) == {"a"}
        (a,) = (person for person in placing.persons(people) if person["_id"] == "a")
        assert a["branch_id"] == ["branch-a", "branch-b", "branch-c", "branch-d"]


def _person(id: str, *, merged_into: str | None = None, active: bool = True) -> dict[str, Any]:
    branch = f"branch-{id}"
    return {
        "_id": id,
        "branch_id": [branch],
        "roles": {branch: ["guardian"]},
        "language": "ur",
        "channels": ["sms"],
        "given_name": id,
        "family_name": "",
        "name_ur": None,
        "active": active,
        "merged_into": merged_into,
    }


def _relation(guardian: str, child: str, active: bool) -> dict[str, Any]:
    return {"_id": f"{guardian}{child}", "guardian_id": guardian, "student_id": child, "active": active}


def _by_id(rows: Any) -> dict[str, Any]:
    return {row["_id"]: row for row in rows}
