"""Logos: what a school uploads becomes an SVG that is safe to set and small enough for every card.

Pictures are read and written anew, so that nothing but their pixels comes in; an SVG is taken as it is when it holds shapes
alone: no text (whose fonts would be missing), nothing from elsewhere, nothing that runs.
"""

import base64
import io
import re
from xml.etree import ElementTree

from PIL import Image, UnidentifiedImageError

from schoolbus.problems import Sentence

LARGEST = 200_000  # bytes
SIDE = 480  # pixels: 25 mm at 480 dpi
MOST_PIXELS = 25_000_000  # before anything is unpacked
_SHAPES = {
    *("svg", "g", "defs", "use", "symbol", "title", "desc", "clipPath", "mask", "linearGradient", "radialGradient", "stop"),
    *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
}
_NAMESPACES = ("", "{http://www.w3.org/2000/svg")  # as ElementTree writes them: another's "path" is another thing
_ELSEWHERE = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:", re.IGNORECASE)


class NoLogo(Exception):
    """Said to whom has uploaded it."""


def read(content: bytes) -> str:
    """The SVG of a PNG, JPEG or SVG. Raises NoLogo."""
    if len(content) > LARGEST:
        raise NoLogo(Sentence("At most %(largest)s bytes.", largest=LARGEST))
    if content.lstrip()[:1] == b"<" or content.startswith(b"\xef\xbb\xbf<"):
        return _drawing(content)
    return _picture(content)


def _picture(content: bytes) -> str:
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NoLogo("At most 25 million pixels.")
            small = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoLogo("It is no PNG, JPEG or SVG.") from error
    small.thumbnail((SIDE, SIDE))
    pixels = io.BytesIO()
    small.save(pixels, "PNG", optimize=True)
    width, height = small.size
    data = base64.b64encode(pixels.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" xlink:href="data:image/png;base64,{data}"/></svg>'
    )


def _drawing(content: bytes) -> str:
    if b"\0" in content:  # UTF-16, in which what is looked for below would not be found
        raise NoLogo("It is no SVG that can be read.")
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        raise NoLogo("Without a document type, please: save it as plain SVG.")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - without a document type nothing expands
    except ElementTree.ParseError as error:
        raise NoLogo("It is no SVG that can be read.") from error
    if _local(root.tag) != "svg":
        raise NoLogo("It is no SVG.")
    for element in root.iter():
        _check(element)
    try:
        return ElementTree.tostring(root, encoding="unicode")
    except RecursionError as error:
        raise NoLogo("It is no SVG that can be read.") from error


def _check(element: ElementTree.Element) -> None:
    name, namespace = _local(element.tag), str(element.tag).rpartition("}")[0]
    if name not in _SHAPES or namespace not in _NAMESPACES:
        raise NoLogo(Sentence("Shapes alone, please: no <%(name)s>. Text can be turned into paths.", name=name[:30]))
    for key, value in element.attrib.items():
        if _local(key) == "href" and not value.startswith("#"):
            raise NoLogo("Nothing from elsewhere, please.")
        if _ELSEWHERE.search(value) or "\\" in value or _local(key).startswith("on"):
            raise NoLogo("Nothing from elsewhere, please.")


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]
