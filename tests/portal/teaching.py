"""A teacher of one class with two children, and what their pages ask the API for."""

from typing import Any

import pytest
import requests

from tests.portal.support import ME, Browser, Stage

BRANCH = "/v1/branches/b1"
CLASS, AT = f"{BRANCH}/classes/c1", "/classes/b1/c1"
EMPTY = {"items": [], "next": None}
AHSAN = {"person_id": "s1", "given_name": "Ahsan", "family_name": "Jatoi", "name_ur": "احسن جتوئی", "given_name_ur": "احسن"}
ALIZA = {"person_id": "s2", "given_name": "Aliza", "family_name": "Hussain", "name_ur": None, "given_name_ur": None}
TEACHER = {"person_id": "t1", "given_name": "Riffat", "family_name": "Dar", "name_ur": "رفعت ڈار", "given_name_ur": "رفعت"}
GROUP = {"class_id": "c1", "title": "Class 1A", "grade": "01", "subject": None, "homeroom": True}
ROOM = {**GROUP, "teachers": [TEACHER], "students": [AHSAN, ALIZA]}


def invalid(errors: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "https://rabta.pk/problems/invalid",
        "title": "The input is not what is wanted",
        "status": 422,
        "errors": errors,
    }


@pytest.fixture
def teacher(stage: Stage) -> Browser:
    """Of one class with two children, in a branch where nothing has happened yet."""
    branch = {"branch_id": "b1", "name": "Gulberg", "name_ur": "گلبرگ"}
    me = {**ME, "person": TEACHER, "branches": [{**branch, "roles": ["teacher", "class_teacher"]}]}
    stage.says("roster", "/v1/me", {**me, "classes": [{**GROUP, "branch": branch}]})
    stage.says("roster", CLASS, ROOM)
    for path in ("terms", "holidays"):
        stage.says("roster", f"{BRANCH}/{path}", EMPTY)
    lists = ("homework", "home-notes", "registers", "absences", "line-items", "categories", "report-card-runs", "remark-bank")
    for path in (*lists, "behaviour/notes", "engagement/unreached", "engagement/steps", "learning-goals", "teaching-methods"):
        stage.says("reports", f"{BRANCH}/{path}", EMPTY)
    stage.says(
        "reports", f"{BRANCH}/attendance/missing-registers", {"on": "2026-11-26", "closed": None, "taken": 0, "missing": []}
    )
    stage.says("reports", f"{BRANCH}/attendance/week", {"days": [{"weekday": day, "ends": "13:30"} for day in range(6)]})
    stage.says("reports", f"{BRANCH}/class-timetables/c1", {"periods": [], "holiday": None})
    stage.says("reports", f"{BRANCH}/behaviour/aspects", {"aspects": []})
    for path in ("conversations", "unclear-answers", "guides"):
        stage.says("notifications", f"{BRANCH}/{path}", EMPTY)
    for path in ("meeting-days", "bookings", "call-wishes", "commitments"):
        stage.says("meetings", f"{BRANCH}/{path}", EMPTY)
    return stage.signed_in(person_id="t1", roles={"b1": ["teacher", "class_teacher"]})


def gone_on(edition: int) -> dict[str, Any]:
    title = "Somebody has changed it meanwhile"
    return {"type": "https://rabta.pk/problems/gone-on", "title": title, "status": 409, "edition": edition}


def post_files(browser: Browser, path: str, fields: dict[str, str], **files: tuple[str, bytes]) -> requests.Response:
    """As a form of the page that is shown, with files: each a name and its bytes."""
    given = {"csrf": browser.mark, **fields}
    sent = {name: (file, content, "application/octet-stream") for name, (file, content) in files.items()}
    return browser._call("POST", path, {"Sec-Fetch-Site": "same-origin"}, data=given, files=sent)
