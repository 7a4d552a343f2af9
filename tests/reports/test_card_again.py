"""python -m services.reports.cards again: an issued card, byte by byte, and whether it is the same."""

from pathlib import Path

import pytest

from deploy.local.infrastructure import Infrastructure
from schoolbus.contracts.roster import BranchChanged
from schoolbus.privacy import documents, erase
from schoolbus.scope import branch
from services.reports import privacy, worker
from services.reports.cards import issuing, runs
from services.reports.cards.__main__ import main
from services.reports.cards.issuing import file_id
from services.reports.gradebook import marks
from services.reports.store import Store
from tests.reports.cards import plain
from tests.support.people import head, using
from tests.support.roster import small_branch

HERE = branch("b1")


@pytest.fixture
def card(store: Store, infrastructure: Infrastructure, monkeypatch: pytest.MonkeyPatch) -> dict:
    """One that is issued, with the database that the command looks into."""
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    row = {"student_id": "s1", "score": "5", "out_of": "10"}
    sheet = {"class_id": "c1", "term": "Term", "subject": "English", "marks": [row], "reason": None}
    marks.put_sheet(store, using(head(), "mark"), "b1", sheet)
    draft = {"class_id": "c1", **plain("Term"), "student_ids": ["s1"], "approved": True}
    run = runs.new_run("b1", "h1", draft, ["s1"])
    said = {"kind": "class_teacher", "subject": None, "text": "Kind.", "text_ur": "مہربان۔", "by": "t1", "at": run["asked_at"]}
    store.add_run(run, [{**each, "remarks": [said]} for each in runs.cards(run)])
    asked = worker.claim(store)
    assert asked is not None
    issuing.make(store, asked)
    monkeypatch.setenv("MONGODB_URI", infrastructure.mongodb_uri)
    monkeypatch.setenv("MONGODB_DATABASE", store.database.name)
    return store.report_cards.one(HERE, asked["_id"])


def test_it_is_the_same_byte_by_byte(store: Store, card: dict, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["again", card["_id"]]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [f"{language}: the same, sha256 {card['record']['digests'][language]}" for language in ("en", "ur", "both")]
    out = tmp_path / "again.pdf"
    assert main(["again", card["_id"], "--language", "ur", "--out", str(out)]) == 0
    assert out.read_bytes() == store.files.one(HERE, file_id(card["made_as"], "ur"))["pdf"]


def test_what_is_not_the_same_is_said(store: Store, card: dict, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    store.files.change(HERE, file_id(card["made_as"], "en"), to={"pdf": b"%PDF-tampered"})
    assert main(["again", card["_id"], "--language", "en"]) == 0
    assert "the stored file is another" in capsys.readouterr().out
    store.report_cards.change(HERE, card["_id"], to={"record.said.percent": "99.0"})
    out = tmp_path / "again.pdf"
    assert main(["again", card["_id"], "--language", "en", "--out", str(out)]) == 1
    assert capsys.readouterr().out.startswith("en: not the same.")
    assert not out.exists()


def test_what_was_never_issued_or_is_erased(store: Store, card: dict, capsys: pytest.CaptureFixture) -> None:
    assert main(["again", "unknown"]) == 1
    exported = dict(documents(store, privacy.HELD, "s1", ["b1"]))
    assert exported["report_cards"]["remarks"][0]["text"] == "Kind."
    erase(store, privacy.HELD, "s1", ["b1"])
    erase(store, privacy.HELD, "t1", ["b1"])
    kept = store.report_cards.one(HERE, card["_id"])
    assert (kept["record"], kept["code"], kept["remarks"], kept["printed_marks"]) == (None, None, [], None)
    assert not {"s1", "t1"} & {str(value) for value in kept.values()}
    assert main(["again", card["_id"]]) == 1
    assert "erased" in capsys.readouterr().err


def test_who_acknowledged_has_that_and_goes(store: Store, card: dict) -> None:
    said = {"by": "g1", "at": card["issued_at"]}
    store.report_cards.change(HERE, card["_id"], to={}, push={"acknowledgements": said})
    exported = dict(documents(store, privacy.HELD, "g1", ["b1"]))
    assert [each["by"] for each in exported["report_cards"]["acknowledgements"]] == ["g1"]
    assert "percent" not in exported["report_cards"]
    erase(store, privacy.HELD, "g1", ["b1"])
    (kept,) = store.report_cards.one(HERE, card["_id"])["acknowledgements"]
    assert kept["by"] != "g1"
