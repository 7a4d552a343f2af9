"""How a family wants to be reached: the guardian says it, the class teacher proposes it, and no import undoes it."""

from typing import Any

import pytest

from schoolbus.contracts.roster import PeopleChanged
from tests.roster.chain import Chain
from tests.roster.sets import RosterSet
from tests.support.waiting import eventually

WANTED = {
    "language": "ur",
    "channels": ["sms", "app"],
    "hours": {"from": "16:00", "to": "20:30"},
    "literacy": "voice",
    "shared_phone": True,
    "meeting_needs": ["evening", "woman_teacher"],
}
MINE = "/v1/me/preferences"
THEIRS = "/v1/branches/{b1}/people/%s/preferences"


@pytest.fixture
def family(chain: Chain) -> Chain:
    chain.imports()
    return chain


def test_a_guardian_sees_what_the_roster_says_and_says_otherwise(family: Chain):
    ghazala = family.caller("g1", "guardian")
    before = family.call("GET", MINE, ghazala).json()
    assert before == {
        "language": "en",
        "channels": ["whatsapp", "sms"],
        "hours": None,
        "literacy": "reads",
        "shared_phone": False,
        "meeting_needs": [],
    }
    assert family.call("PUT", MINE, ghazala, json=WANTED).json() == WANTED
    assert family.call("GET", MINE, ghazala).json() == WANTED
    for branch in ("b1", "b2"):  # her children are in both
        item = eventually(lambda b=branch: _if(family.items(PeopleChanged, b).get(family.person("g1")), version=2))
        assert (item["language"], item["channels"]) == ("ur", ["sms", "app"])
        assert item["preferences"] == {name: WANTED[name] for name in ("hours", "literacy", "shared_phone", "meeting_needs")}
    told = family.quiet()
    family.call("PUT", MINE, ghazala, json=WANTED)
    assert family.quiet() == told, "the same again says nothing"


def test_no_import_undoes_what_somebody_has_said(family: Chain):
    family.call("PUT", MINE, family.caller("g1", "guardian"), json=WANTED)
    family.imports(RosterSet().change("users", "g1", familyName="Khanum", metadata__language="en", metadata__channels="app"))
    item = eventually(lambda: _if(family.items(PeopleChanged).get(family.person("g1")), family_name="Khanum"))
    assert (item["language"], item["channels"]) == ("ur", ["sms", "app"])
    assert family.call("GET", MINE, family.caller("g1", "guardian")).json() == WANTED
    told = family.quiet()
    family.imports(RosterSet().change("users", "g1", familyName="Khanum", metadata__language="en", metadata__channels="app"))
    assert family.quiet() == told


@pytest.mark.parametrize(
    "wrong",
    [
        {"channels": []},
        {"channels": ["sms", "sms"]},
        {"channels": ["email"]},  # she has none
        {"channels": ["pigeon"]},
        {"language": "fr"},
        {"language": {"$gt": ""}},
        {"hours": {"from": "25:00", "to": "20:00"}},
        {"hours": {"from": "16:00\n", "to": "20:00"}},
        {"hours": {"from": "16:00"}},
        {"literacy": "no"},
        {"meeting_needs": ["evening", "evening"]},
        {"meeting_needs": ["helicopter"]},
        {"merged_into": "somebody"},
    ],
)
def test_what_nobody_can_want_is_refused(school: Chain, wrong: dict[str, Any]):
    answer = school.call("PUT", MINE, school.caller("g1", "guardian"), json={**WANTED, **wrong})
    assert answer.status_code == 422, answer.text


def test_a_class_teacher_proposes_and_the_guardian_decides(family: Chain):
    tahira, ghazala = family.caller("t1", "teacher", "class_teacher"), family.caller("g1", "guardian")
    path = THEIRS % family.person("g1")
    assert family.call("GET", path, tahira).json()["language"] == "en"
    assert family.call("PUT", path, tahira, json=WANTED).status_code == 403, "she proposes, she does not decide"
    draft = {"preferences": WANTED, "note": "She asked me to"}
    first = family.call("POST", f"{path}/proposals", tahira, json=draft)
    assert first.status_code == 201, first.text
    second = family.call("POST", f"{path}/proposals", tahira, json=draft).json()
    (waiting,) = family.call("GET", f"{MINE}/proposals", ghazala).json()["items"]
    assert waiting["proposal_id"] == second["proposal_id"], "the newer takes the other's place"
    assert waiting["teacher"]["given_name"] == "Tahira"
    answer = f"{MINE}/proposals/{waiting['proposal_id']}"
    assert family.call("POST", answer, family.caller("g2", "guardian"), json={"accept": True}).status_code == 404
    assert family.call("POST", answer, ghazala, json={"accept": True}).json() == WANTED
    assert family.call("POST", answer, ghazala, json={"accept": True}).json() == WANTED
    assert family.call("POST", answer, ghazala, json={"accept": False}).status_code == 409
    assert family.call("GET", f"{MINE}/proposals", ghazala).json()["items"] == []


def test_declined_is_declined(family: Chain):
    ghazala, path = family.caller("g1", "guardian"), THEIRS % family.person("g1")
    made = family.call(
        "POST", f"{path}/proposals", family.caller("t1", "teacher", "class_teacher"), json={"preferences": WANTED}
    )
    answer = f"{MINE}/proposals/{made.json()['proposal_id']}"
    assert family.call("POST", answer, ghazala, json={"accept": False}).json()["language"] == "en"
    assert family.call("GET", MINE, ghazala).json()["literacy"] == "reads"


def test_whose_preferences_whom_concern(school: Chain):
    path = THEIRS % school.person("g1")
    assert school.call("PUT", path, school.caller("o1", "office"), json=WANTED).json() == WANTED
    assert school.call("GET", path, school.operator).json() == WANTED
    stranger = school.caller("t2", "teacher", "class_teacher")  # no class of hers
    assert school.call("GET", path, stranger).status_code == 404
    assert school.call("POST", f"{path}/proposals", stranger, json={"preferences": WANTED}).status_code == 404
    assert school.call("GET", path, school.caller("t1", "teacher")).status_code == 403
    assert school.call("GET", path, school.caller("h2", "head", branch="b2")).status_code == 403
    assert school.call("GET", THEIRS % school.person("t1"), school.caller("o1", "office")).status_code == 404, "no guardian"
    assert school.call("GET", MINE, school.caller("t1", "teacher")).status_code == 403


def _if(item: dict[str, Any] | None, **wanted: Any) -> dict[str, Any] | None:
    return item if item and all(item[name] == value for name, value in wanted.items()) else None
