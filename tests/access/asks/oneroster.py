"""OneRoster by REST: every GET of the standard, each by the ids that its path names."""

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

ASKS = {f"roster.getAll{many}": Ask(SELF, {"limit": "5"}) for many in _ALL} | {
    f"roster.get{what}": Ask(THING, ids={name: f"${id}" for name, id in zip(_NAMES, ids, strict=False)})
    for what, ids in _OF.items()
}
