"""A whole set is checked before anything of it is stored, each file in the light of those before it."""

from datetime import date
from typing import IO

from services.roster.oneroster import check_people, check_school
from services.roster.oneroster.archive import Progress, open_archive
from services.roster.oneroster.findings import Findings
from services.roster.oneroster.incoming import Before, Incoming
from services.roster.oneroster.manifest import Known, read_manifest
from services.roster.oneroster.plan import Plan
from services.roster.oneroster.rowcheck import RowCheck

_CHECKS = {
    "orgs": check_school.check_orgs,
    "academicSessions": check_school.check_sessions,
    "courses": check_school.check_courses,
    "classes": check_school.check_classes,
    "users": check_people.check_users,
    "roles": check_people.check_roles,
    "enrollments": check_people.check_enrollments,
    "demographics": check_people.check_demographics,
    "userProfiles": check_people.check_profiles,
}


def check_set(
    file: IO[bytes], today: date, findings: Findings, progress: Progress, before: Before | None = None
) -> tuple[Incoming, Plan] | None:
    """Reads a whole set once, over the set `before` where it is a delta. None when it is refused: `findings` says why.

    `today` decides which roles and enrollments have ended.
    """
    archive = open_archive(file, findings, progress)
    if archive is None:
        return None
    kept = None if before is None else before.archive()
    known = None if before is None or kept is None else Known(before.version, kept.names)
    incoming = Incoming(archive, read_manifest(archive, findings, known), kept, progress)
    if findings.problem_count:
        return None
    plan = Plan(today, incoming.files)
    for wanted in plan.files:
        rows = incoming.rows(wanted, findings)
        _CHECKS[wanted.name](rows, RowCheck(rows.file, findings), plan)
        plan.rows[wanted.name] = rows.count
    check_people.relate(plan, findings)
    return None if findings.problem_count else (incoming, plan)
