"""Who is signed in, by the cookies that came: an access token, and a refresh token for when that has expired."""

import time
from dataclasses import dataclass
from typing import Any

from aiohttp.web import BaseRequest, Response, StreamResponse
from multidict import CIMultiDict

from gateway.asking import Asking, Reader
from gateway.portal.api import Api, Refused
from gateway.portal.cookies import Cookies
from gateway.tokens import Bearer, Tokens
from schoolbus.problems import Problem


@dataclass
class Session:
    """`fresh`: tokens that the browser does not have yet."""

    bearer: Bearer
    fresh: dict[str, Any] | None = None
    over: bool = False  # the cookies are good for nothing any more

    @property
    def signed_in(self) -> bool:
        return bool(self.bearer.caller.person_id)


class Sessions:
    def __init__(self, tokens: Tokens, asking: Asking, cookies: Cookies) -> None:
        self._tokens = tokens
        self._asking = asking
        self._cookies = cookies

    async def find(self, request: BaseRequest, client: str, correlation_id: str) -> Session:
        """The session that the cookies say; nobody's where they say none, or one that has ended. Raises Problem while keys or
        sessions are not known yet."""
        access = self._cookies.value(request, self._cookies.access)
        refresh = self._cookies.value(request, self._cookies.refresh)
        if access:
            try:
                return Session(await self._tokens.bearer([f"Bearer {access}"], time.time()))
            except Problem as problem:
                if problem.code != 401:
                    raise
        if not refresh:
            return Session(self._tokens.nobody, over=bool(access))
        nobody = Reader(self._tokens.nobody, client, request.headers.get("User-Agent", ""), correlation_id)
        try:
            fresh = await Api(self._asking, nobody).post("/v1/sign-in/refresh", {"refresh_token": refresh})
        except Refused as refused:
            if refused.status in (401, 422):
                return Session(self._tokens.nobody, over=True)
            raise
        return await self.begun(fresh)

    async def begun(self, signed_in: dict[str, Any]) -> Session:
        """The session of an answer to a sign-in or refresh."""
        return Session(await self._tokens.bearer([f"Bearer {signed_in['token']}"], time.time()), fresh=signed_in)

    def keep(self, response: StreamResponse, session: Session) -> None:
        if session.fresh:
            self._cookies.set(response, self._cookies.access, session.fresh["token"])
            self._cookies.set(response, self._cookies.refresh, session.fresh["refresh_token"])
            if session.fresh.get("device"):
                self._cookies.set(response, self._cookies.device, session.fresh["device"])
        elif session.over:
            self._cookies.drop(response, self._cookies.access)
            self._cookies.drop(response, self._cookies.refresh)

    def cookies_of(self, session: Session) -> CIMultiDict[str]:
        """The same as headers, for an answer that is on its way as soon as it is made."""
        carrier = Response()
        self.keep(carrier, session)
        return CIMultiDict([("Set-Cookie", cookie.output(header="").strip()) for cookie in carrier.cookies.values()])
