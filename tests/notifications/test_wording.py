"""Catalogues and versions at the edge: brought, looked at, put in force, said, gone back to."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.notifications.wording.templates import templates
from services.notifications.wording.uploads import LIMIT
from tests.notifications.schools import School
from tests.support import people
from tests.support.chromium import looked_at
from tests.support.waiting import eventually

FOLDER = Path(__file__).parent / "catalogues"
OPERATOR = people.operator()
DRAFT = {
    "subject": "Homework: {children}",
    "forms": [f"Homework for {{children}}: {{class_title}}, by {{due_on}}{end}" for end in (".", " (all of them).")],
    "note": "Shorter",
}
TEXT = "/v1/texts/homework_set"


def over_ours(key, words):
    """A catalogue of Urdu with one entry."""
    header = 'msgid ""\nmsgstr ""\n"Language: ur\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    return f'{header}\nmsgid "{key}"\nmsgstr "{words}"\n'.encode()


class Wording:
    """What an operator does about words; afterwards all is as it comes with us."""

    def __init__(self, stage):
        self.stage = stage

    def call(self, method, path, status=200, caller=OPERATOR, **more):
        answer = self.stage.service.call(method, path, caller, **more)
        assert answer.status_code == status, answer.text
        return answer

    def bring(self, code, raw=None, status=200):
        raw = (FOLDER / f"{code}.po").read_bytes() if raw is None else raw
        return self.call("PUT", f"/v1/catalogues/{code}", status, data=raw).json()

    def write(self, status=201, language="en", **more):
        return self.call("POST", f"{TEXT}/{language}/versions", status, json=DRAFT | more).json()

    def use(self, version, language="en"):
        return self.call("POST", f"{TEXT}/{language}/versions/{version}/in-force").json()

    def approve(self, version, language="en"):
        return self.call("POST", f"{TEXT}/{language}/versions/{version}/approved").json()

    def homework(self, *channels, **more):
        """What a guardian of one child gets, once it is there."""
        school = School(self.stage)
        guardian = school.guardian(*channels, **more)
        school.child(guardian)
        homework = school.open().homework()
        self.stage.service.say(homework)
        message = eventually(lambda: school.followed(homework).get(guardian))
        return school, guardian, message

    def comes_to(self, text, *channels, **more):
        """Within what is promised it is said, by another process than the one that was told."""

        def said():
            school, guardian, _ = self.homework(*channels, **more)
            (got,) = eventually(lambda: self.stage.carriers.received(school.of(guardian, "phone")))
            assert text in got["text"], got
            return got

        return eventually(said)


@pytest.fixture
def wording(stage):
    yield Wording(stage)
    for name in ("catalogues", "templates", "template_approvals"):
        stage.collection(name).delete_many({})
    stage.collection("wording").update_one({"_id": "wording"}, {"$inc": {"number": 1}})
    stage.carriers.approve(templates())
    eventually(lambda: Wording(stage).call("GET", f"{TEXT}/en").json()["said"]["version"] == 0)


@pytest.mark.parametrize(
    ("code", "words"), [("sd", "جو هوم ورڪ مليو آهي"), ("ps", "نوې کورنۍ دنده لري"), ("pa", "دا نواں ہوم ورک ملیا اے")]
)
def test_a_language_is_a_catalogue_and_nothing_else(stage, wording, code, words):
    _, _, message = wording.homework("sms", language=code)
    assert message["language"] == "ur", "nobody has brought one yet"
    found = wording.bring(code)
    assert (found["language"], found["version"], found["in_force"], found["ours"]) == (code, 1, True, False)
    assert 0 < found["complete"] < 1
    assert "The report card of {children} for {term} is ready." in found["missing"]
    got = wording.comes_to(words, "sms", language=code)
    assert "عائشہ" in got["text"], "the name as Urdu has it"
    listed = {each["language"]: each for each in wording.call("GET", "/v1/catalogues").json()["items"]}
    assert set(listed) == {"en", "ur", "pa", "sd", "ps"}
    assert (listed["ur"]["complete"], listed[code]["right_to_left"]) == (1.0, True)


def test_the_same_catalogue_again_is_no_new_version_and_another_can_be_gone_back_from(wording):
    first = (FOLDER / "sd.po").read_text()
    second = first.replace("توهان جو اسڪول", "اسڪول")
    assert [wording.bring("sd", text.encode())["version"] for text in (first, first, second)] == [1, 1, 2]
    assert "توهان" not in wording.call("GET", "/v1/catalogues/sd").content.decode()
    wording.call("POST", "/v1/catalogues/sd/versions/1/in-force")
    found = wording.call("GET", "/v1/catalogues/sd")
    assert found.content.decode() == first
    assert found.headers["Content-Type"] == "text/x-gettext-translation; charset=utf-8"
    kept = wording.call("GET", "/v1/catalogues/sd/versions").json()["items"]
    assert [(each["version"], each["in_force"], each["by"]) for each in kept] == [(2, False, "op1"), (1, True, "op1")]
    wording.call("DELETE", "/v1/catalogues/sd", 204)
    wording.call("DELETE", "/v1/catalogues/sd", 404)
    assert "to-translate" in wording.call("GET", "/v1/catalogues/sd", 404).json()["detail"]
    wording.call("POST", "/v1/catalogues/sd/versions/9/in-force", 404)
    assert wording.bring("sd", first.encode())["version"] == 3


def test_what_is_to_be_translated_can_be_filled_in_and_brought(wording):
    empty = wording.call("GET", "/v1/catalogues/ps/to-translate").content.decode()
    assert 'msgid "Your school"\nmsgstr ""' in empty
    assert wording.bring("ps", empty.encode())["complete"] == 0
    filled = empty.replace('msgid "Your school"\nmsgstr ""', 'msgid "Your school"\nmsgstr "ستاسو ښوونځی"')
    found = wording.bring("ps", filled.encode())
    assert "Your school" not in found["missing"]
    ours = wording.call("GET", "/v1/catalogues/ur/to-translate").content
    assert wording.bring("ur", ours)["missing"] == []


def test_a_catalogue_of_ours_is_laid_under_the_one_that_is_brought(wording):
    found = wording.bring("ur", over_ours("Your school", "بیکن ہاؤس"))
    assert (found["missing"], found["complete"]) == ([], 1.0)
    assert "X-Day: EEEE d MMMM" in wording.call("GET", "/v1/catalogues/ur/to-translate").content.decode()
    templates_ = wording.call("GET", "/v1/whatsapp-templates").json()["items"]
    body = next(each for each in templates_ if (each["name"], each["language"]) == ("rabta_digest", "ur"))
    assert body["components"][0]["text"].endswith("بیکن ہاؤس")


def test_the_worker_too_says_the_new_words(stage, wording):
    """It is another process than the one that was told."""
    wording.bring("ur", over_ours("No more e-mail from this school", "اب اور ای میل نہیں"))

    def said():
        school, guardian, _ = wording.homework("email", language="ur")
        (mail,) = eventually(lambda: stage.post_office.received(school.of(guardian, "email")))
        return "اب اور ای میل نہیں" in mail["text"]

    assert eventually(said)


@pytest.mark.parametrize(
    ("raw", "status", "entry", "why"),
    [
        (b"x" * (LIMIT + 1), 413, None, None),
        (b"\xff\xfe", 422, "line 1", "not in UTF-8"),
        (b"<html>", 422, "line 1", "no line of a .po: a keyword and a text in quotation marks"),
        ((FOLDER / "ps.po").read_bytes(), 422, "Language", "the header says 'ps', not 'sd'"),
        (
            (FOLDER / "sd.po").read_bytes().replace("ورڪ: {children}".encode(), "ورڪ: {children.__class__}".encode()),
            422,
            "New homework: {children}",
            "missing: {children}",
        ),
        (
            (FOLDER / "sd.po").read_bytes().replace("توهان جو اسڪول".encode(), b"<script>alert(1)</script>"),
            422,
            "Your school",
            "markup: it is shown as it stands",
        ),
    ],
)
def test_a_catalogue_that_is_refused_says_where_and_why(wording, raw, status, entry, why):
    problem = wording.bring("sd", raw, status)
    if entry:
        faults = {each["entry"]: each["why"] for each in problem["errors"]["entries"]}  # the last, where there are several
        assert faults == {entry: why}, problem
    wording.call("GET", "/v1/catalogues/sd", 404)


def test_a_language_that_nobody_can_choose_is_none(wording):
    problem = wording.bring("fr", b"", 404)
    assert "en, ur, pa, sd, ps" in problem["detail"]


# Versions of a text


def test_a_version_is_a_draft_until_it_is_put_in_force(stage, wording):
    made = wording.write()
    assert (made["version"], made["state"], made["note"], made["warnings"]) == (1, "draft", "Shorter", [])
    assert wording.call("GET", f"{TEXT}/en").json()["said"] == {"language": "en", "version": 0}
    found = wording.use(1)
    assert found["said"] == {"language": "en", "version": 1}
    wording.comes_to("Homework for Ayesha: Science 5, by Fri 27 Nov.", "sms")
    assert wording.homework("app")[2]["text_version"] == 1
    listed = {each["text"]: each for each in wording.call("GET", "/v1/texts").json()["items"]}
    assert listed["homework_set"]["versions"] == {"en": 1, "ur": 0}
    assert wording.use(0)["said"]["version"] == 0
    wording.comes_to("Ayesha has new homework in Science 5", "sms")
    states = {each["version"]: each["state"] for each in wording.call("GET", f"{TEXT}/en").json()["versions"]}
    assert states == {1: "retired", 0: "in_force"}
    assert wording.use(1)["said"]["version"] == 1


def test_two_children_have_another_form(stage, wording):
    wording.write()
    wording.use(1)
    wording.comes_to("Homework for Ayesha", "sms")
    school = School(stage)
    guardian = school.guardian("sms")
    school.child(guardian)
    school.child(guardian, given_name="Bilal")
    stage.service.say(school.open().homework())
    (got,) = eventually(lambda: stage.carriers.received(school.of(guardian, "phone")))
    assert "and" in got["text"]
    assert "(all of them)." in got["text"]


def test_whatsapp_says_the_old_words_until_meta_has_approved_the_new_ones(stage, wording):
    made = wording.write()
    found = wording.use(1)
    assert found["by_whatsapp"] == {"language": "en", "version": 0, "template": "rabta_homework_set"}
    school, guardian, _ = wording.homework("whatsapp")
    (got,) = eventually(lambda: stage.carriers.received(school.of(guardian, "phone")))
    assert (got["template"], "has new homework in" in got["text"]) == ("rabta_homework_set", True)
    wording.comes_to("Homework for Ayesha", "sms")
    assert [each["name"] for each in made["whatsapp_templates"]] == ["rabta_homework_set_several_v1", "rabta_homework_set_v1"]
    stage.carriers.approve([{**each, "approved": None} for each in made["whatsapp_templates"]])
    assert wording.approve(1)["by_whatsapp"]["template"] == "rabta_homework_set_v1"
    assert wording.comes_to("Homework for Ayesha", "whatsapp")["template"] == "rabta_homework_set_v1"
    taken_back = wording.call("DELETE", f"{TEXT}/en/versions/1/approved").json()
    assert taken_back["by_whatsapp"]["version"] == 0
    # back to an older version: WhatsApp does not go on with the newer one
    wording.approve(1)
    assert wording.use(0)["by_whatsapp"]["version"] == 0


def test_a_brought_language_goes_by_whatsapp_once_its_templates_are_approved(stage, wording):
    wording.bring("ps")
    assert wording.call("GET", f"{TEXT}/ps").json()["by_whatsapp"]["language"] == "ur"
    (brought,) = [
        each
        for each in wording.call("GET", "/v1/whatsapp-templates").json()["items"]
        if (each["name"], each["language"]) == ("rabta_homework_set", "ps_AF")
    ]
    assert not brought["approved"]
    stage.carriers.approve([brought])
    assert wording.call("POST", "/v1/catalogues/ps/approved").json()["texts"] == ["homework_set"]
    assert wording.comes_to("نوې کورنۍ دنده لري", "whatsapp", language="ps")["template"] == "rabta_homework_set"


def test_a_draft_that_cannot_be_said_is_refused(wording):
    good = DRAFT["forms"]
    for more, where in (
        ({"forms": good[:1]}, "forms"),
        ({"forms": [good[0], "{children.__class__.__mro__} {class_title} {due_on}"]}, "forms"),
        ({"forms": [good[0], "{children} {class_title} {due_on} {marks}"]}, "forms"),
        ({"forms": [good[0], "{children} {class_title} {due_on} https://evil.example"]}, "forms"),
        ({"subject": "Homework"}, "subject"),
        ({"subject": "{children} <b>"}, "subject"),
        ({"subject": "{children} \u202e"}, "subject"),
        ({"forms": "x"}, "forms"),
    ):
        assert where in wording.write(422, **more)["errors"], more
    wording.write(404, language="sd")
    wording.call("POST", "/v1/texts/nothing/en/versions", 404, json=DRAFT)
    wording.call("POST", f"{TEXT}/en/versions/7/in-force", 404)
    wording.call("POST", f"{TEXT}/en/versions/x/in-force", 404)
    wording.call("POST", "/v1/texts/sign_in_code/en/versions/0/approved", 409)


def test_a_draft_that_was_removed_gives_its_number_to_nobody(wording):
    wording.write()
    wording.call("DELETE", f"{TEXT}/en/versions/1", 204)
    wording.call("DELETE", f"{TEXT}/en/versions/1", 404)
    wording.call("POST", f"{TEXT}/en/versions/1/in-force", 404)
    assert wording.write()["version"] == 2
    wording.use(2)
    wording.call("DELETE", f"{TEXT}/en/versions/2", 409)


def test_a_sentence_that_is_dear_is_warned_of(wording):
    made = wording.write(forms=[form + " " + "Please look at it together. " * 6 for form in DRAFT["forms"]])
    assert made["warnings"] == ["2 SMS about 1: more than 1", "2 SMS about 2: more than 1"]


def test_of_several_at_once_each_has_a_number_and_one_is_in_force(stage, wording):
    sindhi = (FOLDER / "sd.po").read_text()
    brought = [sindhi.replace("توهان جو اسڪول", f"اسڪول {number}").encode() for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda _: wording.write()["version"], range(4)))
        list(pool.map(wording.use, [*written, *written]))
        versions = list(pool.map(lambda raw: wording.bring("sd", raw)["version"], brought))
    assert sorted(written) == sorted(versions) == [1, 2, 3, 4]
    for collection, in_force in (("templates", {"state": "in_force"}), ("catalogues", {"in_force": True})):
        assert stage.collection(collection).count_documents(in_force) == 1


def test_words_are_the_operators(stage, wording):
    school = School(stage).open()
    for path in ("/v1/catalogues", "/v1/texts", f"{TEXT}/en", "/v1/whatsapp-templates"):
        wording.call("GET", path, 403, caller=school.head)


# On a phone


def test_how_a_text_looks_on_a_phone(wording):
    wording.write()
    found = wording.call("GET", f"{TEXT}/en/phones", params={"version": 1, "children": 2}).json()
    link = "https://rabta.example.pk/v1/m/XwqKPmwLWw6aVQ0Obyt8EQ"
    body = "Homework for Ayesha and Bilal: Science 5B, by Fri 27 Nov (all of them)."
    assert found["sms"] | {"characters": None} == {
        "text": f"{body}\n{link}",
        "parts": 1,
        "characters": None,
        "encoding": "gsm-7",
        "segments": [f"{body}\n{link}"],
    }
    assert found["whatsapp"] == {
        "text": f"Assalam-o-alaikum,\n{body}\n{link}\nYour school",
        "template": "rabta_homework_set_several_v1",
        "language": "en",
        "approved": False,
    }
    assert found["push"] == {"title": "Homework: Ayesha and Bilal", "body": body}
    urdu = wording.call("GET", f"{TEXT}/ur/phones").json()
    assert (urdu["sms"]["encoding"], urdu["sms"]["parts"], urdu["right_to_left"], urdu["version"]) == ("ucs-2", 2, True, 0)
    assert "".join(urdu["sms"]["segments"]) == urdu["sms"]["text"]
    assert wording.call("GET", "/v1/texts/stopped/en/phones").json()["whatsapp"] is None
    wording.call("GET", f"{TEXT}/en/phones", 404, params={"version": 9})
    wording.call("GET", f"{TEXT}/en/phones", 422, params={"children": 99})


def test_the_page_holds_nothing_that_runs(wording):
    answer = wording.call("GET", f"{TEXT}/ur/phones.html", params={"children": 2})
    page = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<script" not in page
    assert "style=" not in page
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert len(hashlib.sha256(style.encode()).digest()) == 32
    assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
    assert 'dir="rtl"' in page
    assert "عائشہ اور بلال" in page


def test_a_browser_shows_it_under_its_own_policy_and_under_the_gateways_it_would_have_no_style(wording, tmp_path):
    wording.bring("sd")
    answer = wording.call("GET", f"{TEXT}/sd/phones.html", params={"children": 2})
    headers = {name: answer.headers[name] for name in ("Content-Type", "Content-Security-Policy")}
    picture, complaints = looked_at(answer.content, headers, tmp_path)
    assert complaints == []
    strict = {**headers, "Content-Security-Policy": "default-src 'none'"}
    plain, complaints = looked_at(answer.content, strict, tmp_path / "strict")
    assert "inline style" in complaints[0]
    assert picture.read_bytes() != plain.read_bytes()


def test_an_announcements_page_shows_its_words_as_they_stand(stage):
    school = School(stage).open()
    words = {"subject": "<b>No</b> school", "body": "<script>alert(1)</script> & more"}
    path = f"/v1/branches/{school.id}/announcements"
    made = stage.service.call("POST", path, school.head, json={"texts": {"en": words, "sd": words}}).json()
    answer = stage.service.call("GET", f"{path}/{made['announcement_id']}/phones.html", school.head)
    page = answer.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page
    assert "<script" not in page
    assert "<b>" not in page
    assert 'lang="sd" dir="rtl"' in page
    assert stage.service.call("GET", f"{path}/x/phones.html", school.head).status_code == 404
