"""A whole set is checked before anything of it is stored, each file in the light of those before it."""

from datetime import date
from typing import IO

from services.roster.oneroster import check_people, check_school
from services.roster.oneroster.archive import Archive, Progress, open_archive
from services.roster.oneroster.findings import Findings
from services.roster.oneroster.manifest import read_manifest
from services.roster.oneroster.plan import Plan
from services.roster.oneroster.rowcheck import RowCheck
from services.roster.oneroster.tables import Table

_CHECKS = {
    "orgs": check_school.check_orgs,
    "academicSessions": check_school.check_sessions,
    "courses": check_school.check_courses,
    "classes": check_school.check_classes,
    "users": check_people.check_users,
    "roles": check_people.check_roles,
    "enrollments": check_people.check_enrollments,
    "demographics": check_people.check_demographics,
}


def check_set(file: IO[bytes], today: date, findings: Findings, progress: Progress) -> tuple[Archive, Plan] | None:
    """Reads a whole set once. None when it is refused: `findings` says why.

    `today` decides which roles and enrollments have ended.
    """
    archive = open_archive(file, findings, progress)
    if archive is None:
        return None
    plan = Plan(today, read_manifest(archive, findings))
    if findings.problem_count:
        return None
    for wanted in plan.files:
        table = Table(archive, wanted, findings)
        _CHECKS[wanted.name](table, RowCheck(wanted, findings), plan)
        plan.rows[wanted.name] = table.count
    check_people.relate(plan, findings)
    return None if findings.problem_count else (archive, plan)
