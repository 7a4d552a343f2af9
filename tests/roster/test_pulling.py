"""Rosters are pulled from another system's REST interface. The other system is our own provider, or one that misbehaves."""

import csv
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pymongo import MongoClient

from deploy.local.processes import free_port
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import natural_id
from schoolbus.problems import Conflict, Invalid
from schoolbus.scope import WHOLE_CHAIN
from services.roster.machines.scopes import DEMOGRAPHICS, ROSTER
from services.roster.oneroster.checks import check_set
from services.roster.oneroster.findings import Findings
from services.roster.pulling import csvset, pulls, running, sealing, staging
from services.roster.pulling.settings import Pulls
from services.roster.store import Store
from tests.roster.chain import Chain
from tests.roster.machines import Machine
from tests.roster.sets import TODAY, RosterSet
from tests.support.people import head
from tests.support.processes import Process
from tests.support.services import SECRET
from tests.support.waiting import eventually

KEY = "a-key-of-pulls-for-the-unit-tests-0123"
SETTINGS = Pulls(KEY, pull_from_loopback=True)
OPERATOR = Caller("op", operator=True)


# The other system, misbehaving at will


class Peer:
    """A provider with whatever rows it is given; `faults` are answered first, one for each request of a collection."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.faults: list[tuple[int, dict[str, str]]] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.most = 1000
        self.before_page = lambda collection, offset: None
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self._say(200, {}, {"access_token": "t", "token_type": "Bearer", "expires_in": 60})

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                collection = parts.path.rpartition("/")[2]
                peer.asked.append((collection, query))
                peer.before_page(collection, int(query["offset"]))
                if peer.faults:
                    self._say(*peer.faults.pop(0), {})
                    return
                rows = sorted(peer.rows.get(collection, []), key=lambda row: row["sourcedId"])
                start = int(query["offset"])
                page = rows[start : start + min(int(query["limit"]), peer.most)]
                self._say(200, {"X-Total-Count": str(len(rows))}, {collection: page})

            def _say(self, status: int, headers: dict[str, str], body: dict[str, Any]) -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Type": "application/json"}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    made.rows = {"orgs": [{"sourcedId": f"o{number:03}", "name": "x", "type": "district"} for number in range(20)]}
    yield made
    made.server.shutdown()
    made.server.server_close()


def draft(url: str, **more: Any) -> dict[str, Any]:
    return {
        "base_url": url,
        "token_url": f"{url}/token",
        "client_id": "us",
        "client_secret": "secret",
        "minutes": 5,
        "scopes": [ROSTER],
        **more,
    }


def put(store: Store, peer: Peer, source: str = "peer", **more: Any) -> None:
    pulls.put(store, SETTINGS, OPERATOR, source, draft(peer.url, **more), [])


def piece(store: Store, times: int = 1) -> dict[str, Any]:
    """One piece of work after the other, however long they would wait in between."""
    for _ in range(times):
        store.pulls.change_all(WHOLE_CHAIN, {}, {"due_at": now(), "leased_until": None})
        claimed = running.claim(store)
        assert claimed is not None
        running.work(store, claimed, SETTINGS)
    return pulls.one(store, "peer")


def fetched(store: Store, collection: str = "orgs") -> list[str]:
    return [row["sourcedId"] for row in staging.rows(store, pulls.one(store, "peer")["run"]["id"], collection)]


def zip_of(store: Store) -> dict[str, list[dict[str, str]]]:
    """The set that waits for the import: rows by file."""
    (upload,) = store.uploads.find({})
    with zipfile.ZipFile(io.BytesIO(upload.read())) as set_:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.TextIOWrapper(set_.open(name), encoding="utf-8")))
            for name in set_.namelist()
        }


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


def imported(store: Store, state: str = "done", **more: Any) -> None:
    """As if the worker had imported what waits."""
    store.imports.change_all(WHOLE_CHAIN, {"open": True}, {"open": False, "state": state, **more})
    for upload in list(store.uploads.find({})):
        store.uploads.delete(upload._id)


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


def test_an_import_that_waits_for_somebody_is_told(store: Store, peer: Peer):
    put(store, peer)
    piece(store)
    store.imports.change_all(WHOLE_CHAIN, {"open": True}, {"state": "waiting"})
    found = piece(store)
    assert (found["state"], found["reason"]) == ("importing", "the import waits to be confirmed or cancelled")


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


def test_a_pull_goes_on_at_the_page_where_it_was_ended(store: Store, peer: Peer):
    peer.most = 6
    put(store, peer)

    def die(collection: str, offset: int) -> None:
        if offset > 4:
            peer.faults.append((503, {"Retry-After": "77"}))

    peer.before_page = die
    found = piece(store)
    assert (found["state"], found["fetched"]["orgs"], found["run"]["place"]["last_id"]) == ("pulling", 6, "o005")
    assert 70 < (found["due_at"] - now()).total_seconds() <= 77, "as long as the peer says"
    peer.before_page = lambda collection, offset: None
    peer.asked.clear()
    assert piece(store)["state"] == "importing"
    assert peer.asked[0][1]["offset"] == "5", "with a row of overlap"
    assert len(fetched(store)) == 20


def test_rows_that_move_while_they_are_read_are_read_again(store: Store, peer: Peer):
    peer.most = 6

    def remove_one(collection: str, offset: int) -> None:
        if offset == 5 and peer.rows["orgs"][0]["sourcedId"] == "o000":
            del peer.rows["orgs"][0]  # all that follow move up: the next page would miss one

    peer.before_page = remove_one
    put(store, peer)
    piece(store)
    assert fetched(store) == [f"o{number:03}" for number in range(1, 20)]


def test_rows_that_always_move_are_given_up(store: Store, peer: Peer):
    peer.most = 6
    peer.before_page = lambda collection, offset: peer.rows["orgs"].pop(0) and None if offset == 5 else None
    put(store, peer)
    peer.rows["orgs"] = [{"sourcedId": f"o{number:03}", "name": "x"} for number in range(60)]
    found = piece(store)
    assert (found["state"], "order" in found["reason"]) == ("failed", True)


def test_waits_grow_and_end_in_a_failure_that_says_why(store: Store, peer: Peer):
    put(store, peer)
    waits = []
    for _ in range(4):
        peer.faults = [(503, {})]
        waits.append((piece(store)["due_at"] - now()).total_seconds())
    assert waits == sorted(waits)
    assert waits[-1] > 4 * waits[0]
    for _ in range(8):
        peer.faults = [(500, {})]
        found = piece(store)
    assert (found["state"], found["reason"]) == ("failed", "it answers 500")
    assert piece(store)["state"] == "importing", "it tries again at its usual time"


@pytest.mark.parametrize("status", [400, 403, 404, 301])
def test_a_peer_that_does_not_want_us_is_a_failure(store: Store, peer: Peer, status: int):
    put(store, peer)
    peer.faults = [(status, {"Location": "http://127.0.0.1:1/"})]
    found = piece(store)
    assert (found["state"], found["reason"]) == ("failed", f"it answers {status}")


def test_a_token_that_has_ended_is_asked_for_anew(store: Store, peer: Peer):
    put(store, peer)
    peer.faults = [(401, {})]
    assert piece(store)["state"] == "importing"


@pytest.mark.parametrize("rows", [[{"name": "no id"}], [{"sourcedId": {"$gt": ""}}], [{"sourcedId": "x" * 300}], ["x"]])
def test_rows_that_nobody_can_read(store: Store, peer: Peer, rows):
    put(store, peer)
    peer.rows["orgs"] = []
    original = json.dumps
    peer.before_page = lambda collection, offset: None
    peer.server.RequestHandlerClass._say = _saying(rows, original)  # type: ignore[attr-defined]
    found = piece(store)
    assert (found["state"], "sourcedId" in found["reason"]) == ("failed", True)


def _saying(rows: Any, dumps: Any) -> Any:
    def say(self: Any, status: int, headers: dict[str, str], body: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(dumps({**body, **({"orgs": rows} if "orgs" in body else {})}).encode())

    return say


def test_an_import_that_is_refused_is_told_and_the_next_begins_at_the_same_moment(store: Store, peer: Peer):
    put(store, peer)
    piece(store)
    imported(store, "refused", problems=[{"file": "orgs.csv", "line": 1, "column": None, "reason": "is not right"}])
    found = piece(store)
    assert (found["state"], found["reason"]) == ("failed", "the import was refused: orgs.csv is not right")
    assert found["since"] is None
    assert store.pulled.count(WHOLE_CHAIN) == 0


def test_while_another_set_of_the_source_is_imported_a_pull_waits(store: Store, peer: Peer):
    put(store, peer)
    store.imports.add({"_id": "other", "branch_id": [], "source": "peer", "open": True, "state": "applying"})
    found = piece(store)
    assert (found["state"], found["reason"]) == ("pulling", "an import of this source is under way")
    imported(store)
    assert piece(store)["state"] == "importing"


def test_a_pull_that_is_changed_or_removed_meanwhile_writes_nothing_more(store: Store, peer: Peer):
    put(store, peer)
    peer.before_page = lambda collection, offset: put(store, peer, minutes=60) if collection == "courses" else None
    found = piece(store)
    assert (found["minutes"], found["state"], found["run"]) == (60, "waiting", None)
    peer.before_page = lambda collection, offset: pulls.remove(store, OPERATOR, "peer") if collection == "courses" else None
    store.pulls.change_all(WHOLE_CHAIN, {}, {"due_at": now(), "leased_until": None})
    running.work(store, running.claim(store), SETTINGS)  # type: ignore[arg-type]
    assert store.pulls.count(WHOLE_CHAIN) == 0
    assert store.imports.count(WHOLE_CHAIN) == 0


# Secrets and addresses


def test_a_secret_is_sealed_for_its_pull():
    kept = sealing.sealed(KEY, "peer", "the secret")
    assert b"the secret" not in kept
    assert sealing.opened(KEY, "peer", kept) == "the secret"
    for key, source, text in (
        (KEY, "other", kept),
        (KEY + "x", "peer", kept),
        (KEY, "peer", kept[:-1] + b"x"),
        (KEY, "peer", b""),
    ):
        with pytest.raises(sealing.WrongKey):
            sealing.opened(key, source, text)


def test_a_secret_goes_to_no_other_address(store: Store, peer: Peer):
    put(store, peer)
    put(store, peer, client_secret=None, minutes=10)
    with pytest.raises(Invalid):
        put(store, peer, client_secret=None, token_url="https://elsewhere.example/token")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://peer.example/x",
            "http://10.0.0.1/x",
            "http://localhost.example/",
            "ftp://peer.example/",
            "file:///etc/passwd",
        ),
        *("https://", "https://user:pw@peer.example/", "https://peer.example/?a=b", "https://peer.example/#x", "x"),
        *("https://peer.example:99999/", "https://peer.example/a b", "http://127.0.0.1.example/"),
    ],
)
def test_addresses_that_are_not_taken(school: Chain, address: str):
    for name in ("base_url", "token_url"):
        wanted = {**draft("https://peer.example"), name: address}
        answer = school.call("PUT", "/v1/pulls/not-taken", school.operator, json=wanted)
        assert (answer.status_code, set(answer.json()["errors"])) == (422, {name})


def test_loopback_is_for_who_has_allowed_it(store: Store, peer: Peer):
    with pytest.raises(Invalid):
        pulls.put(store, Pulls(KEY), OPERATOR, "peer", draft(peer.url), [])
    with pytest.raises(Conflict):
        pulls.put(store, Pulls(), OPERATOR, "peer", draft(peer.url), [])


def test_operators_alone_pull(school: Chain):
    for caller in (head("h", school.branch("b1")), Machine(school).caller):
        assert school.call("PUT", "/v1/pulls/x", caller, json=draft("https://peer.example")).status_code == 403
        assert school.call("GET", "/v1/pulls", caller).status_code == 403
    assert school.call("PUT", "/v1/pulls/No%20Name", school.operator, json=draft("https://peer.example")).status_code == 422
    for method, path in (("GET", "/v1/pulls/none"), ("DELETE", "/v1/pulls/none"), ("POST", "/v1/pulls/none/run")):
        assert school.call(method, path, school.operator).status_code == 404


# Rows as lines


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


# The whole way: roster A by our own provider, pulled as source B


@pytest.fixture(scope="module")
def gateway(roster, tmp_path_factory) -> Iterator[Process]:
    nobody = f"http://127.0.0.1:{free_port()}"
    metrics, port = free_port(), free_port()
    settings = {
        "HTTP_PORT": str(port),
        "METRICS_PORT": str(metrics),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "GATEWAY_SECRET": SECRET,
        "ROSTER_URL": roster.url,
        **{f"{name}_URL": nobody for name in ("MEETINGS", "REPORTS", "NOTIFICATIONS")},
    }
    process = Process("gateway", ["gateway"], settings, tmp_path_factory.mktemp("gateway"), ready_port=metrics)
    process.start().wait_ready()
    yield process
    process.stop()


def test_a_roster_is_pulled_from_our_own_provider_through_a_kill(roster, gateway: Process):
    origin = Chain(roster, "pull-origin")
    assert origin.imports(_school_of(2_500))["state"] == "done"
    machine = Machine(origin, "b1", "b2", scopes=(ROSTER, DEMOGRAPHICS))
    wanted = {
        "base_url": f"{gateway.url}/ims/oneroster/rostering/v1p2",
        "token_url": f"{gateway.url}/oauth2/token",
        "client_id": machine.client_id,
        "client_secret": machine.secret,
        "scopes": [ROSTER, DEMOGRAPHICS],
    }
    copy = Chain(roster, "pull-copy")
    put_ = copy.call("PUT", "/v1/pulls/pull-copy", copy.operator, json=wanted)
    assert put_.status_code == 200, put_.text
    assert "secret" not in put_.json()

    def state() -> dict[str, Any]:
        found: dict[str, Any] = copy.call("GET", "/v1/pulls/pull-copy", copy.operator).json()
        return found

    with MongoClient(roster.infrastructure.mongodb_uri, tz_aware=True) as client:
        database = client[roster.database]
        eventually(lambda: state()["fetched"].get("users", 0) >= 1000, every=0.005)
        roster.processes["worker"].kill()
        place = database.pulls.find_one({"_id": "pull-copy"})
        assert place["run"] is not None, "killed in the middle"
        database.pulls.update_one({"_id": "pull-copy"}, {"$set": {"leased_until": None}})  # as if its time had passed
        roster.processes["worker"].start().wait_ready()
        eventually(lambda: state()["state"] == "waiting" and state()["done_at"], timeout=60)
        assert database.pulled.count_documents({}) == 0, "what was fetched is not kept"
        for kind in ("branches", "terms", "courses", "classes", "enrollments", "relations", "demographics"):
            counts = [
                database[kind].count_documents({"source": source, "active": True}) for source in (origin.source, copy.source)
            ]
            assert counts[0] == counts[1], kind
        people = [database.people.find({"source": source}) for source in (origin.source, copy.source)]
        ours, theirs = ({person["sourced_id"]: person for person in each} for each in people)
        del ours["op"]  # an operator of the chain is in none of the machine's branches
        assert {origin.person(id) for id in ours} == set(theirs)
        for id, person in ours.items():
            pulled = theirs[origin.person(id)]
            for name in (
                "given_name",
                "family_name",
                "name_ur",
                "phone",
                "email",
                "language",
                "channels",
                "may_sign_in",
                "sort_name",
            ):
                assert pulled[name] == person[name], (id, name)
            roles = {natural_id("pull-copy", "branch", branch): held for branch, held in person["roles"].items()}
            assert pulled["roles"] == roles

        def pairs(source: str) -> set[tuple[str, str]]:
            return {(row["student_id"], row["guardian_id"]) for row in database.relations.find({"source": source})}

        assert pairs("pull-copy") == {
            (natural_id("pull-copy", "person", child), natural_id("pull-copy", "person", guardian))
            for child, guardian in pairs("pull-origin")
        }


def _school_of(students: int) -> RosterSet:
    made = RosterSet()
    for number in range(students):
        id = f"n{number:05}"
        made.rows["users"].append({"sourcedId": id, "givenName": f"N{number}", "familyName": "Khan", "enabledUser": "true"})
        made.rows["roles"].append(
            {"sourcedId": f"{id}r", "userSourcedId": id, "roleType": "primary", "role": "student", "orgSourcedId": "b1"}
        )
        made.rows["enrollments"].append(
            {"sourcedId": f"{id}e", "classSourcedId": "c1", "schoolSourcedId": "b1", "userSourcedId": id, "role": "student"}
        )
    return made


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
