"""Staff sign in by password, guardians by a code to their phone."""

import pytest
import requests

from schoolbus.contracts.roster import SignInCodeRequested
from tests.roster.chain import OPERATOR, Chain
from tests.roster.identity import refresh
from tests.roster.sets import RosterSet
from tests.support.people import guardian, head, office
from tests.support.waiting import eventually

SMALL = RosterSet()
PASSWORD = "a-long-password"


def sign_in(chain: Chain, username: str, password: str, **more) -> requests.Response:
    return chain.call("POST", "/v1/sign-in/password", json={"username": username, "password": password, **more})


def set_password(
    chain: Chain, sourced_id: str, caller, password: str = PASSWORD, branch: str = "b1", **more
) -> requests.Response:
    path = f"/v1/branches/{chain.branch(branch)}/staff/{chain.person(sourced_id)}/password"
    return chain.call("PUT", path, caller, json={"password": password, **{"must_change": False, **more}})


def ask(chain: Chain, phone: str) -> requests.Response:
    return chain.call("POST", "/v1/sign-in/code", json={"phone": phone})


def verify(chain: Chain, phone: str, code: str, **more) -> requests.Response:
    return chain.call("POST", "/v1/sign-in/code/verify", json={"phone": phone, "code": code, **more})


def status(answer: requests.Response) -> int | None:
    """None while one has to wait."""
    return None if answer.status_code == 429 else answer.status_code


def with_phones(**phones: str) -> RosterSet:
    content = SMALL
    for sourced_id in ("g1", "g2", "t1"):
        content = content.change("users", sourced_id, sms=phones.get(sourced_id, ""), phone="")
    return content


# Passwords


def test_the_first_operator_is_there_from_the_start(chain: Chain):
    answer = sign_in(chain, OPERATOR[0].upper(), OPERATOR[1])
    assert answer.status_code == 200
    claims = chain.claims(answer.json()["token"])
    assert (claims["operator"], claims["roles"]) == (True, {})
    assert claims["exp"] - claims["iat"] == 10 * 60
    assert (claims["iss"], claims["aud"], claims["amr"]) == ("rabta", "rabta", ["pwd"])
    assert set(claims) == {"iss", "aud", "sub", "sid", "how", "roles", "operator", "amr", "iat", "exp"}, "nothing personal"


def test_a_member_of_staff_signs_in_with_the_password_that_the_head_gave(chain: Chain):
    chain.imports(SMALL.change("users", "t1", username=f"{chain.source}.t1"))
    answer = set_password(chain, "t1", chain.caller("h1", "head"), must_change=True)
    assert (answer.status_code, answer.json()["username"]) == (200, f"{chain.source}.t1")
    signed_in = sign_in(chain, f"{chain.source}.t1", PASSWORD, new_password="one-of-my-own").json()
    assert signed_in["person"] == {
        "person_id": chain.person("t1"),
        "given_name": "Tahira",
        "family_name": "Malik",
        "name_ur": None,
        "given_name_ur": None,
    }
    claims = chain.claims(signed_in["token"])
    assert (claims["sub"], claims["roles"], claims["operator"]) == (
        chain.person("t1"),
        {chain.branch("b1"): ["class_teacher", "teacher"]},
        False,
    )
    again = set_password(chain, "t1", chain.caller("o1", "office"), "another-password", must_change=True)
    assert again.status_code == 200
    assert sign_in(chain, f"{chain.source}.t1", "one-of-my-own").status_code == 401
    assert sign_in(chain, f"{chain.source}.t1", "another-password", new_password="another-of-mine").status_code == 200


def test_nobody_sets_the_password_of_somebody_above_them_or_of_another_branch(chain: Chain):
    chain.imports()
    assert set_password(chain, "h1", chain.caller("o1", "office")).status_code == 403
    assert set_password(chain, "t1", chain.caller("t2", "teacher")).status_code == 403
    assert set_password(chain, "t1", chain.caller("x", "head", branch="b2")).status_code == 403
    assert set_password(chain, "t1", chain.caller("x", "head", branch="b2"), branch="b2").status_code == 404
    assert set_password(chain, "op", chain.caller("h1", "head")).status_code == 404
    assert set_password(chain, "t1", guardian("g", chain.branch("b1"))).status_code == 403
    assert set_password(chain, "g1", chain.operator).json()["type"].endswith("/not-staff")
    assert set_password(chain, "nobody", chain.operator).status_code == 404


def test_an_operator_sets_an_operators_password(chain: Chain):
    chain.imports(SMALL.change("users", "op", username=f"{chain.source}.op"))
    assert set_password(chain, "op", chain.operator).status_code == 200
    assert chain.claims(sign_in(chain, f"{chain.source}.op", PASSWORD).json()["token"])["operator"] is True


def test_a_username_belongs_to_one(chain: Chain):
    chain.imports()
    assert (
        set_password(chain, "t1", chain.operator, username=f"{chain.source} Same").json()["username"] == f"{chain.source} same"
    )
    taken = set_password(chain, "t2", chain.operator, username=f"{chain.source} SAME")
    assert (taken.status_code, taken.json()["type"]) == (409, "https://rabta.pk/problems/name-taken")
    assert set_password(chain, "t2", chain.operator, username=OPERATOR[0]).status_code == 409


@pytest.mark.parametrize("password", ["short", "x" * 201, "", None, 12345678901])
def test_a_password_has_ten_characters_and_no_end_of_them(school: Chain, password: object):
    answer = set_password(school, "t1", school.operator, password)  # type: ignore[arg-type]
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["password"])


def test_who_has_left_or_is_switched_off_does_not_sign_in(chain: Chain):
    named = SMALL.change("users", "t1", username=f"{chain.source}.t1").change("users", "t2", username=f"{chain.source}.t2")
    chain.imports(named)
    for sourced_id in ("t1", "t2"):
        set_password(chain, sourced_id, chain.operator)
    chain.imports(named.change("users", "t1", enabledUser="false").drop("roles", "t2-teacher").drop("users", "t2"))
    for sourced_id in ("t1", "t2"):
        assert sign_in(chain, f"{chain.source}.{sourced_id}", PASSWORD).status_code == 403


def test_guessing_a_password_is_slow_whether_or_not_the_account_exists(school: Chain):
    assert set_password(school, "t1", school.operator, username="guessed").status_code == 200
    for username in ("guessed", "nobody-of-this-name"):
        answers = [sign_in(school, username, f"guess number {number}") for number in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429]
        assert answers[5].headers["Retry-After"] == "1"
        assert answers[0].json() == answers[1].json()
    eventually(lambda: sign_in(school, "guessed", PASSWORD).status_code == 200)
    assert sign_in(school, "guessed", "wrong").status_code == 401, "forgiven by the right one"


@pytest.mark.parametrize(
    "body", [{}, {"username": "x"}, {"username": 1, "password": "x"}, [], "x", {"username": "x", "password": "y", "z": 1}, None]
)
def test_what_is_no_sign_in(school: Chain, body: object):
    for path in ("password", "code", "code/verify"):
        assert school.call("POST", f"/v1/sign-in/{path}", json=body).status_code in (400, 422)


# Codes


def test_a_guardian_signs_in_with_a_code(chain: Chain):
    chain.imports(with_phones(g1="0300 0000001"))
    assert ask(chain, "0300-0000001").json() == {"accepted": True}
    code = chain.code("+923000000001")
    (said,) = [said for said in chain.roster.heard(SignInCodeRequested) if said.data["phone"] == "+923000000001"]
    assert (said.data["language"], said.branch_id in (chain.branch("b1"), chain.branch("b2"))) == ("en", True)
    signed_in = verify(chain, "+92 300 0000001", code).json()
    assert signed_in["person"]["person_id"] == chain.person("g1")
    claims = chain.claims(signed_in["token"])
    assert claims["roles"] == {chain.branch("b1"): ["guardian"], chain.branch("b2"): ["guardian"]}
    assert verify(chain, "03000000001", code).status_code == 401, "a code is good once"


def test_two_guardians_on_one_phone_choose_who_signs_in(chain: Chain):
    chain.imports(with_phones(g1="03000000002", g2="03000000002"))
    ask(chain, "03000000002")
    code = chain.code("+923000000002")
    which = verify(chain, "03000000002", code)
    assert (which.status_code, which.json()["type"]) == (409, "https://rabta.pk/problems/choose-person")
    choices = {choice["given_name"]: choice["person_id"] for choice in which.json()["choices"]}
    assert choices == {"Ghazala": chain.person("g1"), "Ghulam": chain.person("g2")}
    assert verify(chain, "03000000002", code, person_id=chain.person("t1")).status_code == 422
    signed_in = verify(chain, "03000000002", code, person_id=choices["Ghulam"])
    assert signed_in.json()["person"]["given_name"] == "Ghulam"


def test_a_code_opens_what_guardians_may_and_nothing_else(chain: Chain):
    both = with_phones(t1="03000000003").change("users", "s3", agentSourcedIds="t1")
    chain.imports(
        both.add("roles", sourcedId="t1g", userSourcedId="t1", roleType="secondary", role="parent", orgSourcedId="b1")
    )
    ask(chain, "03000000003")
    pair = verify(chain, "03000000003", chain.code("+923000000003")).json()
    for each in (pair, refresh(chain, pair["refresh_token"]).json()):
        claims = chain.claims(each["token"])
        assert (claims["roles"], claims["operator"], claims["amr"]) == ({chain.branch("b1"): ["guardian"]}, False, ["sms"])


def test_an_unknown_phone_and_one_of_staff_get_the_same_answer_and_no_code(chain: Chain):
    chain.imports(with_phones(t1="03000000004", g1="03000000006"))
    for phone in ("03000000004", "03000000005", "03000000006"):
        answer = ask(chain, phone)
        assert (answer.status_code, answer.json()) == (202, {"accepted": True})
    chain.code("+923000000006")
    sent = [said.data["phone"] for said in chain.roster.heard(SignInCodeRequested)]
    assert "+923000000004" not in sent
    assert "+923000000005" not in sent
    wrong = [verify(chain, phone, "000000") for phone in ("03000000005", "03000000004")]
    assert [answer.status_code for answer in wrong] == [401, 401]
    assert wrong[0].json() == wrong[1].json()


def test_one_code_in_half_a_minute(chain: Chain):
    chain.imports(with_phones(g1="03000000007", g2="03000000008"))
    assert {ask(chain, "03000000007").status_code for _ in range(3)} == {202}
    ask(chain, "03000000008")
    chain.code("+923000000008")
    assert [said.data["phone"] for said in chain.roster.heard(SignInCodeRequested)].count("+923000000007") == 1


def test_guessing_a_code_is_slow(chain: Chain):
    chain.imports(with_phones(g1="03000000009"))
    ask(chain, "03000000009")
    code = int(chain.code("+923000000009"))
    guesses = [verify(chain, "03000000009", f"{(code + 1 + number) % 1_000_000:06d}").status_code for number in range(6)]
    assert guesses == [401] * 5 + [429]
    spent = eventually(lambda: status(verify(chain, "03000000009", f"{code:06d}")))
    assert spent == 401, "five tries, and the code is spent: the right one comes too late"


@pytest.mark.parametrize("phone", ["", "nobody", "123", "+92 300 12345678901234", 3, None])
def test_what_is_no_phone(school: Chain, phone: object):
    assert ask(school, phone).status_code == 422  # type: ignore[arg-type]
    assert verify(school, phone, "123456").status_code == 422  # type: ignore[arg-type]


def test_office_and_head_of_elsewhere_have_no_say(school: Chain):
    for caller in (office(), head()):
        assert set_password(school, "t1", caller).status_code == 403
