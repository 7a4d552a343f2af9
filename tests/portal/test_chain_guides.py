"""Guides of the chain: languages, versions, files of its own; and the steps of guides and packs."""

from typing import Any

import pytest

from tests.portal.chain import INVALID, REFUSAL
from tests.portal.support import Browser, Stage

AT, PAGE = "/v1/guides/g1", "/chain/guides/g1"
ENGLISH = {"en": {"title": "Reading at home", "body": "Read aloud.", "made_by": "person"}}
MACHINES = {"ur": {"title": "گھر پر پڑھنا", "body": "پڑھیں۔", "made_by": "machine"}}
FILE = {"reason": None, "content_type": "application/pdf", "size": 52_000}
FILES = [
    {"language": "en", "form": "pdf", "state": "made", "uploaded": True, **FILE},
    {"language": "en", "form": "audio", "state": "failed", "uploaded": False, **FILE, "size": None},
]
TRANSLATED = {"texts": ["گھر پر پڑھنا", "پڑھیں۔"], "from": "en", "to": "ur", "made_by": "machine"}


def guide(**more: Any) -> dict[str, Any]:
    head = {"guide_id": "g1", "kind": "guide", "grades": ["1"], "subjects": [], "state": "published", "version": 2}
    return {**head, "titles": {"en": "Reading at home"}, "texts": ENGLISH, "files": FILES, **more}


@pytest.fixture
def there(stage: Stage, operator: Browser) -> Browser:
    stage.says("notifications", AT, guide())
    stage.says("notifications", f"{AT}/opened", {"guide_id": "g1", "people": 3})
    can = {"languages": [{"from": "en", "to": ["ur"]}], "characters_left": 1000}
    stage.says("notifications", "/v1/translations", lambda sent: (TRANSLATED, 200) if sent else (can, 200))
    return operator


def test_a_guide_shows_its_files_and_takes_the_chains_own(stage: Stage, there: Browser) -> None:
    page = there.get(PAGE).text
    for words in ("the chain's own", "can't be made", "52 kB", "Version 2", "Have a machine make the Urdu"):
        assert words in page, words
    stage.says("notifications", f"{AT}/files/en/pdf", guide())
    sent = {"language": (None, "en"), "form": (None, "pdf"), "file": ("x.pdf", b"%PDF-1.7 words", "application/pdf")}
    assert there.upload(f"{PAGE}/files", sent).headers["Location"] == PAGE
    kept = stage.of(f"{AT}/files/en/pdf")[-1]
    assert (kept.method, kept.body) == ("PUT", b"%PDF-1.7 words")
    assert there.post(f"{PAGE}/files/en/pdf/removal").status_code == 303
    assert stage.of(f"{AT}/files/en/pdf")[-1].method == "DELETE"


def test_a_file_of_another_kind_is_refused_on_the_page(stage: Stage, there: Browser) -> None:
    refusal = {
        "type": "x/not-attachable",
        "title": "This kind of file does not go here",
        "detail": "Send a PDF.",
        "status": 415,
    }
    stage.says("notifications", f"{AT}/files/en/pdf", refusal, 415)
    there.get(PAGE)
    page = there.post(f"{PAGE}/files", {"language": "en", "form": "pdf"})
    assert (page.status_code, "Send a PDF." in page.text, "Reading at home" in page.text) == (415, True, True)


def test_a_machines_text_is_a_version_that_says_so(stage: Stage, there: Browser) -> None:
    assert there.post(f"{PAGE}/translation", {"language": "ur"}).headers["Location"] == PAGE
    assert stage.of("/v1/translations")[-1].body == {"texts": ["Reading at home", "Read aloud."], "from": "en", "to": "ur"}
    sent = stage.of(AT)[-1]
    assert (sent.method, sent.body["texts"]) == ("PUT", ENGLISH | MACHINES)
    assert (sent.body["grades"], sent.body["kind"]) == (["1"], "guide"), "for whom it is stays"
    stage.says("notifications", AT, guide(texts=ENGLISH | MACHINES))
    page = there.get(PAGE).text
    assert "until you say that it is right" in page
    stage.says("notifications", f"{AT}/texts/ur/confirm", guide())
    assert there.post(f"{PAGE}/confirmation", {"language": "ur"}).status_code == 303


def test_what_a_person_wrote_is_never_translated_over(stage: Stage, there: Browser) -> None:
    there.get(PAGE)
    assert there.post(f"{PAGE}/translation", {"language": "en"}).status_code == 303
    assert [each.method for each in stage.of(AT)] == ["GET", "GET"]


def test_versions_are_shown_page_by_page(stage: Stage, there: Browser) -> None:
    old = {
        "version": 1,
        "texts": {"en": {"title": "Reading", "body": "Read.", "made_by": "person"}},
        "at": "2026-11-01T10:00:00Z",
    }
    new = {"version": 2, "texts": ENGLISH | MACHINES, "at": "2026-11-02T10:00:00Z"}
    stage.says("notifications", f"{AT}/versions", {"items": [new, old], "next": "more"})
    page = there.get(f"{PAGE}/versions").text
    assert page.count("in force</span>") == 1
    assert "by a machine" in page
    assert f"{PAGE}/versions?after=more" in page


def test_further_languages_stay_when_the_words_are_changed(stage: Stage, there: Browser) -> None:
    pashto = {"ps": {"title": "لوستل", "body": "ولولئ.", "made_by": "person"}}
    stage.says("notifications", AT, guide(texts=ENGLISH | pashto))
    there.get(PAGE)
    assert there.post(PAGE, {"title_en": "Reading", "body_en": "Read.", "grades": "1, 2"}).status_code == 303
    sent = stage.of(AT)[-1].body
    assert sent["texts"] == {**pashto, "en": {"title": "Reading", "body": "Read."}}
    assert sent["grades"] == ["1", "2"]


def test_a_new_guide_that_is_refused_says_at_which_field(stage: Stage, there: Browser) -> None:
    refusal = {**INVALID, "errors": {"texts": {"en": {"value": {"body": ["Missing data for required field."]}}}}}
    stage.says("notifications", "/v1/guides", refusal, 422)
    there.get("/chain/guides/new")
    page = there.post("/chain/guides/new", {"title_en": "Reading"})
    assert (page.status_code, 'value="Reading"' in page.text) == (422, True)
    assert 'id="body_en-error"' in page.text


@pytest.mark.parametrize("path", [f"{PAGE}/steps/deletion", "/chain/packs/p1/deletion"])
def test_a_step_that_is_none_is_not_there(stage: Stage, there: Browser, path: str) -> None:
    there.get(PAGE)
    assert there.post(path).status_code == 404
    assert stage.changes() == []


# Packs

PACK = {
    "pack_id": "p1",
    "name": "First weeks",
    "grades": [],
    "starts_from": "2026-08-01",
    "items": [{"guide_id": "g1", "after_days": 3, "added_on": "2026-08-01"}],
    "state": "draft",
    "walking": False,
    "children": {"going": 12},
}


@pytest.fixture
def with_pack(stage: Stage, there: Browser) -> Browser:
    stage.says("notifications", "/v1/guides", {"items": [guide()], "next": None})
    stage.says("notifications", "/v1/packs", lambda sent: (PACK, 201) if sent else ({"items": [PACK], "next": None}, 200))
    stage.says("notifications", "/v1/packs/p1", PACK)
    assert 'href="/chain/packs/p1"' in there.get("/chain/guides").text
    return there


def test_a_pack_is_written_with_its_guides_and_days(stage: Stage, with_pack: Browser) -> None:
    page = with_pack.get("/chain/packs/new").text
    assert page.count(">Reading at home</option>") == 5
    fields = {
        "name": "First weeks",
        "guide_0": "g1",
        "days_0": "۳",
        "guide_1": "",
        "days_1": "9",
        "guide_2": "g1",
        "days_2": "",
    }
    assert with_pack.post("/chain/packs/new", fields).headers["Location"] == "/chain/packs/p1"
    sent = stage.of("/v1/packs")[-1].body
    assert sent["items"] == [{"guide_id": "g1", "after_days": 3}, {"guide_id": "g1", "after_days": 0}]
    assert (sent["name"], sent["starts_from"], sent["grades"]) == ("First weeks", None, [])


def test_a_pack_shows_its_parts_and_room_for_more(stage: Stage, with_pack: Browser) -> None:
    page = with_pack.get("/chain/packs/p1").text
    assert '<option value="g1" selected>' in page
    assert page.count('name="guide_') == 6
    assert 'name="days_0" type="text" value="3"' in page
    assert with_pack.post("/chain/packs/p1", {"name": "x", "guide_0": "g1", "days_0": "4"}).status_code == 303
    assert stage.of("/v1/packs/p1")[-1].method == "PUT"


def test_without_a_guide_there_is_no_pack(stage: Stage, with_pack: Browser) -> None:
    stage.says("notifications", "/v1/guides", {"items": [], "next": None})
    assert 'href="/chain/guides/new"' in with_pack.get("/chain/packs/new").text


def test_a_packs_step_that_is_refused_stands_on_its_page(stage: Stage, with_pack: Browser) -> None:
    stage.says("notifications", "/v1/packs/p1/start", REFUSAL, 409)
    page = with_pack.post("/chain/packs/p1/start")
    assert (page.status_code, "It takes no end" in page.text, "First weeks" in page.text) == (409, True, True)
    stage.says("notifications", "/v1/packs/p1/start", PACK)
    assert with_pack.post("/chain/packs/p1/start").headers["Location"] == "/chain/guides#packs"
