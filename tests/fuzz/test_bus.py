"""Whatever lies in a queue is the event that it should be, or refused with a reason: for each contract."""

import copy
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schoolbus import consumer, tracing
from schoolbus.events import Event, InvalidEvent
from tests.contracts.samples import SAMPLES
from tests.fuzz.anything import bodies, texts, values

GOOD = [(type(sample), json.loads(sample.encode())) for sample in SAMPLES]
NAMES = sorted({name for _, envelope in GOOD for name in (*envelope, *envelope["data"])})


@given(st.sampled_from(GOOD), st.data())
def test_a_spoilt_event_is_read_in_its_shape_or_refused(good: tuple[type[Event], dict[str, Any]], data: st.DataObject) -> None:
    contract, envelope = good
    spoilt = copy.deepcopy(envelope)
    where = data.draw(st.sampled_from([spoilt, spoilt["data"]]))
    where[data.draw(st.sampled_from(sorted(where)) | texts(10))] = data.draw(values(*NAMES))
    try:
        event = contract.decode(json.dumps(spoilt).encode())
    except InvalidEvent:
        return
    assert set(event.data) <= set(contract.schema.fields)
    assert all(isinstance(each, str) and each for each in (event.id, event.branch_id, event.subject))
    assert isinstance(event.sequence, int)
    assert contract.schema.load(contract.schema.dump(event.data)).keys() == event.data.keys()


@given(st.sampled_from([contract for contract, _ in GOOD]), bodies(*NAMES))
def test_anything_else_is_refused(contract: type[Event], body: bytes) -> None:
    with pytest.raises(InvalidEvent):
        contract.decode(body)


HEADERS = st.sampled_from([tracing.HEADER, tracing.SENT_AT])
PLACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@given(st.none() | st.dictionaries(HEADERS, texts() | st.integers() | st.binary(max_size=5) | st.sampled_from([PLACE, None])))
@example({tracing.HEADER: PLACE, tracing.SENT_AT: "yesterday"})
def test_headers_of_a_trace_never_end_a_process(headers: dict[str, Any] | None) -> None:
    place = consumer._place(SimpleNamespace(headers=headers))
    assert place is None or isinstance(place, str)


@given(st.sampled_from(GOOD), st.sampled_from(GOOD))
def test_one_event_is_never_taken_for_another(one: tuple[type[Event], Any], other: tuple[type[Event], Any]) -> None:
    if one[0] is not other[0]:
        with pytest.raises(InvalidEvent):
            one[0].decode(json.dumps(other[1]).encode())
