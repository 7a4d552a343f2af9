"""today.per_s: guardians of a class read their child's "today" through the gateway, each their own, with all in it that a
school day brings.

Everything (load, gateway, services, database, broker) is on the same cores.
"""

import uuid
from pathlib import Path
from statistics import median

from bench.figures import Figure
from bench.load import load
from deploy.local.infrastructure import Infrastructure
from schoolbus import clock
from tests.e2e.school import School
from tests.support.platform import Platform
from tests.support.waiting import eventually

ROUNDS = 3
FAMILIES = ("urdu_sms", "apart", "two_branches", "shared_phone", "rate_limited_once")
EVERY_DAY = {"days": [{"weekday": weekday, "ends": "23:59"} for weekday in range(7)]}


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    platform = Platform(infrastructure, folder).start()
    try:
        school = School.open(platform)
        school_day(school)
        asked = [(f"{school.branch}/today/{school.child(kind)}", school.guardian(kind)) for kind in FAMILIES]
        eventually(lambda: all(guardian.get(path)["results"] for path, guardian in asked))
        rounds = [load(platform.url, [(path, guardian.token) for path, guardian in asked]) for _ in range(ROUNDS)]
    finally:
        platform.stop()
    return [
        Figure("today.per_s", median(each.per_s for each in rounds), "req/s"),
        Figure("today.p99_ms", median(each.p99_ms for each in rounds), "ms"),
    ]


def school_day(school: School) -> None:
    """Homework, a register, the diary with a talking point, praise, and a quiz that is published: of every child."""
    teacher, head, branch, class_id = school.teacher, school.head, school.branch, school.class_id
    children = [school.child(kind) for kind in FAMILIES]
    today = clock.today().isoformat()
    for number in range(4):
        school.set_homework(f"Homework {number}")
    head.put(f"{branch}/attendance/week", EVERY_DAY)
    teacher.put(f"{branch}/registers/{class_id}/{today}", {"entries": [], "others": "present"})
    entry = {"text": "We put flowers into coloured water.", "talking_point": "Ask how plants drink."}
    teacher.put(f"{branch}/diary/{class_id}/{today}", entry)
    praise = {"class_id": class_id, "student_ids": children, "aspect_id": "listening", "tone": "praise"}
    teacher.post(f"{branch}/behaviour/notes", praise)
    category, item = (f"{branch}/{kind}/{uuid.uuid4()}" for kind in ("categories", "line-items"))
    category_id = head.put(category, {"class_id": class_id, "title": "Quizzes", "weight": "20"})["category_id"]
    about = {"subject": "Science", "term": "First term", "title": "How plants drink", "kind": "quiz", "result_max": "10"}
    teacher.put(item, {"class_id": class_id, "category_id": category_id, **about})
    teacher.put(f"{item}/results", {"results": [{"student_id": child, "score": "8.5"} for child in children]})
    teacher.post(f"{item}/publication")
