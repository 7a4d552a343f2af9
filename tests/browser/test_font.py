"""The portal's Nastaliq shows what the whole font shows."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops

from deploy import webfont
from tests.browser.support.opening import Opener
from tests.support.chromium import serving
from tests.support.processes import ROOT

LIMIT = 120_000  # bytes
LETTERS = sorted(set(webfont.LETTERS))
# As on a phone: letters keep their places.
STYLE = """@font-face { font-family: tried; src: url(/font) } body { margin: 8px; width: 1184px; direction: rtl }
    p { font: 20px/2.6 tried; margin: 0 0 8px; text-rendering: geometricPrecision }"""
# As a family reads it: honorifics, vowels, both kinds of digits, Punjabi, poetry's izafat, quotes.
SENTENCES = [
    "ہانیہ کے گھر والوں کے لیے: ہمارے اسکول میں خوش آمدید۔ پڑھیں، سنیں یا چھاپ لیں۔",
    "حضرت محمد ﷺ نے فرمایا: «علم حاصل کرو»۔ محمدؐ، علیؑ، عمرؓ، شاہ ولی اللہؒ",
    "امتحان ۱۲ دسمبر ۲۰۲۶ کو صبح 8:30 بجے ہوگا؛ ۹۵٫۵٪ نمبر، (41.5/50) یعنی +۳ − ۲ × ۴ ÷ ۱",
    "اُردُو میں اِعراب: مُعَلِّمَہ، کِتابٌ، دفعۃً، مدّثّر، نِکھَرنا، رَحمٰن، خُدایا! کیا؟ ہاں—“ٹھیک” ‘ہے’",
    "ساڈے سکول وچ پڑھن والے بالاں دا ناں رݨجیت، پاݨی، کھاݨا اے۔",
    "آؤ، آئیے، گئے، ہوئی، جرأت، مؤمن، مسئلہ، قرآن، إن شاء اللہ، سورۃ، خانۂ خدا، میوۂ تر، رائے، ىٰ",
    "نستعلیق کی پختگی: بچپن، مستحکم، تمہیں، پیچیدہ، ہچکچاہٹ، بھینچنا، سمجھیں، صحیح، فٹبال، ڈھونڈنا، گڑبڑ، ژالہ",
]


def our_texts() -> Iterator[str]:
    """All that we say in Urdu."""
    for path in sorted([*ROOT.glob("services/**/ur.po"), *ROOT.glob("gateway/portal/locale/ur/*.po")]):
        with path.open("rb") as file:
            for message in read_po(file):
                yield from [message.string] if isinstance(message.string, str) else message.string


def pages() -> Iterator[str]:
    yield "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    yield f"<p>{' '.join(sorted({word for text in our_texts() for word in text.split()}))}</p>"
    for first in LETTERS[::9]:  # each beside each, at the beginning of a word, inside and at its end
        some = LETTERS[LETTERS.index(first) : LETTERS.index(first) + 9]
        yield "".join(f"<p>{' '.join(f'{one}{two} ب{one}{two}ن س{one}{two}' for two in LETTERS)}</p>" for one in some)


def test_its_bytes() -> None:
    assert webfont.WRITTEN.stat().st_size < LIMIT
    licence = (webfont.WRITTEN.parent / "OFL.txt").read_text()
    assert licence.startswith("Noto Nastaliq Urdu 2.000: Copyright 2017 Google Inc.")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_it_is_what_the_command_writes(tmp_path: Path) -> None:
    webfont.write(tmp_path / "anew.woff2")
    written, anew = TTFont(webfont.WRITTEN), TTFont(tmp_path / "anew.woff2")
    assert written.getBestCmap().keys() == anew.getBestCmap().keys()
    for table in ("GSUB", "GPOS", "GDEF"):
        assert written[table].compile(written) == anew[table].compile(anew)


def test_no_character_of_our_texts_is_missing() -> None:
    whole, small = (set(TTFont(path).getBestCmap()) for path in (webfont.SOURCE, webfont.WRITTEN))
    missing = {character for text in our_texts() for character in text if ord(character) in whole - small}
    assert not missing, f"add to deploy/webfont.py, and run it: {' '.join(sorted(missing))}"


@pytest.mark.parametrize("page", range(len(list(pages()))))
def test_it_draws_what_the_whole_font_draws(open_page: Opener, page: int) -> None:
    body = list(pages())[page]
    whole, small = (drawn(open_page, body, path) for path in (webfont.SOURCE, webfont.WRITTEN))
    assert whole.size == small.size
    assert ImageChops.difference(whole, small).getbbox() is None


def drawn(open_page: Opener, body: str, font: Path) -> Image.Image:
    html = f"<!doctype html><html lang=ur><meta charset=utf-8><link rel=icon href='data:,'><style>{STYLE}</style><body>{body}"
    with serving({"/": html.encode(), "/font": font.read_bytes()}, {"Access-Control-Allow-Origin": "*"}) as address:
        page = open_page("/", at=address, device="desk", language="ur")
        page.wait_for_function("document.fonts.status === 'loaded' && document.fonts.check('20px tried')")
        return Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")


def test_a_machine_of_the_tests_has_no_nastaliq_of_its_own(open_page: Opener, faces: Callable[..., set[str]]) -> None:
    """So what is drawn in it came with the page."""
    styles = {"family": "", "own": "font-family: 'Noto Nastaliq Urdu', sans-serif", "tried": "font-family: tried"}
    body = "".join(f'<h1 id={name} style="{style}">اردو</h1>' for name, style in styles.items())
    html = f"<!doctype html><meta charset=utf-8><link rel=icon href='data:,'><style>{STYLE}</style><body>{body}"
    with serving({"/": html.encode(), "/font": webfont.WRITTEN.read_bytes()}, {}) as address:
        page = open_page("/", at=address)
        page.wait_for_function("document.fonts.status === 'loaded' && document.fonts.check('20px tried')")
        assert [faces(page, f"#{name}") for name in styles] == [
            {"Noto Naskh Arabic"},
            {"Noto Naskh Arabic"},
            {"Noto Nastaliq Urdu"},
        ]
