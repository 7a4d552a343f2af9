"""QR codes: an address that a phone reads off the page. Drawn as one path, without the network."""

import io
from dataclasses import dataclass

import segno

_QUIET = 2  # modules of white around it; the page is white beyond


@dataclass(frozen=True)
class Check:
    """Where a third party sees whether this is the school's, without marks: an address, and a code to compare."""

    address: str
    code: str


def qr(address: str) -> str:
    """An SVG of the address; the same address is always the same drawing."""
    drawn = io.BytesIO()
    code = segno.make(address, error="m", micro=False, boost_error=False)
    code.save(drawn, kind="svg", border=_QUIET, xmldecl=False, svgns=True, nl=False, omitsize=True)
    return drawn.getvalue().decode()


def check_of(check: Check | None) -> dict[str, str] | None:
    """What the foot of a page prints of it."""
    return {"address": check.address, "code": check.code, "qr": qr(check.address)} if check else None
