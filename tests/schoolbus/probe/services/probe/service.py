"""A service with nothing to do but to be tried: what schoolbus promises is tested on it."""

import eventlet
from marshmallow import Schema, fields, validate
from services.probe.contracts import ThingMade
from services.probe.store import Store

from schoolbus.events import Event
from schoolbus.ids import effect_id
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.service import Answer, Raw, RawBody, Stored, Upload, api, on


class ThingDraft(Schema):
    thing_id = fields.String(required=True, validate=validate.Length(1, 64))
    name = fields.String(required=True, validate=validate.Length(1, 100))
    seconds = fields.Float(load_default=0.0)
    poison = fields.Boolean(load_default=False)


class Thing(Schema):
    thing_id = fields.String(attribute="_id")
    name = fields.String()


class Probe:
    name = "probe"
    store = Stored(Store)

    @api("POST", "/v1/branches/{branch_id}/things", takes=ThingDraft, gives=Thing, status=201, may="set homework")
    def make(self, caller, branch_id, draft):
        """Make a thing."""
        said = ThingMade(
            branch_id=branch_id,
            subject=draft["thing_id"],
            thing_id=draft["thing_id"],
            seconds=draft["seconds"],
            poison=draft["poison"],
        )
        return self.store.things.add({"_id": draft["thing_id"], "branch_id": branch_id, "name": draft["name"]}, saying=[said])

    @api("GET", "/v1/branches/{branch_id}/things", gives=Thing, may="see meeting days", paged=True)
    def list(self, caller, branch_id, query):
        return self.store.things.page(caller.branch(branch_id), sort="-name", page=query["page"])

    @api("GET", "/v1/branches/{branch_id}/things/{thing_id}", gives=Thing, may="see meeting days")
    def read(self, caller, branch_id, thing_id):
        return self.store.things.one(caller.branch(branch_id), thing_id)

    @api("POST", "/v1/upload", takes=Upload("application/zip", limit=1_000_000), may="see meeting days")
    def upload(self, caller, file):
        return Answer(str(len(file.read())).encode(), "text/plain")

    @api("POST", "/v1/branches/{branch_id}/keys", takes=ThingDraft, gives=Thing, may="set homework", keyed=True)
    def key(self, caller, branch_id, draft, key):
        return {"_id": key, "name": draft["name"]}

    @api("POST", "/v1/raw", takes=RawBody(), public=True)
    def raw(self, caller, raw: Raw):
        return Answer(raw.body, "application/octet-stream")

    @api("POST", "/v1/fault", may="see meeting days")
    def fault(self, caller):
        raise RuntimeError("a secret that nobody outside may see")

    @on(ThingMade, prefetch=50)
    def see(self, event: Event):
        eventlet.sleep(event.data["seconds"])
        if event.data["poison"] and not self.store.cures.count(WHOLE_CHAIN):
            raise RuntimeError("poisoned")
        # one write, no transaction: of a process that is killed in the middle of one, the database keeps it open for a minute
        first = {"branch_id": event.branch_id, "thing": event.subject}
        counted = {"$inc": {"times": 1}, "$setOnInsert": first}
        self.store.seen.collection.update_one({"_id": effect_id(event.id, "probe")}, counted, upsert=True)
