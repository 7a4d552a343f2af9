"""What the API refuses with is said in Urdu: every sentence, with its values as the reader is used to them."""

import json
import re
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from gateway.portal import sentences
from gateway.portal.api import Refused, of_problem
from gateway.portal.language import Language, texts
from schoolbus.problems import Conflict, Invalid, NotAllowed, NotFound, Problem, Sentence
from tests.portal.refusals import of_services
from tests.portal.support import Browser, Stage

UNTIL = datetime(2026, 12, 1, 11, 10, tzinfo=UTC)
TOO_LATE = Sentence("That was until %(closed_at)s: please call the office.", closed_at=UNTIL)
ENGLISH, URDU, DIGITS = Language("en"), Language("ur"), Language("ur", "arabext")


def over_the_wire(problem: Problem) -> Refused:
    return Refused(json.loads(problem.json()))


def _kept(text: str) -> str:
    """Without the names of what is filled in, in whichever way."""
    return re.sub(r"%\(\w+\)s|\{\w+\}", "%(x)s", text)


KEPT = {_kept(text) for text in sentences.KEPT}

# Which sentences there are


def test_every_refusal_has_urdu() -> None:
    found = {**of_services().texts, **dict.fromkeys((*sentences.FIELDS, *sentences.KEPT), "sentences.py")}
    missing = [f"{where}: {text!r}" for text, where in found.items() if text not in texts("ur") and _kept(text) not in KEPT]
    assert not missing, "no Urdu in gateway/portal/locale/ur/refusals.po for:\n  " + "\n  ".join(sorted(missing))


def test_what_is_filled_in_stands_apart() -> None:
    made = [f"{where}: {said}" for said, where in of_services().made.items() if said not in KEPT]
    assert not made, "an f-string can't be looked up, a schoolbus.problems.Sentence can:\n  " + "\n  ".join(made)


class Anything(Schema):
    required = fields.String(required=True)
    short = fields.String(validate=validate.Length(max=3))
    long = fields.String(validate=validate.Length(min=30))
    between = fields.String(validate=validate.Length(30, 40))
    exact = fields.String(validate=validate.Length(equal=9))
    number = fields.Integer(validate=validate.Range(1, 2))
    least = fields.Integer(validate=validate.Range(min=90))
    most = fields.Integer(validate=validate.Range(max=2))
    above = fields.Integer(validate=validate.Range(min=90, min_inclusive=False))
    one_of = fields.String(validate=validate.OneOf(["visit", "phone"]))
    some_of = fields.List(fields.String(), validate=validate.ContainsOnly(["visit"]))
    equal = fields.String(validate=validate.Equal("it"))
    day = fields.Date()
    moment = fields.AwareDateTime()
    hour = fields.Time()
    id = fields.UUID()
    text = fields.String()
    whole = fields.Integer()
    yes = fields.Boolean()
    list = fields.List(fields.String())
    none = fields.String()


def test_what_marshmallow_says_of_a_field_has_urdu() -> None:
    wrong = {"short": "long", "long": "it", "between": "it", "exact": "it", "number": 9, "least": 9, "most": 9, "above": 9}
    wrong |= {"one_of": "it", "some_of": ["it"], "equal": "us", "list": 9, "text": 9, "none": None, "stranger": 9}
    wrong |= dict.fromkeys(("day", "moment", "hour", "id", "whole", "yes"), "it")
    with pytest.raises(ValidationError) as error:
        Anything().load(wrong)
    said = Refused({"errors": error.value.messages_dict}).errors
    assert set(said) == {*wrong, "required"}
    assert [name for name, why in said.items() if not re.search(r"[\u0600-\u06ff]", URDU.text(why))] == []
    assert DIGITS.text(said["number"]) == "۱ سے ۲ تک ہونا چاہیے۔"


# How they come to a page


def test_title_detail_and_errors_stay_whole_and_come_apart_beside() -> None:
    body = Conflict("deadline-passed", "It is too late", TOO_LATE).shown()
    assert body["detail"] == "That was until 16:10 on Tuesday 1 December: please call the office."
    assert body["texts"] == {
        body["detail"]: {"text": TOO_LATE.text, "values": {"closed_at": "2026-12-01T11:10:00+00:00"}},
    }
    assert "texts" not in Conflict("gone", "That has gone", "Choose another.").shown()


@pytest.mark.parametrize("given", [over_the_wire, of_problem])
def test_a_moment_is_said_as_the_reader_is_used_to(given: Any) -> None:
    refused = given(Conflict("deadline-passed", "It is too late to change this by yourself", TOO_LATE))
    assert ENGLISH.text(refused.detail) == "That was until Tue 1 Dec, 4:10 pm: please call the office."
    assert DIGITS.text(refused.detail).startswith("یہ منگل ۱ دسمبر، ۴:۱۰")


def test_values_of_every_kind() -> None:
    values = {"day": date(2026, 12, 1), "hour": time(13, 30), "count": 12_000, "mark": "12.5", "role": "guardian"}
    said = Sentence("%(day)s|%(hour)s|%(count)s|%(mark)s|%(role)s|%(ways)s", **values, ways=["visit", "Room 3"])
    assert str(said) == "2026-12-01|13:30|12,000|12.5|guardian|visit, Room 3"
    read = over_the_wire(Conflict("x", said)).title
    assert DIGITS.text(read).split("|")[:4] == ["۱ دسمبر ۲۰۲۶", "۱:۳۰ PM", "۱۲,۰۰۰", "۱۲.۵"]
    assert DIGITS.text(read).split("|")[4:] == ["والدین یا سرپرست", "اسکول میں، Room 3"]


def test_a_word_within_a_sentence_is_said_too() -> None:
    assert URDU.text(over_the_wire(NotFound("Booking")).title) == "بکنگ یہاں موجود نہیں"
    of_service = NotAllowed("x", Sentence("This branch does not subscribe to %(service)s", service="meetings"))
    assert URDU.text(over_the_wire(of_service).title).endswith("ملاقاتیں")


def test_several_sentences_of_a_field_are_said_one_after_the_other() -> None:
    wrong = {"slots": {"0": {"way": ["There is no such question.", Sentence("Up to %(longest)s characters.", longest=9)]}}}
    (said,) = over_the_wire(Invalid(wrong)).errors.values()
    assert str(said) == "There is no such question. Up to 9 characters."
    assert DIGITS.text(said) == "ایسا کوئی سوال نہیں۔ زیادہ سے زیادہ ۹ حروف۔"


def test_a_sentence_in_a_sentence_comes_apart() -> None:
    outer = Sentence("%(title)s. %(detail)s", title="It is a draft", detail=TOO_LATE)
    said = URDU.text(over_the_wire(Conflict("x", outer)).title)
    assert said.startswith("یہ ابھی مسودہ ہے۔ یہ منگل")


@pytest.mark.parametrize("odd", [{"text": "%(other)s %(x)", "values": {"x": 1}}, {"values": []}, "words", {"text": "x%"}, 5])
def test_what_is_not_understood_is_said_as_it_came(odd: Any) -> None:
    refused = Refused({"title": "It is odd", "status": 409, "texts": {"It is odd": odd}})
    assert URDU.text(refused.title) == "It is odd"
    assert Refused({"title": "It is odd", "texts": odd}).title == "It is odd"


def test_a_parent_reads_until_when_it_was(stage: Stage) -> None:
    parent: Browser = stage.signed_in()
    parent.cookies["__Host-language"] = "ur-arabext"
    problem = Conflict("deadline-passed", "It is too late to change this by yourself", TOO_LATE)
    stage.says("roster", "/v1/me/password", json.loads(problem.json()), status=409)
    parent.get("/account")
    page = parent.post("/account/password", {"current": "a", "new": "b", "again": "b", "key": "k"})
    assert page.status_code == 409
    assert "یہ منگل ۱ دسمبر، ۴:۱۰" in page.text
    assert "Tuesday" not in page.text
