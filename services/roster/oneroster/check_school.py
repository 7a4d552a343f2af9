"""Organisations, sessions, courses and classes of a set."""

from services.roster.oneroster.findings import Place
from services.roster.oneroster.layout import CLASS_TYPES, ORG_TYPES
from services.roster.oneroster.plan import Plan
from services.roster.oneroster.rowcheck import RowCheck
from services.roster.oneroster.tables import Rows


def check_orgs(table: Rows, check: RowCheck, plan: Plan) -> None:
    """Finds the school of every organisation: itself, or the nearest above it."""
    kinds: dict[str, str] = {}
    parents: dict[str, str] = {}
    lines: dict[str, Place] = {}
    for line, row in table:
        sourced_id, kind, parent = row[0], row[4], row[6]
        if not check.fields(line, row):
            continue
        if sourced_id in kinds:
            check.taken(line, sourced_id)
        if kind and kind not in ORG_TYPES:
            check.warn(line, "type", "is none of the standard's: kept as a unit without pupils of its own")
        kinds[sourced_id], parents[sourced_id], lines[sourced_id] = kind, parent, line
        if kind == "school":
            plan.branches.setdefault(sourced_id, len(plan.branches))
    for sourced_id, parent in parents.items():
        if parent and parent not in kinds:
            check.warn(lines[sourced_id], "parentSourcedId", "is not in orgs.csv: kept without a parent")
        plan.branch_of[sourced_id] = _school_of(sourced_id, parents, plan.branches)
        if _turns_in_a_circle(sourced_id, parents):
            check.problem(lines[sourced_id], "parentSourcedId", "The parents of this organisation lead back to itself")


def _school_of(sourced_id: str, parents: dict[str, str], branches: dict[str, int]) -> int | None:
    seen: set[str] = set()
    while sourced_id and sourced_id not in seen:
        if sourced_id in branches:
            return branches[sourced_id]
        seen.add(sourced_id)
        sourced_id = parents.get(sourced_id, "")
    return None


def _turns_in_a_circle(sourced_id: str, parents: dict[str, str]) -> bool:
    above, seen = parents[sourced_id], set[str]()
    while above and above not in seen:
        if above == sourced_id:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False


def check_sessions(table: Rows, check: RowCheck, plan: Plan) -> None:
    for line, row in table:
        if not check.fields(line, row):
            continue
        if row[0] in plan.sessions:
            check.taken(line, row[0])
        if row[5] > row[6]:
            check.problem(line, "endDate", "lies before startDate")
        plan.sessions.add(row[0])


def check_courses(table: Rows, check: RowCheck, plan: Plan) -> None:
    org = table.file.place["orgSourcedId"]
    for line, row in table:
        if not check.fields(line, row):
            continue
        if row[0] in plan.courses:
            check.taken(line, row[0])
        if row[org] and row[org] not in plan.branch_of:
            check.warn(line, "orgSourcedId", "is not in orgs.csv: kept as a course of the chain")
        plan.courses[row[0]] = plan.branch_of.get(row[org])


def check_classes(table: Rows, check: RowCheck, plan: Plan) -> None:
    place = table.file.place
    course, kind, school, terms = (
        place[name] for name in ("courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds")
    )
    has_courses, has_sessions = "courses" in plan.rows, "academicSessions" in plan.rows
    for line, row in table:
        if not check.fields(line, row):
            continue
        if row[0] in plan.classes:
            check.taken(line, row[0])
        if row[kind] and row[kind] not in CLASS_TYPES:
            check.warn(line, "classType", "is neither homeroom nor scheduled")
        if has_courses and row[course] and row[course] not in plan.courses:
            check.warn(line, "courseSourcedId", "is not in courses.csv")
        if has_sessions and any(term not in plan.sessions for term in row[terms].split(",") if term):
            check.warn(line, "termSourcedIds", "is not in academicSessions.csv")
        branch = _school(line, row[school], check, plan)
        if branch is not None:
            plan.classes[row[0]] = branch


def _school(line: Place, org: str, check: RowCheck, plan: Plan) -> int | None:
    if org not in plan.branch_of:
        check.unknown(line, "schoolSourcedId", org, "orgs.csv")
        return None
    branch = plan.branch_of[org]
    if branch is None:
        check.problem(line, "schoolSourcedId", "is no school, and in no school")
    return branch
