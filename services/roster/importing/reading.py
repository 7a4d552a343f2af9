"""The records of a checked set, file by file, as often as they are wanted."""

from collections.abc import Iterator, Set

from schoolbus.ids import natural_ids
from services.roster.kinds import KEPT_IN_ORDER
from services.roster.oneroster.archive import Progress
from services.roster.oneroster.findings import Findings
from services.roster.oneroster.incoming import Incoming
from services.roster.oneroster.layout import USERS
from services.roster.oneroster.plan import Plan
from services.roster.oneroster.records import Record, Records


class Reading:
    """`incoming` is None where all is to go: a first import is undone.

    `names` are the files that have something to say. Of a file that neither the set nor the one before it has, all stays as
    it is; unless `is_all`: then there was nothing of it.
    """

    def __init__(self, source: str, incoming: Incoming | None, plan: Plan, *, is_all: bool = False) -> None:
        self._source = source
        self.incoming = incoming
        self.plan = plan
        self.rows = {**plan.rows, "relations": len(plan.relations)}
        self.names = [name for name in KEPT_IN_ORDER if is_all or name in self.rows]

    def rewind(self, progress: Progress) -> None:
        if self.incoming is not None:
            self.incoming.rewind(progress)

    def operators(self) -> dict[str, str]:
        """sourcedIds of those whom the set makes operators of the chain, by the ids that they have here."""
        made = self.plan.operators
        person_id = natural_ids(self._source, "person")
        return {person_id(name): name for number, name in enumerate(self.plan.people) if number in made} if made else {}

    def names_of(self, sourced_ids: Set[str]) -> dict[str, str]:
        """As the rows of users.csv have them. Reads these, so `rewind` before anything else is read."""
        users = next((file for file in self.plan.files if file.name == USERS.name), None)
        if users is None or self.incoming is None:
            return {}
        given, family = USERS.place["givenName"], USERS.place["familyName"]
        rows = self.incoming.rows(users, Findings())
        return {row[0]: f"{row[given]} {row[family]}".strip() for _, row in rows if row[0] in sourced_ids}

    def records(self, name: str, findings: Findings) -> Iterator[tuple[str, Record]]:
        """(kind, record), each time in the same order."""
        made = Records(self._source, self.plan, findings)
        if name == "relations":
            return made.relations()
        file = next((file for file in self.plan.files if file.name == name), None)
        if file is None or self.incoming is None:
            return iter(())
        return made.of(self.incoming.rows(file, Findings()))
