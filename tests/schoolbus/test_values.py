"""Events on the wire, callers, logs and the documents of the interfaces: by plain values."""

import json
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus import logs
from schoolbus.asyncapi import document
from schoolbus.caller import Caller, as_claims, from_claims, read_caller, sign_caller
from schoolbus.contracts.reports import HomeworkSet
from schoolbus.contracts.roster import PeopleChanged
from schoolbus.events import Event, InvalidEvent, with_sequence
from schoolbus.problems import NotAllowed, Problem
from tests.contracts.samples import SAMPLES
from tests.support.processes import ROOT

SECRET = "a-secret-of-thirty-two-characters"
text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(id=text, subject=text, title=text, sequence=st.integers(0, 2**40), students=st.lists(text, max_size=5))
def test_what_is_encoded_is_decoded(id: str, subject: str, title: str, sequence: int, students: list[str]) -> None:
    import datetime

    data = {"homework_id": id, "class_id": id, "class_title": title, "title": title, "teacher_id": id, "student_ids": students}
    data |= {"kind": title, "edition": sequence, "due_on": datetime.date(2026, 1, 2)}
    said = HomeworkSet(branch_id=id, subject=subject, **data)
    read = HomeworkSet.decode(with_sequence(said.encode(), sequence).encode())
    assert (read.id, read.subject, read.branch_id, read.time, read.sequence) == (said.id, subject, id, said.time, sequence)
    assert read.data == said.data


@given(
    st.one_of(
        st.binary(max_size=60),
        st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(
            lambda value: json.dumps(value).encode()
        ),
    )
)
def test_whatever_comes_is_an_event_or_refused(body: bytes) -> None:
    with pytest.raises(InvalidEvent):
        PeopleChanged.decode(body)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000, b"\xff\xfe", b'"\\ud800"'])
def test_what_breaks_a_parser_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidEvent):
        PeopleChanged.decode(body)


def test_an_event_in_the_wrong_queue_is_refused() -> None:
    with pytest.raises(InvalidEvent):
        HomeworkSet.decode(next(event for event in SAMPLES if isinstance(event, PeopleChanged)).encode())


# Callers

TEACHER = Caller("t1", {"b1": frozenset({"teacher", "head"})})


def test_a_caller_travels_signed() -> None:
    assert read_caller(sign_caller(TEACHER, SECRET), SECRET) == TEACHER
    assert from_claims(as_claims(TEACHER)) == TEACHER


@pytest.mark.parametrize("header", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0MSIsImV4cCI6OTk5OTk5OTk5OX0."])
def test_a_caller_that_nobody_signed_is_refused(header: str) -> None:
    with pytest.raises(Problem) as problem:
        read_caller(header, SECRET)
    assert problem.value.code == 401


def test_another_secret_or_another_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    header = sign_caller(TEACHER, SECRET)
    with pytest.raises(Problem):
        read_caller(header, SECRET[::-1])
    assert read_caller(header, SECRET) == TEACHER
    later = time.time() + 121
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(Problem):
        read_caller(header, SECRET)


def test_a_caller_has_roles_in_their_branches_alone() -> None:
    assert TEACHER.has("b1", "teacher", "office")
    assert not TEACHER.has("b2", "teacher")
    with pytest.raises(NotAllowed):
        TEACHER.branch("b2")
    operator = Caller("o1", operator=True)
    assert operator.branch("b2").branch_id == "b2"
    assert not operator.has("b2", "teacher")


# Logs


def test_a_logged_exception_quotes_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    program = (
        "from schoolbus import logs; import logging\n"
        "logs.set_up('probe', log_format='json')\n"
        "def fail():\n"
        "    try: raise KeyError('+923001234567')\n"
        "    except KeyError as error: raise ValueError('Ayesha') from error\n"
        "try: fail()\n"
        "except ValueError:\n"
        "    logs.log().exception('failed', id='x')\n"
        "    logging.getLogger('some.library').exception('library failed')\n"
        "    logging.getLogger('nameko.containers').exception('error handling worker: Ayesha')\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    lines: list[dict[str, Any]] = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [line["event"] for line in lines] == ["failed", "library failed"]
    assert all(line["process"] == "probe" for line in lines)
    assert all("KeyError" in line["exception"] and "ValueError" in line["exception"] for line in lines), lines
    assert "Ayesha" not in ran.stdout
    assert "+92300" not in ran.stdout
    assert "fail" in lines[0]["exception"]
    assert logs.log() is not None


# The document of the events


def test_the_document_of_the_events_names_each_and_who_reads_it() -> None:
    made = json.loads(json.dumps(document()))
    assert made["asyncapi"] == "3.0.0"
    for key, event in Event.known.items():
        assert made["channels"][key]["address"] == key
        assert {f"{event.publisher()}.sends.{key}", *(f"{reader}.receives.{key}" for reader in event.read_by)} <= set(
            made["operations"]
        )
    assert all(_there(made, reference) for reference in _references(made))
    assert made["components"]["schemas"]["HomeworkSetData"]["properties"]["due_on"] == {"type": "string", "format": "date"}


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for each in value.values() for found in _references(each)]
    return [found for each in value for found in _references(each)] if isinstance(value, list) else []


def _there(made: Any, reference: str) -> bool:
    for name in reference.removeprefix("#/").split("/"):
        made = made[name]
    return bool(made)
