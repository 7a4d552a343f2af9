"""Nested collections: what belongs to a school, a class, a course, a term or a user.

Each function gives a condition for the nested resource, and raises NotFound when what it belongs to is not in reach.
"""

from typing import Any

from schoolbus.oneroster.query import Condition
from schoolbus.problems import NotFound
from schoolbus.scope import branch
from services.roster.provider.reach import Reach
from services.roster.provider.resources import CLASSES, COURSES, SCHOOLS, STUDENTS, TEACHERS, TERMS, USERS, Resource
from services.roster.store import Store


def one(store: Store, reach: Reach, resource: Resource, id: str) -> dict[str, Any]:
    """A record of a resource in reach. Raises NotFound."""
    scope = reach.with_shared() if resource.shared else reach
    for name in resource.kept:
        found: dict[str, Any] | None = getattr(store, name).first(scope, {"$and": [{"_id": id}, resource.where(reach)]})
        if found is not None:
            return found
    raise NotFound(resource.what)


# In a school


def classes_of_school(store: Store, reach: Reach, school_id: str) -> Condition:
    return {"branch_id": one(store, reach, SCHOOLS, school_id)["_id"]}


def enrollments_of_school(store: Store, reach: Reach, school_id: str) -> Condition:
    school = one(store, reach, SCHOOLS, school_id)["_id"]
    return {"branch_id": school, **store.enrolled_in(branch(school))}


def courses_of_school(store: Store, reach: Reach, school_id: str) -> Condition:
    """Those that its classes teach, and those of its own."""
    school = one(store, reach, SCHOOLS, school_id)["_id"]
    taught = store.classes.collection.distinct("course_id", {"branch_id": school})
    return {"$or": [{"_id": {"$in": [id for id in taught if id]}}, {"branch_id": school}]}


def terms_of_school(store: Store, reach: Reach, school_id: str) -> Condition:
    """Those in which its classes are taught, and those above them."""
    school = one(store, reach, SCHOOLS, school_id)["_id"]
    found: set[str] = set()
    level = set(store.classes.collection.distinct("term_ids", {"branch_id": school}))
    while level:
        found |= level
        above = store.terms.find(reach.with_shared(), {"_id": {"$in": list(level)}})
        level = {term["parent_id"] for term in above if term.get("parent_id")} - found
    return {"_id": {"$in": sorted(found)}}


def students_of_school(store: Store, reach: Reach, school_id: str) -> Condition:
    return _people_of_school(store, reach, school_id, "student")


def teachers_of_school(store: Store, reach: Reach, school_id: str) -> Condition:
    return _people_of_school(store, reach, school_id, "teacher")


def _people_of_school(store: Store, reach: Reach, school_id: str, role: str) -> Condition:
    school = one(store, reach, SCHOOLS, school_id)["_id"]
    return {"branch_id": school, f"roles.{school}": role}


# In a class


def students_of_class(store: Store, reach: Reach, class_id: str) -> Condition:
    return _enrolled(store, reach, one(store, reach, CLASSES, class_id), "student")


def teachers_of_class(store: Store, reach: Reach, class_id: str) -> Condition:
    return _enrolled(store, reach, one(store, reach, CLASSES, class_id), "teacher")


def enrollments_in_school(store: Store, reach: Reach, school_id: str, class_id: str) -> Condition:
    return {"class_id": _class_in(store, reach, school_id, class_id)["_id"]}


def students_in_school(store: Store, reach: Reach, school_id: str, class_id: str) -> Condition:
    return _enrolled(store, reach, _class_in(store, reach, school_id, class_id), "student")


def teachers_in_school(store: Store, reach: Reach, school_id: str, class_id: str) -> Condition:
    return _enrolled(store, reach, _class_in(store, reach, school_id, class_id), "teacher")


def _class_in(store: Store, reach: Reach, school_id: str, class_id: str) -> dict[str, Any]:
    school = one(store, reach, SCHOOLS, school_id)
    found = one(store, reach, CLASSES, class_id)
    if found["branch_id"] != school["_id"]:
        raise NotFound(CLASSES.what)
    return found


def _enrolled(store: Store, reach: Reach, class_: dict[str, Any], role: str) -> Condition:
    rows = store.enrollments.find(reach, {"class_id": class_["_id"], "role": role, "active": True})
    return {"_id": {"$in": [row["person_id"] for row in rows]}}


# Classes of a course, a term, a user


def classes_of_course(store: Store, reach: Reach, course_id: str) -> Condition:
    return {"course_id": one(store, reach, COURSES, course_id)["_id"]}


def classes_of_term(store: Store, reach: Reach, term_id: str) -> Condition:
    return {"term_ids": one(store, reach, TERMS, term_id)["_id"]}


def periods_of_term(store: Store, reach: Reach, term_id: str) -> Condition:
    return {"parent_id": one(store, reach, TERMS, term_id)["_id"]}


def classes_of_user(store: Store, reach: Reach, user_id: str) -> Condition:
    return _classes(store, reach, one(store, reach, USERS, user_id))


def classes_of_student(store: Store, reach: Reach, student_id: str) -> Condition:
    return _classes(store, reach, one(store, reach, STUDENTS, student_id), role="student")


def classes_of_teacher(store: Store, reach: Reach, teacher_id: str) -> Condition:
    return _classes(store, reach, one(store, reach, TEACHERS, teacher_id), role="teacher")


def _classes(store: Store, reach: Reach, person: dict[str, Any], **role: str) -> Condition:
    rows = store.enrollments.find(reach, {"person_id": person["_id"], "active": True, **role})
    return {"_id": {"$in": sorted({row["class_id"] for row in rows})}}


OF_SOMEBODY = (classes_of_user, classes_of_student, classes_of_teacher)
