"""The part of the tour that is an ordinary school day: who is there, what was done, praise, a quiz, what the home sees."""

import uuid
from datetime import date
from typing import Any

from demo.visiting import Person, in_days, say

TERM = "First term"


def school_day(head: Person, teacher: Person, mother: Person, branch: str, homeroom: Any, child: Any) -> None:
    _register(teacher, mother, branch, homeroom, child)
    _diary(teacher, branch, homeroom)
    _praise(teacher, branch, homeroom, child)
    _quiz(head, teacher, mother, branch, homeroom, child)
    _today(mother, branch, child)


def _register(teacher: Person, mother: Person, branch: str, homeroom: Any, child: Any) -> None:
    """Of the newest day on which there was school. An earlier tour has taken it: it stays."""
    days = (in_days(-ago) for ago in range(7))
    paths = (f"{branch}/registers/{homeroom['class_id']}/{day}" for day in days)
    taken = next(path for path in paths if teacher.try_to("GET", path).ok)
    if teacher.ask("GET", taken)["edition"] == 0:
        absent = [{"student_id": child["person_id"], "status": "absent"}]
        teacher.ask("PUT", taken, json={"entries": absent, "others": "present"})
    query = {"student_id": child["person_id"], "since": in_days(-7), "until": in_days(0)}
    absence = mother.ask("GET", f"{branch}/absences", params=query)["items"][0]
    path = f"{branch}/absences/{absence['absence_id']}"
    mother.ask("PUT", f"{path}/reason", json={"kind": "ill", "text": "A cold."})
    teacher.ask("PUT", f"{path}/acceptance", json={"accepted": True})
    register = teacher.ask("GET", taken)["entries"]
    say(f"A teacher takes a register of {len(register)} in one request; the absent child's mother is told, and says why")


def _diary(teacher: Person, branch: str, homeroom: Any) -> None:
    path, today = f"{branch}/diary/{homeroom['class_id']}", date.today().isoformat()
    week = teacher.ask("GET", path)["days"]
    written = [entry for day in week if day["held_on"] == today for entry in day["entries"] if entry["subject"] is None]
    entry = {
        "text": "We put white flowers into coloured water.",
        "text_ur": "ہم نے سفید پھول رنگین پانی میں رکھے۔",
        "talking_point": "Ask how plants drink.",
        "talking_point_ur": "پوچھیں کہ پودے پانی کیسے پیتے ہیں۔",
        "edition": written[0]["edition"] if written else 0,
    }
    teacher.ask("PUT", f"{path}/{today}", json=entry)
    say(f"The class diary says what was done, and gives the home something to talk about: {entry['talking_point']}")


def _praise(teacher: Person, branch: str, homeroom: Any, child: Any) -> None:
    aspect = teacher.ask("GET", f"{branch}/behaviour/aspects")["aspects"][0]
    note = {"class_id": homeroom["class_id"], "aspect_id": aspect["aspect_id"], "tone": "praise"}
    teacher.ask("POST", f"{branch}/behaviour/notes", json={**note, "student_ids": [child["person_id"]]})
    say(f"A word of praise takes two taps: {aspect['title'].lower()}")


def _quiz(head: Person, teacher: Person, mother: Person, branch: str, homeroom: Any, child: Any) -> None:
    category, item = (f"{branch}/{kind}/{uuid.uuid4()}" for kind in ("categories", "line-items"))
    sort = {"class_id": homeroom["class_id"], "title": "Quizzes", "weight": "20"}
    made = head.ask("PUT", category, json=sort)
    about = {"subject": "Science", "term": TERM, "title": "How plants drink", "kind": "quiz", "result_max": "10"}
    teacher.ask("PUT", item, json={"class_id": homeroom["class_id"], "category_id": made["category_id"], **about})
    teacher.ask("PUT", f"{item}/results", json={"results": [{"student_id": child["person_id"], "score": "8.5"}]})
    teacher.ask("POST", f"{item}/publication")
    found = mother.ask("GET", f"{branch}/results", params={"student_id": child["person_id"]})["items"][0]
    say(f"A quiz is marked and published: {found['title']}, {found['score']} of {found['out_of']}")


def _today(mother: Person, branch: str, child: Any) -> None:
    today = mother.ask("GET", f"{branch}/today/{child['person_id']}")
    points = [point["talking_point"] for point in today["tonight"]["talking_points"]]
    new = ", ".join(f"{len(today[part])} {part}" for part in ("homework", "results", "behaviour"))
    say(f"Today, for the home, in one request: {new}; for this evening: {'; '.join(points)}")
