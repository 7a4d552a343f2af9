"""Files that are the same for everybody: under a name with their digest they never change, so a phone fetches each once."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from aiohttp.web import BaseRequest, Response

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
_NAMED = re.compile(rb"static:([A-Za-z0-9./_-]+)")
_TEXT = (".css", ".js", ".svg", ".webmanifest")
_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2"}


@dataclass(frozen=True)
class Asset:
    body: bytes
    packed: bytes | None
    type: str


class Assets:
    """`address("style.css")` is /static/style.DIGEST.css. A file may name another as `static:NAME`."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder
        self._files: dict[str, Asset] = {}
        self._addresses: dict[str, str] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in {*_TEXT, ".png", ".woff2", ".ico"}:
                self.address(path.relative_to(folder).as_posix())

    def address(self, name: str) -> str:
        if name not in self._addresses:
            path = self._folder / name
            body = _NAMED.sub(lambda found: self.address(found[1].decode()).encode(), path.read_bytes())
            digest = hashlib.blake2b(body, digest_size=6).hexdigest()
            stem, _, suffix = name.rpartition(".")
            self._addresses[name] = f"/static/{stem}.{digest}.{suffix}"
            kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
            text = path.suffix in _TEXT
            packed = gzip.compress(body, mtime=0) if text else None
            self._files[self._addresses[name]] = Asset(body, packed, f"{kind}; charset=utf-8" if text else kind)
        return self._addresses[name]

    def all(self) -> list[str]:
        return sorted(self._files)

    def answer(self, request: BaseRequest, address: str, cached: str = FOREVER) -> Response | None:
        asset = self._files.get(address)
        if asset is None:
            return None
        headers = {"Content-Type": asset.type, "Cache-Control": cached, "Vary": "Accept-Encoding"}
        if asset.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
            return Response(body=asset.packed, headers={**headers, "Content-Encoding": "gzip"})
        return Response(body=asset.body, headers=headers)
