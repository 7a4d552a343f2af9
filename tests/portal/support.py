"""A browser as far as the gateway can tell, and services that answer what a test wants."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

import requests
from aiohttp import web

from tests.gateway.support import PUBLIC_URL, Platform

ME = {
    "person": {"person_id": "p1", "given_name": "Ayesha", "family_name": "Khan"},
    "operator": False,
    "branches": [],
    "children": [],
    "classes": [],
}
LISTS = ("/v1/me/sessions", "/v1/me/exports")
NOT_BY_CODE = {"type": "https://rabta.pk/problems/not-by-code", "title": "This wants your password", "status": 403}


@dataclass
class Asked:
    """A request that a stand-in answered."""

    method: str
    path: str  # with its query
    body: Any
    headers: Mapping[str, str]


class Stage:
    """The platform, and what its stand-ins were asked."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.asked: list[Asked] = []
        self.says("roster", "/v1/me", ME)
        for path in LISTS:
            self.says("roster", path, {"items": [], "next": None})
        self.says("roster", "/v1/me/second-factor", NOT_BY_CODE, status=403)
        self.says("roster", "/v1/sign-in/ways", {"code": True, "password": True, "oidc": False})

    def says(self, service: str, path: str, body: Any, status: int = 200, **headers: str) -> None:
        """From now on. `body`: JSON, or bytes, or a function of the request's own body that gives either with a status."""

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            given = await request.read()
            sent = await _read(request, given)
            self.asked.append(Asked(request.method, request.raw_path, sent, request.headers.copy()))
            found, code = body(sent) if callable(body) else (body, status)
            if isinstance(found, bytes):
                return web.Response(body=found, status=code, headers=headers)
            kind = "application/json" if code < 400 else "application/problem+json"
            return web.json_response(found, status=code, content_type=kind, headers=headers)

        self.platform.services[service].answers[path] = answer

    def of(self, path: str) -> list[Asked]:
        return [each for each in self.asked if each.path.partition("?")[0] == path]

    def sent(self, path: str) -> Any:
        """The body of the only change that was asked for there."""
        [asked] = [each for each in self.of(path) if each.method != "GET"]
        return asked.body

    def changes(self) -> list[str]:
        """What was asked for that changes something."""
        seen = [(each.method, each.path) for backend in self.platform.services.values() for each in backend.seen]
        asked = [(each.method, each.path) for each in self.asked]
        return [f"{method} {path}" for method, path in [*asked, *seen] if method != "GET"]

    def token(self, person_id: str = "p1", session_id: str = "s1", **claims: Any) -> str:
        roles = claims.pop("roles", {"b1": ["guardian"]})
        return self.platform.key.token(person_id, roles, sid=session_id, how="code", **claims)

    def expired(self, **claims: Any) -> str:
        past = int(time.time()) - 60
        return self.token(**{"iat": past - 600, "exp": past, **claims})

    def signed_in(self, **claims: Any) -> "Browser":
        browser = Browser(self)
        browser.cookies |= {"__Host-access": self.token(**claims), "__Host-refresh": "r1"}
        return browser

    def stranger(self) -> "Browser":
        return Browser(self)


async def _read(request: web.BaseRequest, given: bytes) -> Any:
    if request.content_type == "application/json" and given:
        return await request.json()
    return given


@dataclass
class Browser:
    stage: Stage
    cookies: dict[str, str] = field(default_factory=dict)
    accept_language: str = "en"
    page: requests.Response | None = None

    def get(self, path: str, method: str = "GET", **headers: str) -> requests.Response:
        return self._call(method, path, headers=headers)

    def post(self, path: str, fields: Mapping[str, str | list[str]] | None = None, **headers: str) -> requests.Response:
        """As a form of the page that is shown: with its mark, unless `fields` has another."""
        given = {"csrf": self.mark, **(fields or {})}
        given = {name: value for name, value in given.items() if value is not None}
        return self._call("POST", path, data=given, headers={"Sec-Fetch-Site": "same-origin", "Origin": PUBLIC_URL, **headers})

    def upload(self, path: str, parts: Mapping[str, tuple[Any, ...]]) -> requests.Response:
        """As a form with files, of the page that is shown: (name, content, type), or (None, value) of a field."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": PUBLIC_URL}
        return self._call("POST", path, headers=headers, files={"csrf": (None, self.mark), **parts})

    def follow(self, answer: requests.Response) -> requests.Response:
        while answer.status_code == 303:
            answer = self.get(answer.headers["Location"])
        return answer

    @property
    def mark(self) -> str:
        found = re.search(r'name="csrf" value="([^"]*)"', self.page.text if self.page is not None else "")
        return found[1] if found else ""

    def _call(self, method: str, path: str, headers: Mapping[str, str], **more: Any) -> requests.Response:
        own = {"Accept": "text/html", "Accept-Language": self.accept_language, "Cookie": self._cookie(), **headers}
        own = {name: value for name, value in own.items() if value}
        answer = self.stage.platform.call(method, path, headers=own, **more)
        self._keep(answer)
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.text:
            self.page = answer
        return answer

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep(self, answer: requests.Response) -> None:
        for name, cookie in set_cookies(answer).items():
            if cookie["max-age"] == "0" or not cookie.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = cookie.coded_value


def set_cookies(answer: requests.Response) -> SimpleCookie:
    found: SimpleCookie = SimpleCookie()
    for line in answer.raw.headers.getlist("Set-Cookie"):
        found.load(line)
    return found
