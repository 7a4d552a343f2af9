"""Card templates and the remarks bank: kept by head and office, seen by those who issue cards; all editions are kept."""

import io
import uuid
from datetime import timedelta

import pytest
from PIL import Image

from schoolbus import clock
from schoolbus.contracts.roster import BranchChanged
from schoolbus.scope import branch as branch_scope
from services.reports import worker
from services.reports.cards import issuing, runs
from services.reports.cards.designing import templates
from services.reports.cards.typesetting import FUNCTION, TEMPLATE
from services.reports.gradebook import marks
from services.reports.paper import editions
from services.reports.store import Store
from tests.reports.cards import plain
from tests.reports.story import Branch, slug, text_of
from tests.support.people import head, office, using
from tests.support.roster import small_branch

HERE = branch_scope("b1")
DRAFT = {"title": "Primary school", "main": "#1E3A8A", "sections": ["marks", "remarks", "signatures"]}


def pictured() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (90, 30), "navy").save(file, "PNG")
    return file.getvalue()


def added(branch: Branch, **more: object) -> dict:
    answer = branch.call("POST", "card-templates", head(branch_id=branch.id), json=DRAFT | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_template_is_added_changed_and_retired(branch: Branch) -> None:
    chief = head(branch_id=branch.id)
    made = added(branch)
    assert (made["main"], made["edition"], made["has_logo"], made["paper"]) == ("#1e3a8a", 1, False, "a4")
    path = f"card-templates/{made['card_template_id']}"
    changed = branch.call("PUT", path, office(branch_id=branch.id), json=DRAFT | {"paper": "us-letter", "edition": 1}).json()
    assert (changed["edition"], changed["paper"]) == (2, "us-letter")
    again = branch.call("PUT", path, chief, json=DRAFT | {"paper": "us-letter"}).json()
    assert again["edition"] == 2  # nothing is another
    late = branch.call("PUT", path, chief, json=DRAFT | {"edition": 1})
    assert (late.status_code, slug(late)) == (409, "gone-on")
    assert branch.call("GET", path, branch.teacher()).json() == again
    for _ in range(2):
        assert branch.call("DELETE", path, chief).status_code == 204
    assert branch.call("GET", path, chief).status_code == 404
    listed = branch.call("GET", "card-templates", branch.teacher()).json()["items"]
    assert made["card_template_id"] not in [each["card_template_id"] for each in listed]


def test_sent_twice_it_is_one(branch: Branch) -> None:
    id = str(uuid.uuid4())
    assert added(branch, card_template_id=id) == added(branch, card_template_id=id)
    other = branch.call(
        "POST", "card-templates", head(branch_id=branch.id), json=DRAFT | {"card_template_id": id, "title": "X"}
    )
    assert other.status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"main": "#eeeeee"},
        {"main": "green"},
        {"accent": "#ffffff"},
        {"sections": []},
        {"sections": ["marks", "marks"]},
        {"sections": ["horoscope"]},
        {"paper": "a3"},
        {"language": "fr"},
        {"title": " "},
        {"signers": [{"en": "A"}] * 5},
    ],
    ids=str,
)
def test_what_could_not_be_printed_is_refused(branch: Branch, wrong: dict) -> None:
    answer = branch.call("POST", "card-templates", head(branch_id=branch.id), json=DRAFT | wrong)
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == set(wrong)


def test_not_for_teachers_guardians_and_other_branches(branch: Branch, elsewhere: Branch) -> None:
    made = added(branch)
    path = f"card-templates/{made['card_template_id']}"
    assert branch.call("POST", "card-templates", branch.teacher(), json=DRAFT).status_code == 403
    assert branch.call("GET", "card-templates", branch.guardian()).status_code == 403
    assert elsewhere.call("GET", path, head(branch_id=elsewhere.id)).status_code == 404
    assert elsewhere.call("POST", f"{path}/preview", elsewhere.teacher()).status_code == 404
    run = branch.asks_for_cards("Term", card_template_id="unknown")
    assert (run.status_code, set(run.json()["errors"])) == (422, {"card_template_id"})


def test_a_logo_is_an_edition_and_is_previewed(branch: Branch) -> None:
    chief, made = head(branch_id=branch.id), added(branch)
    path = f"card-templates/{made['card_template_id']}"
    logo = branch.call("PUT", f"{path}/logo", chief, data=pictured())
    assert (logo.json()["has_logo"], logo.json()["edition"]) == (True, 2)
    assert branch.call("PUT", f"{path}/logo", chief, data=b"GIF89a").status_code == 422
    for language in ("en", "ur", "both"):
        shown = branch.call("POST", f"{path}/preview?language={language}", branch.teacher())
        assert (shown.status_code, shown.headers["Content-Type"]) == (200, "application/pdf")
        assert ("AyeshaKhan" in text_of(shown.content)) == (language != "ur")
    assert branch.call("DELETE", f"{path}/logo", chief).json()["edition"] == 3


def test_the_remarks_bank(branch: Branch) -> None:
    chief, remark = head(branch_id=branch.id), {"text": "Reads with joy.", "text_ur": "شوق سے پڑھتی ہے۔", "tags": ["Reading"]}
    made = branch.call("POST", "remark-bank", chief, json=remark).json()
    assert made["tags"] == ["reading"]
    found = branch.call("GET", "remark-bank?tag=READING", branch.teacher()).json()["items"]
    assert found == [made]
    path = f"remark-bank/{made['remark_id']}"
    assert branch.call("PUT", path, branch.teacher(), json=remark).status_code == 403
    assert branch.call("PUT", path, chief, json=remark | {"text_ur": None}).json()["text_ur"] is None
    assert branch.call("DELETE", path, chief).status_code == 204
    assert branch.call("DELETE", path, chief).status_code == 404


# With a database alone


@pytest.fixture
def store(store: Store) -> Store:
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    return store


def issued(store: Store, template: str | None) -> dict:
    row = {"student_id": "s1", "score": "5", "out_of": "10"}
    sheet = {"class_id": "c1", "term": "Term", "subject": "English", "marks": [row], "reason": None}
    marks.put_sheet(store, using(head(), "mark"), "b1", sheet)
    draft = {"class_id": "c1", **plain("Term"), "student_ids": ["s1"], "approved": True}
    run = runs.new_run("b1", "h1", draft, ["s1"], template)
    store.add_run(run, runs.cards(run))
    asked = worker.claim(store)
    assert asked is not None
    issuing.make(store, asked)
    return store.report_cards.one(HERE, asked["_id"])


@pytest.fixture
def template(store: Store) -> dict:
    fields = {"title": "T", "main": "#1e3a8a", "accent": "#888888", "sections": ["marks"], "language": "both"}
    more = {"bilingual": "beside", "paper": "us-letter", "signers": [], "logo": None}
    draft = fields | more
    return templates.add(store, head(branch_id="b1"), "b1", draft)


def test_a_card_is_made_again_byte_by_byte_whatever_became_of_its_template(store: Store, template: dict) -> None:
    chief = head(branch_id="b1")
    templates.put_logo(store, chief, "b1", template["_id"], pictured())
    card = issued(store, f"{template['_id']}:2")
    templates.drop_logo(store, chief, "b1", template["_id"])
    templates.retire(store, chief, "b1", template["_id"])
    assert len(str(card["record"])) < 10_000  # the logo is kept once
    for edition in ("en", "ur", "both"):
        kept = store.files.one(HERE, issuing.file_id(card["made_as"], edition))["pdf"]
        assert editions.again(store, card["record"], TEMPLATE, FUNCTION, edition) == kept


def test_another_typst_or_font_says_so(store: Store) -> None:
    card = issued(store, None)
    record = card["record"] | {"stamp": card["record"]["stamp"] | {"typst": "0.13.0"}}
    with pytest.raises(editions.MadeOtherwise, match=r"typst: made with 0\.13\.0"):
        editions.again(store, record, TEMPLATE, FUNCTION, "en")
    record = card["record"] | {"digests": {"en": "another"}}
    with pytest.raises(editions.MadeOtherwise):
        editions.again(store, record, TEMPLATE, FUNCTION, "en")


def test_who_changed_it_meanwhile_is_not_overwritten(store: Store, template: dict) -> None:
    assert [each["edition"] for each in store.card_template_editions.find(HERE)] == [1]
    assert template["changed_at"] <= clock.now() + timedelta(seconds=1)
    assert templates.design(store, HERE, f"{template['_id']}:1").look.paper == "us-letter"
