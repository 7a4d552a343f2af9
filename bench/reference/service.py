"""The service behind: an RPC method that asks the database what reports asks, and dumps the answer by marshmallow."""

from dataclasses import replace
from typing import Any

from marshmallow import Schema, fields
from nameko.extensions import DependencyProvider
from nameko.rpc import rpc
from pymongo import MongoClient

from schoolbus.caller import from_claims
from schoolbus.rights import right
from services.reports.today.overviews import overview_id
from services.reports.today.today import may_see, shown


class Homework(Schema):
    homework_id = fields.String()
    class_id = fields.String()
    class_title = fields.String()
    subject = fields.String(allow_none=True)
    title = fields.String()
    text = fields.String()
    due_on = fields.String()
    set_at = fields.String()


class ReportCard(Schema):
    report_card_id = fields.String()
    term = fields.String()
    version = fields.Integer()
    issued_at = fields.String()


class HomeNote(Schema):
    home_note_id = fields.String()
    guardian_id = fields.String()
    kind = fields.String()
    acknowledged_at = fields.String()


class Today(Schema):
    student_id = fields.String()
    date = fields.String()
    given_name = fields.String()
    family_name = fields.String()
    name_ur = fields.String(allow_none=True)
    homework = fields.List(fields.Nested(Homework))
    report_cards = fields.List(fields.Nested(ReportCard))
    home_notes = fields.List(fields.Nested(HomeNote))


TODAY = Today()
SEE_TODAY = right("see today")


class Overviews(DependencyProvider):  # type: ignore[misc]
    """The collection that the query starts from."""

    def setup(self) -> None:
        config = self.container.config
        self.client: MongoClient[dict[str, Any]] = MongoClient(config["MONGODB_URI"], tz_aware=True)
        self.overviews = self.client[config["MONGODB_DATABASE"]].overviews

    def stop(self) -> None:
        self.client.close()

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.overviews


class Reports:
    name = "reference_reports"
    overviews = Overviews()

    @rpc  # type: ignore[untyped-decorator]
    def today(self, claims: dict[str, Any], branch_id: str, student_id: str) -> Any:
        """The child's "today" for whoever the claims name; None when there is no such child for them."""
        caller = replace(from_claims(claims), right=SEE_TODAY)
        found = self.overviews.find_one({"_id": overview_id(branch_id, student_id)})
        if found is None or not found.get("fresh") or not may_see(found, caller, branch_id):
            return None
        return TODAY.dump(shown(found, caller, branch_id, student_id))

    @rpc  # type: ignore[untyped-decorator]
    def ping(self) -> str:
        return "ready"
