"""Promotion of a class at the year's end: looked at first, then done in one transaction, once for a class and year."""

from dataclasses import asdict
from typing import Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import natural_id
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, Invalid, Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Busy, Document
from services.roster.editing import CLASSES, ENROLLMENTS, PEOPLE, Edit, Look, editing
from services.roster.fields import refuse
from services.roster.kinds import SOURCE
from services.roster.moving import enrollments, leaving
from services.roster.moving.promotion import LEAVES, Step, counts, steps
from services.roster.moving.seats import Seats, share_a_year
from services.roster.problems import imported
from services.roster.school.branches import open_branch
from services.roster.store import Store

MOST = 500  # students of one class
_WANTED = ("to_class_id", "repeaters", "leavers")


def preview(store: Store, caller: Caller, branch_id: str, class_id: str, wanted: Document) -> Document:
    """Who would go where. Nothing is written."""
    scope = open_branch(store, caller, branch_id)
    done = _done(store, scope, class_id, wanted)
    if done is None:
        done = {**_Promotion(Look(store), scope, class_id, wanted).document(caller), "promoted_at": None}
    return _shown(store, caller, scope, done)


def promote(store: Store, caller: Caller, branch_id: str, class_id: str, wanted: Document) -> Document:
    """Sent again, it gives what was done. Raises Conflict when the class was promoted otherwise that year."""
    with editing(store, caller, branch_id) as edit:
        scope = open_branch(store, caller, branch_id)
        done = _done(store, scope, class_id, wanted)
        if done is None:
            promotion = _Promotion(edit, scope, class_id, wanted)
            promotion.apply()
            done = {**promotion.document(caller), "promoted_at": now()}
            try:
                store.promotions.add(done)
            except AlreadyThere as error:  # sent twice at once
                raise Busy from error
            log().info("class_promoted", promotion=done["_id"], by=caller.person_id, **done["counts"])
    return _shown(store, caller, scope, done)


def _done(store: Store, scope: Scope, class_id: str, wanted: Document) -> Document | None:
    done = store.promotions.first(scope, {"_id": _id(class_id, wanted["year"])})
    if done is not None and done["wanted"] != {name: wanted[name] for name in _WANTED}:
        raise Conflict(
            "already-promoted",
            "This class has been promoted otherwise",
            "Move single students to where they belong.",
            promotion_id=done["_id"],
            counts=done["counts"],
        )
    return done


def _id(class_id: str, year: str) -> str:
    return natural_id(SOURCE, "promotion", f"{class_id}\x1f{year}")


class _Promotion:
    """A checked plan. Raises Problem when it is none."""

    def __init__(self, edit: Edit, scope: Scope, class_id: str, wanted: Document) -> None:
        self._edit, self._scope, self._class_id, self._wanted = edit, scope, class_id, wanted
        targets = self._targets()
        edit.hold(CLASSES, [class_id, *targets])
        found = edit.one(CLASSES, scope, class_id)
        rows = edit.find(ENROLLMENTS, scope, {"class_id": class_id, "role": "student"})
        _are_ours([found, *rows])
        if len(rows) > MOST:
            raise refuse(
                class_id=Sentence("More than %(most)s students are in it: move some to another class first.", most=MOST)
            )
        self._students = sorted({row["person_id"] for row in rows})
        self.steps = self._steps()
        edit.hold(PEOPLE, self._students)
        self._seats = Seats(edit, scope, self._students, [class_id, *targets])
        self._check_targets(targets)
        self._free()
        self._check_seats()

    def document(self, caller: Caller) -> Document:
        return {
            "_id": _id(self._class_id, self._wanted["year"]),
            "branch_id": self._scope.branch_id,
            "class_id": self._class_id,
            "year": self._wanted["year"],
            "on": self._on,
            "wanted": {name: self._wanted[name] for name in _WANTED},
            "students": [asdict(step) for step in self.steps],
            "counts": counts(self.steps),
            "promoted_by": caller.person_id,
        }

    def apply(self) -> None:
        for row in self._over:
            enrollments.end(self._edit, row, self._on)
        for step in self.steps:
            if step.class_id and step.student_id in self._new:
                enrollments.new(self._edit, self._branch_id, step.class_id, step.student_id, "student", begins_on=self._on)
        leaving.leave(self._edit, self._branch_id, [step.student_id for step in self.steps if step.outcome == LEAVES], self._on)

    @property
    def _branch_id(self) -> str:
        return self._scope.branch_id or ""

    @property
    def _on(self) -> str:
        return enrollments.begun(self._wanted["on"])

    def _targets(self) -> set[str]:
        named = {self._wanted["to_class_id"], *(each["class_id"] for each in self._wanted["repeaters"])}
        return {id for id in named if id is not None}

    def _steps(self) -> list[Step]:
        repeaters = {each["student_id"]: each["class_id"] for each in self._wanted["repeaters"]}
        try:
            return steps(self._students, self._wanted["to_class_id"], repeaters, self._wanted["leavers"])
        except ValueError as error:
            raise Invalid({"students": list(error.args)}) from None

    def _check_targets(self, targets: set[str]) -> None:
        """Each is another class of the branch, and a homeroom."""
        errors: dict[str, Any] = {}
        for id in targets:
            found = self._seats.classes.get(id)
            if found is None or id == self._class_id:
                errors[id] = ["It is no other class of this branch."]
            elif not found["homeroom"]:
                errors[id] = ["It is no homeroom."]
        if errors:
            raise Invalid({"class_id": errors})

    def _free(self) -> None:
        """All that is of the year that is over ends: the class itself, and what its students have beside it."""
        years = self._seats.years(self._class_id)
        targets = self._targets()
        rows = [row for id in self._students for row in self._seats.of(id)]
        self._over = [
            row
            for row in rows
            if row["class_id"] == self._class_id
            or (row["class_id"] not in targets and share_a_year(years, self._seats.years(row["class_id"])))
        ]
        _are_ours(self._over)
        for row in self._over:
            self._seats.free(row)

    def _check_seats(self) -> None:
        """Who is enrolled in the new class already, before the old one was over, needs no other seat there."""
        errors: dict[str, Any] = {}
        self._new: set[str] = set()
        for step in self.steps:
            if step.class_id is None or self._seats.held(step.student_id, step.class_id, "student"):
                continue
            fault = self._seats.against(step.student_id, step.class_id)
            if fault:
                errors[step.student_id] = [fault]
            else:
                self._seats.take({"person_id": step.student_id, "class_id": step.class_id, "role": "student"})
                self._new.add(step.student_id)
        if errors:
            raise Invalid({"students": errors})


def _are_ours(records: list[Document]) -> None:
    foreign = next((record for record in records if record["source"] != SOURCE), None)
    if foreign is not None:
        raise imported(foreign)


def _shown(store: Store, caller: Caller, scope: Scope, done: Document) -> Document:
    """With names: of students wherever they are by now."""
    ids = [each["student_id"] for each in done["students"]]
    if ids:
        audit.note(store, caller, done["branch_id"], ids)
    people = {person["_id"]: person for person in store.people.find(WHOLE_CHAIN, {"_id": {"$in": ids}})}
    classes = {found["_id"]: found for found in store.classes.find(scope, {"_id": {"$in": _class_ids(done)}})}
    students = [
        {**each, "student": people.get(each["student_id"]), "class": classes.get(each["class_id"])} for each in done["students"]
    ]
    return {**done, "students": students}


def _class_ids(done: Document) -> list[str]:
    return list({each["class_id"] for each in done["students"] if each["class_id"]})
