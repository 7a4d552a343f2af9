"""What a browser brings back to the portal: cookies and forms that its owner may have written."""

import json
from contextlib import suppress
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from hypothesis import example, given
from hypothesis import strategies as st

from gateway.portal import by_provider, signing_in
from gateway.portal.addresses import safe
from gateway.portal.teacher import cells, sheet
from tests.fuzz.anything import texts, values

BROUGHT = values("item", "student").map(json.dumps) | texts() | st.sampled_from(["[" * 7000, '{"a":' * 2000, "[1e999, 2]"])


@given(BROUGHT, st.booleans())
@example("[" * 7000, False)
def test_a_cookie_of_any_words_leads_on_within_our_pages(text: str, quoted: bool) -> None:
    given_cookie = quote(text, errors="replace") if quoted else text
    visit: Any = SimpleNamespace(cookie=lambda name: given_cookie)
    for begun in (by_provider._begun, signing_in._signing):
        secret, after = begun(visit)
        assert isinstance(secret, str)
        assert after == safe(after)
        assert not after.startswith(("//", "/\\"))


@given(
    BROUGHT
    | st.builds('{{"i": {{"s": ["7", {}]}}}}'.format, st.sampled_from(["1e999", "NaN", "-Infinity", "1", '"2"', "null"]))
)
def test_what_a_page_showed_is_read_or_nothing(text: str) -> None:
    visit: Any = SimpleNamespace(form={"seen": text})
    for rows in sheet.seen_by(visit).values():
        assert all(isinstance(shown, str) and isinstance(edition, int) for shown, edition in rows.values())


@given(texts())
def test_a_cell_of_any_words_is_a_mark_or_none(text: str) -> None:
    cleaned = cells.cleaned(text)
    assert cells.cleaned(cleaned) == cleaned
    with suppress(cells.NoMark):
        mark = cells.read(text, "20")
        assert mark is None or 0 <= (mark.row["score"] or 0) <= 20
