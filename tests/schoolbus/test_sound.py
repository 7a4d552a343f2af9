"""How long recordings are, by their own bytes."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus import sound
from schoolbus.attached import kind_of
from tests.support import recordings

KINDS = {"audio/ogg": recordings.ogg, "audio/mp4": recordings.m4a, "audio/amr": recordings.amr, "audio/mpeg": recordings.mp3}


@pytest.mark.parametrize(("content_type", "record"), KINDS.items(), ids=KINDS)
@pytest.mark.parametrize("seconds", [1, 42.5, 75])
def test_a_recording_tells_its_length(content_type: str, record: Callable[[float], bytes], seconds: float) -> None:
    content = record(seconds)
    assert kind_of(content).content_type == content_type
    assert sound.seconds(content, content_type) == pytest.approx(seconds, abs=0.03)


def test_what_was_written_while_it_was_recorded_does_not_tell() -> None:
    assert sound.seconds(recordings.m4a(0), "audio/mp4") is None


@given(content=st.binary(max_size=400), kind=st.sampled_from(sorted(KINDS)), cut=st.integers(0, 200))
def test_no_bytes_are_too_strange(content: bytes, kind: str, cut: int) -> None:
    for each in (content, KINDS[kind](1)[:cut] + content):
        found = sound.seconds(each, kind)
        assert found is None or isinstance(found, float)
