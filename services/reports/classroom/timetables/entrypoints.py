"""Timetables of classes."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import api
from services.reports.classroom.timetables import keeping, schemas

OF_CLASS = "/v1/branches/{branch_id}/class-timetables/{class_id}"
FROM = f"{OF_CLASS}/{{valid_from}}"
KEEP = "keep class timetables"
Document = dict[str, Any]


class Timetables:
    @api("PUT", FROM, takes=schemas.ClassTimetableDraft, gives=schemas.ClassTimetable, may=KEEP)
    def put_class_timetable(self, caller: Caller, branch_id: str, class_id: str, valid_from: str, draft: Document) -> Document:
        """Set a class's timetable from a day on"""
        return keeping.put(self.store, caller, branch_id, class_id, valid_from, draft)

    @api("DELETE", FROM, may=KEEP)
    def remove_class_timetable(self, caller: Caller, branch_id: str, class_id: str, valid_from: str) -> None:
        """Remove the timetable that begins on a day; the one before it goes on"""
        keeping.remove(self.store, caller, branch_id, class_id, valid_from)

    @api("GET", OF_CLASS, query=schemas.TimetableQuery, gives=schemas.ClassTimetable, may="see the classroom")
    def class_timetable(self, caller: Caller, branch_id: str, class_id: str, query: Document) -> Document:
        """A class's timetable on a day"""
        return keeping.seen(self.store, caller, branch_id, class_id, query["on"])
