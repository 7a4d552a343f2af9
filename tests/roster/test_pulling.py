"""What is pulled from another system becomes a set, as any other: bulk the first time, delta later on."""

import io
from datetime import timedelta
from typing import Any

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.roster.oneroster.checks import check_set
from services.roster.oneroster.findings import Findings
from services.roster.pulling import csvset, pulls
from services.roster.store import Store
from tests.roster.peers import Peer, fetched, imported, piece, put, zip_of
from tests.roster.sets import TODAY


def test_all_pages_become_a_bulk_set(store: Store, peer: Peer):
    peer.most = 7  # fewer than we ask for: a peer may do that
    put(store, peer)
    assert piece(store)["state"] == "importing"
    assert fetched(store) == [row["sourcedId"] for row in peer.rows["orgs"]]
    made = zip_of(store)
    assert len(made["orgs"]) == 20
    assert {row["status"] + row["dateLastModified"] for row in made["orgs"]} == {""}
    said = {row["propertyName"]: row["value"] for row in made["manifest"]}
    assert (said["oneroster.version"], said["file.roles"], said["file.demographics"]) == ("1.2", "bulk", "absent")
    assert all("filter" not in query for _, query in peer.asked)
    assert all(query["sort"] == "sourcedId" for _, query in peer.asked)


def test_a_later_pull_asks_for_what_has_changed_and_becomes_a_delta_set(store: Store, peer: Peer):
    put(store, peer)
    piece(store)
    imported(store)
    since = piece(store)["since"]
    assert now() - timedelta(minutes=12) < since < now() - timedelta(minutes=8), "with an overlap"
    peer.rows = {
        "orgs": [{"sourcedId": "o001", "name": "y", "type": "school", "status": "tobedeleted", "dateLastModified": "2026"}]
    }
    peer.asked.clear()
    piece(store)
    assert {query["filter"] for _, query in peer.asked} == {
        f"dateLastModified>='{since:%Y-%m-%dT%H:%M:%S}.{since.microsecond // 1000:03}Z'"
    }
    (org,) = zip_of(store)["orgs"]
    assert (org["status"], org["dateLastModified"], org["name"]) == ("tobedeleted", "2026", "y")


def test_a_pull_can_begin_anew_with_everything(store: Store, peer: Peer):
    put(store, peer)
    piece(store)
    imported(store)
    piece(store)
    assert pulls.run_now(store, "peer", anew=False)["since"] is not None
    assert pulls.run_now(store, "peer", anew=True)["since"] is None
    peer.asked.clear()
    assert piece(store)["state"] == "importing"
    assert all("filter" not in query for _, query in peer.asked)


def test_nothing_new_is_no_import(store: Store, peer: Peer):
    put(store, peer)
    piece(store)
    imported(store)
    piece(store)
    peer.rows = {}
    assert piece(store)["state"] == "waiting"
    assert store.imports.count(WHOLE_CHAIN) == 1


def test_a_role_that_ends_is_told_by_what_was_there_before(store: Store, peer: Peer):
    def user(*roles: str) -> dict[str, Any]:
        held = [{"role": role, "roleType": "primary", "org": {"sourcedId": "o001"}} for role in roles]
        return {"sourcedId": "u1", "givenName": "A", "status": "active", "dateLastModified": "2026", "roles": held}

    peer.rows["users"] = [user("teacher", "principal")]
    put(store, peer)
    piece(store)
    first = {row["role"]: row for row in zip_of(store)["roles"]}
    assert [first[role]["roleType"] for role in ("teacher", "principal")] == ["primary", "secondary"]
    imported(store)
    piece(store)
    peer.rows["users"] = [user("teacher")]
    piece(store)
    second = {row["role"]: row for row in zip_of(store)["roles"]}
    assert {role: row["status"] for role, row in second.items()} == {"teacher": "active", "principal": "tobedeleted"}
    assert second["principal"]["sourcedId"] == first["principal"]["sourcedId"]


def test_the_bulk_set_is_one_that_the_checks_take(store: Store, peer: Peer):
    def to(id: str) -> dict[str, str]:
        return {"sourcedId": id}

    peer.rows = {
        "orgs": [{"sourcedId": "b", "name": "School", "type": "school"}],
        "courses": [{"sourcedId": "k", "title": "K", "org": to("b")}],
        "classes": [{"sourcedId": "c", "title": "C", "classType": "homeroom", "school": to("b"), "course": to("k")}],
        "users": [
            {"sourcedId": "u", "givenName": 'A "quoted", name', "roles": [{"role": "student", "org": to("b")}]},
            {"sourcedId": "gone", "givenName": "G", "status": "tobedeleted", "roles": []},
        ],
        "enrollments": [{"sourcedId": "e", "class": to("c"), "school": to("b"), "user": to("u"), "role": "student"}],
    }
    put(store, peer)
    piece(store)
    (upload,) = store.uploads.find({})
    findings = Findings()
    checked = check_set(io.BytesIO(upload.read()), TODAY, findings, lambda part: None)
    assert checked is not None, findings.problems
    assert checked[1].rows["users"] == 1


def test_json_becomes_csv():
    def ref(id: str) -> dict[str, str]:
        return {"href": f"https://x/{id}", "sourcedId": id, "type": "x"}

    user = {
        "sourcedId": "u",
        "enabledUser": True,
        "username": None,
        "userIds": [{"type": "Fed", "identifier": "1"}, {"type": "LDAP", "identifier": "2"}],
        "givenName": "A",
        "agents": [ref("g1"), ref("g2")],
        "primaryOrg": ref("b1"),
        "preferredFirstName": "Ay",
        "password": "never",
        "metadata": {"language": "en", "other": "x"},
    }
    made = dict(zip(csvset.USERS.columns, csvset.line(csvset.USERS, user, delta=False), strict=False))
    assert (made["userIds"], made["agentSourcedIds"]) == ("{Fed:1},{LDAP:2}", "g1,g2")
    assert (made["primaryOrgSourcedId"], made["preferredGivenName"], made["password"]) == ("b1", "Ay", "")
    assert (made["enabledUser"], made["username"]) == ("true", "")
    assert csvset.line(csvset.USERS, user, delta=False)[-2:] == ["en", ""]
    session = {
        "sourcedId": "t",
        "title": "T",
        "startDate": "2026-08-01T00:00:00.000Z",
        "endDate": "2026-12-31",
        "parent": ref("y"),
    }
    made = dict(zip(csvset.ACADEMIC_SESSIONS.columns, csvset.line(csvset.ACADEMIC_SESSIONS, session, delta=True), strict=True))
    assert (made["status"], made["startDate"], made["parentSourcedId"]) == ("active", "2026-08-01", "y")
