"""The probe's next release: what it does otherwise than the one before."""

from marshmallow import Schema, fields
from services.probe.contracts import ThingMade
from services.probe.store import Store

from schoolbus.events import Event
from schoolbus.ids import effect_id
from schoolbus.service import Stored, api, on


class ThingDraft(Schema):
    thing_id = fields.String(required=True)
    name = fields.String(required=True)


class Thing(Schema):
    thing_id = fields.String(attribute="_id")
    name = fields.String()
    lower = fields.Function(lambda thing: thing["lower"] if Store.reads == 2 else thing.get("lower") or thing["name"].lower())


class Probe:
    name = "probe"
    store = Stored(Store)

    @api("POST", "/v1/branches/{branch_id}/things", takes=ThingDraft, gives=Thing, status=201, may="set homework")
    def make(self, caller, branch_id, draft):
        """Make a thing."""
        id, name = draft["thing_id"], draft["name"]
        said = ThingMade(branch_id=branch_id, subject=id, thing_id=id, seconds=0.0, poison=False)
        return self.store.things.add({"_id": id, "branch_id": branch_id, "name": name, "lower": name.lower()}, saying=[said])

    @api("GET", "/v1/branches/{branch_id}/things", gives=Thing, may="see meeting days", paged=True)
    def list(self, caller, branch_id, query):
        return self.store.things.page(caller.branch(branch_id), sort="-name", page=query["page"])

    @on(ThingMade, prefetch=50)
    def see(self, event: Event):
        counted = {"$inc": {"times": 1}, "$setOnInsert": {"branch_id": event.branch_id, "thing": event.subject}}
        self.store.seen.collection.update_one({"_id": effect_id(event.id, "probe")}, counted, upsert=True)
