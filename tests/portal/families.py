"""The family that tests of parents' pages read as, and what the stand-ins say of it."""

from typing import Any

from tests.portal.support import Stage

B1, B2 = {"branch_id": "b1", "name": "Gulberg"}, {"branch_id": "b2", "name": "Johar Town"}
CLASS = {"class_id": "c1", "title": "Class 1A", "grade": "01", "subject": None, "homeroom": True}
ZOYA = {"person_id": "z", "given_name": "Zoya", "family_name": "Khan", "name_ur": "زویا", "branch": B1, "classes": [CLASS]}
BILAL = {**ZOYA, "person_id": "y", "given_name": "Bilal", "name_ur": None, "branch": B2}
AT, V1 = "/children/b1/z", "/v1/branches/b1"
NONE: dict[str, Any] = {"items": [], "next": None}
TODAY: dict[str, Any] = {
    "date": "2026-11-26",
    **{name: [] for name in ("homework", "diary", "goals", "expectations", "results", "report_cards", "home_notes")},
    **{name: [] for name in ("attendance", "reasons_wanted", "behaviour")},
    "tonight": {"homework_ids": [], "talking_points": []},
}
HOMEWORK = {
    **{"homework_id": "h1", "class_title": "Class 1A", "subject": None, "title": "<b>Plants</b>", "text": "Draw one."},
    **{"due_on": "2026-11-29", "edition": 3, "done": None, "signed": False, "checked": None},
}


def problem(slug: str, title: str, status: int, **more: Any) -> dict[str, Any]:
    return {"type": f"https://rabta.pk/problems/{slug}", "title": title, "detail": "A way out.", "status": status, **more}


def today(stage: Stage, **more: Any) -> None:
    stage.says("reports", f"{V1}/today/z", {**TODAY, **more})
