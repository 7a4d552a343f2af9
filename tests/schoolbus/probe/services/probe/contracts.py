"""Events that the probe says to itself."""

from marshmallow import fields

from schoolbus.events import Event, Id


class ThingMade(Event):
    """A thing was made; `seconds` is how long its handler takes, `poison` whether it fails until the cure is there."""

    type = "probe.thing_made"
    read_by = ("probe",)
    thing_id = Id(required=True)
    seconds = fields.Float(required=True)
    poison = fields.Boolean(required=True)
