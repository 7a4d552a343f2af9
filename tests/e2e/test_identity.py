"""Sessions on the whole platform: what roster ends, the gateway refuses."""

from tests.e2e.school import School
from tests.support.waiting import eventually


def test_an_access_token_of_a_session_that_was_ended_elsewhere_is_out_within_seconds(school: School):
    here, elsewhere = school.platform.operator(), school.platform.operator()
    assert elsewhere.call("GET", "/v1/me").status_code == 200
    mine = elsewhere.get("/v1/me/sessions")["items"]
    (current,) = [each["session_id"] for each in mine if each["current"]]
    assert elsewhere.refresh().ok
    elsewhere.refresh_token = ""
    assert here.call("DELETE", f"/v1/me/sessions/{current}").status_code == 204
    eventually(lambda: elsewhere.call("GET", "/v1/me").status_code == 401)
    assert here.call("GET", "/v1/me").status_code == 200


def test_whoever_signs_out_is_out_at_once_and_a_replayed_refresh_token_is_worth_nothing(school: School):
    client = school.platform.operator()
    spent = client.refresh_token
    assert client.refresh().ok
    assert client.refresh().ok
    again = school.platform.nobody().call("POST", "/v1/sign-in/refresh", json={"refresh_token": spent})
    assert again.status_code == 401
    assert not client.refresh().ok, "the session has ended for whoever has it"
    other = school.platform.operator()
    other.refresh_token = ""
    me = other.get("/v1/me/sessions")["items"]
    (current,) = [each["session_id"] for each in me if each["current"]]
    assert other.call("DELETE", f"/v1/me/sessions/{current}").status_code == 204
    assert other.call("GET", "/v1/me").status_code == 401
