"""What a browser keeps for us. None of it can be read by a script, and what signs in goes over https alone."""

from aiohttp.web import BaseRequest, StreamResponse

_YEAR = 365 * 24 * 3600
_SIXTY_DAYS = 60 * 24 * 3600  # longer than any session is good for: roster says when one ends


class Cookies:
    """`secure`: where the portal is reached by https. The names say so: a browser lets nothing else set a __Host- cookie."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure
        prefix = "__Host-" if secure else ""
        self.access, self.refresh, self.device = f"{prefix}access", f"{prefix}refresh", f"{prefix}device"
        self.language, self.said, self.signing = f"{prefix}language", f"{prefix}said", f"{prefix}signing"
        self.provider = f"{prefix}provider"
        self._lasting = {self.language: _YEAR, self.device: _YEAR, self.said: 60, self.signing: 900, self.provider: 900}

    def value(self, request: BaseRequest, name: str) -> str:
        return request.cookies.get(name, "")

    def set(self, response: StreamResponse, name: str, value: str) -> None:
        lasting = self._lasting.get(name, _SIXTY_DAYS)
        response.set_cookie(name, value, max_age=lasting, path="/", httponly=True, secure=self._secure, samesite="Lax")

    def drop(self, response: StreamResponse, name: str) -> None:
        response.del_cookie(name, path="/", httponly=True, secure=self._secure, samesite="Lax")
