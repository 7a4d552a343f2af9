"""People who are signed in, in a browser: as the portal's own forms do it, once for all tests."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page

from deploy.local import plan
from tests.browser.support.looks import Look
from tests.e2e.school import PASSWORD, School
from tests.support.platform import Platform
from tests.support.waiting import eventually

State = dict[str, Any]  # cookies and local storage, as Playwright keeps them


class People:
    """`people.guardian("urdu_sms")`, `people.teacher`, … : whom `open_page(person=…)` takes.

    The cookies are kept as the last test left them: a refresh token is good for one use.
    """

    def __init__(self, browser: Browser, platform: Platform, school: Callable[[], School]) -> None:
        self._browser = browser
        self._platform = platform
        self._school = school
        self._states: dict[str, State] = {}

    def guardian(self, kind: str, place: int = 0) -> str:
        """Of a family of `demo.families.SHOWCASE`."""
        guardian = self._school().family(kind).guardians[place]
        person_id = self._school().person(guardian.sourced_id)
        return self._known(f"{kind} {place}", lambda page: by_code(page, self._platform, guardian.phone, person_id))

    @property
    def teacher(self) -> str:
        return self._member("teacher")

    @property
    def head(self) -> str:
        return self._member("head")

    @property
    def office(self) -> str:
        return self._member("office")

    @property
    def operator(self) -> str:
        password = self._platform.keys["OPERATOR_PASSWORD"]
        return self._known("operator", lambda page: by_password(page, plan.OPERATOR, password))

    def state(self, person: str) -> State:
        return self._states[person]

    def keep(self, person: str, state: State) -> None:
        """After a test; of one that signed them out, they are to sign in anew."""
        if any(cookie["name"].endswith("refresh") for cookie in state["cookies"]):
            self._states[person] = state
        else:
            self._states.pop(person, None)

    def _member(self, name: str) -> str:
        school = self._school()
        person = getattr(school.chain, name)

        def sign_in(page: Page) -> None:
            school.member(person)  # gives them their password
            by_password(page, person.username, PASSWORD)

        return self._known(name, sign_in)

    def _known(self, person: str, sign_in: Callable[[Page], None]) -> str:
        if person not in self._states:
            context = self._browser.new_context(base_url=self._platform.url, **Look().of_context())
            try:
                sign_in(context.new_page())
                self._states[person] = context.storage_state()
            finally:
                context.close()
        return person


def by_code(page: Page, platform: Platform, phone: str, person_id: str | None = None) -> None:
    """With the code that arrives on the phone; of several who share it, as this person."""
    page.goto("/sign-in")
    before = len(platform.phone(phone))
    send(page, phone=phone)
    code = eventually(lambda: platform.code_on(phone, before))
    send(page, code=code)
    choice = page.locator(f"[name=person_id][value='{person_id}']")
    if choice.count():
        _choose(page, choice)
    _is_in(page)


def by_password(page: Page, username: str, password: str) -> None:
    page.goto("/sign-in/staff")
    send(page, username=username, password=password)
    _is_in(page)


def send(page: Page, **fields: str) -> None:
    """The form with these fields, filled in."""
    for name, text in fields.items():
        page.locator(f"[name={name}]").fill(text)
    with page.expect_navigation():
        page.locator(f"form:has([name={next(iter(fields))}]) button:not([type=button])").first.click()


def _choose(page: Page, choice: Any) -> None:
    if choice.get_attribute("type") == "radio":
        choice.check()
        choice = page.locator("form:has([name=person_id]) button:not([type=button])").first
    with page.expect_navigation():
        choice.click()


def _is_in(page: Page) -> None:
    page.wait_for_url(lambda address: "/sign-in" not in address)
