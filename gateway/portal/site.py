"""The way of a request for a page: a file, or a page for whoever the cookies say, or a form of ours; faults as pages, too."""

import gzip
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

from aiohttp.web import BaseRequest, Response, StreamResponse
from multidict import CIMultiDict

from gateway import refusals
from gateway.asking import Asking, Reader
from gateway.headers import CORRELATION, Security
from gateway.limits import Limits
from gateway.portal import forms, language
from gateway.portal.api import Api, Refused, of_problem
from gateway.portal.areas import AREAS
from gateway.portal.assets import Assets
from gateway.portal.cookies import Cookies
from gateway.portal.pages import Finder, Page, Visit
from gateway.portal.rendering import Rendering
from gateway.portal.sessions import Session, Sessions
from gateway.tokens import Tokens
from schoolbus.logs import log
from schoolbus.problems import Problem

# Nothing runs or loads but what is ours and in a file; no page of ours is framed, and none sends a form elsewhere.
POLICY = "; ".join((
    "default-src 'none'",
    *(f"{kind}-src 'self'" for kind in ("script", "style", "font", "connect", "manifest", "worker")),
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip
_SECRET = ("password", "current", "new", "code")  # fields that are not shown again
_WORKER = "/sw.js"  # has to stand at the top: it serves what is below it
_MANIFEST = "/manifest.webmanifest"


class Portal:
    def __init__(
        self,
        public_url: str,
        secret: str,
        tokens: Tokens,
        asking: Asking,
        limits: Limits,
        security: Security,
        import_limit: int,
    ) -> None:
        address = urlsplit(public_url)
        self._import_limit = import_limit
        self._origin = f"{address.scheme}://{address.netloc}"
        self._secret = secret
        self._asking = asking
        self._people = limits.people
        self._security = security
        self._cookies = Cookies(secure=address.scheme == "https")
        self._sessions = Sessions(tokens, asking, self._cookies)
        self._nobody = Session(tokens.nobody)
        self._assets = Assets()
        self._rendering = Rendering(self._assets)
        self._finder = Finder(page for area in AREAS for page in area)

    def is_for(self, request: BaseRequest) -> bool:
        """A page that is there, or any for who reads HTML: a program that asks for what is not there gets a problem."""
        path = unquote(request.raw_path.partition("?")[0])
        files = path in (_WORKER, _MANIFEST) or path.startswith("/static/")
        return files or self._finder.knows(path) or "text/html" in request.headers.get("Accept", "")

    async def answer(self, request: BaseRequest, client: str, own: Mapping[str, str]) -> tuple[StreamResponse, str]:
        """The page, and who reads it. `own` are the gateway's headers for the answer, the correlation id among them."""
        path = unquote(request.raw_path.partition("?")[0])
        if (file := self._file(request, path)) is not None:
            return self._finished(request, file, own), ""
        visit = self._visit(request, path, client, own, self._nobody)
        try:
            visit = self._visit(request, path, client, own, await self._sessions.find(request, client, own[CORRELATION]))
            response = await self._respond(visit)
        except Problem as problem:
            response = await self._fault(visit, of_problem(problem))
            response.headers.extend(problem.headers)
        except Refused as refused:
            response = await self._fault(visit, refused)
        except ConnectionError:
            raise
        except Exception:
            if request.writer.output_size:
                raise
            log().exception("page_failed", correlation_id=own[CORRELATION])
            response = await self._fault(visit, of_problem(refusals.fault()))
        if not response.prepared:
            self._remember(visit, response)
            self._finished(request, response, own)
        return response, visit.person_id

    def _file(self, request: BaseRequest, path: str) -> Response | None:
        if request.method not in ("GET", "HEAD"):
            return None
        if path in (_WORKER, _MANIFEST):
            return self._assets.answer(request, self._assets.address(path[1:]), cached="no-cache")
        return self._assets.answer(request, path)

    def _visit(self, request: BaseRequest, path: str, client: str, own: Mapping[str, str], session: Session) -> Visit:
        reader = Reader(session.bearer, client, request.headers.get("User-Agent", ""), own[CORRELATION])
        cookie = self._cookies.value(request, self._cookies.language)
        return Visit(
            request=request,
            path=path,
            at=path if request.method in ("GET", "HEAD") and self._finder.find("GET", path) else self._finder.page_of(path),
            params={},
            session=session,
            api=Api(self._asking, reader),
            language=language.chosen(cookie, request.headers.get("Accept-Language", "")),
            rendering=self._rendering,
            secret=self._secret,
            cookies=self._cookies,
            sessions=self._sessions,
            said=unquote(self._cookies.value(request, self._cookies.said)),
        )

    async def _respond(self, visit: Visit) -> StreamResponse:
        if visit.person_id:
            self._people.take(visit.person_id)
        method = "GET" if visit.request.method == "HEAD" else visit.request.method
        found = self._finder.find(method, visit.path)
        if found is None and method == "GET" and self._finder.knows(visit.path):
            return visit.go(visit.at)  # the address of a form: a reload, or the other language
        if found is None:
            raise refusals.wrong_method() if self._finder.knows(visit.path) else refusals.unknown_path()
        page, visit.params = found
        if method == "POST":
            return await self._take(visit, page)
        if not page.public and not visit.session.signed_in:
            return self._to_sign_in(visit)
        return await page.handler(visit)

    async def _take(self, visit: Visit, page: Page) -> StreamResponse:
        """Raises Refused for a form that no page of ours showed to this reader."""
        if not forms.is_ours(visit.request, self._origin):
            raise _not_ours()
        limit = (page.limit or self._import_limit) if visit.session.signed_in else forms.SMALL
        visit.form = await forms.read(visit.request, limit, self._asking.patience)
        if not page.public and not visit.session.signed_in:
            return await self._ended(visit)
        if visit.session.signed_in and not visit.has_mark:
            raise _not_ours()
        try:
            return await page.handler(visit)
        except Refused as refused:
            return await self._again(visit, refused)

    async def _again(self, visit: Visit, refused: Refused) -> StreamResponse:
        """The page of a form, with what was typed in it, and why it was not taken. Raises Refused where it has none to show."""
        found = self._finder.find("GET", unquote(visit.at))
        if found is None or refused.status == 401:
            raise refused
        page, visit.params = found
        visit.refused = refused
        try:
            response = await page.handler(visit)
        except (Refused, Problem):
            visit.refused = None
            raise refused from None
        if response.status == 303:  # what the form is of is not there any more
            raise refused
        return response

    async def _ended(self, visit: Visit) -> StreamResponse:
        """Who writes for longer than a session lasts keeps the words: they are shown, to be sent again after the sign-in."""
        visit.unsure = True
        typed = [value for name, value in visit.form.fields.items() if " " in value.strip() and name not in _SECRET]
        after = "" if visit.at == "/" else f"?next={quote(visit.at)}"
        if not typed:
            return visit.go(f"/sign-in{after}")
        return await visit.show("sign-in/ended.html", status=401, typed=typed, onward=f"/sign-in{after}")

    def _to_sign_in(self, visit: Visit) -> Response:
        after = "" if visit.path == "/" else f"?next={quote(visit.request.raw_path)}"
        return visit.go(f"/sign-in{after}")

    async def _fault(self, visit: Visit, refused: Refused) -> StreamResponse:
        if refused.status == 401 and not visit.form.fields:
            return self._to_sign_in(visit)
        if refused.status == 401:
            return await self._ended(visit)
        try:
            response = await visit.show("error.html", refused=refused)
        except Refused:  # roster is not there to say who reads
            session, visit.session, visit.unsure = visit.session, self._nobody, True
            response = await visit.show("error.html", refused=refused)
            visit.session = session
        if visit.request.body_exists and not visit.request.content.is_eof():
            response.force_close()  # what still comes is not read
        return response

    def _remember(self, visit: Visit, response: StreamResponse) -> None:
        self._sessions.keep(response, visit.session)
        if visit.says:
            self._cookies.set(response, self._cookies.said, quote(visit.says))
        elif visit.said and response.status == 200:
            self._cookies.drop(response, self._cookies.said)
        for name, value in visit.keeps.items():
            self._cookies.set(response, getattr(self._cookies, name), value)
        for name in visit.forgets:
            self._cookies.drop(response, getattr(self._cookies, name))

    def _finished(self, request: BaseRequest, response: StreamResponse, own: Mapping[str, str]) -> StreamResponse:
        headers: CIMultiDict[str] = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        if isinstance(response, Response):
            _pack(request, response)
        headers["Referrer-Policy"] = "same-origin"  # with none a browser would not say that a form is ours
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
        self._security.add(headers)
        headers.update(own)
        return response


def _pack(request: BaseRequest, response: Response) -> None:
    """Pages are a fifth of their size on the way."""
    body = response.body
    if response.content_type != "text/html" or not isinstance(body, bytes):
        return
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.body = gzip.compress(body, compresslevel=5, mtime=0)
        response.headers["Content-Encoding"] = "gzip"


def _not_ours() -> Refused:
    return Refused({
        "type": "form-not-ours",
        "title": "This form is no longer good",
        "detail": "Open the page again, and send it from there. What you wrote is still on the page before.",
        "status": 403,
    })  # fmt: skip
