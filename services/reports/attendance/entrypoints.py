"""Attendance: teachers take registers, guardians say why a child is away, all see what it comes to."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Paged, api
from services.reports.attendance import planned, reading, reasons, registers, schemas, seen, showing, week

BRANCH = "/v1/branches/{branch_id}"
REGISTER = f"{BRANCH}/registers/{{class_id}}/{{held_on}}"
Document = dict[str, Any]


class Attendance:
    @api(
        "PUT",
        REGISTER,
        query=schemas.LessonQuery,
        takes=schemas.RegisterDraft,
        gives=schemas.Register,
        may="take registers",
    )
    def take_register(
        self, caller: Caller, branch_id: str, class_id: str, held_on: str, query: Document, sheet: Document
    ) -> Document:
        """Take or change a class's register of a day or a lesson"""
        return registers.take(self.store, caller, branch_id, class_id, held_on, query, sheet)

    @api("GET", REGISTER, query=schemas.LessonQuery, gives=schemas.Register, may="take registers")
    def register(self, caller: Caller, branch_id: str, class_id: str, held_on: str, query: Document) -> Document:
        """A class's register; before it is taken, the one to begin with"""
        return reading.one(self.store, caller, branch_id, class_id, held_on, query)

    @api(
        "PUT",
        f"{REGISTER}/students/{{student_id}}",
        query=schemas.LessonQuery,
        takes=schemas.EntryDraft,
        gives=schemas.Register,
        may="take registers",
    )
    def change_entry(
        self,
        caller: Caller,
        branch_id: str,
        class_id: str,
        held_on: str,
        student_id: str,
        query: Document,
        draft: Document,
    ) -> Document:
        """Change one child's entry in a register: late after all, or a mistake"""
        return registers.put_entry(self.store, caller, branch_id, class_id, held_on, student_id, query, draft)

    @api(
        "GET",
        f"{REGISTER}/changes",
        query=schemas.LessonQuery,
        gives=schemas.RegisterChange,
        paged=True,
        may="take registers",
    )
    def register_changes(self, caller: Caller, branch_id: str, class_id: str, held_on: str, query: Document) -> Paged:
        """What was changed in a register, the latest first"""
        return reading.changes(self.store, caller, branch_id, class_id, held_on, query)

    @api(
        "GET",
        f"{BRANCH}/registers",
        query=schemas.RegisterQuery,
        gives=schemas.RegisterLine,
        paged=True,
        may="take registers",
    )
    def registers(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A class's registers with their counts, the latest first"""
        return reading.of_class(self.store, caller, branch_id, query)

    @api(
        "GET",
        f"{BRANCH}/attendance/missing-registers",
        query=schemas.MissingQuery,
        gives=schemas.MissingRegisters,
        may="take registers",
    )
    def missing_registers(self, caller: Caller, branch_id: str, query: Document) -> Document:
        """Classes without a register of the day: of the branch, or a teacher's own"""
        return reading.missing(self.store, caller, branch_id, query)

    # Why

    @api("GET", f"{BRANCH}/absences", query=schemas.AbsenceQuery, gives=schemas.Absence, paged=True, may="see attendance")
    def absences(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """Who was absent, late, gone early or excused: a child, a class, or all within reach"""
        return seen.several(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/absences/{{absence_id}}", gives=schemas.Absence, may="see attendance")
    def absence(self, caller: Caller, branch_id: str, absence_id: str) -> Document:
        """One child's day"""
        return seen.one(self.store, caller, branch_id, absence_id)

    @api(
        "PUT",
        f"{BRANCH}/absences/{{absence_id}}/reason",
        takes=schemas.ReasonDraft,
        gives=schemas.Absence,
        may="give reasons for absence",
    )
    def give_reason(self, caller: Caller, branch_id: str, absence_id: str, draft: Document) -> Document:
        """Say why a child is away: a guardian, or the school for them"""
        return reasons.give(self.store, caller, branch_id, absence_id, draft)

    @api(
        "PUT",
        f"{BRANCH}/absences/{{absence_id}}/acceptance",
        takes=schemas.AcceptanceDraft,
        gives=schemas.Absence,
        may="take registers",
    )
    def accept_reason(self, caller: Caller, branch_id: str, absence_id: str, draft: Document) -> Document:
        """Accept a reason: the child was excused; or take that back"""
        return reasons.accept(self.store, caller, branch_id, absence_id, draft["accepted"])

    @api(
        "POST",
        f"{BRANCH}/planned-absences",
        takes=schemas.PlannedDraft,
        gives=schemas.PlannedAbsence,
        status=201,
        may="give reasons for absence",
    )
    def plan_absence(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Say beforehand on which days a child will not come, and why"""
        return planned.plan(self.store, caller, branch_id, draft)

    @api(
        "GET",
        f"{BRANCH}/planned-absences",
        query=schemas.PlannedQuery,
        gives=schemas.PlannedAbsence,
        paged=True,
        may="see attendance",
    )
    def planned_absences(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """What was said beforehand of a child, the latest first"""
        return planned.of_student(self.store, caller, branch_id, query)

    @api(
        "POST",
        f"{BRANCH}/planned-absences/{{planned_absence_id}}/withdrawal",
        gives=schemas.PlannedAbsence,
        may="give reasons for absence",
    )
    def withdraw_planned_absence(self, caller: Caller, branch_id: str, planned_absence_id: str) -> Document:
        """The child will come after all"""
        return planned.withdraw(self.store, caller, branch_id, planned_absence_id)

    # What it comes to

    @api(
        "GET",
        f"{BRANCH}/attendance/students/{{student_id}}",
        query=schemas.SpanQuery,
        gives=schemas.StudentPattern,
        may="see attendance",
    )
    def student_attendance(self, caller: Caller, branch_id: str, student_id: str, query: Document) -> Document:
        """A child's attendance: counts beside every share"""
        return showing.of_student(self.store, caller, branch_id, student_id, query)

    @api(
        "GET",
        f"{BRANCH}/attendance/classes/{{class_id}}",
        query=schemas.SpanQuery,
        gives=schemas.ClassPattern,
        may="take registers",
    )
    def class_attendance(self, caller: Caller, branch_id: str, class_id: str, query: Document) -> Document:
        """A class's attendance, with each child of it by name"""
        return showing.of_class(self.store, caller, branch_id, class_id, query)

    @api("GET", f"{BRANCH}/attendance/week", gives=schemas.SchoolWeek, may="see the calendar")
    def school_week(self, caller: Caller, branch_id: str) -> Document:
        """On which days of the week there is school, and until when"""
        return week.show(self.store, caller, branch_id)

    @api("PUT", f"{BRANCH}/attendance/week", takes=schemas.SchoolWeek, gives=schemas.SchoolWeek, may="keep the calendar")
    def put_school_week(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Say on which days of the week there is school"""
        return week.put(self.store, caller, branch_id, draft)
