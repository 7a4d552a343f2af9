"""What notifications keeps: messages, one-time codes, answers, and its copy of the roster with everybody's contacts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from schoolbus.buckets import Buckets
from schoolbus.clock import BRANCH_ZONE
from schoolbus.contracts.roster import EnrollmentsChanged, PeopleChanged
from schoolbus.events import Event
from schoolbus.files import KeepsFiles
from schoolbus.logs import log
from schoolbus.metering import Metered
from schoolbus.projection import Projection
from schoolbus.roster import MERGED, RosterCopy
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import TEXT, Document, Documents, Index
from schoolbus.turns import Turns
from services.notifications.packs import beginnings
from services.notifications.reaching import documents as reaching
from services.notifications.ruling.in_force import InForce
from services.notifications.sending.readdressing import readdress
from services.notifications.states import FOLLOWS, State, step
from services.notifications.webhooks.sending import pass_on
from services.notifications.wording.in_force import IN_FORCE_HERE

DAYS_KEPT = timedelta(days=3)  # nothing is asked of a day that is over
UNTOLD = Index("untold.at", where={"untold.cause": TEXT})
_WAITING = {"state": State.QUEUED.value}


class Store(RosterCopy, KeepsFiles):
    people = Projection(
        "people",
        key="person_id",
        indexes=[
            "branch_id roles",
            "person_id",
            MERGED,
            Index("phone", where={"phone": TEXT}, any_case=True),
            Index("email", where={"email": TEXT}, any_case=True),
        ],
    )
    messages = Documents(
        "messages",
        indexes=[
            "branch_id about_id created_at",
            "person_id -created_at -_id",
            "branch_id created_at counted state parts",  # what a branch used in a month, from the index alone
            "created_at channel state reason parts",  # a day of the whole chain, from the index alone
            Index("address -created_at", where={"address": TEXT}),
            Index("state lane channel urgency send_at", where=_WAITING),  # with the state it also counts from the index alone
            Index("due_at", where={"state": State.SENT.value}),
            Index("branch_id created_at", where={"channel": "paper", "state": State.QUEUED.value}),
            Index("print_run", where={"print_run": TEXT}),
            Index("rides_on", where={"rides_on": TEXT}),
            Index("about_type about_id created_at _id state", where={"about_type": "announcement"}),
            Index("state created_at", where={"rides_on": TEXT}),
            Index("digest_id", where={"digest_id": TEXT}),
            Index("source.id address", where={"source.kind": "announcement"}),
        ],
    )
    # MongoDB itself removes a code when its time is over, whoever is down.
    codes = Documents(
        "codes", indexes=[Index("lane channel urgency send_at", where=_WAITING), Index("expires_at", expires=0)], what="Message"
    )
    answers = Documents(
        "answers",
        indexes=[
            "message_id received_at",
            Index("address channel -received_at", where={"address": TEXT}),
            Index("received_at", where={"taken": False}),
            "branch_id placed -received_at -_id",
            "branch_id received_at",
            Index("-received_at -_id", where={"placed": "unknown"}),
        ],
    )
    opt_outs = Documents("opt_outs", indexes=["person_id branch_id"])
    conversations = Documents(
        "conversations",
        indexes=["branch_id members.person_id -last_at", "branch_id -last_at", "branch_id student_id", "guardian_id", UNTOLD],
    )
    desks = Documents("desks", indexes=["branch_id person_id"])  # who answers when
    abuse_reports = Documents("abuse_reports", indexes=["branch_id state -at"], what="Report")
    blocks = Documents("blocks", indexes=["branch_id person_id -until", "branch_id -at"])
    attachments = Documents(
        "attachments",
        indexes=[
            "owner_id message_id",
            "student_id",
            Index("at", where={"state": "to_fetch"}),
            Index("message_id at", where={"message_id": None}),
        ],
    )
    suggestions = Documents("suggestions", indexes=["branch_id -on", "code_hash"])
    box_counts = Documents("box_counts", indexes=[Index("gone_at", expires=0)])  # of the day, under hashes
    posts = Documents(  # what is said in them
        "posts",
        indexes=[
            Index("conversation_id -number", unique=True),
            Index("at", where={"untold": True}),
            "writer_id",
            "student_id",
            "branch_id at",
        ],
        what="Message",
    )
    counts, reach_told = reaching.COUNTS, reaching.TOLD
    devices = Documents("devices", indexes=["person_id created_at"])
    voice_notes = Documents(
        "voice_notes",
        indexes=[
            Index("created_at", where={"state": "wanted"}),
            Index("words", where={"state": "made"}),
            Index("expires_at", expires=0),
            "person_id",
        ],
    )
    print_runs = Documents("print_runs", indexes=["branch_id -asked_at", "state asked_at"])
    print_files = Documents("print_files", indexes=[Index("expires_at", expires=0)])
    seatings = Documents("seatings")
    sms_parts = Documents("sms_parts", indexes=["attempt_id", Index("expires_at", expires=0)])
    sms_pieces = Documents("sms_pieces", indexes=["at", Index("expires_at", expires=0)])
    contacts = Documents("contacts", indexes=["person_id"], tells=True)
    announcements = Documents(
        "announcements",
        indexes=[
            "branch_id -created_at",
            "branch_id state -created_at",
            Index("next_at", where={"state": "scheduled"}),
            Index("mended_until", where={"mending": True}),
        ],
    )
    runs = Documents("announcement_runs", indexes=["announcement_id", "state leased_until"], what="Send")
    parts = Documents(
        "announcement_parts",
        indexes=["run_id state", "announcement_id", Index("created_at _id", where={"state": "waiting"})],
        what="Part",
    )
    resends = Documents(  # wishes to send again what about a thing has reached nobody
        "resends",
        indexes=[
            "branch_id about_id -asked_at",
            Index("branch_id about_type about_id asked_by", unique=True, where={"state": "waiting"}),
            Index("asked_at", expires=30 * 86400),
        ],
        what="Resend",
    )
    previews = Documents("announcement_previews", indexes=[Index("asked_at", where={"state": "waiting"})], what="Preview")
    audiences = Documents("audiences", indexes=["branch_id created_at"])
    tags = Documents("tags", indexes=["branch_id tag"])
    prices = Documents("prices")
    rules = Documents("rules")  # what the chain has in place of those that come with Rabta
    narrowings = Documents("branch_rules", indexes=["branch_id key"], what="Rule")
    editions = Documents("editions", indexes=[Index("at", expires=400 * 86400)])  # how often a thing has changed
    catalogues = Documents(
        "catalogues", indexes=["language -version", Index("language", unique=True, where={"in_force": True})], what="Version"
    )
    templates = Documents(
        "templates",
        indexes=["text language -version", Index("text language", unique=True, where={"state": "in_force"})],
        what="Version",
    )
    template_approvals = Documents("template_approvals", indexes=["text language"])
    wording = Documents("wording")  # the number that rises with every change of words
    guides = Documents("guides", indexes=["branch_id -created_at"])
    guide_versions = Documents("guide_versions", indexes=["guide_id -version"], what="Version")
    guide_files = Documents(
        "guide_files", indexes=["guide_id version", "content_id", Index("asked_at", where={"state": "wanted"})], what="File"
    )
    guide_opens = Documents("guide_opens", indexes=["guide_id branch_id", "person_id"])
    packs = Documents("packs", indexes=["branch_id state", "items.guide_id", Index("walk.stage", where={"walk.stage": TEXT})])
    pack_runs = Documents(  # a child in a pack
        "pack_runs",
        indexes=[
            Index("next_at branch_id", where={"state": "going"}),
            "pack_id branch_id -created_at",
            "student_id",
            Index("batch", where={"batch": TEXT}),
        ],
        what="Child",
    )
    pack_branches = Documents("pack_branches")  # since when each has enrolments
    translated = Documents("translated", indexes=[Index("expires_at", expires=0)])  # characters a day
    metered = Metered()
    buckets = Buckets()
    turns = Turns()  # the messages of a person and day
    webhooks = Documents("webhooks", indexes=["branch_id created_at", "active slow next_at"])
    deliveries = Documents(
        "webhook_deliveries",
        indexes=[
            "webhook_id -created_at",
            Index("webhook_id send_at", where={"state": "waiting"}),
            Index("created_at", expires=30 * 86400),
        ],
        what="Delivery",
    )

    def __init__(self, database: Any) -> None:
        super().__init__(database)
        IN_FORCE_HERE.read_from(self)

    @cached_property
    def rules_in_force(self) -> InForce:
        """The rules by which events tell people."""
        return InForce(self)

    def keep_branch(self, event: Event) -> None:
        super().keep_branch(event)
        pass_on(self, event)

    def keep(self, event: Event) -> None:
        """The roster's copy; what waits for somebody follows them, and a branch's own systems hear of it too. Who is new is
        told by what was known before; whatever comes of that, the copy is kept."""
        if isinstance(event, PeopleChanged):
            readdress(self, event.branch_id, event.data["items"])
        heard = not isinstance(event, EnrollmentsChanged) or self._begins_packs(event)
        super().keep(event)
        if not heard:
            beginnings.missed(self, event)
        pass_on(self, event)

    def _begins_packs(self, event: Event) -> bool:
        """Whether they could be begun."""
        try:
            beginnings.heard(self, event)
        except Exception:
            log().exception("packs_not_begun", event_id=event.id, branch=event.branch_id)
            return False
        return True

    def guardians_of_each(self, scope: Scope, student_ids: Iterable[str]) -> dict[str, list[str]]:
        """Who may receive reports about these students, by student."""
        where = {"student_id": {"$in": list(student_ids)}, "active": True, "may_receive_reports": True}
        guardians: dict[str, list[str]] = {}
        for row in self.relations.find(scope, where, sort="guardian_id"):
            guardians.setdefault(row["student_id"], []).append(row["guardian_id"])
        return guardians

    def grades_of_each(self, scope: Scope, student_ids: Iterable[str]) -> dict[str, set[str]]:
        """The grades of the classes in which these students are, by student."""
        classes = self.classes_of_each(scope, student_ids)
        return {id: {row["grade"] for row in theirs if row["grade"]} for id, theirs in classes.items()}

    def classes_of_each(self, scope: Scope, student_ids: Iterable[str]) -> dict[str, list[Document]]:
        """The classes in which these students are, by student; of those alone who are enrolled."""
        where = {"person_id": {"$in": sorted(student_ids)}, "role": "student", "active": True}
        enrolled = self.enrollments.find(scope, where)
        ids = sorted({row["class_id"] for row in enrolled})
        known = {row["class_id"]: row for row in self.classes.find(scope, {"class_id": {"$in": ids}, "active": True})}
        classes: dict[str, dict[str, Document]] = {row["person_id"]: {} for row in enrolled}
        for row in enrolled:
            if row["class_id"] in known:
                classes[row["person_id"]][row["class_id"]] = known[row["class_id"]]
        return {id: list(theirs.values()) for id, theirs in classes.items()}

    def people_near(self, branch_id: str, ids: Iterable[str]) -> dict[str, Document]:
        """Of each person the row that is active, of this branch before another's; of who has left everywhere, the same."""
        rows = self.people.find(WHOLE_CHAIN, {"person_id": {"$in": sorted(ids)}}, sort="branch_id")
        nearest = sorted(rows, key=lambda row: (row["active"], row["branch_id"] == branch_id))
        return {row["person_id"]: row for row in nearest}

    def related(self, scope: Scope, student_ids: Iterable[str]) -> set[str]:
        """Those of the students who have a relation to anybody, whatever it allows and whether or not it still holds."""
        rows = self.relations.collection.find(scope.filter({"student_id": {"$in": list(student_ids)}}), {"student_id": True})
        return {row["student_id"] for row in rows}

    def all_become(self, ids: Iterable[str], state: State, at: datetime) -> int:
        """As `sending.marking.mark`, of many of a person's own messages; how many took the step."""
        where = {"_id": {"$in": list(ids)}, "state": {"$in": list(FOLLOWS[state])}}
        now_so = {"state": state.value, "reason": None, "due_at": None, "leased_until": None}
        update = {"$set": now_so, "$push": {"history": step(state, at, None, "app")}}
        return self.messages.collection.update_many(WHOLE_CHAIN.filter(where), update).modified_count

    def take_places(self, wanted: Mapping[tuple[str, str], Sequence[str]]) -> dict[tuple[str, str], list[str]]:
        """Of messages by their person and day (such as 2026-11-26): all that count on it, in the order in which they came."""
        places: dict[tuple[str, str], list[str]] = {}
        for day in {day for _, day in wanted}:
            ids = {f"{person_id}:{day}": ids for (person_id, on), ids in wanted.items() if on == day}
            kept_until = datetime.fromisoformat(day).replace(tzinfo=BRANCH_ZONE) + DAYS_KEPT
            taken = self.turns.take(ids, kept_until)
            places |= {(key.rpartition(":")[0], day): entries for key, entries in taken.items()}
        return places

    def rows_of(self, told: Collection[tuple[str, str]]) -> dict[tuple[str, str], Document]:
        """The roster's row of each, by branch and person."""
        rows = self.people.find(WHOLE_CHAIN, {"_id": {"$in": [f"{branch_id}:{id}" for branch_id, id in told]}})
        return {(row["branch_id"], row["person_id"]): row for row in rows}

    def announced(self, messages: Sequence[Mapping[str, Any]]) -> list[Document]:
        """What went before to the phones of these messages of announcements, of the same ones."""
        if not messages:
            return []
        sources = {message["source"]["id"] for message in messages}
        addresses = [message["address"] for message in messages]
        of_these = {"source.kind": "announcement", "source.id": {"$in": list(sources)}, "address": {"$in": addresses}}
        return self.messages.find(WHOLE_CHAIN, {**of_these, "rides_on": None})

    def count_by(self, field: str, scope: Scope, where: Mapping[str, Any]) -> dict[str, int]:
        """How many messages for each value of `field`."""
        stages = [{"$match": scope.filter(where)}, {"$group": {"_id": f"${field}", "count": {"$sum": 1}}}]
        return {row["_id"]: row["count"] for row in self.messages.collection.aggregate(stages)}

    def used(self, scope: Scope, where: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
        """How many messages, and of how many SMS parts, for each channel as which they count."""
        group = {"_id": "$counted", "count": {"$sum": 1}, "parts": {"$sum": "$parts"}}
        rows = self.messages.collection.aggregate([{"$match": scope.filter(where)}, {"$group": group}])
        return {row["_id"]: (row["count"], row["parts"]) for row in rows}
