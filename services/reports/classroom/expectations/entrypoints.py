"""What a class expects of its students and families, and who has read it."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import api
from services.reports.classroom.expectations import acknowledging, schemas, setting

OF_CLASS = "/v1/branches/{branch_id}/class-expectations/{class_id}"
SET = "set expectations"
Document = dict[str, Any]


class Expectations:
    @api("PUT", OF_CLASS, takes=schemas.ExpectationsDraft, gives=schemas.Expectations, may=SET)
    def set_expectations(self, caller: Caller, branch_id: str, class_id: str, draft: Document) -> Document:
        """Say what a class expects; its guardians are asked to acknowledge each edition"""
        return setting.put(self.store, caller, branch_id, class_id, draft)

    @api("GET", OF_CLASS, gives=schemas.Expectations, may="see the classroom")
    def expectations(self, caller: Caller, branch_id: str, class_id: str) -> Document:
        """What a class expects"""
        return setting.seen(self.store, caller, branch_id, class_id)

    @api(
        "POST",
        f"{OF_CLASS}/acknowledgement",
        takes=schemas.ExpectationsRead,
        gives=schemas.Expectations,
        may="acknowledge expectations",
    )
    def acknowledge_expectations(self, caller: Caller, branch_id: str, class_id: str, body: Document) -> Document:
        """Say that you have read what a class expects"""
        return acknowledging.acknowledge(self.store, caller, branch_id, class_id, body["edition"])

    @api("GET", f"{OF_CLASS}/acknowledgements", gives=schemas.ExpectationsAcknowledged, may=SET)
    def acknowledgements(self, caller: Caller, branch_id: str, class_id: str) -> Document:
        """Which families have acknowledged what a class expects, and which have not"""
        return acknowledging.of_class(self.store, caller, branch_id, class_id)
