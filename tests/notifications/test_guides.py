"""Guides at the edge: kept by a school, read by the families whom they are for, printed, heard, counted."""

import io
import shutil
import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from services.notifications.guiding import files, markup, setting
from services.notifications.guiding.fitting import fits, of_grade
from services.notifications.speaking.speakers import Espeak
from tests.notifications.kept import store
from tests.notifications.schools import School
from tests.notifications.test_announcing import OPERATOR
from tests.support import people
from tests.support.programs import bring
from tests.support.roster import classes, related
from tests.support.waiting import eventually

__all__ = ["store"]
BODY = "Ten minutes a day are enough.\n\n# Each evening\n\n1. Sit down together.\n2. Let it choose.\n\n- Praise the effort."
EN = {"title": "Reading at home", "body": BODY}
UR = {"title": "گھر میں پڑھنا", "body": "روزانہ دس منٹ کافی ہیں۔\n\n# ہر شام\n\n- ساتھ بیٹھیں۔"}
CSP = "default-src 'none'"


@pytest.fixture(scope="module", autouse=True)
def programs():
    bring("espeak-ng", "opusenc")


class Shelf:
    """A school with a child in class c1 (grade 5, Science), and its guides."""

    def __init__(self, stage):
        self.stage, self.school = stage, School(stage)
        self.mother = self.school.guardian("app", language="ur")
        self.child = self.school.child(self.mother)
        self.school.open()
        self.guardian = people.guardian(self.mother, self.school.id)
        self.head = self.school.head

    def call(self, method, below="", caller=None, status=200, *, chain=False, **more):
        path = "/v1/guides" if chain else f"/v1/branches/{self.school.id}/guides"
        who = caller or (OPERATOR if chain else self.head)
        answer = self.stage.service.call(method, path + below, who, **more)
        assert answer.status_code == status, answer.text
        return answer

    def write(self, *, chain=False, publish=True, **more):
        body = {"texts": {"en": EN, "ur": UR}, **more}
        id = self.call("POST", status=201, chain=chain, json=body).json()["guide_id"]
        if publish:
            self.call("POST", f"/{id}/publication", chain=chain)
        return id

    def seen(self, caller=None, **query):
        return {
            each["guide_id"]: each for each in self.call("GET", caller=caller or self.guardian, params=query).json()["items"]
        }

    def made(self, id, *, chain=False):
        """Its files, once none is still to be made."""

        def there():
            found = self.call("GET", f"/{id}", chain=chain).json()["files"]
            assert found
            assert all(each["state"] == "made" for each in found), found
            return {(each["language"], each["form"]): each for each in found}

        return eventually(there)


@pytest.fixture
def shelf(stage):
    return Shelf(stage)


# Whom it is for


def test_families_see_what_is_for_their_childrens_grades_and_subjects(shelf):
    mine = shelf.write(grades=["05"], subjects=["science"])
    of_all, of_chain = shelf.write(kind="introduction"), shelf.write(chain=True, grades=["5"])
    others = [shelf.write(grades=["6"]), shelf.write(subjects=["Urdu"]), shelf.write(publish=False)]
    found = shelf.seen()
    assert {mine, of_all, of_chain} <= set(found)
    assert not set(others) & set(found)
    assert (found[mine]["children"], found[mine]["of_chain"], found[of_chain]["of_chain"]) == ([shelf.child], False, True)
    assert found[mine]["titles"]["ur"] == UR["title"]
    assert of_all in shelf.seen(kind="introduction")
    assert mine not in shelf.seen(kind="introduction")
    for id in others:
        shelf.call("GET", f"/{id}", shelf.guardian, 404)
    assert set(others) <= set(shelf.seen(shelf.head)), "the school sees all"


def test_another_branchs_guide_is_not_here(shelf, stage):
    other = Shelf(stage)
    theirs = other.write()
    assert theirs not in shelf.seen()
    for method, below in (("GET", ""), ("GET", "/opened"), ("POST", "/retirement"), ("PUT", "")):
        body = {"texts": {"en": EN}} if method == "PUT" else None
        shelf.call(method, f"/{theirs}{below}", shelf.head, 404, json=body)
    chains = shelf.write(chain=True)
    shelf.call("PUT", f"/{chains}", shelf.head, 404, json={"texts": {"en": EN}})
    shelf.call("GET", f"/{chains}/opened", shelf.head)
    stranger = people.guardian(shelf.school.name("nobody"), shelf.school.id)
    shelf.call("GET", f"/{chains}", stranger, 404)


def test_who_may_not_receive_reports_about_a_child_sees_no_guides_for_it(shelf, stage):
    id = shelf.write()
    assert id in shelf.seen()
    stage.learn(related(shelf.school.id, (shelf.mother, shelf.child), may_receive_reports=False, version=2))
    assert shelf.seen() == {}
    shelf.call("GET", f"/{id}", shelf.guardian, 404)


def test_a_child_who_goes_to_the_next_grade_has_other_guides(shelf, stage):
    fifth, sixth = shelf.write(grades=["5"]), shelf.write(grades=["6"])
    assert set(shelf.seen()) >= {fifth}
    event = classes(shelf.school.id, shelf.school.name("c1"), version=2)
    event.data["items"][0]["grade"] = "06"
    stage.learn(event)
    assert sixth in shelf.seen()
    assert fifth not in shelf.seen()


# As text, page, PDF and sound


def test_a_guide_is_read_printed_and_heard_in_each_language(shelf):
    id = shelf.write()
    told = shelf.call("GET", f"/{id}", shelf.guardian).json()
    assert (told["language"], told["texts"]["ur"]["title"]) == ("ur", UR["title"])
    assert [block["kind"] for block in told["blocks"]] == ["paragraph", "heading", "bullets"]
    page = shelf.call("GET", f"/{id}/page", shelf.guardian)
    assert (page.headers["Content-Type"], 'dir="rtl"' in page.text) == ("text/html; charset=utf-8", True)
    assert page.headers["Content-Security-Policy"].startswith(CSP)
    assert "<li>ساتھ بیٹھیں۔</li>" in page.text
    files = shelf.made(id)
    assert set(files) == {(language, form) for language in ("en", "ur") for form in ("pdf", "audio")}
    pdf = shelf.call("GET", f"/{id}/pdf", shelf.guardian, params={"language": "en"})
    assert "Sit down together." in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    sound = shelf.call("GET", f"/{id}/audio", shelf.guardian)
    assert (sound.headers["Content-Type"], sound.content[:4]) == ("audio/ogg", b"OggS")
    assert sound.headers["Content-Disposition"].endswith('-ur.ogg"')


def test_other_words_are_a_new_version_and_only_what_changed_is_made_again(shelf):
    id = shelf.write()
    before = shelf.made(id)
    changed = shelf.call("PUT", f"/{id}", json={"texts": {"en": EN, "ur": {**UR, "body": "روزانہ پڑھیں۔"}}}).json()
    assert (changed["version"], changed["state"]) == (2, "published")
    after = shelf.made(id)
    assert after["en", "pdf"]["size"] == before["en", "pdf"]["size"]
    assert shelf.call("GET", f"/{id}", shelf.guardian).json()["blocks"][0]["lines"] == ["روزانہ پڑھیں۔"]
    versions = shelf.call("GET", f"/{id}/versions").json()["items"]
    assert [(each["version"], each["texts"]["ur"]["body"]) for each in versions] == [(2, "روزانہ پڑھیں۔"), (1, UR["body"])]
    again = shelf.call("PUT", f"/{id}", json={"texts": changed["texts"], "grades": ["5"]}).json()
    assert (again["version"], again["grades"]) == (2, ["5"]), "for whom it is, is no other words"


def test_what_a_machine_translated_says_so_until_somebody_has_read_it(shelf):
    id = shelf.write(texts={"en": EN, "ur": {**UR, "made_by": "machine"}})
    mark = "یہ ترجمہ مشین نے کیا ہے۔"
    assert shelf.call("GET", f"/{id}", shelf.guardian).json()["blocks"][0]["lines"] == [mark]
    assert mark in shelf.call("GET", f"/{id}/page", shelf.guardian).text
    again = shelf.call("PUT", f"/{id}", json={"texts": {"en": EN, "ur": UR}}).json()
    assert (again["version"], again["texts"]["ur"]["made_by"]) == (1, "machine"), "said again, it is still a machine's"
    for _ in range(2):
        confirmed = shelf.call("POST", f"/{id}/texts/ur/confirm").json()
        assert (confirmed["version"], confirmed["texts"]["ur"]["made_by"]) == (2, "person")
    assert mark not in shelf.call("GET", f"/{id}/page", shelf.guardian).text
    shelf.call("POST", f"/{id}/texts/sd/confirm", status=404)


def test_the_schools_own_recording_takes_the_place_of_the_machines(shelf):
    id = shelf.write()
    shelf.made(id)
    own = shelf.call("GET", f"/{id}/audio", shelf.guardian, params={"language": "en"}).content
    kept = shelf.call("PUT", f"/{id}/files/ur/audio", data=own).json()["files"]
    assert [(each["uploaded"], each["size"]) for each in kept if (each["language"], each["form"]) == ("ur", "audio")] == [
        (True, len(own))
    ]
    assert shelf.call("GET", f"/{id}/audio", shelf.guardian).content == own
    shelf.call("PUT", f"/{id}/files/ur/pdf", status=415, data=own)
    shelf.call("PUT", f"/{id}/files/ur/audio", status=415, data=b"MZ no sound")
    shelf.call("PUT", f"/{id}/files/sd/audio", status=409, data=own)
    body = {"texts": {"en": {**EN, "body": "New."}, "ur": UR}}
    assert shelf.call("PUT", f"/{id}", json=body).json()["version"] == 2
    assert shelf.call("GET", f"/{id}/audio", shelf.guardian).content == own, "its words are the same"
    shelf.call("DELETE", f"/{id}/files/ur/audio")
    assert not shelf.made(id)["ur", "audio"]["uploaded"]
    assert shelf.call("GET", f"/{id}/audio", shelf.guardian).content != own


def test_the_schools_own_file_stays_as_its_words_are_confirmed(shelf):
    id = shelf.write(texts={"en": EN, "ur": {**UR, "made_by": "machine"}})
    own = b"%PDF-1.7\n%%EOF"
    shelf.call("PUT", f"/{id}/files/ur/pdf", data=own)
    assert shelf.call("POST", f"/{id}/texts/ur/confirm").json()["version"] == 2
    assert shelf.call("GET", f"/{id}/pdf", shelf.guardian).content == own
    shelf.call("PUT", f"/{id}", json={"texts": {"en": EN, "ur": {**UR, "title": "اور"}}})
    files = shelf.call("GET", f"/{id}").json()["files"]
    assert not any(each["uploaded"] for each in files), "other words, and nobody has printed those"


def test_what_is_retired_is_seen_no_more(shelf):
    id = shelf.write()
    shelf.call("POST", f"/{id}/retirement")
    shelf.call("GET", f"/{id}", shelf.guardian, 404)
    shelf.call("PUT", f"/{id}", status=409, json={"texts": {"en": EN}})
    shelf.call("DELETE", f"/{id}", status=409)
    shelf.call("POST", f"/{id}/publication")
    shelf.call("GET", f"/{id}", shelf.guardian)
    draft = shelf.write(publish=False)
    shelf.call("POST", f"/{draft}/retirement", status=409)
    shelf.call("DELETE", f"/{draft}", status=204)
    shelf.call("GET", f"/{draft}", status=404)


def test_twice_is_once(shelf):
    body = {"client_id": uuid.uuid4().hex, "texts": {"en": EN}}
    first = shelf.call("POST", status=201, json=body).json()["guide_id"]
    assert shelf.call("POST", status=201, json=body).json()["guide_id"] == first
    for other in ({"texts": {"en": UR}}, {"grades": ["9"]}, {"subjects": ["Urdu"]}, {"kind": "introduction"}):
        shelf.call("POST", status=409, json={**body, **other})
    shelf.call("PUT", f"/{first}", json={"texts": {"en": UR}, "grades": ["9"]})
    assert shelf.call("POST", status=201, json=body).json()["guide_id"] == first, "it was asked for as it began"


# What was opened


def test_what_was_opened_is_counted_and_nobody_is_named(shelf, stage):
    id = shelf.write(chain=True)
    shelf.made(id, chain=True)
    other = Shelf(stage)
    for _ in range(2):
        shelf.call("GET", f"/{id}", shelf.guardian)
    shelf.call("GET", f"/{id}/pdf", shelf.guardian, params={"language": "en"})
    other.call("GET", f"/{id}/audio", other.guardian)
    shelf.call("GET", f"/{id}", shelf.head)  # the school's own look is none
    shelf.call("GET", f"/{id}/pdf", people.guardian("stranger", shelf.school.id), 404)
    mine = shelf.call("GET", f"/{id}/opened").json()
    assert mine == {
        "guide_id": id,
        "people": 1,
        "opens": 3,
        "by_form": {"pdf": 1, "text": 2},
        "by_language": {"en": 1, "ur": 2},
        "by_branch": {shelf.school.id: 3},
    }
    all_of_it = shelf.call("GET", f"/{id}/opened", chain=True).json()
    assert (all_of_it["people"], all_of_it["opens"]) == (2, 4)
    assert all_of_it["by_branch"] == {shelf.school.id: 3, other.school.id: 1}
    lines = shelf.call("GET", f"/{id}/opened.csv", chain=True).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "branch_id,branch,form,language,people,opens"
    assert f"{shelf.school.id},Gulberg,text,ur,1,2" in lines
    assert shelf.mother not in "".join(lines)


# Plain values


def test_light_markup():
    found = markup.blocks("# One\nA line\nthat goes on\n\n- a\n- b\n\n- c\n1. x\n2) y\nafter")
    assert [(block.kind, block.lines) for block in found] == [
        ("heading", ("One",)),
        ("paragraph", ("A line that goes on",)),
        ("bullets", ("a", "b", "c")),
        ("numbers", ("x", "y")),
        ("paragraph", ("after",)),
    ]
    assert markup.as_html(markup.blocks("## <b>\n\n- <i>")) == "<h3>&lt;b&gt;</h3><ul><li>&lt;i&gt;</li></ul>"
    assert markup.as_speech("گھر", markup.blocks("- ایک۔\n- two")) == "گھر.\n\nایک۔\n\ntwo."


@given(st.text(alphabet="ab #-*1.)\n\tک<&>۔", max_size=200))
def test_whatever_is_written_nothing_of_it_is_lost(text):
    said = "".join(line for block in markup.blocks(text) for line in block.lines)
    for letter in "abک<&>۔":
        assert said.count(letter) == text.count(letter)
    assert "<script" not in markup.as_html(markup.blocks(f"{text}<script>"))


def test_for_whom_it_is():
    homeroom, science = {"grade": "05", "subject": None}, {"grade": "5", "subject": "Science"}

    def guide(grades=(), subjects=()):
        return {"grades": list(grades), "subjects": list(subjects)}

    assert fits(guide(), [homeroom])
    assert not fits(guide(), [])
    assert fits(guide(["5"]), [homeroom])
    assert not fits(guide(["6"]), [homeroom, science])
    assert fits(guide(["5"], ["science "]), [homeroom, science])
    assert not fits(guide(["5"], ["Urdu"]), [homeroom, science])
    assert fits(guide(["5"], ["Urdu"]), [homeroom]), "its class teacher teaches all"
    assert [of_grade(["5"], rows) for rows in ([homeroom], [{"grade": "6"}], [{"grade": None}], [])] == [
        True,
        False,
        None,
        None,
    ]
    assert of_grade([], []) is True
    assert of_grade(["0"], [{"grade": "00"}]) is True
    assert of_grade(["0"], [{"grade": "10"}]) is False


@pytest.mark.parametrize(("language", "text"), [("en", EN), ("ur", UR)])
def test_a_pdf_has_its_fonts(language, text):
    school = {"name": "Gulberg", "name_ur": "گلبرگ"}
    made = setting.printed(text["title"], markup.blocks(text["body"] * 30), language, school, date(2026, 11, 26))
    pages = PdfReader(io.BytesIO(made)).pages
    assert len(pages) > 1
    fonts = {str(font.get_object()["/BaseFont"]) for font in pages[0]["/Resources"]["/Font"].values()}
    assert any(("NotoNastaliqUrdu" if language == "ur" else "NotoSans") in font for font in fonts)


def test_where_nothing_speaks_the_text_and_the_pdf_are_there(monkeypatch, store):
    monkeypatch.setattr(shutil, "which", lambda program: None)
    guide = {"_id": "g", "version": 1, "branch_id": [], "titles": {"en": "x"}}
    version = {"_id": "g.1", "branch_id": [], "guide_id": "g", "version": 1, "texts": {"en": EN}}
    store.guide_versions.add(version)
    files.want(store, guide, ["en"])
    files.want(store, guide, ["en"])
    while (row := files.claim(store)) is not None:
        files.make(store, row, Espeak())
        files.make(store, row, Espeak())  # a second worker is too late
    states = {row["form"]: (row["state"], row["reason"]) for row in files.of(store, guide)}
    assert states == {"pdf": ("made", None), "audio": ("failed", "no_engine")}
    content, content_type, ending = files.fetched(store, guide, "en", "pdf")
    assert (content[:5], content_type, ending) == (b"%PDF-", "application/pdf", "pdf")
    files.remove_all(store, "g")
    assert files.of(store, guide) == []
