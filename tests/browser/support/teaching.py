"""A class as its teacher sees it in a browser, and as the API has it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from playwright.sync_api import Page

from schoolbus.clock import today
from schoolbus.ids import new_id
from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.e2e.school import PASSWORD, School
from tests.support.platform import Client

SUBJECT = "Botany"  # whose columns stand beside each other, whatever else the class is marked in


class Taught:
    """The teacher's class. There is school on each day of the week, so that tests have a day."""

    def __init__(self, people: People, school: School) -> None:
        """The browser signs in first: it gives the teacher their password, which ends other sessions."""
        self.school, self.person = school, people.teacher
        self.teacher: Client = school.platform.staff(school.chain.teacher.username, PASSWORD)
        school.head.put(f"{school.branch}/attendance/week", {"days": [{"weekday": day, "ends": "23:59"} for day in range(7)]})
        self.at = f"/classes/{school.branch.rpartition('/')[2]}/{school.class_id}"

    @cached_property
    def children(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.teacher.get(f"{self.school.branch}/classes/{self.school.class_id}")["students"]
        return found

    @cached_property
    def quizzes(self) -> list[str]:
        """Two columns."""
        school, teacher = self.school, self.teacher
        terms = teacher.get(f"{school.branch}/terms")["items"]
        begun = [each for each in terms if each["kind"] != "schoolYear" and each["starts_on"] <= today().isoformat()]
        term = max(begun, key=lambda each: each["starts_on"])["title"]
        category = new_id()
        draft = {"class_id": school.class_id, "title": "Quizzes", "weight": 100}
        teacher.put(f"{school.branch}/categories/{category}", draft)
        ids = [new_id(), new_id()]
        for number, id in enumerate(ids, 1):
            item = {"class_id": school.class_id, "subject": SUBJECT, "term": term, "category_id": category}
            named = {"title": f"Quiz {number}", "kind": "quiz", "result_max": 10}
            teacher.put(f"{school.branch}/line-items/{id}", {**item, **named})
        return ids

    def register(self, lesson: str = "") -> dict[str, tuple[str, int | None]]:
        """Who is not simply there today: status and minutes."""
        path = f"{self.school.branch}/registers/{self.school.class_id}/{today().isoformat()}"
        entries = self.teacher.get(path, params={"lesson": lesson} if lesson else {})["entries"]
        return {each["student_id"]: (each["status"], each["minutes"]) for each in entries if each["status"] != "present"}

    def results(self, item: str) -> dict[str, tuple[str, str | None]]:
        found = self.teacher.get(f"{self.school.branch}/line-items/{item}/results")["results"]
        return {each["student_id"]: (each["status"], each["score"]) for each in found}


@dataclass(frozen=True)
class Classroom:
    taught: Taught
    open_page: Opener

    def show(self, path: str = "", **look: Any) -> Page:
        """A page of the class, or one with a path of its own, as the class's teacher sees it."""
        return self.open_page(self.address(path), person=self.taught.person, **look)

    def address(self, path: str) -> str:
        return path if path.startswith("/") else f"{self.taught.at}/{path}".rstrip("/")


@pytest.fixture(scope="package")
def taught(people: People, school: School) -> Taught:
    return Taught(people, school)


@pytest.fixture
def classroom(taught: Taught, open_page: Opener) -> Classroom:
    return Classroom(taught, open_page)


def called(child: dict[str, Any], language: str = "en") -> str:
    whole = f"{child['given_name']} {child['family_name']}".strip()
    return str(child["name_ur"] or whole) if language == "ur" else whole


def press(page: Page, name: str) -> None:
    """A button of the page itself, and the page that it leads to."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).first.click()
