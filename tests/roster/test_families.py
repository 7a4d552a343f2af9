"""Guardians who may be one are found in whatever branch they are; brothers and sisters are seen together."""

from typing import Any

import pytest

from schoolbus.caller import Caller
from schoolbus.clock import now
from services.roster import contact
from services.roster.families import alike
from services.roster.store import Store
from tests.roster.chain import Chain
from tests.roster.sets import RosterSet
from tests.roster.twice import Twice


@pytest.fixture
def twice(chain: Chain) -> Twice:
    return Twice(chain)


# Found again


def test_guardians_with_one_phone_are_found_in_two_sources(twice: Twice):
    def pairs(path: str, caller: Caller) -> list[dict[str, Any]]:
        found, after = [], {}
        while True:
            page = twice.here.call("GET", path, caller, params=after).json()
            found += page["items"]
            if page["next"] is None:
                return found
            after = {"after": page["next"]}

    for path, caller in (
        (f"/v1/branches/{twice.here.branch()}/guardian-matches", twice.heads[0]),
        (f"/v1/branches/{twice.there.branch()}/guardian-matches", twice.heads[1]),
        ("/v1/guardian-matches", twice.here.operator),
    ):
        ours = {frozenset(each["person_id"] for each in pair["guardians"]): pair for pair in pairs(path, caller)}
        pair = ours[frozenset((twice.kept, twice.other))]
        assert pair["why"] == ["phone", "name"]
        assert (pair["names"], pair["looks_like_two"]) == ("same", False)
        assert [each["phone_ends"] for each in pair["guardians"]] == [twice.phone[-4:]] * 2
        father = twice.here.person("g2")
        assert frozenset((twice.kept, father)) not in ours, "parents of one child share a phone, and are two"
        if caller is not twice.heads[0]:
            assert ours[frozenset((father, twice.other))]["looks_like_two"] is True
    assert twice.here.call("GET", "/v1/guardian-matches", twice.heads[0]).status_code == 403
    assert twice.here.call("GET", "/v1/guardian-matches?after=x", twice.here.operator).status_code == 422


def test_a_dismissed_pair_stays_dismissed(twice: Twice):
    path = f"/v1/branches/{twice.here.branch()}/guardian-matches"

    def suggested() -> bool:
        items = twice.here.call("GET", path, twice.heads[0]).json()["items"]
        return any({twice.kept, twice.other} == {each["person_id"] for each in pair["guardians"]} for pair in items)

    assert suggested()
    twice.splits(twice.heads[0])
    assert not suggested()
    twice.there.imports(twice.there_set.change("users", "g3", givenName="Ghazala B"))
    assert not suggested()
    assert twice.merges()["state"] == "merged", "who means it may still"


@pytest.mark.parametrize(
    ("identifier", "user_ids", "number"),
    [
        ("35202-1234567-1", "", "3520212345671"),
        ("3520212345671", "", "3520212345671"),
        ("", "{CNIC:35202-1234567-1}", "3520212345671"),
        ("17", "{Fed:x},{cnic: 35202-1234567-1 }", "3520212345671"),
        ("17", "", None),
        ("35202-1234567-12", "", None),
        ("95202-1234567-1", "", None),
        ("", "{CNIC:1}", None),
        ("۳۵۲۰۲۱۲۳۴۵۶۷۱", "", None),
    ],
)
def test_an_identity_card_is_known_by_its_form(identifier: str, user_ids: str, number: str | None):
    assert contact.national_id(identifier, user_ids) == number


def test_what_makes_two_records_alike():
    def person(given: str, family: str, urdu: str = "", **more: Any) -> dict[str, Any]:
        return {
            "given_name": given,
            "family_name": family,
            "name_ur": urdu or None,
            "phone": "+92",
            "national_id": None,
            **more,
        }

    ghazala = person("Ghazala", "Khan")
    assert alike.names(ghazala, person("Gazala", "Khaan")) == "same"
    assert alike.names(ghazala, person("", "", "غزالہ خان")) == "same"
    assert alike.names(ghazala, person("Ghazala", "Bibi")) == "similar"
    assert alike.names(ghazala, person("Ghulam", "Khan")) == "different"
    assert alike.why(ghazala, person("Ghulam", "Khan")) == ["phone"]
    assert alike.why(person("A", "B", national_id="1" * 13), person("A", "B", national_id="3" * 13)) == [], (
        "two cards, two people"
    )
    assert alike.look_like_two(person("Noor", "Khan", national_id="3" * 13), person("Noor", "Khan", national_id="4" * 13))


def test_two_with_one_e_mail_are_two(chain: Chain):
    """An address is no key: each has their own record, and signs in by their own phone."""
    mail = {"email": "family@example.pk"}
    chain.imports(
        RosterSet().change("users", "g1", sms="03450000001", **mail).change("users", "g2", phone="03450000002", **mail)
    )
    for id, number in (("g1", "03450000001"), ("g2", "03450000002")):
        chain.call("POST", "/v1/sign-in/code", json={"phone": number})
        body = {"phone": number, "code": chain.code(contact.e164(number) or "")}
        assert chain.call("POST", "/v1/sign-in/code/verify", json=body).json()["person"]["person_id"] == chain.person(id)
    items = chain.call("GET", "/v1/branches/{b1}/guardian-matches", chain.caller("h1", "head")).json()["items"]
    assert items == []


# Brothers and sisters


def test_siblings_are_seen_together_also_across_branches(school: Chain):
    path = f"/v1/branches/{{b1}}/people/{school.person('s1')}/family"
    seen = school.call("GET", path, school.caller("o1", "office")).json()
    assert {each["given_name"]: each["may_collect"] for each in seen["guardians"]} == {"Ghazala": True, "Ghulam": True}
    (brother,) = seen["siblings"]
    assert (brother["given_name"], brother["branch"]["name"], brother["classes"][0]["title"]) == ("Saad", "Johar Town", "5-A")
    assert seen["siblings_elsewhere"] == 1
    to_teacher = school.call("GET", path, school.caller("t1", "teacher")).json()
    assert to_teacher["siblings"] == [], "another branch's children are not hers to see"
    assert to_teacher["siblings_elsewhere"] == 1
    assert school.call("GET", path, school.caller("t2", "teacher")).status_code == 404
    assert school.call("GET", path, school.caller("g1", "guardian")).status_code == 403
    other = f"/v1/branches/{{b1}}/people/{school.person('s2')}/family"
    assert school.call("GET", other, school.caller("o1", "office")).status_code == 404, "a child of another branch"


# At 820,000 people


@pytest.mark.parametrize(
    ("documents", "where"),
    [
        ("people", {"phone": "+923001234567", "active": True}),
        ("people", {"phone": {"$in": ["+923001234567", "+923001234568"]}, "active": True, "counts_as": None}),
        ("people", {"national_id": {"$gt": ""}, "active": True}),
        ("people", {"$or": [{"_id": {"$in": ["a"]}}, {"merged_into": {"$in": ["a"]}}]}),
        ("relations", {"$or": [{"guardian_id": {"$in": ["a"]}}, {"merged_from": {"$in": ["a"]}}]}),
        ("guardian_pairs", {"people": {"$in": ["a"]}, "state": "merged"}),
        ("guardian_pairs", {"settle_at": {"$lte": now()}}),
        ("proposals", {"person_id": "a", "state": "open"}),
    ],
)
def test_no_question_reads_everybody(store: Store, documents: str, where: dict[str, Any]):
    plan = getattr(store, documents).collection.find(where).explain()["queryPlanner"]["winningPlan"]
    assert "IXSCAN" in str(plan)
    assert "COLLSCAN" not in str(plan)


def test_a_page_of_pairs_has_no_more_than_was_asked_for_and_none_is_missed(chain: Chain):
    """Four mothers with one phone are six pairs."""
    content = RosterSet()
    for number in range(4):
        person = {"sourcedId": f"m{number}", "givenName": "Ghazala", "familyName": "Khan", "sms": "0345 7654321"}
        content = content.add("users", enabledUser="true", username=f"m{number}", **person)
        role = {"sourcedId": f"m{number}-parent", "userSourcedId": f"m{number}", "orgSourcedId": "b1"}
        content = content.add("roles", role="parent", roleType="primary", **role)
    chain.imports(content)
    path, head = f"/v1/branches/{chain.branch()}/guardian-matches", chain.caller("h1", "head")

    def pages(limit: int) -> list[list[str]]:
        found, after = [], None
        while True:
            page = chain.call("GET", path, head, params={"limit": limit, "after": after}).json()
            found.append([":".join(each["person_id"] for each in pair["guardians"]) for pair in page["items"]])
            if (after := page["next"]) is None:
                return found

    (whole,) = pages(100)
    assert len(whole) >= 6
    for limit in (1, 4):
        parts = pages(limit)
        assert max(len(part) for part in parts) == limit
        assert [pair for part in parts for pair in part] == whole
