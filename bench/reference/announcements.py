"""An announcement the usual nameko way: an event for each recipient, handled one by one.

What differs from Rabta is the way: words, ladder and message are made by the very same functions.
"""

from typing import Any

from nameko.events import EventDispatcher, event_handler
from nameko.extensions import DependencyProvider
from pymongo import MongoClient

from schoolbus.clock import now
from schoolbus.ids import effect_id
from services.notifications.announcing.choosing import Recipient
from services.notifications.announcing.fanout import message
from services.notifications.sending.queueing import placed
from services.notifications.settings import Rules

NAME = "reference_announcements"
PUBLIC_URL = "http://rabta.test"


class Database(DependencyProvider):  # type: ignore[misc]
    def setup(self) -> None:
        config = self.container.config
        self.client: MongoClient[dict[str, Any]] = MongoClient(config["MONGODB_URI"], tz_aware=True)
        self.database = self.client[config["MONGODB_DATABASE"]]

    def stop(self) -> None:
        self.client.close()

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.database


class Announcements:
    name = NAME
    database = Database()
    dispatch = EventDispatcher()

    @event_handler(NAME, "announced")  # type: ignore[untyped-decorator]
    def fan_out(self, payload: dict[str, Any]) -> None:
        """`payload`: the announcement, and the branches that it goes to."""
        where = {"branch_id": {"$in": payload["branch_ids"]}, "roles": "guardian", "active": True}
        for person in self.database.people.find(where, {"person_id": True, "branch_id": True}):
            told = {"announcement": payload["announcement"], "person_id": person["person_id"], "branch_id": person["branch_id"]}
            self.dispatch("recipient", told)

    @event_handler(NAME, "recipient")  # type: ignore[untyped-decorator]
    def tell(self, payload: dict[str, Any]) -> None:
        branch_id, person_id, announcement = payload["branch_id"], payload["person_id"], payload["announcement"]
        person = self.database.people.find_one({"branch_id": branch_id, "person_id": person_id})
        where = {"branch_id": branch_id, "guardian_id": person_id, "active": True, "may_receive_reports": True}
        ids = [relation["student_id"] for relation in self.database.relations.find(where)]
        children = list(self.database.people.find({"branch_id": branch_id, "person_id": {"$in": ids}, "active": True}))
        if not person or not children:
            return
        id = effect_id(announcement["_id"], "1", person_id)
        if self.database.reference_messages.find_one({"_id": id}) is None:
            draft = message(announcement, 1, Recipient(person, branch_id, "guardian", children), PUBLIC_URL, id)
            self.database.reference_messages.insert_one(placed(draft, person, Rules(), now()))
