"""People of a set: who has which roles where, who is enrolled, who is whose guardian."""

from array import array

from services.roster.oneroster.findings import Findings, Place
from services.roster.oneroster.layout import USERS
from services.roster.oneroster.plan import Plan, paired, unpaired
from services.roster.oneroster.roles import ENROLLED_AS, GUARDIAN, IN_A_SCHOOL, OF_THE_CHAIN, OFFICE, STUDENT
from services.roster.oneroster.rowcheck import RowCheck
from services.roster.oneroster.tables import Rows


def check_users(table: Rows, check: RowCheck, plan: Plan) -> None:
    enabled, agents, secret = (table.file.place[name] for name in ("enabledUser", "agentSourcedIds", "password"))
    for line, row in table:
        if not check.fields(line, row):
            continue
        if row[0] in plan.people:
            check.taken(line, row[0])
            continue
        if row[enabled] not in ("true", "false", ""):
            check.problem(line, "enabledUser", "must be true or false")
        plan.has_secrets = plan.has_secrets or bool(row[secret])
        person = plan.add_person(row[0])
        for agent in row[agents].split(",") if row[agents] else ():
            plan.has_agent(person, agent.strip(), line)


def check_roles(table: Rows, check: RowCheck, plan: Plan) -> None:
    place = table.file.place
    names = ("userSourcedId", "role", "beginDate", "endDate", "orgSourcedId")
    user, role, begins, ends, org = (place[name] for name in names)
    seen: set[int] = set()
    for line, row in table:
        if not check.fields(line, row):
            continue
        _once(line, row[0], seen, check)
        person = plan.people.get(row[user])
        if person is None:
            check.unknown(line, "userSourcedId", row[user], "users.csv")
        elif row[org] not in plan.branch_of:
            check.unknown(line, "orgSourcedId", row[org], "orgs.csv")
        elif plan.in_force(row[begins], row[ends]):
            _grant(line, person, row[role], plan.branch_of[row[org]], check, plan)
        elif row[begins] > plan.today.isoformat():
            check.warn(line, "beginDate", "The role has not begun: it gives no access until it does")
        else:
            check.warn(line, "endDate", "The role has ended: it gives no access")


def _grant(line: Place, person: int, role: str, branch: int | None, check: RowCheck, plan: Plan) -> None:
    if role in OF_THE_CHAIN:
        if branch is None:
            plan.operators.add(person)
        else:
            check.warn(line, "role", "A role of the chain in a school: taken as the school's office")
            plan.grant(person, branch, OFFICE)
    elif role not in IN_A_SCHOOL:
        check.warn(line, "role", "The role means nothing here: it gives no access")
    elif branch is None:
        plan.kinds[person] |= IN_A_SCHOOL[role]
        check.warn(line, "orgSourcedId", "is no school, and in no school: the role gives no access")
    else:
        plan.grant(person, branch, IN_A_SCHOOL[role])


def check_enrollments(table: Rows, check: RowCheck, plan: Plan) -> None:
    place = table.file.place
    names = ("classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate", "endDate")
    class_, school, user, role, begins, ends = (place[name] for name in names)
    classes, people = plan.classes, plan.people
    seen: set[int] = set()
    for line, row in table:
        if not check.fields(line, row):
            continue
        _once(line, row[0], seen, check)
        branch, person = classes.get(row[class_]), people.get(row[user])
        if branch is None:
            check.unknown(line, "classSourcedId", row[class_], "classes.csv")
        elif row[school] not in plan.branch_of:
            check.unknown(line, "schoolSourcedId", row[school], "orgs.csv")
        elif plan.branch_of[row[school]] != branch:
            check.problem(line, "schoolSourcedId", "is not the school of the class")
        if person is None:
            check.unknown(line, "userSourcedId", row[user], "users.csv")
        elif row[role] not in ENROLLED_AS:
            check.warn(line, "role", "Not taken: only students and teachers are enrolled")
        elif (
            plan.in_force(row[begins], row[ends])
            and branch is not None
            and not plan.has(person, branch, ENROLLED_AS[row[role]])
        ):
            check.warn(line, "role", "roles.csv gives this person no such role in the school: taken from the enrollment")
            plan.grant(person, branch, ENROLLED_AS[row[role]])


def check_demographics(table: Rows, check: RowCheck, plan: Plan) -> None:
    seen: set[int] = set()
    for line, row in table:
        if not check.fields(line, row):
            continue
        _once(line, row[0], seen, check)
        if row[0] not in plan.people:
            check.warn(line, "sourcedId", "is not in users.csv: not kept")


def check_profiles(table: Rows, check: RowCheck, plan: Plan) -> None:
    user, secret = table.file.place["userSourcedId"], table.file.place["password"]
    seen: set[int] = set()
    for line, row in table:
        if not check.fields(line, row):
            continue
        _once(line, row[0], seen, check)
        plan.has_secrets = plan.has_secrets or bool(row[secret])
        if row[user] not in plan.people:
            check.warn(line, "userSourcedId", "is not in users.csv: not kept")


def _once(line: Place, sourced_id: str, seen: set[int], check: RowCheck) -> None:
    """Hashes are kept, not ids: a million take a third of the memory, and two ids of one hash are not to be expected."""
    key = hash(sourced_id)
    if key in seen:
        check.taken(line, sourced_id)
    seen.add(key)


def relate(plan: Plan, findings: Findings) -> None:
    """agentSourcedIds may stand with the student, the guardian or both; who is which is told by their roles."""
    check = RowCheck(USERS, findings)
    for person, agent_id, line in plan.agents:  # who stood above their agent
        if agent_id in plan.people:
            plan.has_agent(person, agent_id, line)
        else:
            check.warn(line, "agentSourcedIds", "is not in users.csv: no relation taken")
    plan.agents.clear()
    plan.relations = array("Q", sorted(_relations(check, plan)))
    for student, guardian in map(unpaired, plan.relations):
        for branch in plan.branches_as(student, STUDENT):
            plan.grant(guardian, branch, GUARDIAN)


def _relations(check: RowCheck, plan: Plan) -> set[int]:
    found = set()
    for pair, line in zip(plan.pairs, plan.pair_places, strict=True):
        person, agent = unpaired(pair)
        forth, back = plan.is_student_of(person, agent), plan.is_student_of(agent, person)
        if forth == back:
            check.warn(line, "agentSourcedIds", "does not join a student and a guardian by their roles: no relation taken")
            continue
        found.add(pair if forth else paired(agent, person))
    del plan.pairs[:], plan.pair_places[:]
    return found
