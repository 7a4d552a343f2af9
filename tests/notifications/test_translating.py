"""Drafts by a machine: asked of a translator that speaks LibreTranslate's protocol, marked until a person confirms them."""

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from deploy.local.processes import free_port
from schoolbus.problems import Conflict, Problem
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.announcing.words import LONGEST, worded
from services.notifications.translating import asking
from services.notifications.translating.marks import by_machine, kept, source_of
from services.notifications.translating.translator import AUTO, CannotTranslate, NotNow, Translator
from tests.notifications.conftest import TRANSLATE_KEY
from tests.notifications.kept import store
from tests.notifications.schools import School
from tests.notifications.talks import Talks
from tests.notifications.test_announcing import ENGLISH, OPERATOR, Board
from tests.support import people
from tests.support.waiting import eventually

__all__ = ["store"]
URDU = {"subject": "اسکول بند", "body": "کل اسکول بند رہے گا۔"}
MARK = "یہ ترجمہ مشین نے کیا ہے۔"


@pytest.fixture
def translator(stage):
    """The simulator as it usually is."""
    stage.translator.behave()
    yield stage.translator
    stage.translator.behave()


@pytest.fixture
def board(stage, translator):
    school = School(stage)
    mother, father = school.guardian("app", language="ur"), school.guardian("app")
    school.child(mother, father)
    board = Board(stage, school.open())
    board.school, board.mother, board.father = school, mother, father
    return board


def translate(board, id, language="ur", status=200, **given):
    return board.call("POST", f"/{id}/texts/{language}/translation", status, json=given).json()


def confirm(board, id, language="ur", status=200):
    return board.call("POST", f"/{id}/texts/{language}/confirm", status).json()


def said_to(school, person):
    return [item["body"] for item in school.feed(person)]


# Announcements


def test_a_machines_text_says_so_and_a_confirmed_one_does_not(board):
    id = board.write()
    assert translate(board, id)["texts"]["ur"] == {**URDU, "made_by": "machine"}
    board.call("POST", f"/{id}/send", 202)
    board.comes_to("sent", id)
    (said,) = said_to(board.school, board.mother)
    assert said == f"عائشہ: {URDU['body']}\n{MARK}"
    assert said_to(board.school, board.father) == ["Ayesha: School is closed tomorrow."]

    second = board.write()
    translate(board, second)
    for _ in range(2):  # again changes nothing
        assert confirm(board, second)["texts"]["ur"] == {**URDU, "made_by": "person"}
    board.call("POST", f"/{second}/send", 202)
    board.comes_to("sent", second)
    assert said_to(board.school, board.mother)[0] == f"عائشہ: {URDU['body']}"


def test_what_waits_loses_its_mark_once_it_is_confirmed(board):
    school = School(board.stage)
    late = school.guardian("sms", language="ur", preferences={"hours": {"from": "03:00", "to": "03:01"}})
    school.child(late)
    other = Board(board.stage, school.open())
    id = other.write()
    translate(other, id)
    other.call("POST", f"/{id}/send", 202)
    other.comes_to("sent", id)

    def body():
        return next(iter(board.stage.collection("messages").find({"about_id": id})))["body"]

    assert MARK in body()
    confirm(other, id)
    assert eventually(lambda: MARK not in body())
    other.call("POST", f"/{id}/cancel", 200)


def test_a_persons_words_stay_and_a_machines_remain_a_machines(board):
    id = board.write(texts={"en": ENGLISH, "ur": URDU})
    assert translate(board, id, status=409)["type"].endswith("written-by-a-person")
    id = board.write()
    texts = translate(board, id)["texts"]
    without = {code: {name: text[name] for name in ("subject", "body")} for code, text in texts.items()}
    changed = board.call("PATCH", f"/{id}", 200, json={"texts": without}).json()["texts"]
    assert changed["ur"]["made_by"] == "machine", "a program that drops the mark does not confirm it"
    edited = {**without, "ur": {**without["ur"], "body": "کل اسکول نہیں ہے۔"}}
    changed = board.call("PATCH", f"/{id}", 200, json={"texts": edited}).json()["texts"]
    assert changed["ur"]["made_by"] == "person"


def test_a_draft_that_somebody_brings_keeps_its_mark(board):
    path = f"/v1/branches/{board.school.id}/translations"
    body = {"texts": ["School is closed tomorrow.", "Something else."], "from": "en", "to": "ur"}
    answer = board.stage.service.call("POST", path, board.school.teacher, json=body)
    assert (answer.status_code, answer.json()["made_by"]) == (200, "machine")
    assert answer.json()["texts"] == [URDU["body"], "[ur] Something else."]
    id = board.write(texts={"en": ENGLISH, "ur": {**URDU, "made_by": "machine"}})
    assert board.call("GET", f"/{id}").json()["texts"]["ur"]["made_by"] == "machine"


def test_what_can_not_be_translated(board):
    id = board.write()
    assert translate(board, id, "xx", 404)["type"].endswith("not-found")
    assert translate(board, id, "ur", 422, **{"from": "ur"})["errors"]["from"]
    board.call("POST", f"/{id}/texts/ur/confirm", 404)
    board.call("POST", f"/{id}/send", 202)
    assert translate(board, id, "ur", 409)["type"].endswith("no-draft")


def test_the_chains_announcement_too(stage, translator):
    board = Board(stage)
    id = board.write()
    assert translate(board, id)["texts"]["ur"]["made_by"] == "machine"
    assert confirm(board, id)["texts"]["ur"]["made_by"] == "person"
    found = stage.service.call("GET", "/v1/translations", OPERATOR).json()
    assert {"from": "en", "to": ["ur"]} in found["languages"]
    body = {"texts": ["Thank you."], "from": "en", "to": "ur"}
    assert stage.service.call("POST", "/v1/translations", OPERATOR, json=body).json()["texts"] == ["شکریہ۔"]


# When it does not work


@pytest.mark.parametrize("fault", [{"outage": True}, {"limited": True}, {"delay": 20}, {"trickles": True}])
def test_a_translator_that_does_not_answer_is_left_after_its_time(board, translator, fault):
    id = board.write()
    translator.behave(**fault)
    begun = time.monotonic()
    refused = board.call("POST", f"/{id}/texts/ur/translation", 503, json={})
    assert refused.json()["type"].endswith("translator-not-there")
    assert refused.headers["Retry-After"] == "60"
    assert time.monotonic() - begun < 15
    translator.behave()
    assert translate(board, id)["texts"]["ur"]["made_by"] == "machine"


def test_a_branch_has_its_share_of_a_day(board):
    path = f"/v1/branches/{board.school.id}/translations"

    def ask(size):
        body = {"texts": ["x" * size], "from": "en", "to": "ur"}
        return board.stage.service.call("POST", path, board.school.head, json=body)

    assert ask(9_000).status_code == 200
    found = board.stage.service.call("GET", path, board.school.head).json()
    assert found["characters_left"] == 11_000
    assert ask(9_000).status_code == 200
    over = ask(9_000)
    assert (over.status_code, over.json()["type"].rpartition("/")[2]) == (429, "translations-used-up")
    board.stage.translator.behave(outage=True)
    assert ask(1_000).status_code == 503, "what was not done is given back"
    board.stage.translator.behave()
    assert board.stage.service.call("GET", path, board.school.head).json()["characters_left"] == 2_000
    other = School(board.stage).open()
    found = board.stage.service.call("GET", f"/v1/branches/{other.id}/translations", other.head).json()
    assert found["characters_left"] == 20_000


# Conversations


def test_a_message_is_read_in_ones_own_language(stage, translator):
    talks = Talks(stage, language="ur").open()
    id = talks.begin(talks.teacher, "Could we talk?")
    (said,) = talks.said(id)
    path = f"/conversations/{id}/messages/{said['message_id']}/translation"
    before = translator.asked()
    for _ in range(2):  # the second time it is there
        told = talks.ask("POST", path, talks.guardian, json={"to": "ur"})
        assert told["text"] == "Could we talk?"
        assert told["translations"] == {"ur": {"text": "کیا ہم بات کر سکتے ہیں؟", "made_by": "machine"}}
    assert translator.asked() == before + 1
    assert talks.said(id, talks.guardian)[0]["translations"]["ur"]["made_by"] == "machine"
    stranger = people.guardian(talks.school.name("g-nobody"), talks.school.id)
    assert talks.call("POST", path, stranger, json={"to": "ur"}).status_code == 404
    assert talks.call("POST", path.replace(said["message_id"], "x"), talks.guardian, json={"to": "ur"}).status_code == 404


def test_without_a_translator_it_says_what_to_do(store):
    settings: Any = SimpleNamespace(translate_url="")
    with pytest.raises(Conflict, match="no-translator") as refused:
        asking.translate(store, settings, "b1", ["x"], "en", "ur")
    assert "TRANSLATE_URL" in refused.value.body["detail"]
    with pytest.raises(Conflict):
        asking.what_there_is(store, settings, None)


def test_a_slow_translator_holds_up_only_so_many(store, monkeypatch):
    monkeypatch.setattr(asking, "_calls", threading.BoundedSemaphore(1))
    settings: Any = SimpleNamespace(translate_url="http://x", translate_key="", translate_timeout=1, translate_per_day=100)
    with asking._calls, pytest.raises(Problem, match="translator-not-there") as refused:
        asking.translate(store, settings, "b1", ["x"], "en", "ur")
    assert (refused.value.code, refused.value.body["reason"]) == (503, "busy")
    assert store.translated.count(WHOLE_CHAIN) == 0, "and cost nothing"


# Plain values


def test_who_made_it():
    machine = {"subject": "a", "body": "b", "made_by": "machine"}
    assert kept({"ur": machine}, {"ur": {"subject": "a", "body": "b", "made_by": "person"}})["ur"]["made_by"] == "machine"
    assert kept({"ur": machine}, {"ur": {"subject": "a", "body": "c", "made_by": "person"}})["ur"]["made_by"] == "person"
    assert not by_machine(kept({}, {"en": {"subject": "a", "body": "b"}})["en"])
    texts = {"ur": machine, "en": {"subject": "a", "body": "b"}}
    assert [source_of(texts, wanted, "sd") for wanted in (None, "en", "ur", "pa")] == ["en", "en", None, None]
    assert source_of(texts, None, "en") is None


def test_the_mark_is_never_cut_off():
    texts = {"ur": {"subject": "x", "body": "ک" * 1500, "made_by": "machine"}}
    line = worded(texts, "ur", ["عائشہ"]).line
    assert line.endswith(f"... {MARK}")
    assert len(line) <= LONGEST


def test_its_protocol(translator):
    asked = Translator(translator.url, TRANSLATE_KEY, 5)
    assert asked.translate(["Thank you.", "شکریہ۔"], AUTO, "en") == ["Thank you.", "Thank you."]
    assert asked.languages() == {"en": ["ur"], "ur": ["en"]}
    with pytest.raises(CannotTranslate, match="zz is not supported"):
        asked.translate(["x"], "en", "zz")
    with pytest.raises(NotNow, match="http_403"):
        Translator(translator.url, "another", 5).translate(["x"], "en", "ur")
    with pytest.raises(NotNow, match="unreachable"):
        Translator(f"http://127.0.0.1:{free_port()}", "", 5).languages()
    form = requests.post(f"{translator.url}/translate", data={"q": "Thank you.", "source": "en", "target": "ur"}, timeout=5)
    assert (form.status_code, form.json()) == (403, {"error": "Invalid API key"})
    given = {"q": "Thank you.", "source": "auto", "target": "ur", "api_key": TRANSLATE_KEY}
    form = requests.post(f"{translator.url}/translate", data=given, timeout=5).json()
    assert (form["translatedText"], form["detectedLanguage"]["language"]) == ("شکریہ۔", "en")
    assert requests.get(f"{translator.url}/nowhere", timeout=5).json() == {"error": "Not Found"}
