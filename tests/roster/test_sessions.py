"""A session lasts as long as its refresh tokens are used once each, and ends everywhere when it is to end."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import jwt
import pyotp
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, rule, run_state_machine_as_test

from schoolbus.caller import Origin
from schoolbus.clock import now
from schoolbus.problems import Problem
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.settings import Secrets
from schoolbus.store import run_again_while_busy
from services.roster.families import merging
from services.roster.identity import codes, devices, losing, rotation, second_factor
from services.roster.identity import sessions as domain
from services.roster.identity.rotation import RefreshToken
from services.roster.sealing import Sealer
from services.roster.settings import Settings
from services.roster.store import Store
from tests.roster.chain import Chain
from tests.roster.hand import HandKept
from tests.roster.identity import (
    PASSWORD,
    bearer,
    refresh,
    sessions,
    set_password,
    sign_in,
    signed_in,
    slug,
    with_password,
)
from tests.roster.sets import RosterSet
from tests.support.keys import identity_settings, signing_key
from tests.support.people import operator
from tests.support.services import Service

ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A125F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"


@pytest.fixture
def pair(school: Chain) -> dict[str, Any]:
    """Tahira, just signed in."""
    return signed_in(school, with_password(school, "t1"), headers={"User-Agent": ANDROID})


def test_a_refresh_token_gives_the_next_pair(school: Chain, pair: dict[str, Any]):
    following = refresh(school, pair["refresh_token"])
    assert following.status_code == 200
    assert set(following.json()) == {"token", "expires_at", "refresh_token", "refresh_expires_at", "person"}
    assert following.json()["refresh_token"] != pair["refresh_token"]
    first, second = school.claims(pair["token"]), school.claims(following.json()["token"])
    assert {**first, "iat": 0, "exp": 0} == {**second, "iat": 0, "exp": 0}
    assert refresh(school, following.json()["refresh_token"]).status_code == 200


def test_a_client_that_lost_the_answer_gets_the_same_successor(school: Chain, pair: dict[str, Any]):
    lost, again = refresh(school, pair["refresh_token"]).json(), refresh(school, pair["refresh_token"]).json()
    assert lost["refresh_token"] == again["refresh_token"]
    assert refresh(school, again["refresh_token"]).status_code == 200


def test_requests_that_race_get_one_successor(school: Chain, pair: dict[str, Any]):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: refresh(school, pair["refresh_token"]), range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    (successor,) = {answer.json()["refresh_token"] for answer in answers}
    assert refresh(school, successor).status_code == 200


def test_a_replayed_refresh_token_ends_the_session_for_whoever_has_it(school: Chain, pair: dict[str, Any]):
    second = refresh(school, pair["refresh_token"]).json()
    third = refresh(school, second["refresh_token"]).json()
    assert slug(refresh(school, pair["refresh_token"])) == (401, "session-ended")
    assert slug(refresh(school, third["refresh_token"])) == (401, "session-ended"), "the thief's successor is worth nothing"
    assert bearer(school, third).session_id in ended(school), "and the gateways hear of it"


def test_no_other_refresh_token_is_good(school: Chain, pair: dict[str, Any]):
    session_id, _, mark = pair["refresh_token"].split(".")
    other = RefreshToken(session_id, 1).written(Sealer("another secret"))
    forged = [
        f"{session_id}.2.{mark}",
        f"{session_id}.01.{mark}",
        f"{session_id}.1.",
        f"x.1.{mark}",
        other,
        "x",
        pair["token"][:255],
    ]
    assert {slug(refresh(school, token)) for token in forged} == {(401, "session-ended")}
    assert refresh(school, pair["refresh_token"]).status_code == 200, "and guessing ends nobody's session"


def test_people_see_where_they_are_signed_in(school: Chain, pair: dict[str, Any]):
    me = bearer(school, pair)
    here = next(each for each in sessions(school, me) if each["current"])
    assert (here["session_id"], here["device"], here["how"], here["second_factor"]) == (
        me.session_id,
        "Chrome on Android",
        "password",
        False,
    )
    assert set(here) == {
        *("session_id", "how", "second_factor", "device", "created_at", "used_at", "expires_at", "current"),
    }
    other = bearer(school, signed_in(school, with_password(school, "t2")))
    assert me.session_id not in {each["session_id"] for each in sessions(school, other)}


def test_one_session_ends_and_the_others_stay(school: Chain, pair: dict[str, Any]):
    elsewhere = signed_in(school, f"{school.source}.t1")
    me, there = bearer(school, pair), bearer(school, elsewhere).session_id
    assert school.call("DELETE", f"/v1/me/sessions/{there}", me).status_code == 204
    assert slug(refresh(school, elsewhere["refresh_token"])) == (401, "session-ended")
    assert there in ended(school)
    assert refresh(school, pair["refresh_token"]).status_code == 200
    assert slug(school.call("DELETE", f"/v1/me/sessions/{there}", me)) == (404, "not-found")


def test_nobody_ends_anothers_session(school: Chain, pair: dict[str, Any]):
    stranger = bearer(school, signed_in(school, with_password(school, "t2")))
    path = f"/v1/me/sessions/{bearer(school, pair).session_id}"
    assert slug(school.call("DELETE", path, stranger)) == (404, "not-found")
    assert refresh(school, pair["refresh_token"]).status_code == 200


def test_all_sessions_end_here_too(school: Chain, pair: dict[str, Any]):
    elsewhere = signed_in(school, f"{school.source}.t1")
    assert school.call("DELETE", "/v1/me/sessions", bearer(school, pair)).status_code == 204
    assert {refresh(school, each["refresh_token"]).status_code for each in (pair, elsewhere)} == {401}
    assert {bearer(school, each).session_id for each in (pair, elsewhere)} <= set(ended(school))
    assert sessions(school, bearer(school, pair)) == []


def test_whoever_has_the_refresh_token_can_sign_out_with_it(school: Chain, pair: dict[str, Any]):
    for token in (pair["refresh_token"], pair["refresh_token"], "nonsense"):
        assert school.call("POST", "/v1/sign-in/sign-out", json={"refresh_token": token}).status_code == 204
    assert slug(refresh(school, pair["refresh_token"])) == (401, "session-ended")


def test_a_new_password_ends_the_other_sessions(school: Chain, pair: dict[str, Any]):
    elsewhere = signed_in(school, f"{school.source}.t1")
    me = bearer(school, pair)

    def change(current: str, new: str) -> Any:
        return school.call("PUT", "/v1/me/password", me, json={"current": current, "new": new})

    assert slug(change("not-the-current-one", "a-brand-new-one")) == (401, "wrong-password")
    assert list(change(PASSWORD, "Tahira Malik!").json()["errors"]) == ["new"]
    assert change(PASSWORD, "a-brand-new-one").status_code == 204
    assert refresh(school, pair["refresh_token"]).status_code == 200
    assert slug(refresh(school, elsewhere["refresh_token"])) == (401, "session-ended")
    assert sign_in(school, f"{school.source}.t1").status_code == 401
    assert sign_in(school, f"{school.source}.t1", "a-brand-new-one").status_code == 200


def test_a_password_that_the_office_gives_ends_them_all(school: Chain, pair: dict[str, Any]):
    assert set_password(school, "t1").status_code == 200
    assert slug(refresh(school, pair["refresh_token"])) == (401, "session-ended")


def test_rights_that_have_changed_count_from_the_next_refresh(chain: Chain):
    named = RosterSet()
    chain.imports(named)
    pairs = {each: signed_in(chain, with_password(chain, each)) for each in ("t1", "o1")}
    promoted = named.add(
        "roles", sourcedId="o1h", userSourcedId="o1", roleType="secondary", role="principal", orgSourcedId="b1"
    )
    chain.imports(promoted.drop("users", "t1").drop("roles", "t1-teacher").drop("enrollments", "e1"))
    said = ended(chain)
    assert bearer(chain, pairs["t1"]).session_id in said, "the gateways hear of it"
    assert bearer(chain, pairs["o1"]).session_id not in said, "who only gains stays signed in"
    assert chain.claims(refresh(chain, pairs["o1"]["refresh_token"]).json()["token"])["roles"] == {
        chain.branch(): ["head", "office"]
    }
    assert slug(refresh(chain, pairs["t1"]["refresh_token"])) == (401, "session-ended"), "who has left is out"


def test_what_is_taken_by_hand_ends_at_once(roster: Service):
    branch, email = HandKept(roster), f"{uuid.uuid4().hex}@b.pk"
    (person,) = branch.people({"given_name": "Asma", "roles": ["teacher", "guardian"], "email": email})
    path = f"/v1/branches/{branch.id}/staff/{person['person_id']}/password"
    given = {"password": PASSWORD, "must_change": False, "username": email}
    assert roster.call("PUT", path, operator(), json=given).status_code == 200

    def session() -> str:
        answer = roster.call("POST", "/v1/sign-in/password", json={"username": email, "password": PASSWORD})
        return str(jwt.decode(answer.json()["token"], options={"verify_signature": False})["sid"])

    def is_over(session_id: str) -> bool:
        return session_id in roster.call("GET", "/internal/ended-sessions").json()["ended"]

    mine, here = f"/people/{person['person_id']}", session()
    branch.does("PUT", f"{mine}/granted-roles", branch.head, json={"roles": ["office"]})
    branch.does("PATCH", mine, json={"given_name": "Asma Bibi"})
    assert not is_over(here), "nothing lost"
    branch.does("PUT", f"{mine}/granted-roles", branch.head, json={"roles": []})
    assert is_over(here)
    here = session()
    branch.does("PATCH", mine, json={"roles": ["teacher"]})
    assert is_over(here)
    here = session()
    branch.does("DELETE", mine, branch.head)
    assert is_over(here)


def test_sessions_of_a_branch_end_when_it_closes(roster: Service):
    branch, other, email = HandKept(roster), HandKept(roster), f"{uuid.uuid4().hex}@b.pk"
    pairs = []
    for each, name in ((branch, email), (other, f"x{email}")):
        (person,) = each.people({"given_name": "Asma", "roles": ["teacher"], "email": name})
        path = f"/v1/branches/{each.id}/staff/{person['person_id']}/password"
        roster.call("PUT", path, operator(), json={"password": PASSWORD, "must_change": False, "username": name})
        signed = roster.call("POST", "/v1/sign-in/password", json={"username": name, "password": PASSWORD}).json()
        pairs.append(jwt.decode(signed["token"], options={"verify_signature": False})["sid"])
    assert roster.call("DELETE", f"/v1/branches/{branch.id}", operator()).status_code == 200
    over = set(roster.call("GET", "/internal/ended-sessions").json()["ended"])
    assert (pairs[0] in over, pairs[1] in over) == (True, False)


def test_of_thousands_who_lose_their_roles_sessions_end_in_two_writes(store: Store, monkeypatch: pytest.MonkeyPatch):
    head = {"operator": False, "active": True, "may_sign_in": True, "roles": {"b": ["guardian", "teacher"]}}
    people = [{**head, "_id": f"p{number}"} for number in range(2_000)]
    sessions = [
        {"_id": f"s{number}-{how}", "branch_id": ["b"], "person_id": f"p{number}", "how": how, "ended_at": None}
        for number in range(2_000)
        for how in ("code", "password")
    ]
    store.add_each(store.sessions, sessions)
    after = [
        {**each, "roles": {"b": ["guardian"]}} if number % 2 else {**each, "active": False}
        for number, each in enumerate(people)
    ]
    writes: list[Any] = []
    change_all = store.sessions.change_all
    monkeypatch.setattr(store.sessions, "change_all", lambda *which: writes.append(which) or change_all(*which))
    losing.end_sessions(store, zip(people[::2] + people[1::2], after, strict=True))
    assert len(writes) == 2
    left = store.sessions.find(WHOLE_CHAIN, {"ended_at": None})
    assert {each["how"] for each in left} == {"code"}, "a code opened none of what the others have lost"
    assert len(left) == 1_000
    losing.end_sessions(store, zip(people, people, strict=True))
    assert len(writes) == 2, "nothing lost, nothing written"


def test_a_merged_guardians_sessions_end(store: Store):
    guardian = {
        **{"operator": False, "active": True, "may_sign_in": True, "version": 1, "source": "x", "granted_roles": {}},
        **{"roles": {"b": ["guardian"]}, "branch_id": ["b"], "given_name": "Gul", "family_name": "Noor", "name_ur": None},
    }
    for id in ("kept", "other"):
        store.people.add({**guardian, "_id": id})
        store.sessions.add({"_id": f"of {id}", "branch_id": ["b"], "person_id": id, "how": "code", "ended_at": None})
    with store.transaction():
        merging.put(store, "kept", "other", "kept")
    assert [each["_id"] for each in store.sessions.find(WHOLE_CHAIN, {"ended_at": None})] == ["of kept"]


def test_ended_sessions_are_found_by_an_index(school: Chain, mongo):
    plan = mongo.sessions.find({"ended_at": {"$gt": now()}}).sort("ended_at").explain()["queryPlanner"]["winningPlan"]
    assert "IXSCAN" in str(plan)
    assert "COLLSCAN" not in str(plan)
    assert "'SORT'" not in str(plan)


def test_keys_are_changed_while_people_are_signed_in(store: Store):
    """The new key second, then first, then alone: sessions, and codes under way, notice nothing."""
    old, new = (identity_settings()["TOKEN_SIGNING_KEY"] for _ in range(2))
    steps = [with_keys(old), with_keys(old + new), with_keys(new + old), with_keys(new)]
    answer = domain.begin(store, steps[0], store.people.add(SOMEBODY), "password", program="")
    codes.ask(store, steps[0], Origin(), "+923000000088")
    published: list[set[str]] = []
    for step in steps:
        answer = domain.refresh(store, step, answer["refresh_token"])
        signed_by = jwt.get_unverified_header(answer["token"])["kid"]
        published.append({key["kid"] for key in step.signer.public_keys["keys"]})
        assert signed_by in published[-1]
        assert signed_by in published[max(len(published) - 2, 0)], "gateways that have not looked since know it already"
    assert [len(keys) for keys in published] == [1, 2, 2, 1]
    (code,) = store.codes.find(WHOLE_CHAIN)
    assert any(steps[3].sealer.mark("code", code["_id"], f"{guess:06d}") == code["hash"] for guess in range(1_000_000)), (
        "a code of before fits after"
    )


def test_the_secret_of_signing_in_changes_while_people_have_a_second_factor(store: Store):
    """Whoever gives a code while both are known is asked for nothing after; recovery codes of before go with the old one."""
    old, both, new = (Sealer(Secrets(text)) for text in ("o" * 32, f"{'n' * 32} {'o' * 32}", "n" * 32))
    person = store.people.add({**SOMEBODY, "_id": "p-rotating"})
    begun = second_factor.begin(store, old, person, "rotating")
    totp = pyotp.TOTP(begun["secret"])
    recovery = second_factor.confirm(store, old, "p-rotating", totp.now())
    second_factor.check(store, both, "p-rotating", recovery[0])
    second_factor.check(store, both, "p-rotating", totp.at(int(time.time()) + 30))
    kept = store.second_factors.one(WHOLE_CHAIN, "p-rotating")
    assert new.open(kept["secret"], "second factor", "p-rotating") == begun["secret"]
    with pytest.raises(Problem):
        second_factor.check(store, new, "p-rotating", recovery[1])


def with_keys(pem: str) -> Settings:
    environment: Any = {name.lower(): value for name, value in identity_settings(pem).items()}
    return Settings(**environment)


SOMEBODY = {"_id": "p1", "branch_id": [], "roles": {}, "operator": True, "active": True, "may_sign_in": True}


def test_guardians_have_no_password_to_change(school: Chain):
    answer = school.call("PUT", "/v1/me/password", school.caller("g1", "guardian"), json={"current": "x", "new": "y" * 10})
    assert slug(answer) == (409, "no-password")


@pytest.mark.parametrize(
    ("program", "label"),
    [
        (ANDROID, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge on Windows"),
        ("python-requests/2.32", "python-requests"),
        ("", "Unknown device"),
        ("گھر", "Unknown device"),
        ("x" * 400, "x" * 40),
    ],
)
def test_a_device_has_a_short_label(program: str, label: str):
    assert devices.label(program) == label


def ended(chain: Chain) -> list[str]:
    return list(chain.call("GET", "/internal/ended-sessions").json()["ended"])


# Whatever comes in whatever order


class Rotation(RuleBasedStateMachine):
    """One person's sessions against a model: each session knows its newest token, when it was made, and whether it lives."""

    tokens = Bundle("tokens")  # (session, generation)
    store: Store
    wanted: Settings
    person: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.moment = now()
        self.newest: dict[str, int] = {}
        self.rotated: dict[str, Any] = {}
        self.used: dict[str, Any] = {}
        domain.now = lambda: self.moment  # type: ignore[attr-defined]

    @initialize(target=tokens)
    def begin(self):
        return self._begins()

    @rule(target=tokens)
    def begin_another(self):
        return self._begins()

    def _begins(self):
        answer = domain.begin(self.store, self.wanted, self.person, "password", program="")
        token = self._read(answer)
        self.newest[token.session_id], self.rotated[token.session_id], self.used[token.session_id] = 1, None, self.moment
        return token

    @rule(target=tokens, token=tokens)
    def refresh(self, token):
        session_id, lives = token.session_id, self._lives(token.session_id)
        newest, since = self.newest.get(session_id), self.rotated.get(session_id)
        fresh = token.generation == newest
        lost = newest is not None and token.generation == newest - 1 and since and self.moment - since <= rotation.GRACE
        written = token.written(self.wanted.sealer)
        if lives and (fresh or lost):
            got = self._read(run_again_while_busy(lambda: domain.refresh(self.store, self.wanted, written)))
            if fresh:
                self.newest[session_id], self.rotated[session_id], self.used[session_id] = newest + 1, self.moment, self.moment
            assert got == RefreshToken(session_id, self.newest[session_id])
            return got
        with pytest.raises(Problem, match="session-ended"):
            domain.refresh(self.store, self.wanted, written)
        if lives:
            self._over(session_id)
        return token

    @rule(token=consumes(tokens))
    def sign_out(self, token):
        domain.end_by_token(self.store, self.wanted, token.written(self.wanted.sealer))
        self._over(token.session_id)

    @rule(seconds=st.sampled_from([1, 9, 11, 3600, 11 * 3600]))
    def time_passes(self, seconds):
        self.moment += timedelta(seconds=seconds)

    def _lives(self, session_id: str) -> bool:
        return session_id in self.newest and self.moment - self.used[session_id] < timedelta(hours=12)

    def _over(self, session_id: str) -> None:
        self.newest.pop(session_id, None)

    def _read(self, answer: dict[str, Any]) -> RefreshToken:
        token = RefreshToken.read(self.wanted.sealer, answer["refresh_token"])
        assert token is not None
        return token


@pytest.fixture
def clock() -> Iterator[None]:
    yield
    domain.now = now  # type: ignore[attr-defined]


def test_only_the_newest_token_of_a_living_session_is_good(store: Store, clock: None):
    Rotation.store, Rotation.person, Rotation.wanted = store, store.people.add(SOMEBODY), with_keys(signing_key())
    few = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Rotation, settings=few)
