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
    kind = fields.String()
    subject = fields.String(allow_none=True)
    title = fields.String()
    text = fields.String()
    due_on = fields.String()
    steps = fields.List(fields.Dict())
    edition = fields.Integer()
    set_at = fields.String()
    done = fields.String(allow_none=True)
    signed = fields.Boolean()
    checked = fields.String(allow_none=True)


class Tonight(Schema):
    homework_ids = fields.List(fields.String())
    talking_points = fields.List(fields.Dict())


class Today(Schema):
    student_id = fields.String()
    given_name = fields.String()
    family_name = fields.String()
    name_ur = fields.String(allow_none=True)
    date = fields.String()
    homework = fields.List(fields.Nested(Homework))
    tonight = fields.Nested(Tonight)
    # of these there are none in what is measured
    diary = fields.List(fields.Dict())
    goals = fields.List(fields.Dict())
    expectations = fields.List(fields.Dict())
    results = fields.List(fields.Dict())
    report_cards = fields.List(fields.Dict())
    home_notes = fields.List(fields.Dict())
    attendance = fields.List(fields.Dict())
    reasons_wanted = fields.List(fields.Dict())
    behaviour = fields.List(fields.Dict())


TODAY = Today()
SEE_TODAY = right("see today")


class NoneMerged:
    """Of the store what `shown` asks: nobody here is known twice."""

    def same_person(self, person_id: str) -> list[str]:
        return [person_id]


NONE_MERGED: Any = NoneMerged()


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
        return TODAY.dump(shown(NONE_MERGED, found, caller, branch_id, student_id))

    @rpc  # type: ignore[untyped-decorator]
    def ping(self) -> str:
        return "ready"
