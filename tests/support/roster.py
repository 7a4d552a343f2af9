"""Small rosters, as the events that roster would say."""

from typing import Any

from schoolbus.contracts.roster import (
    BranchChanged,
    CalendarChanged,
    ClassesChanged,
    EnrollmentsChanged,
    PeopleChanged,
    RelationsChanged,
)
from schoolbus.events import Event

ALL = ("meetings", "reports", "notifications")


def branch(branch_id: str = "b1", services: tuple[str, ...] = ALL, name: str = "Gulberg") -> Event:
    return BranchChanged(
        branch_id=branch_id, subject=branch_id, name=name, name_ur="گلبرگ", services=list(services), active=True
    )


def someone(person_id: str, *roles: str, **more: Any) -> dict[str, Any]:
    """A person item; keywords override."""
    item = {
        "person_id": person_id,
        "version": 1,
        "active": True,
        "roles": list(roles),
        "given_name": person_id.title(),
        "family_name": "Khan",
        "name_ur": None,
        "given_name_ur": None,
        "phone": None,
        "email": None,
        "language": "en",
        "channels": ["app"],
    }
    return {**item, **more}


def people(branch_id: str, *items: dict[str, Any]) -> Event:
    return PeopleChanged(branch_id=branch_id, subject=f"{branch_id}.people", items=list(items))


def classes(branch_id: str, *class_ids: str, version: int = 1) -> Event:
    items = [
        {"class_id": id, "version": version, "active": True, "title": f"Class {id}", "grade": "5", "subject": "Science"}
        for id in class_ids
    ]
    return ClassesChanged(branch_id=branch_id, subject=f"{branch_id}.classes", items=items)


def enrolled(
    branch_id: str, class_id: str, *, students: tuple[str, ...] = (), teachers: tuple[str, ...] = (), **more: Any
) -> Event:
    rows = [(id, "student") for id in students] + [(id, "teacher") for id in teachers]
    items = [
        {
            "enrollment_id": f"{class_id}-{id}",
            "version": 1,
            "active": True,
            "class_id": class_id,
            "person_id": id,
            "role": role,
            **more,
        }
        for id, role in rows
    ]
    return EnrollmentsChanged(branch_id=branch_id, subject=f"{branch_id}.enrollments", items=items)


def related(branch_id: str, *pairs: tuple[str, str], **more: Any) -> Event:
    """Pairs of guardian and student, with all rights unless keywords say otherwise."""
    items = [
        {
            "relation_id": f"{guardian}-{student}",
            "version": 1,
            "active": True,
            "guardian_id": guardian,
            "student_id": student,
            "may_receive_reports": True,
            "may_book": True,
            "may_collect": True,
            **more,
        }
        for guardian, student in pairs
    ]
    return RelationsChanged(branch_id=branch_id, subject=f"{branch_id}.relations", items=items)


def closed_on(branch_id: str, title: str, starts_on: str, ends_on: str | None = None) -> Event:
    """A calendar with one holiday."""
    holiday = {"holiday_id": f"holiday-{starts_on}", "title": title, "title_ur": None, "starts_on": starts_on}
    return CalendarChanged(
        branch_id=branch_id,
        subject=f"{branch_id}.calendar",
        terms=[],
        holidays=[{**holiday, "ends_on": ends_on or starts_on}],
    )


def small_branch(branch_id: str = "b1", services: tuple[str, ...] = ALL) -> list[Event]:
    """Class c1 with teachers t1 and t2, students s1, s2, s3; g1 is guardian of s1 and s2, g2 of s1, g3 of s3, g4 of
    nobody in c1.

    g1 reads Urdu and has WhatsApp, g2 reads English and has SMS, g3 has e-mail, g4 the feed alone. h1 is the head, o1
    the office.
    """
    return [
        branch(branch_id, services),
        people(
            branch_id,
            someone("t1", "teacher"),
            someone("t2", "teacher"),
            someone("h1", "head"),
            someone("o1", "office"),
            someone("s1", "student", given_name="Ayesha", given_name_ur="عائشہ", name_ur="عائشہ خان"),
            someone("s2", "student", given_name="Bilal", given_name_ur="بلال", name_ur="بلال خان"),
            someone("s3", "student", given_name="Sana", family_name="Malik"),
            someone("g1", "guardian", language="ur", phone="+923001110001", channels=["whatsapp", "sms"]),
            someone("g2", "guardian", phone="+923001110002", channels=["sms", "app"]),
            someone("g3", "guardian", email="g3@example.pk", channels=["email"]),
            someone("g4", "guardian"),
        ),
        classes(branch_id, "c1"),
        enrolled(branch_id, "c1", students=("s1", "s2", "s3"), teachers=("t1", "t2")),
        related(branch_id, ("g1", "s1"), ("g1", "s2"), ("g2", "s1"), ("g3", "s3")),
    ]
