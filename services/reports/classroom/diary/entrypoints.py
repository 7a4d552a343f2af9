"""The class diary: teachers write what was done, families read it."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import api
from services.reports.classroom.diary import schemas, weeks, writing

OF_CLASS = "/v1/branches/{branch_id}/diary/{class_id}"
OF_DAY = f"{OF_CLASS}/{{held_on}}"
Document = dict[str, Any]


class Diary:
    @api("PUT", OF_DAY, takes=schemas.DiaryEntryDraft, gives=schemas.DiaryEntry, may="keep class diaries")
    def write_diary(self, caller: Caller, branch_id: str, class_id: str, held_on: str, draft: Document) -> Document:
        """Write what a class did on a day, in a subject, and what to talk about at home"""
        return writing.write(self.store, caller, branch_id, class_id, held_on, draft)

    @api("DELETE", OF_DAY, query=schemas.EntryQuery, may="keep class diaries")
    def remove_diary(self, caller: Caller, branch_id: str, class_id: str, held_on: str, query: Document) -> None:
        """Remove an entry of the diary"""
        writing.remove(self.store, caller, branch_id, class_id, held_on, query["subject"])

    @api("GET", OF_CLASS, query=schemas.WeekQuery, gives=schemas.DiaryWeek, may="see the classroom")
    def diary(self, caller: Caller, branch_id: str, class_id: str, query: Document) -> Document:
        """A week of a class's diary, from Monday on"""
        return weeks.of_class(self.store, caller, branch_id, class_id, query["on"])
