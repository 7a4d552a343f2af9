"""The frame that people are put in: the school year, branches, courses and classes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from demo import places
from demo.names import Name

CHAIN_ID = "chain"
YEAR_ID = "year"
TERM_IDS = ("term-1", "term-2")
SUBJECTS = ("English", "Urdu", "Mathematics", "Science", "Islamiyat")

_CLASS_SIZE = 32  # students, at most, about
_SMALL_CLASS = 16  # a small branch has fewer grades rather than emptier classes
_GRADES = 10


@dataclass(slots=True)
class Section:
    """Students who learn together: a homeroom and a class for each subject."""

    grade: str  # 01 to 10
    title: str
    homeroom_id: str
    subject_ids: tuple[str, ...]


@dataclass(slots=True)
class Branch:
    """A school with its sections; it seats students as they come."""

    index: int
    name: Name
    students: int
    grades: list[list[Section]]
    _seated: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._seated = [0] * len(self.grades)

    @property
    def id(self) -> str:
        return branch_id(self.index)

    @property
    def sections(self) -> list[Section]:
        return [section for grade in self.grades for section in grade]

    @property
    def teachers(self) -> int:
        """How many: one for each section, and one for each subject."""
        return max(sum(map(len, self.grades)), len(SUBJECTS))

    def teacher_of(self, subject: int, section: int) -> int:
        """Which teacher (an index) teaches a subject in a section: everyone has one subject."""
        specialists = range(subject, self.teachers, len(SUBJECTS))
        return specialists[section % len(specialists)]

    def seat(self, grade: int) -> Section:
        """The section of the next student of a grade (an index; those beyond the last begin again)."""
        grade %= len(self.grades)
        sections = self.grades[grade]
        self._seated[grade] += 1
        return sections[self._seated[grade] % len(sections)]

    def beside(self, branches: int) -> int:
        """The index of the branch in the same town, or this one's where it has none."""
        neighbour = self.index ^ 1
        return neighbour if neighbour < branches else self.index


def branch_id(index: int) -> str:
    return f"branch-{index + 1}"


def plan_branch(index: int, students: int) -> Branch:
    count = min(_GRADES, max(1, round(students / _SMALL_CLASS)))
    sections = -(-students // (count * _CLASS_SIZE))
    grades = [[_section(index, grade, place) for place in range(sections)] for grade in range(1, count + 1)]
    return Branch(index, places.branch_name(index), students, grades)


def _section(branch: int, grade: int, place: int) -> Section:
    title = f"{grade}{_letters(place)}"  # not 1-A, which a line of Urdu would show as A-1
    stem = f"class-{branch + 1}-{title}"
    subjects = tuple(f"{stem}-{subject.lower()}" for subject in SUBJECTS)
    return Section(f"{grade:02d}", f"Class {title}", stem, subjects)


def _letters(place: int) -> str:
    """A, B … Z, AA, AB …"""
    before, last = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def school_rows(branches: Sequence[Branch], year: int) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Rows of everything but people, by file. `year` is the calendar year that the school year begins in."""
    ends = str(year + 1)  # OneRoster names a school year by its end
    yield (
        "academicSessions",
        [
            (YEAR_ID, f"{year}-{ends[2:]}", "schoolYear", f"{year}-08-01", f"{ends}-06-30", "", ends),
            (TERM_IDS[0], "First term", "term", f"{year}-08-01", f"{year}-12-31", YEAR_ID, ends),
            (TERM_IDS[1], "Second term", "term", f"{ends}-01-01", f"{ends}-06-30", YEAR_ID, ends),
        ],
    )
    yield "orgs", [(CHAIN_ID, places.CHAIN.latin, "district", "", "", places.CHAIN.urdu)]
    yield "courses", [row for grade in range(1, _GRADES + 1) for row in _courses(grade)]
    for branch in branches:
        yield "orgs", [(branch.id, branch.name.latin, "school", f"RK{branch.index + 1:04d}", CHAIN_ID, branch.name.urdu)]
        yield "classes", [row for section in branch.sections for row in _classes(branch.id, section)]


def _courses(grade: int) -> Iterator[tuple[str, ...]]:
    yield (f"course-{grade}", YEAR_ID, f"Class {grade}", f"C{grade:02d}", f"{grade:02d}", CHAIN_ID)
    for subject in SUBJECTS:
        code = f"{subject[:3].upper()}{grade:02d}"
        yield (f"course-{grade}-{subject.lower()}", YEAR_ID, f"{subject} {grade}", code, f"{grade:02d}", CHAIN_ID, subject)


def _classes(school_id: str, section: Section) -> Iterator[tuple[str, ...]]:
    course, terms = f"course-{int(section.grade)}", ",".join(TERM_IDS)
    label = section.title.removeprefix("Class ")
    room = f"Room {label}"
    yield (section.homeroom_id, section.title, section.grade, course, label, "homeroom", room, school_id, terms)
    for period, (subject, class_id) in enumerate(zip(SUBJECTS, section.subject_ids, strict=True), 1):
        course_id, code = f"{course}-{subject.lower()}", f"{label}-{subject[:3].upper()}"
        title = f"{section.title} {subject}"
        yield (class_id, title, section.grade, course_id, code, "scheduled", room, school_id, terms, subject, "", str(period))
