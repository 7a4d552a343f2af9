import services.probe.contracts  # noqa: F401 - makes its events known to the relay

from schoolbus.store import Database, Documents, Index


class Store(Database):
    things = Documents(
        "things",
        indexes=["branch_id name", Index("branch_id place", unique=True, where={"place": {"$exists": True}})],
        tells=True,
    )
    seen = Documents("seen", tells=True)
    cures = Documents("cures", tells=True)
