"""The README's pictures: `make screenshots` draws them anew. A window of each of the six main pages, after a school day."""

import uuid
from datetime import date, timedelta

import pytest

from tests.browser.support import pictures
from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.e2e.school import School
from tests.support.waiting import eventually

FAMILY = "urdu_sms"
SUBJECTS = ("Science", "Urdu", "Mathematics")


@pytest.fixture(scope="module")
def branch_id(school: School) -> str:
    """A branch after a day: homework, a diary, praise, quizzes whose marks are published, and a parents' evening to come."""
    teacher, branch, class_id = school.teacher, school.branch, school.class_id
    child = school.child(FAMILY)
    school.set_homework("How plants drink")
    entry = {"text": "We put white flowers into coloured water.", "talking_point": "Ask how plants drink."}
    teacher.put(f"{branch}/diary/{class_id}/{date.today().isoformat()}", entry)
    praise = {"class_id": class_id, "student_ids": [child], "aspect_id": "listening", "tone": "praise"}
    teacher.post(f"{branch}/behaviour/notes", praise)
    students = teacher.get(f"{branch}/classes/{class_id}")["students"]
    category = f"{branch}/categories/{uuid.uuid4()}"
    category_id = school.head.put(category, {"class_id": class_id, "title": "Quizzes", "weight": "20"})["category_id"]
    for place, subject in enumerate(SUBJECTS):
        item = f"{branch}/line-items/{uuid.uuid4()}"
        about = {"subject": subject, "term": "First term", "title": f"Quiz {place + 1}", "kind": "quiz", "result_max": "10"}
        teacher.put(item, {"class_id": class_id, "category_id": category_id, **about})
        scores = [{"student_id": each["person_id"], "score": f"{5 + (n + place) % 6}"} for n, each in enumerate(students)]
        teacher.put(f"{item}/results", {"results": scores})
        teacher.post(f"{item}/publication")
    hours = {"held_on": (date.today() + timedelta(days=9)).isoformat(), "starts": "17:00", "ends": "19:00", "slot_minutes": 10}
    teachers = [{"teacher_id": teacher.person_id, "place": "Room 4"}]
    school.head.post(f"{branch}/meeting-days", {"title": "Parents' evening", "teachers": teachers, **hours})
    eventually(lambda: school.guardian(FAMILY).get(f"{branch}/today/{child}")["results"])
    return branch.rpartition("/")[2]


@pytest.mark.readme
@pytest.mark.parametrize(
    ("name", "who", "path", "look"),
    [
        ("family", FAMILY, "/family", {"language": "ur"}),
        ("meetings", FAMILY, "/meetings", {"language": "en"}),
        ("register", "teacher", "/classes/{branch}/{class_}/register", {"language": "en"}),
        ("marks", "teacher", "/classes/{branch}/{class_}/marks", {"language": "en", "device": "desk"}),
        ("announcement", "head", "/branches/{branch}/announcements/new", {"language": "en", "device": "desk"}),
        ("engagement", "operator", "/chain/engagement", {"language": "en", "device": "desk", "scheme": "dark"}),
    ],
    ids=lambda value: value if isinstance(value, str) and "/" not in value else "",
)
def test_the_main_pages(
    branch_id: str, school: School, open_page: Opener, people: People, name: str, who: str, path: str, look: dict[str, str]
) -> None:
    person = people.guardian(who) if who == FAMILY else getattr(people, who)
    page = open_page(path.format(branch=branch_id, class_=school.class_id), person=person, **look)
    assert page.locator("h1").count() == 1
    assert pictures.window(page, name).exists()
