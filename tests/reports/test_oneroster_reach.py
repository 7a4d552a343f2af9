"""What a machine reaches of gradebooks: its scopes and its branches, as roster last told them; and how it asks."""

import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus import clock
from schoolbus.contracts.reports import AccessNoted
from schoolbus.contracts.roster import BranchChanged
from schoolbus.oneroster import finding
from schoolbus.oneroster.reach import Reach
from schoolbus.oneroster.scopes import GRADEBOOK, GRADEBOOK_DELETE, GRADEBOOK_PUT, ROSTER
from services.reports.gradebook.collections import ACTIVE
from services.reports.oneroster.resources import CALLED
from services.reports.oneroster.shapes import number
from services.reports.store import Store
from tests.reports.books import Book
from tests.reports.platforms import Learning, Pushing, refused, to, unique, why
from tests.reports.story import Branch
from tests.support.people import head
from tests.support.roster import branch as branch_told
from tests.support.services import Service
from tests.support.waiting import eventually


@pytest.fixture
def book(branch: Branch) -> Book:
    return Book(branch)


@pytest.fixture
def far(elsewhere: Branch) -> Book:
    return Book(elsewhere)


def test_each_scope_opens_its_own(book: Book) -> None:
    item = Pushing(book).item()
    body = {"category": {"title": "Tests"}}
    asked = {GRADEBOOK: ("GET", f"/lineItems/{item}", None), GRADEBOOK_PUT: ("PUT", f"/categories/{unique('c')}", body)}
    asked[GRADEBOOK_DELETE] = ("DELETE", f"/lineItems/{item}", None)
    for scope in (ROSTER, *asked):
        machine = Learning(book.branch, scopes=(scope,))
        for needed, (method, path, sent) in asked.items():
            answer = machine.asks(method, path, sent)
            if scope == needed:
                assert answer.status_code == {"GET": 200, "PUT": 201, "DELETE": 204}[method], answer.text
            else:
                assert refused(answer) == (403, "forbidden")
                assert needed in why(answer)


def test_nobody_but_machines(book: Book) -> None:
    for path in ("/lineItems", f"/classes/{book.class_id}/results"):
        answer = book.branch.service.call("GET", f"/ims/oneroster/gradebook/v1p2{path}", head(branch_id=book.branch.id))
        assert refused(answer) == (403, "forbidden")


def test_another_branchs_is_not_found_and_not_listed(book: Book, far: Book) -> None:
    ours, theirs = Pushing(book), Pushing(far)
    category = theirs.category()
    item = theirs.item(category=category)
    result = theirs.marks(item)
    for path in (f"/categories/{category}", f"/lineItems/{item}", f"/results/{result}"):
        for method in ("GET", "DELETE"):
            assert refused(ours.asks(method, path)) == (404, "unknownobject"), path
    for path in (
        f"/classes/{far.class_id}/categories",
        f"/classes/{far.class_id}/lineItems",
        f"/classes/{far.class_id}/results",
        f"/classes/{far.class_id}/lineItems/{item}/results",
        f"/classes/{book.class_id}/lineItems/{item}/results",
        f"/classes/{far.class_id}/students/s1/results",
        f"/classes/{book.class_id}/students/nobody/results",
        f"/schools/{far.branch.id}/lineItems",
    ):
        assert refused(ours.asks("GET", path)) == (404, "unknownobject"), path
    for path in ("/categories", "/lineItems", "/results"):
        assert not {category, item, result} & set(ours.ids(path, limit=5000))
    assert refused(ours.asks("PUT", f"/results/{unique('r')}", {"result": ours.result(item)})) == (404, "unknownobject")
    into = {"lineItem": {**theirs.line_item(category), "school": None}}
    assert refused(ours.asks("PUT", f"/lineItems/{unique('i')}", into)) == (404, "unknownobject")
    into = {"category": {"title": "Tests", "metadata": {"school": far.branch.id}}}
    assert refused(ours.asks("PUT", f"/categories/{unique('c')}", into)) == (404, "unknownobject")


def test_the_same_name_in_two_branches_is_two_records(book: Book, far: Book) -> None:
    ours, theirs, both = Pushing(book), Pushing(far), Pushing(book, far.branch)
    category, item = unique("c"), unique("i")
    for platform in (ours, theirs):
        platform.item(item, platform.category(category))
    assert ours.gets(f"/lineItems/{item}")["school"]["sourcedId"] == book.branch.id
    assert theirs.gets(f"/lineItems/{item}")["school"]["sourcedId"] == far.branch.id
    assert both.ids("/lineItems", filter=f"sourcedId='{item}'") == [item, item]
    assert "Several schools" in why(both.asks("GET", f"/lineItems/{item}"))
    both.category(category, title="Exams")  # with its school
    assert [platform.gets(f"/categories/{category}")["title"] for platform in (ours, theirs)] == ["Exams", "Tests"]
    assert "say which by metadata.school" in why(
        both.asks("PUT", f"/categories/{unique('c')}", {"category": {"title": "Tests"}})
    )


def test_a_client_of_the_chain_reaches_every_branch_that_subscribes(reports: Service, book: Book, far: Book) -> None:
    theirs = Pushing(far)
    item = theirs.item()
    chain = Learning(service=reports)
    book.branch.knows(chain.told())
    assert chain.gets(f"/lineItems/{item}")["school"]["sourcedId"] == far.branch.id
    chain.puts(f"/results/{unique('r')}", {"result": theirs.result(item)})
    assert item in chain.ids(f"/schools/{far.branch.id}/lineItems")
    assert len(chain.gets("/results", limit=3)) <= 3
    closed = Branch(reports, f"branch-{uuid.uuid4().hex[:6]}")
    there = Pushing(Book(closed)).item()
    assert chain.asks("GET", f"/lineItems/{there}").status_code == 200
    without: Any = branch_told(closed.id, services=("meetings",))
    reports.say(without, sequence=2)
    assert isinstance(without, BranchChanged)
    eventually(lambda: chain.asks("GET", f"/lineItems/{there}").status_code == 404)
    alone = Learning(closed)
    assert refused(alone.asks("GET", "/lineItems")) == (403, "forbidden")
    assert "subscribes to reports" in why(alone.asks("GET", "/lineItems"))


def test_a_client_that_was_removed_reaches_nothing_and_a_new_one_is_waited_for(reports: Service, book: Book) -> None:
    platform = Pushing(book)
    assert platform.ids("/categories") is not None
    reports.say(platform.told(active=False), sequence=2)
    eventually(lambda: platform.asks("GET", "/categories").status_code == 401)
    assert refused(platform.asks("GET", "/categories")) == (401, "unauthorisedrequest")
    reports.say(platform.told(), sequence=1)  # late
    assert refused(platform.asks("PUT", "/categories/x", {"category": {"title": "Tests"}})) == (401, "unauthorisedrequest")
    unknown = Learning(service=reports)
    answer = unknown.asks("GET", "/categories")
    assert refused(answer) == (503, "server_busy")
    assert answer.headers["Retry-After"]


def test_it_asks_as_it_asks_for_the_roster(book: Book) -> None:
    platform = Pushing(book)
    category = platform.category()
    items = [platform.item(f"{unique('i')}", category, title=f"Item {number}") for number in range(3)]
    marks = {student: platform.marks(items[0], student, score) for student, score in (("s1", 9), ("s2", 10), ("s3", "7.25"))}
    of_item = f"/classes/{book.class_id}/lineItems/{items[0]}/results"

    def students(filter: str) -> set[str]:
        return {each["student"]["sourcedId"] for each in platform.gets(of_item, filter=filter)}

    assert students("score>'9'") == {"s2"}, "a number, not its letters"
    assert students("score<='9' AND score>'7'") == {"s1", "s3"}
    assert students("student.sourcedId='s1' OR scoreStatus='exempt'") == {"s1"}
    assert students("scoreDate>='2026-11-10T00:00:00Z'") == {"s1", "s2", "s3"}
    assert students("scoreStatus!='fully graded'") == set()
    assert set(platform.ids("/results", filter=f"lineItem.sourcedId='{items[0]}'")) == set(marks.values())
    assert platform.ids("/results", filter="lineItem.sourcedId='none'") == []
    assert set(platform.ids("/lineItems", filter=f"category.sourcedId='{category}'")) == set(items)
    assert platform.ids("/lineItems", filter=f"class.sourcedId='{book.class_id}' AND title~'item 2'") == [items[2]]
    path = f"/classes/{book.class_id}/lineItems"
    page = platform.asks("GET", path, limit=2, sort="title", orderBy="desc", fields="title,sourcedId")
    assert page.headers["X-Total-Count"] == "3"
    assert [each["title"] for each in page.json()["lineItems"]] == ["Item 2", "Item 1"]
    assert set(page.json()["lineItems"][0]) == {"title", "sourcedId"}
    assert 'rel="next"' in page.headers["Link"]
    assert f"/ims/oneroster/gradebook/v1p2{path}?limit=2&offset=2&sort=title&orderBy=desc" in page.headers["Link"]
    assert len(platform.gets(path, offset=2)) == 1
    assert platform.ids(path) == sorted(items), "by sourcedId, where nothing else is said"
    assert set(platform.gets(f"/results/{marks['s1']}", fields="score")) == {"score"}
    for query, minor in (
        ({"filter": "colour='red'"}, "invalid_filter_field"),
        ({"filter": "score~'9'"}, "invalid_filter_field"),
        ({"filter": "score>'nine'"}, "invalid_filter_field"),
        ({"filter": "scoreDate>'soon'"}, "invalid_filter_field"),
        ({"sort": "score"}, "invalid_sort_field"),
        ({"fields": "colour"}, "invalid_selection_field"),
    ):
        assert refused(platform.asks("GET", "/results", **query)) == (400, minor), query


def test_whose_results_it_saw_or_changed_is_in_the_trail(book: Book) -> None:
    platform = Pushing(book)
    item = platform.item()
    platform.marks(item, "s1")
    platform.gets(f"/classes/{book.class_id}/lineItems/{item}/results")

    def noted() -> set[tuple[str, str]]:
        said = [each for event in book.branch.service.heard(AccessNoted) for each in event.data["items"]]
        ours = [each for each in said if each["person_id"] == platform.caller.person_id]
        return {(each["action"], each["right"]) for each in ours if "s1" in each["student_ids"]}

    eventually(lambda: {("read", "read gradebooks by OneRoster"), ("change", "push marks by OneRoster")} <= noted())


@given(st.integers(0, 10_000 * 10**6))
def test_a_number_is_written_as_just_that_decimal(millionths: int) -> None:
    exact = Decimal(millionths).scaleb(-6)
    assert Decimal(json.dumps(number(f"{exact:f}"))) == exact


def test_a_school_that_is_named_is_the_classs(book: Book) -> None:
    platform = Pushing(book)
    answer = platform.asks("PUT", "/lineItems/x", {"lineItem": {**platform.line_item(), "school": to("none")}})
    assert refused(answer) == (404, "unknownobject")


@pytest.mark.parametrize("branches", [1, 3])
def test_a_page_of_few_branches_is_in_an_indexs_order(store: Store, branches: int) -> None:
    """The database sorts nothing, and looks at no more than the page."""
    ids = [f"b{number}" for number in range(branches)]
    made = [
        {"_id": f"{id}-{number}", "branch_id": id, "sourced_id": f"r{number:03}", "deleted": False, "changed_at": clock.now()}
        for id in ids
        for number in range(300)
    ]
    store.results.add_new(made)
    condition = Reach(branch_ids=tuple(ids)).filter(finding.all_of([CALLED, ACTIVE]))
    for order in ([("sourced_id", 1)], [("sourced_id", -1)], [("changed_at", 1), ("_id", 1)]):
        plan = store.results.collection.find(condition, sort=order, limit=50).explain()
        stages = json.dumps(plan["queryPlanner"]["winningPlan"], default=str)
        assert '"SORT"' not in stages, stages
        assert plan["executionStats"]["totalDocsExamined"] == 50
