"""What OneRoster's roles mean in Rabta. A person's roles in a branch are the bits of one number: people are many."""

STUDENT, GUARDIAN, TEACHER, OFFICE, HEAD = (1 << bit for bit in range(5))
NAMES = {STUDENT: "student", GUARDIAN: "guardian", TEACHER: "teacher", OFFICE: "office", HEAD: "head"}

IN_A_SCHOOL = {
    "student": STUDENT,
    "guardian": GUARDIAN,
    "parent": GUARDIAN,
    "relative": GUARDIAN,
    "teacher": TEACHER,
    "aide": TEACHER,
    "siteAdministrator": OFFICE,
    "administrator": OFFICE,
    "principal": HEAD,
}
OF_THE_CHAIN = frozenset(
    ("districtAdministrator", "systemAdministrator")
)  # in an organisation above the schools; within one: its office
ENROLLED_AS = {"student": STUDENT, "teacher": TEACHER}


def names_of(bits: int) -> list[str]:
    return [name for bit, name in NAMES.items() if bits & bit]
