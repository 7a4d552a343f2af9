"""The roster by OneRoster 1.2's REST binding: every GET of the rostering service, by the standard's names."""

import re

from schoolbus.oneroster.schemas import CollectionQuery, OneQuery
from schoolbus.service import api
from services.roster.provider import reading, schemas, within
from services.roster.provider.resources import (
    CLASSES,
    COURSES,
    DEMOGRAPHICS,
    ENROLLMENTS,
    GRADING_PERIODS,
    ORGS,
    SCHOOLS,
    SESSIONS,
    STUDENTS,
    TEACHERS,
    TERMS,
    USERS,
)
from services.roster.provider.shapes import BASE

MAY = "read the roster by OneRoster"


def _all(name, path, resource, inside=None):
    """A collection. Ids stand in the path as {}."""

    def get(self, caller, *given):
        *ids, query, address = given
        return reading.collection(self.store, caller, resource, path, inside, ids, query, address)

    return _named(get, name, path, CollectionQuery, schemas.MANY[resource.many])


def _one(name, path, resource):
    """A single record."""

    def get(self, caller, id, query, address):
        return reading.single(self.store, caller, resource, id, query, address)

    return _named(get, name, path, OneQuery, schemas.ONE[resource.many])


def _named(get, name, path, query, gives):
    get.__name__ = name
    get.__doc__ = f"OneRoster 1.2: {name}"
    ids = iter(("{first_id}", "{second_id}"))
    full = BASE + re.sub(r"{}", lambda _: next(ids), path)
    return api("GET", full, query=query, gives=gives, may=MAY, address=True)(get)


class Provider:
    # Organisations
    get_all_orgs = _all("getAllOrgs", "/orgs", ORGS)
    get_org = _one("getOrg", "/orgs/{}", ORGS)
    get_all_schools = _all("getAllSchools", "/schools", SCHOOLS)
    get_school = _one("getSchool", "/schools/{}", SCHOOLS)

    # Time
    get_all_sessions = _all("getAllAcademicSessions", "/academicSessions", SESSIONS)
    get_session = _one("getAcademicSession", "/academicSessions/{}", SESSIONS)
    get_all_terms = _all("getAllTerms", "/terms", TERMS)
    get_term = _one("getTerm", "/terms/{}", TERMS)
    get_all_grading_periods = _all("getAllGradingPeriods", "/gradingPeriods", GRADING_PERIODS)
    get_grading_period = _one("getGradingPeriod", "/gradingPeriods/{}", GRADING_PERIODS)
    get_periods_of_term = _all("getGradingPeriodsForTerm", "/terms/{}/gradingPeriods", GRADING_PERIODS, within.periods_of_term)
    get_terms_of_school = _all("getTermsForSchool", "/schools/{}/terms", TERMS, within.terms_of_school)

    # Courses and classes
    get_all_courses = _all("getAllCourses", "/courses", COURSES)
    get_course = _one("getCourse", "/courses/{}", COURSES)
    get_courses_of_school = _all("getCoursesForSchool", "/schools/{}/courses", COURSES, within.courses_of_school)
    get_all_classes = _all("getAllClasses", "/classes", CLASSES)
    get_class = _one("getClass", "/classes/{}", CLASSES)
    get_classes_of_school = _all("getClassesForSchool", "/schools/{}/classes", CLASSES, within.classes_of_school)
    get_classes_of_course = _all("getClassesForCourse", "/courses/{}/classes", CLASSES, within.classes_of_course)
    get_classes_of_term = _all("getClassesForTerm", "/terms/{}/classes", CLASSES, within.classes_of_term)
    get_classes_of_user = _all("getClassesForUser", "/users/{}/classes", CLASSES, within.classes_of_user)
    get_classes_of_student = _all("getClassesForStudent", "/students/{}/classes", CLASSES, within.classes_of_student)
    get_classes_of_teacher = _all("getClassesForTeacher", "/teachers/{}/classes", CLASSES, within.classes_of_teacher)

    # People
    get_all_users = _all("getAllUsers", "/users", USERS)
    get_user = _one("getUser", "/users/{}", USERS)
    get_all_students = _all("getAllStudents", "/students", STUDENTS)
    get_student = _one("getStudent", "/students/{}", STUDENTS)
    get_students_of_school = _all("getStudentsForSchool", "/schools/{}/students", STUDENTS, within.students_of_school)
    get_students_of_class = _all("getStudentsForClass", "/classes/{}/students", STUDENTS, within.students_of_class)
    get_students_in_school = _all(
        "getStudentsForClassInSchool", "/schools/{}/classes/{}/students", STUDENTS, within.students_in_school
    )
    get_all_teachers = _all("getAllTeachers", "/teachers", TEACHERS)
    get_teacher = _one("getTeacher", "/teachers/{}", TEACHERS)
    get_teachers_of_school = _all("getTeachersForSchool", "/schools/{}/teachers", TEACHERS, within.teachers_of_school)
    get_teachers_of_class = _all("getTeachersForClass", "/classes/{}/teachers", TEACHERS, within.teachers_of_class)
    get_teachers_in_school = _all(
        "getTeachersForClassInSchool", "/schools/{}/classes/{}/teachers", TEACHERS, within.teachers_in_school
    )

    # Who is in which class
    get_all_enrollments = _all("getAllEnrollments", "/enrollments", ENROLLMENTS)
    get_enrollment = _one("getEnrollment", "/enrollments/{}", ENROLLMENTS)
    get_enrollments_of_school = _all(
        "getEnrollmentsForSchool", "/schools/{}/enrollments", ENROLLMENTS, within.enrollments_of_school
    )
    get_enrollments_in_school = _all(
        "getEnrollmentsForClassInSchool", "/schools/{}/classes/{}/enrollments", ENROLLMENTS, within.enrollments_in_school
    )

    # Demographics, by a scope of their own
    get_all_demographics = _all("getAllDemographics", "/demographics", DEMOGRAPHICS)
    get_demographics = _one("getDemographics", "/demographics/{}", DEMOGRAPHICS)
