"""What people upload: known by its bytes, read or refused, and nothing in it runs."""

import base64
import csv
import io
import re
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from schoolbus import attached, sheets
from schoolbus.problems import Problem
from services.notifications.wording import catalogues
from services.reports.paper import logos
from tests.fuzz.anything import spoilt, texts
from tests.support import recordings


def picture(kind: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (7, 5), "teal").save(written, kind)
    return written.getvalue()


DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><defs><path id="p" d="M0 0"/></defs><use href="#p"/></svg>'
ENTITY = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">]><svg><title>&a;</title></svg>'
ACTIVE = (
    *(b"<script>alert(1)</script>", b' onload="x()"', b' href="https://evil.example/"', b"<image href='//evil.example'/>"),
    *(
        b"<style>@import 'x'</style>",
        b' fill="url(https://evil.example)"',
        b"<foreignObject/>",
        b"<!ENTITY a SYSTEM 'file:///x'>",
    ),
    *(b"<![CDATA[", b"<!--", b"\0", b"&#x6a;avascript:", b"<g>" * 20_000, b'xlink:href="data:text/html,x"'),
)
RUNS = re.compile(rb"<script|<style|<foreign|@import|javascript:|evil\.example|file:|\bon\w+\s*=", re.IGNORECASE)
GIVEN = spoilt(DRAWING, *ACTIVE) | spoilt(picture("PNG"), b"IDAT") | spoilt(picture("JPEG")) | st.binary(max_size=200)


@given(GIVEN)
@example(b"<svg>" + b"<g>" * 25_000 + b"</g>" * 25_000 + b"</svg>")
@example(b'<svg xmlns="javascript:x"><path d="M0 0"/></svg>')
@example(ENTITY.encode("utf-16-le"))
@example(ENTITY.encode("utf-16"))
def test_a_logo_is_shapes_or_pixels_or_refused(content: bytes) -> None:
    try:
        drawing = logos.read(content)
    except logos.NoLogo:
        return
    shapes = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", drawing).encode()
    assert not re.search(rb"<[^>]*(?:" + RUNS.pattern + rb")", shapes, re.IGNORECASE)
    assert b"aaaaaaaaaa" not in shapes


SOUNDS = [recordings.ogg(1), recordings.m4a(1), recordings.amr(1), recordings.mp3(1)]
WHOLE = st.sampled_from([*SOUNDS, picture("PNG"), picture("JPEG"), picture("WEBP"), b"%PDF-1.7\n%%EOF"])


@given(
    WHOLE.flatmap(lambda whole: spoilt(whole, b"<html><script>", b"%PDF-1.7", b"PK\x03\x04", b"MZ")) | st.binary(max_size=300)
)
def test_a_file_is_one_of_our_kinds_or_refused(content: bytes) -> None:
    """Two kinds in one file: it is shown as the first alone, by `attached.SAFE` never run (tests/notifications)."""
    try:
        known = attached.known(content)
    except Problem as refused:
        if refused.code not in (413, 415):
            raise
        return
    assert known["content_type"] in attached.KINDS
    assert known["size"] == len(content)


@given(st.lists(st.lists(texts(), min_size=3, max_size=3), max_size=6))
def test_a_sheet_that_people_open_says_what_was_written_and_runs_nothing(rows: list[list[str]]) -> None:
    rows = [[cell.encode(errors="replace").decode().replace("\0", "")[:4000] for cell in row] for row in rows]
    read = list(csv.reader(io.StringIO(sheets.csv(["a", "b", "c"], rows).decode("utf-8-sig"), newline="")))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(
        cell.lstrip(" \n\u00a0\ufeff")[:1] in tuple("=+-@\t\r") for row in read for cell in row if cell.strip(" \n\u00a0\ufeff")
    )


CATALOGUE = (
    b'msgid ""\nmsgstr "Language: pa\\nContent-Type: text/plain; charset=UTF-8\\n"\n'
    b'"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\nmsgctxt "sms"\nmsgid "%(child)s is ill"\nmsgstr "%(child)s"\n'
)


@given(spoilt(CATALOGUE, b"%(other)s", b"{0}", b'"', b"\\", b"msgid", b"plural=n**n**n", b"nplurals=999999999", b"\xff"))
def test_a_catalogue_is_read_or_refused(content: bytes) -> None:
    with suppress(catalogues.Refused):
        catalogues.read(content, "pa")


@pytest.mark.timeout(60)
def test_no_file_keeps_us_busy() -> None:
    for content in (b"<" * logos.LARGEST, b"<svg " + b"a=" * 90_000, b"<svg>" + b"<!--" * 45_000, b"<svg" + b" " * 190_000):
        with pytest.raises(logos.NoLogo):
            logos.read(content)
    assert base64.b64encode(DRAWING)
