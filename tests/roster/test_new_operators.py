"""Nobody becomes an operator of the whole chain by a set that a person has not agreed to, and the import says who does."""

from services.roster.importing import imports
from tests.roster.chain import Chain
from tests.roster.sets import RosterSet

OF_THE_CHAIN = {"userSourcedId": "t1", "role": "systemAdministrator", "roleType": "primary", "orgSourcedId": "chain"}
MORE = RosterSet().add("roles", sourcedId="t1-more", **OF_THE_CHAIN)


def is_operator(chain: Chain, sourced_id: str) -> bool:
    found = chain.call("GET", "/v1/me", chain.caller(sourced_id, "teacher")).json()
    return bool(found.get("operator"))


def named(chain: Chain, found: dict) -> list[tuple[str, str]]:
    assert found["new_operator_count"] == len(found["new_operators"])
    return [(each["person_id"], each["name"]) for each in found["new_operators"]]


def test_a_set_that_makes_an_operator_waits_and_names_them(chain: Chain):
    chain.imports()
    waits = chain.previews(MORE, apply=imports.WHEN_SAFE)
    assert waits["state"] == "waiting"
    assert named(chain, waits) == [(chain.person("t1"), "Tahira Malik")]
    assert not is_operator(chain, "t1")
    assert chain.decides(waits, "cancellation").status_code == 200
    assert not is_operator(chain, "t1")
    done = chain.confirms(chain.previews(MORE, apply=imports.WHEN_SAFE))
    assert (done["state"], named(chain, done)) == ("done", [(chain.person("t1"), "Tahira Malik")])
    assert is_operator(chain, "t1")


def test_who_is_one_already_makes_nobody_wait(chain: Chain):
    chain.imports()
    again = chain.previews(RosterSet().change("users", "op", givenName="Omair"), apply=imports.WHEN_SAFE)
    assert (again["state"], again["new_operator_count"]) == ("done", 0)


def test_a_new_source_waits_too_and_is_not_read_into_the_roster(chain: Chain):
    waits = chain.previews(apply=imports.WHEN_SAFE)
    assert (waits["state"], named(chain, waits)) == ("waiting", [(chain.person("op"), "Omar Shah")])
    assert chain.quiet() == 0
    assert waits["counts"]["users"] == {"rows": 11}
    done = chain.confirms(waits)
    assert (done["state"], done["counts"]["users"]["added"]) == ("done", 11)
    assert len(chain.of_import(done, "branches")) == 2


def test_without_one_a_new_source_goes_on_by_itself(chain: Chain):
    found = chain.previews(RosterSet().drop("roles", "op-districtAdministrator"), apply=imports.WHEN_SAFE)
    assert (found["state"], found["new_operators"]) == ("done", [])
