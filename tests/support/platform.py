"""The whole platform, started for real: four services with relays and workers, the gateway, and the carriers' simulator."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests
from pymongo import MongoClient

from demo.roster import write_chain
from deploy.local import keys, plan, ports
from deploy.local.infrastructure import Infrastructure
from deploy.local.plan import Planned
from deploy.local.processes import free_ports
from schoolbus.ids import natural_id
from tests.support.http import http
from tests.support.processes import Process, stop_all
from tests.support.waiting import eventually


@dataclass(eq=False)
class Client:
    """Somebody at the gateway, signed in when there is a token. It lives ten minutes: then the next one is fetched, or `signed`
    makes it."""

    url: str
    token: str = ""
    person_id: str = ""
    refresh_token: str = ""
    signed: Callable[[], str] | None = None

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        answer = self._call(method, path, **more)
        if answer.status_code == 401 and self._goes_on():
            answer = self._call(method, path, **more)
        return answer

    def _goes_on(self) -> bool:
        if self.signed:
            self.token = self.signed()
        return self.signed is not None or (self.refresh_token != "" and self.refresh().ok)

    def refresh(self) -> requests.Response:
        address, body = f"{self.url}/v1/sign-in/refresh", {"refresh_token": self.refresh_token}
        answer = http.post(address, json=body, timeout=30)
        if answer.ok:
            self.token, self.refresh_token = answer.json()["token"], answer.json()["refresh_token"]
        return answer

    def _call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **more.pop("headers", {})}
        return http.request(method, self.url + path, headers=headers, timeout=30, allow_redirects=False, **more)

    def raw_get(self, path: str) -> HTTPResponse:
        """The path goes out as it is written."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        connection.putrequest("GET", path, skip_accept_encoding=True)
        connection.putheader("Authorization", f"Bearer {self.token}")
        connection.endheaders()
        return connection.getresponse()

    def get(self, path: str, **more: Any) -> Any:
        return self._json(self.call("GET", path, **more))

    def all(self, path: str, **params: str) -> Iterator[Any]:
        """The items of all pages: others may have added to the list."""
        params["limit"] = "500"
        while True:
            page = self.get(path, params=params)
            yield from page["items"]
            if page["next"] is None:
                return
            params["after"] = page["next"]

    def post(self, path: str, json: Any = None, **more: Any) -> Any:
        return self._json(self.call("POST", path, json=json, **more))

    def put(self, path: str, json: Any) -> Any:
        return self._json(self.call("PUT", path, json=json))

    @staticmethod
    def _json(answer: requests.Response) -> Any:
        assert answer.ok, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


class Platform:
    """Ids of the demo chain are those of source `main`: `platform.id("users", sourced_id)`."""

    def __init__(self, infrastructure: Infrastructure, folder: Path, **environment: str) -> None:
        """`environment`: settings of all its processes."""
        self.environment = environment
        self.infrastructure = infrastructure
        self.folder = folder
        self.vhost = infrastructure.vhost("platform")
        self.prefix = f"platform_{uuid4().hex[:8]}"
        self.ports = dict(zip(ports.DEFAULTS, free_ports(len(ports.DEFAULTS)), strict=True))
        self.keys = keys.kept(folder)
        planned = plan.processes(self.ports, self.keys, self.vhost, infrastructure.mongodb_uri)
        self.processes = {each.name: self._process(each) for each in planned}
        self.url = plan.url(self.ports["GATEWAY_PORT"])
        self.carriers = plan.url(self.ports["PHONES_PORT"])

    def start(self) -> "Platform":
        try:
            for process in self.processes.values():
                process.start()
            for process in self.processes.values():
                process.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        stop_all(self.processes.values())
        self.infrastructure.remove_vhost(self.vhost)
        with MongoClient(self.infrastructure.mongodb_uri) as client:
            for name in plan.SERVICES:
                client.drop_database(self.database(name))
                client.drop_database(f"{self.database(name)}_audit")

    def database(self, service: str) -> str:
        return f"{self.prefix}_{service}"

    # People

    def nobody(self) -> Client:
        return Client(self.url)

    def operator(self) -> Client:
        return self.staff(plan.OPERATOR, self.keys["OPERATOR_PASSWORD"])

    def staff(self, username: str, password: str) -> Client:
        body = self.nobody().post("/v1/sign-in/password", {"username": username, "password": password})
        return self.signed_in(body)

    def guardian(self, phone: str, person_id: str | None = None) -> Client:
        """Signs in with the code that arrives on the phone."""
        before = len(self.phone(phone))
        self.nobody().call("POST", "/v1/sign-in/code", json={"phone": phone})
        code = eventually(lambda: self.code_on(phone, before))
        body = {"phone": phone, "code": code, **({"person_id": person_id} if person_id else {})}
        signed = self.nobody().post("/v1/sign-in/code/verify", body)
        return self.signed_in(signed)

    def signed_in(self, pair: dict[str, Any]) -> Client:
        """Whom the answer to a sign-in makes of somebody."""
        return Client(self.url, pair["token"], pair["person"]["person_id"], pair["refresh_token"])

    def code_on(self, phone: str, before: int) -> str | None:
        codes = [re.search(r"(?<!\d)\d{6}(?!\d)", message["text"]) for message in self.phone(phone)[before:]]
        return next((code[0] for code in codes if code), None)

    def phone(self, phone: str) -> list[dict[str, Any]]:
        """The messages on a phone, oldest first."""
        answer = http.get(f"{self.carriers}/api/phones/{phone}/messages", timeout=30)
        return list(answer.json()["messages"]) if answer.ok else []

    def mails(self, address: str) -> list[dict[str, Any]]:
        return list(http.get(f"{self.carriers}/api/mails", params={"to": address}, timeout=30).json()["mails"])

    # The chain

    def id(self, kind: str, sourced_id: str) -> str:
        return natural_id("main", kind, sourced_id)

    def import_chain(self, branches: int = 3, students: int = 60, seed: int = 1) -> Any:
        """The generator's chain, imported; the branch that is not to be subscribed isn't."""
        path = self.folder / "chain.zip"
        chain = write_chain(path, branches=branches, students=students, seed=seed)
        self.import_zip(path.read_bytes())
        return chain

    def import_zip(self, body: bytes, expected: str = "done") -> Any:
        operator = self.operator()
        headers = {"Content-Type": "application/zip"}
        import_id = operator.post("/v1/imports?source=main", data=body, headers=headers)["import_id"]

        def ended() -> Any:
            job = operator.get(f"/v1/imports/{import_id}")
            if job["state"] == "waiting":  # many would leave: that is what the test wants
                operator.post(f"/v1/imports/{import_id}/confirmation")
            return job if job["state"] in ("done", "refused") else None

        job = eventually(ended)
        assert job["state"] == expected, job
        return job

    # Its processes

    @contextmanager
    def without(self, *names: str) -> Iterator[None]:
        """While these processes are down. A service that several serve is down without `*plan.serving(service)`."""
        processes = [self.processes[name] for name in names]
        for process in processes:
            process.kill()
        yield
        for process in processes:
            process.start()
        for process in processes:
            process.wait_ready()

    def _process(self, planned: Planned) -> Process:
        """As `make run` plans it, on databases of its own, without limits and delays that are for people."""
        environment = {
            **planned.environment,
            "MONGODB_DATABASE": self.database(planned.name.partition(".")[0]),
            "SIGN_INS_PER_MINUTE": "10000",
            "CODES_PER_ADDRESS": "10000",
            "WRONG_TRIES_PER_ADDRESS": "10000",
            "REQUESTS_PER_MINUTE": "1000000",
            "ADDRESS_REQUESTS_PER_MINUTE": "1000000",
            "BAD_TOKENS_PER_MINUTE": "1000000",
            "DELIVERY_DELAY": "0",
            "USAGE_EVERY": "1",
            "COUNT_EVERY": "5",
            "MESSAGES_PER_DAY": "1000",
            **self.environment,
        }
        return Process(planned.name, planned.module.split(), environment, self.folder, planned.health_port)
