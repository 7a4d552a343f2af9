"""The fixtures themselves, on pages with known faults, and on those that the platform has shown from the first day on."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser import readme
from tests.browser.support import pictures
from tests.browser.support.faults import faults
from tests.browser.support.keyboard import walk
from tests.browser.support.looks import LOOKS, Look
from tests.browser.support.measuring import cumulative
from tests.browser.support.opening import Opener
from tests.browser.support.zooming import cramped
from tests.support.chromium import serving

STRICT = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'unsafe-inline'",
}
LOOSE = {"Content-Type": "text/html; charset=utf-8"}

Shows = Callable[..., Page]


def html(body: str, style: str = "", title: str = "A page", head: str = "") -> str:
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">
        <meta name="viewport" content="width=device-width, initial-scale=1">{head}<style>{style}</style>
        <body><main><h1>{title}</h1>{body}</main>"""


@pytest.fixture
def shows(open_page: Opener) -> Iterator[Shows]:
    """A page of our own, at an address of its own."""
    with ExitStack() as servers:

        def show(page: str, headers: dict[str, str] = LOOSE, files: dict[str, str] | None = None, **look: object) -> Page:
            all_files = {path: text.encode() for path, text in {"/": page, **(files or {})}.items()}
            return open_page("/", at=servers.enter_context(serving(all_files, headers)), **look)

        yield show


# What is wrong is found


@pytest.mark.parametrize(
    ("body", "style", "rule"),
    [
        ("<img src='data:,'>", "", "image-alt"),
        ("<input>", "", "label"),
        ("<p>Pale words</p>", "p { color: #bbb }", "color-contrast"),
        ("<a href='#a'>1</a><a href='#b'>2</a>", "a { display: inline-block; width: 8px; height: 8px }", "target-size"),
        ("<h4>Four after one</h4>", "", "heading-order"),
        ("</main><p>Outside of all landmarks</p>", "", "region"),
        ("</main><main><p>Another</p></main>", "", "landmark-no-duplicate-main"),
    ],
)
def test_axe_tells_rule_element_and_way_out(shows: Shows, body: str, style: str, rule: str) -> None:
    page = shows(html(body, style))
    found = "\n".join(faults(page))
    assert f"{rule} (" in found
    assert "https://dequeuniversity.com/rules/axe/" in found
    assert re.search(r"at \S+.*: <.+>\n +Fix ", found), found


def test_colours_are_looked_at_in_both_schemes(shows: Shows) -> None:
    style = "@media (prefers-color-scheme: dark) { body { background: #000; color: #333; transition: color 0.2s } }"
    page = shows(html("<p>Pale in the dark</p>", style))
    found = faults(page)
    assert len(found) == 2, "the heading and the paragraph"
    assert all(each.strip().startswith("color-contrast") and each.endswith("(in the dark scheme)") for each in found)
    assert not page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


def test_axe_finds_nothing_on_a_sound_page_under_a_strict_policy(shows: Shows, no_faults: Callable[[Page], None]) -> None:
    no_faults(shows(html("<p>Sound.</p>"), STRICT))


def test_a_shift_is_seen_and_who_shifted(shows: Shows, measures: Callable) -> None:
    page = shows(html("<div id='ad'></div><p>Words that move</p>"))
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    page.evaluate("document.querySelector('#ad').style.height = '300px'")
    found = measures(page)
    assert found.shift > 0.01
    assert any("Words that move" in each for each in found.shifted)
    still = measures(shows(html("<p>Still</p>")))
    assert (still.shift, still.shifted) == (0, [])


def test_shifts_count_by_windows() -> None:
    assert cumulative([]) == 0
    assert cumulative([(0, 0.1), (900, 0.1), (5000, 0.15)]) == pytest.approx(0.2)
    assert cumulative([(each * 900, 0.1) for each in range(8)]) == pytest.approx(0.6)


def test_what_travels_is_counted_by_type(shows: Shows, measures: Callable) -> None:
    files = {"/big.js": "/*" + "x" * 50_000 + "*/", "/style.css": "p { color: #000 }"}
    found = measures(
        shows(html("<p>Words</p>", head="<script src='big.js'></script><link rel=stylesheet href='style.css'>"), files=files)
    )
    assert 50_000 < found.bytes["Script"] < 51_000
    assert found.bytes["Stylesheet"] < 400
    assert 300 < found.bytes["Document"] < 1500
    assert found.without_fonts == sum(found.bytes.values())
    assert found.largest_paint > 0


def test_slow_is_slow(shows: Shows, open_page: Opener, slow: Callable, measures: Callable) -> None:
    page = shows(html("<p>Words</p><script>fetch('big.txt')</script>"), files={"/big.txt": "x" * 25_000})
    quick = measures(page)
    slow(page)
    page.reload()
    slowed = measures(page)
    assert slowed.largest_paint > max(400, quick.largest_paint), "one round trip at least"
    took = page.evaluate("performance.getEntriesByName(new URL('big.txt', location).href)[0].duration")
    assert took > 400 + 400, "25 kB at 50 kB a second, and a round trip"


FAULTS_BY_KEYBOARD = """
  <a href="#1">Seen</a> <button class="plain">Unseen</button> <a href="#2" class="plain shadow">By its shadow</a>
  <div id="pressed" style="cursor: pointer">Only a mouse finds me</div> <span role="button">Nor me</span>
  <input type="checkbox" id="c"><label for="c">Yes</label>
  <input type="radio" name="r" id="r1"><label for="r1">One</label>
  <input type="radio" name="r" id="r2"><label for="r2">Two</label>
  <button disabled>Off</button> <button><svg width="20" height="20"></svg></button>
  <script>document.querySelector('#pressed').addEventListener('click', () => 0)</script>"""


def test_the_keyboard_finds_what_cannot_be_seen_or_reached(shows: Shows, open_page: Opener) -> None:
    style = ".plain:focus { outline: none } .shadow:focus { box-shadow: 0 0 0 3px #00f }"
    page = shows(html(FAULTS_BY_KEYBOARD, style))
    walked = walk(page, open_page.of(page).watch.protocol)
    assert walked.order == ["link Seen", "button Unseen", "link By its shadow", "checkbox Yes", "radio One", "button"]
    found = sorted(fault.partition(":")[0] for fault in walked.faults)
    assert [each.partition(" <")[0] for each in found] == [
        "Tab never comes to",
        "Tab never comes to",
        "no name is read for",
        "the focus is not to be seen on button Unseen",
    ], walked.faults
    assert {"Only a mouse finds me", "Nor me"} == {re.search(r">(.+)<", each)[1] for each in walked.unreached}


def test_what_stands_before_the_focus_is_found(shows: Shows, open_page: Opener) -> None:
    page = shows(html("<a href='#'>Below</a><div id='lid'></div>", "#lid { position: fixed; inset: 0; background: #fff }"))
    assert walk(page, open_page.of(page).watch.protocol).faults[0].startswith("something covers link Below")


def test_what_does_not_fit_is_found(shows: Shows) -> None:
    style = ".wide { width: 900px } .cut { overflow: hidden; width: 50px; white-space: nowrap } .scrolls { overflow-x: auto }"
    body = "<p class='cut'>Words that are cut off</p><div class='scrolls'><p class='wide'>A wide table may scroll</p></div>"
    page = shows(html(body, style), device="zoomed")
    assert [each.partition(":")[0] for each in cramped(page)] == ["its text is cut off at the side"]
    found = cramped(shows(html("<p class='wide'>Too wide</p>", style), device="zoomed"))
    assert found[0].startswith("the page is 9")
    assert found[1].startswith("it sticks out: <p")


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<script src='say.js'></script>", "console error: a fault of ours"),
        ("<script src='throw.js'></script>", "an error nobody caught: nobody caught me"),
        ("<script>1</script>", "Content-Security-Policy: script-src-elem forbids kInlineViolation"),
        ("<img alt='' src='https://example.org/a.png'>", "Content-Security-Policy: img-src forbids https://example.org/a.png"),
        ("<script src='missing.js'></script>", "status of 404"),
    ],
)
@pytest.mark.parametrize("javascript", [True, False])
def test_whatever_the_browser_complains_of_is_kept(
    shows: Shows, open_page: Opener, body: str, complaint: str, javascript: bool
) -> None:
    files = {"/say.js": "console.error('a fault of ours')", "/throw.js": "throw new Error('nobody caught me')"}
    page = shows(html(body), STRICT, files, javascript=javascript)
    page.wait_for_load_state("networkidle")
    open_page.expected.append("")
    heard = "\n".join(open_page.of(page).watch.complaints)
    assert (complaint in heard) == (javascript or "img" in body), heard


def test_a_page_of_another_machine_is_not_reached(shows: Shows, expects: Callable[..., None]) -> None:
    expects("ERR_NAME_NOT_RESOLVED")
    page = shows(html("<p>Words</p>"))
    reached = "fetch('http://example.org/').then(() => 'reached', error => String(error))"
    assert "Failed to fetch" in page.evaluate(reached)


# Looks


@pytest.mark.parametrize("look", [Look(), Look(language="ur", scheme="dark")], ids=str)
def test_pictures_are_of_the_whole_page_and_named_by_the_look(shows: Shows, shots: Callable, look: Look) -> None:
    taken = shots(shows(html("<p style='height: 1000px'>Long</p>"), look=look), "long")
    assert taken.relative_to(pictures.FOLDER).name == f"long-{look}.png"
    with Image.open(taken) as image:
        assert image.width == 2 * 360
        assert image.height > 2 * 1000


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_look_is_what_the_page_sees(shows: Shows, look: Look) -> None:
    page = shows(html("<p>Words</p>"), look=look.but(motion=False))
    sees = """() => [innerWidth, devicePixelRatio, navigator.language,
        matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('(prefers-reduced-motion: reduce)').matches,
        matchMedia('(hover: none)').matches, navigator.maxTouchPoints > 0,
        navigator.userAgent.includes('Android'), Intl.DateTimeFormat().resolvedOptions().timeZone]"""
    language = {"en": "en-GB", "ur": "ur-PK"}[look.language]
    assert page.evaluate(sees) == [360, 2, language, look.scheme == "dark", True, True, True, True, "Asia/Karachi"]


def test_a_desk_and_a_page_without_scripts(shows: Shows) -> None:
    page = shows(html("<p id='p'>plain</p><script>p.textContent = 'scripted'</script>"), device="desk", javascript=False)
    assert page.locator("#p").inner_text() == "plain"
    assert page.viewport_size == {"width": 1280, "height": 800}


WORKER = """
const fill = () => caches.open('kept').then(kept => kept.addAll(['/', '/kept.txt'])).then(() => skipWaiting())
addEventListener('install', event => event.waitUntil(fill()))
addEventListener('activate', event => event.waitUntil(clients.claim()))
addEventListener('fetch', event => event.respondWith(caches.match(event.request).then(found => found || fetch(event.request))))
"""


def test_offline_a_worker_still_answers_and_reaches_nobody(shows: Shows, expects: Callable[..., None]) -> None:
    expects("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to convert value")
    starts = "navigator.serviceWorker.register('/sw.js'); navigator.serviceWorker.ready.then(() => document.title = 'Kept')"
    page = shows(
        html(f"<p>Words</p><script>{starts}</script>"), files={"/sw.js": WORKER, "/kept.txt": "kept", "/new.txt": "new"}
    )
    page.wait_for_function("navigator.serviceWorker.controller")
    ask = "path => fetch(path).then(answer => answer.text(), () => 'unreached')"
    assert page.evaluate(ask, "/new.txt") == "new"
    page.context.set_offline(True)
    assert page.evaluate(ask, "/kept.txt") == "kept"
    assert page.evaluate(ask, "/new.txt?") == "unreached", "nor through the worker"
    page.reload()
    assert page.locator("p").inner_text() == "Words"


# On the platform


@pytest.mark.look(device="desk", scheme="dark")
def test_the_api_as_a_page_to_read(page: Page, measures: Callable) -> None:
    page.goto("/docs")
    found = measures(page)
    assert found.shift == 0
    assert set(found.bytes) == {"Document"}


# Pictures of the README


def test_a_picture_for_the_readme_is_small(tmp_path: Path) -> None:
    noise = Image.effect_noise((400, 800), 80)
    noise.save(tmp_path / "noise.png")
    Image.new("RGB", (720, 1480), "white").save(tmp_path / "plain.png")
    assert [len(readme.optimised(tmp_path / name)) < readme.LIMIT for name in ("noise.png", "plain.png")] == [True, True]
    assert Image.open(io.BytesIO(readme.optimised(tmp_path / "plain.png"))).size == (720, 1480)
