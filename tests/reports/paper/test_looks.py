"""Colours, logos, codes."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.reports.cards.design import Design
from services.reports.cards.typesetting import render
from services.reports.paper import colours, logos
from services.reports.paper.codes import qr
from services.reports.paper.look import Look
from tests.reports.cards import a_card
from tests.reports.paper.pages import tags

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'


def picture(form: str = "PNG", size: tuple[int, int] = (900, 300)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "navy").save(file, form)
    return file.getvalue()


def test_contrast_is_that_of_wcag() -> None:
    assert colours.to_white("#000000") == pytest.approx(21)
    assert colours.to_white("#ffffff") == pytest.approx(1)
    assert colours.to_white("#767676") == pytest.approx(4.54, abs=0.01)  # the lightest grey for text
    assert colours.to_white("#14532d") > colours.LEAST


@pytest.mark.parametrize("content", [picture(), picture("JPEG"), DRAWING], ids=["png", "jpeg", "svg"])
def test_a_logo_stands_on_the_card_with_the_schools_name(content: bytes) -> None:
    pdf = render(a_card(), "en", Design(look=Look(logo=logos.read(content))))
    assert [figure.alt for figure in tags(pdf).named("Figure")] == ["Gulberg Model School"]


def test_a_picture_becomes_small_and_carries_nothing_but_its_pixels() -> None:
    wrapped = logos.read(picture(size=(3000, 1000)))
    assert 'viewBox="0 0 480 160"' in wrapped


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        picture()[:60],
        b"x" * (logos.LARGEST + 1),
        b"<html/>",
        b"<svg",
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + DRAWING,
        DRAWING.replace(b"<circle", b"<script>1</script><circle"),
        DRAWING.replace(b"<circle", b"<text>School</text><circle"),
        DRAWING.replace(b"<circle", b'<image href="file:///etc/passwd"/><circle'),
        DRAWING.replace(b"<circle", b'<use href="https://example.org/a.svg"/><circle'),
        DRAWING.replace(b"<circle", b'<path fill="url(http://example.org/a)"/><circle'),
        DRAWING.replace(b"<circle", b'<circle onload="x()"/><circle'),
        DRAWING.replace(b"<circle", b'<g style="background:u\\72l(//x)"/><circle'),
    ],
)
def test_what_is_no_logo_is_refused(content: bytes) -> None:
    with pytest.raises(logos.NoLogo):
        logos.read(content)


@given(st.binary(max_size=300))
def test_whatever_comes_is_a_logo_or_refused(content: bytes) -> None:
    with suppress(logos.NoLogo):
        assert logos.read(content).startswith("<")


def test_a_code_is_the_same_each_time() -> None:
    assert qr("https://example.org/c/4F6F-0123") == qr("https://example.org/c/4F6F-0123")
    assert qr("https://example.org/c/4F6F-0123") != qr("https://example.org/c/4F6F-0124")
