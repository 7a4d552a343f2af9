"""Whoever holds a card sees whether it is the school's: no name, no marks."""

import hashlib
import uuid

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from services.reports.cards.verifying import codes
from tests.reports.story import Body, Branch, slug, text_of
from tests.support.people import head

RANDOM = st.text(st.sampled_from(codes.ALPHABET), min_size=codes.LENGTH - 1, max_size=codes.LENGTH - 1)


def whole(random: str) -> str:
    return random + codes.check_character(random)


@given(RANDOM, st.integers(0, codes.LENGTH - 1), st.sampled_from(codes.ALPHABET))
def test_every_single_wrong_character_is_found(random: str, place: int, other: str) -> None:
    code = whole(random)
    typed = code[:place] + other + code[place + 1 :]
    assert codes.read(typed) == (code if other == code[place] else None)


@given(RANDOM)
def test_a_code_is_read_however_it_is_written(random: str) -> None:
    code = whole(random)
    assert codes.read(codes.shown(code)) == code
    assert codes.read(f" {codes.shown(code).lower()} ") == code
    assert codes.read(code.replace("0", "o").replace("1", "l")) == code


def test_most_pairs_that_changed_places_are_found() -> None:
    found = total = 0
    for _ in range(200):
        code = codes.new_code()
        for place in range(codes.LENGTH - 1):
            typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            total += typed != code
            found += typed != code and codes.read(typed) is None
    assert found / total > 0.98


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    code = codes.read(typed)
    assert code is None or (len(code) == codes.LENGTH and set(code) <= set(codes.ALPHABET))


def test_codes_are_new_each_time() -> None:
    assert len({codes.new_code() for _ in range(1000)}) == 1000


def verified(branch: Branch, code: str) -> requests.Response:
    return branch.service.call("GET", f"/v1/report-cards/verification/{code}", None)


@pytest.fixture(scope="module")
def card(branch: Branch) -> Body:
    branch.marks("Verified", s1="45")
    branch.issues("Verified", student_ids=["s1"])
    return next(card for card in branch.cards("s1", branch.guardian()) if card["term"] == "Verified")


def test_the_school_says_what_the_paper_says_and_nothing_of_the_child(branch: Branch, card: Body) -> None:
    files = {
        language: branch.call(
            "GET", f"report-cards/{card['report_card_id']}/pdf?language={language}", branch.guardian()
        ).content
        for language in ("en", "ur", "both")
    }
    answer = verified(branch, card["code"])
    assert answer.status_code == 200
    said = answer.json()
    assert said["sha256"] == {language: hashlib.sha256(pdf).hexdigest() for language, pdf in files.items()}
    assert (said["school"], said["term"], said["version"], said["state"]) == ("Gulberg", "Verified", 1, "current")
    assert said["issued_on"]
    assert set(said) == {
        *("code", "school", "school_ur", "term", "version", "issued_on", "state", "replaced_by_version", "sha256")
    }
    for secret in ("Ayesha", "s1", "90.0", "A+", card["report_card_id"], branch.id, "c1"):
        assert secret not in answer.text.replace(str(said["sha256"]), "").partition('"sha256"')[0]
    assert card["code"] in text_of(files["en"])


def test_the_page_has_the_address(branch: Branch, card: Body) -> None:
    pdf = branch.call("GET", f"report-cards/{card['report_card_id']}/pdf?language=en", branch.guardian()).content
    assert f"https://school.rabta.test/v1/report-cards/{card['code'].replace('-', '')}" in text_of(pdf)


def test_the_address_on_it_leads_to_a_page_in_both_languages(branch: Branch, card: Body) -> None:
    def page(code: str) -> requests.Response:
        return branch.service.call("GET", f"/v1/report-cards/{code}", None)

    shown = page(card["code"].replace("-", ""))
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    for words in ("Gulberg", "گلبرگ", "Verified", card["code"], *verified(branch, card["code"]).json()["sha256"].values()):
        assert words in shown.text
    assert 'lang="ur" dir="rtl"' in shown.text
    assert "Ayesha" not in shown.text
    for code, words in (("hello", "mistyped"), (codes.new_code(), "No school here")):
        assert words in page(code).text


def test_mistyped_unknown_and_not_yet_issued(branch: Branch, card: Body) -> None:
    wrong = card["code"][:-1] + ("0" if card["code"][-1] != "0" else "1")
    for typed, named in ((wrong, "mistyped-code"), ("hello", "mistyped-code"), (codes.new_code(), "unknown-code")):
        answer = verified(branch, typed)
        assert (answer.status_code, slug(answer)) == (404, named)
    assert "last character" in verified(branch, wrong).json()["detail"]
    assert "Ask the school" in verified(branch, codes.new_code()).json()["detail"]


def test_replaced_and_withdrawn(branch: Branch, card: Body) -> None:
    term = f"Old {uuid.uuid4().hex[:4]}"
    branch.marks(term, s2="20")
    for _ in range(2):
        branch.issues(term, student_ids=["s2"])
    second, first = (each for each in branch.cards("s2", branch.guardian()) if each["term"] == term)
    said = verified(branch, first["code"]).json()
    assert (said["state"], said["replaced_by_version"]) == ("replaced", 2)
    assert verified(branch, second["code"]).json()["state"] == "current"
    path = f"report-cards/{second['report_card_id']}/withdrawal"
    assert branch.call("POST", path, head(branch_id=branch.id), json={"reason": "Another child's"}).status_code == 204
    assert verified(branch, second["code"]).json()["state"] == "withdrawn"
    assert "Another" not in verified(branch, second["code"]).text
