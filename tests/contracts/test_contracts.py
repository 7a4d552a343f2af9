"""A published version of an event never changes: what was once written is read for ever, and is still written the same."""

import json

import pytest

from schoolbus.events import Event, InvalidEvent
from tests.contracts.samples import GOLDEN, SAMPLES, golden, on_the_wire

KINDS = [type(event) for event in SAMPLES]


def names(kind: type[Event]) -> str:
    return kind.routing_key()


def test_every_event_has_a_golden_file_and_none_is_left_over() -> None:
    known = {kind for kind in Event.known.values() if not kind.type.startswith("probe.")}
    assert known == set(KINDS)
    assert {path.name for path in GOLDEN.iterdir()} == {golden(kind).name for kind in known}


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: event.routing_key())
def test_it_is_written_as_ever(event: Event) -> None:
    assert on_the_wire(event) == json.loads(golden(type(event)).read_text())


@pytest.mark.parametrize("kind", KINDS, ids=names)
def test_it_is_read_and_what_a_later_publisher_adds_is_ignored(kind: type[Event]) -> None:
    written = json.loads(golden(kind).read_text())
    written["extension"] = written["data"]["added_later"] = "x"
    for item in written["data"].get("items", []):
        item["added_later"] = "x"
    event = kind.decode(json.dumps(written))
    assert (event.subject, event.sequence, event.branch_id) == ("subject-1", 7, "branch-1")
    assert event.data == kind.decode(golden(kind).read_text()).data


@pytest.mark.parametrize("kind", KINDS, ids=names)
def test_without_a_required_field_it_is_refused_and_the_field_is_named(kind: type[Event]) -> None:
    for name, field in kind.schema.fields.items():
        written = json.loads(golden(kind).read_text())
        del written["data"][name]
        if field.required:
            with pytest.raises(InvalidEvent, match=name):
                kind.decode(json.dumps(written))


@pytest.mark.parametrize("kind", KINDS, ids=names)
def test_it_has_a_reader_and_its_type_names_its_publisher(kind: type[Event]) -> None:
    services = {"roster", "meetings", "reports", "notifications"}
    assert kind.read_by
    assert set(kind.read_by) <= services - {kind.publisher()}
    assert kind.publisher() in services
