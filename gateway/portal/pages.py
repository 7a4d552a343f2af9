"""Which function answers which address, and what it gets: a Visit."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import aiohttp
from aiohttp.web import BaseRequest, Response, StreamResponse
from multidict import CIMultiDict, MultiDict

from gateway import refusals
from gateway.forward import BrokeOff
from gateway.headers import CORRELATION
from gateway.portal import forms
from gateway.portal.addresses import safe
from gateway.portal.api import Api, Refused, of_problem
from gateway.portal.cookies import Cookies
from gateway.portal.forms import Form
from gateway.portal.language import Language
from gateway.portal.rendering import Rendering
from gateway.portal.sessions import Session, Sessions
from schoolbus.ids import new_id

Handler = Callable[["Visit"], Awaitable[StreamResponse]]
FORM_LIMIT = 12_000_000  # bytes, with files
AN_IMPORT = 0  # as much as one may have that comes to the API itself
_PART = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Page:
    method: str
    pattern: str
    handler: Handler
    public: bool
    limit: int
    page: str = ""


class Pages:
    """The pages of one module: `@pages.get("/children/{branch_id}/{student_id}")`, `@pages.post(…)`.

    `public`: also for who is not signed in. `limit`: bytes of a form.

    A form stands on a page: the nearest above its own address, or the one whose pattern is `page`. When the API refuses what
    the form's function asks, that page is shown again, with what was typed and why it was not taken (`Visit.refused`). A reload
    of the form's address leads there, too.
    """

    def __init__(self) -> None:
        self._all: list[Page] = []

    def __iter__(self) -> Iterator[Page]:
        return iter(self._all)

    def get(self, pattern: str, *, public: bool = False) -> Callable[[Handler], Handler]:
        return self._add("GET", pattern, public, 0)

    def post(
        self, pattern: str, *, public: bool = False, limit: int = FORM_LIMIT, page: str = ""
    ) -> Callable[[Handler], Handler]:
        return self._add("POST", pattern, public, limit, page)

    def _add(self, method: str, pattern: str, public: bool, limit: int, page: str = "") -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self._all.append(Page(method, pattern, handler, public, limit, page))
            return handler

        return add


class Finder:
    """The page of a path, and what stands in its place-holders. Words come before place-holders."""

    def __init__(self, pages: Iterable[Page]) -> None:
        ordered = sorted(pages, key=lambda page: [part.startswith("{") for part in page.pattern.split("/")])
        self._pages = [(page, re.compile(_PART.sub(r"(?P<\1>[^/]+)", page.pattern))) for page in ordered]

    def find(self, method: str, path: str) -> tuple[Page, dict[str, str]] | None:
        for page, pattern in self._pages:
            if page.method == method and (found := pattern.fullmatch(path)):
                return page, found.groupdict()
        return None

    def page_of(self, path: str) -> str:
        """Of an address that forms go to: the page that they stand on."""
        found = self.find("POST", path)
        if found is not None and found[0].page:
            page, params = found
            return page.page.format(**{name: quote(value, safe="") for name, value in params.items()})
        while path and self.find("GET", path) is None:
            path = path.rpartition("/")[0]
        return quote(path) or "/"

    def knows(self, path: str) -> bool:
        return any(pattern.fullmatch(path) for _, pattern in self._pages)


@dataclass
class Visit:
    """One reader at one page."""

    request: BaseRequest
    path: str
    at: str  # the page: its own path, or of a form that of the page that it stands on
    params: Mapping[str, str]  # of the address's place-holders
    session: Session
    api: Api
    language: Language
    rendering: Rendering
    secret: str
    cookies: Cookies
    sessions: Sessions
    form: Form = forms.EMPTY
    said: str = ""  # what the last page had to say: "Sent."
    refused: Refused | None = field(default=None, init=False)  # why what the form wanted was not done
    unsure: bool = field(default=False, init=False)  # shown to whoever comes, or roster is not there to say to whom
    says: str = field(default="", init=False)  # what the next one will
    forgets: list[str] = field(default_factory=list, init=False)  # cookies
    keeps: dict[str, str] = field(default_factory=dict, init=False)  # cookies
    _inside: str = field(default="", init=False)  # the form that is being written: its action

    @property
    def query(self) -> MultiDict[str]:
        return MultiDict(parse_qsl(self.request.raw_path.partition("?")[2], keep_blank_values=True))

    def further(self, after: str) -> str:
        """The query of the list's next page, with all that it was asked for."""
        return urlencode({**self.query, "after": after})

    @property
    def person_id(self) -> str:
        return self.session.bearer.caller.person_id

    def cookie(self, name: str) -> str:
        return self.cookies.value(self.request, getattr(self.cookies, name))

    @property
    def csrf(self) -> str:
        """The mark that each form of the page carries."""
        return forms.mark(self.secret, self.session.bearer.caller.session_id)

    @property
    def has_mark(self) -> bool:
        return forms.is_marked(self.form["csrf"], self.secret, self.session.bearer.caller.session_id)

    def text(self, english: str, **values: Any) -> str:
        """In the reader's language; `%(name)s` stands for a value."""
        found = self.language.text(english)
        return found % values if values else found

    def enter(self, action: str) -> str:
        """A template begins the form of this action; "" ends it."""
        self._inside = action
        return ""

    @property
    def typed(self) -> Form:
        """What was typed in the form that is being written: on a page that comes back, that which was sent keeps it, and no
        other whose fields have the same names."""
        others = self.refused is not None and self._inside and unquote(self._inside.partition("?")[0]) != self.path
        return forms.EMPTY if others else self.form

    def step(self, *known: str) -> str:
        """The address's {step}. Raises Problem 404 for one that is none."""
        if self.params["step"] not in known:
            raise refusals.unknown_path()
        return self.params["step"]

    def back(self, otherwise: str) -> str:
        """Where a form of several pages was filled in: its field `back`, if that is a page of ours."""
        return safe(self.form["back"], otherwise)

    async def me(self) -> dict[str, Any]:
        """/v1/me: person, operator, branches with roles, children, classes."""
        found: dict[str, Any] = await self.api.get("/v1/me")
        return found

    async def show(self, template: str, status: int = 200, refused: Refused | None = None, **values: Any) -> Response:
        """A page. `refused`: why what its form wanted was not done; its sentences stand at the form's fields."""
        refused = refused or self.refused
        me = await self.me() if self.session.signed_in and not self.unsure else None
        html = self.rendering.page(template, self, me, refused, values)
        return Response(
            body=html.encode(),
            status=refused.status if refused else status,
            headers={"Content-Type": "text/html; charset=utf-8"},
        )

    def go(self, path: str, said: str = "") -> Response:
        """Onward after a form (303), so that a reload sends nothing again. `said` stands at the top of the next page."""
        self.says = said
        return Response(status=303, headers={"Location": path})

    def leave(self, said: str) -> Response:
        """To the sign-in, as nobody. Also what the phone has kept to be read offline goes."""
        self.forgets += ["access", "refresh"]
        response = self.go("/sign-in", said=said)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    async def file(self, path: str, name: str = "", method: str = "GET", **query: Any) -> StreamResponse:
        """A file of the API, handed on as it comes. `name`: what it is saved as. Raises Refused; ConnectionError when it broke
        off after it had begun."""
        wanted = {each: self.request.headers[each] for each in ("If-None-Match", "Range") if each in self.request.headers}
        answer = await self.api.open(path, wanted, method, **query)
        own: CIMultiDict[str] = CIMultiDict({CORRELATION: self.api.reader.correlation_id})
        own.extend(self.sessions.cookies_of(self.session))  # a large file is on its way before anybody could add them
        if name:
            own["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        try:
            return await self.api.asking.hand_back(self.request, answer, own)
        except (aiohttp.ClientError, TimeoutError) as error:
            if self.request.writer.output_size:
                raise BrokeOff from error
            raise of_problem(refusals.bad_answer("The service")) from error
        finally:
            answer.release()

    def key_of(self, action: str, refused: Refused | None) -> str:
        """Of a form. That which was just sent keeps its key where nobody knows whether it was done (5xx, 408): again it does
        nothing twice. What was refused was not done, and is another thing once it is mended."""
        in_doubt = refused is not None and (refused.status >= 500 or refused.status == 408)
        return self.form.key if in_doubt and action == self.path else new_id()

    async def begin_session(self, signed_in: dict[str, Any]) -> None:
        """From here on the reader is whoever has just signed in."""
        self.session = await self.sessions.begun(signed_in)
        self.api.reader = replace(self.api.reader, bearer=self.session.bearer)

    @property
    def has_language(self) -> bool:
        return bool(self.cookie("language"))
