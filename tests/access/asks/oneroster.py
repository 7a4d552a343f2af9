"""OneRoster by REST: every operation of the standard, each by the ids that its path names."""

from typing import Any

from tests.access import booked
from tests.access.asks.ask import SELF, THING, Ask

_ALL = (
    *("Orgs", "Schools", "AcademicSessions", "Terms", "GradingPeriods", "Courses", "Classes"),
    *("Users", "Students", "Teachers", "Enrollments", "Demographics"),
)
_OF = {
    "Org": ["branch_id"],
    "School": ["branch_id"],
    "AcademicSession": ["term_id"],
    "Term": ["term_id"],
    "GradingPeriod": ["grading_period_id"],
    "GradingPeriodsForTerm": ["term_id"],
    "TermsForSchool": ["branch_id"],
    "Course": ["course_id"],
    "CoursesForSchool": ["branch_id"],
    "Class": ["class_id"],
    "ClassesForSchool": ["branch_id"],
    "ClassesForCourse": ["course_id"],
    "ClassesForTerm": ["term_id"],
    "ClassesForUser": ["teacher_id"],
    "ClassesForStudent": ["student_id"],
    "ClassesForTeacher": ["teacher_id"],
    "User": ["guardian_id"],
    "Student": ["student_id"],
    "StudentsForSchool": ["branch_id"],
    "StudentsForClass": ["class_id"],
    "StudentsForClassInSchool": ["branch_id", "class_id"],
    "Teacher": ["teacher_id"],
    "TeachersForSchool": ["branch_id"],
    "TeachersForClass": ["class_id"],
    "TeachersForClassInSchool": ["branch_id", "class_id"],
    "Enrollment": ["enrollment_id"],
    "EnrollmentsForSchool": ["branch_id"],
    "EnrollmentsForClassInSchool": ["branch_id", "class_id"],
    "Demographics": ["student_id"],
}
_NAMES = ("first_id", "second_id")

_GRADEBOOK = {
    "Category": ["category_id"],
    "CategoriesForClass": ["class_id"],
    "LineItem": ["line_item_id"],
    "LineItemsForClass": ["class_id"],
    "LineItemsForSchool": ["branch_id"],
    "Result": ["result_id"],
    "ResultsForClass": ["class_id"],
    "ResultsForLineItemForClass": ["class_id", "line_item_id"],
    "ResultsForStudentForClass": ["class_id", "student_id"],
}
_PUT: dict[str, Any] = {
    "Category": {"category": {"title": "Tests", "weight": 30, "metadata": {"school": "$branch_id"}}},
    "LineItem": {
        "lineItem": {
            "title": "Cubes",
            "class": {"sourcedId": "$class_id"},
            "category": {"sourcedId": "$category_id"},
            "resultValueMax": 10,
            "metadata": {"subject": "Drawing", "term": "Second term"},
        }
    },
    "Result": {
        "result": {
            "lineItem": {"sourcedId": "$line_item_id"},
            "student": {"sourcedId": "$student_id"},
            "scoreStatus": "fully graded",
            "score": 7,
        }
    },
}
_FRESH = {"Category": booked.category, "LineItem": booked.line_item, "Result": booked.line_item}


def _ids(names: list[str]) -> dict[str, str]:
    return {name: f"${id}" for name, id in zip(_NAMES, names, strict=False)}


OF_GRADEBOOK = {
    **{f"reports.getAll{many}": Ask(SELF, {"limit": "5"}) for many in ("Categories", "LineItems", "Results")},
    **{f"reports.get{what}": Ask(THING, ids=_ids(names)) for what, names in _GRADEBOOK.items()},
    **{f"reports.put{what}": Ask(THING, body=body, ids=_ids(_GRADEBOOK[what])) for what, body in _PUT.items()},
    **{f"reports.delete{what}": Ask(THING, ids=_ids(_GRADEBOOK[what]), fresh=fresh) for what, fresh in _FRESH.items()},
}
ASKS = (
    OF_GRADEBOOK
    | {f"roster.getAll{many}": Ask(SELF, {"limit": "5"}) for many in _ALL}
    | {f"roster.get{what}": Ask(THING, ids=_ids(ids)) for what, ids in _OF.items()}
)
