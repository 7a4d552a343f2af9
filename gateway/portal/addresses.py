"""Addresses of the portal's own pages."""

import re
from urllib.parse import quote

_OURS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def address(*parts: str) -> str:
    """A page of ours, of words and ids: each is one part, whatever it holds."""
    return "/" + "/".join(quote(part, safe="") for part in parts)


def safe(given: str, otherwise: str = "/") -> str:
    """An address of ours to go on to. Browsers read `/\\x` and, as they drop tabs and line ends, `/<tab>/x` as `//x`,
    which is another site."""
    return given if _OURS.fullmatch(given) else otherwise
