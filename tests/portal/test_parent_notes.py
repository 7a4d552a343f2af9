"""Home notes, and recordings of a browser as others can play them."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.portal.parent import recordings
from schoolbus import sound
from tests.gateway.support import PUBLIC_URL
from tests.portal.families import AT, V1, problem
from tests.portal.support import Browser, Stage


def note(stage: Stage, parent: Browser, files: Any, **fields: str) -> Any:
    stage.says("reports", f"{V1}/home-note-choices", {"items": []})
    parent.get(f"{AT}/notes/new")
    given = {"csrf": parent.mark, "key": "5f6f8f6e-4a52-4c38-9a63-6ad1a83f7f0a", "kind": "learning", **fields}
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": PUBLIC_URL}
    return parent._call("POST", f"{AT}/notes/new", headers=headers, data=given, files=files)


def test_a_voice_goes_on_as_phones_play_it_under_the_note_s_own_id(stage: Stage, parent: Browser) -> None:
    stage.says("reports", f"{V1}/home-note-voices", {"voice_id": "v1"}, status=201)
    stage.says("reports", f"{V1}/home-notes", {}, status=201)
    answer = note(stage, parent, {"voice": ("voice", webm([b"\x78abc"] * 120), "audio/webm")})
    assert answer.status_code == 303
    (upload,), (sent,) = stage.of(f"{V1}/home-note-voices"), stage.of(f"{V1}/home-notes")
    assert bytes(upload.body).startswith(b"OggS")
    note(stage, parent, {"voice": ("voice", webm([b"\x78abc"] * 120), "audio/webm")})
    note(stage, parent, {"voice": ("voice", webm([b"\x78abd"] * 120), "audio/webm")})
    paths = [each.path for each in stage.of(f"{V1}/home-note-voices")]
    assert paths[0] == paths[1] != paths[2], "the same is stored once, another is another"
    assert (sent.body["home_note_id"], sent.body["voice_id"]) == ("5f6f8f6e-4a52-4c38-9a63-6ad1a83f7f0a", "v1")


def test_a_refused_note_keeps_what_was_said_and_written(stage: Stage, parent: Browser) -> None:
    stage.says("reports", f"{V1}/home-note-voices", {"voice_id": "v1"}, status=201)
    invalid = problem("invalid", "The input is not what is wanted", 422, errors={"text": ["Say something."]})
    stage.says("reports", f"{V1}/home-notes", invalid, status=422)
    page = note(stage, parent, {"voice": ("voice", b"OggS", "audio/ogg")}, text="She reads")
    assert page.status_code == 422
    assert 'name="voice_id" value="v1" checked' in page.text
    assert ">She reads</textarea>" in page.text
    assert 'name="key" value="5f6f8f6e-4a52-4c38-9a63-6ad1a83f7f0a"' not in page.text, "a voice recorded anew is another"
    assert "Say something." in page.text


def webm(packets: list[bytes], codec: bytes = b"A_OPUS") -> bytes:
    """As a browser writes it: the sizes of segment and clusters are not known yet."""
    head = b"OpusHead\x01\x01" + (312).to_bytes(2, "little") + (48000).to_bytes(4, "little") + b"\0\0\0"
    track = element(b"\xae", element(b"\x86", codec) + element(b"\x63\xa2", head))
    begins = element(b"\x1aE\xdf\xa3", b"") + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + element(b"\x16\x54\xae\x6b", track)
    blocks = b"".join(element(b"\xa3", b"\x81\0\0\x80" + packet) for packet in packets)
    return begins + b"\x1f\x43\xb6\x75\x01" + b"\xff" * 7 + element(b"\xe7", b"\0") + blocks


def element(id: bytes, body: bytes) -> bytes:
    return id + (len(body) | 1 << 56).to_bytes(8, "big") + body


PACKETS = st.binary(min_size=1, max_size=700).filter(lambda rest: b"OggS" not in rest).map(lambda rest: b"\x78" + rest)


@given(st.lists(PACKETS, min_size=1, max_size=300))
def test_what_chromium_records_is_as_long_as_ogg(packets: list[bytes]) -> None:
    made = recordings.playable(webm(packets))
    assert made.startswith(b"OggS")
    assert sound.seconds(made, "audio/ogg") == (round(len(packets) * 0.02 - 312 / 48000, 2) or None)
    assert all(packet in made for packet in packets)


@given(st.binary(max_size=300))
def test_whatever_it_is_it_goes_on_as_it_is(content: bytes) -> None:
    assert recordings.playable(content) == content
    broken = b"\x1aE\xdf\xa3" + content
    assert recordings.playable(broken) == broken


def test_another_codec_and_a_recording_that_breaks_off_go_on_as_they_are() -> None:
    for odd in (webm([b"\x78abc"], codec=b"A_AAC"), webm([b"\x78abc"])[:-2], webm([])):
        assert recordings.playable(odd) == odd


def test_notes_are_asked_for_of_the_child_alone(stage: Stage, parent: Browser) -> None:
    stage.says("reports", f"{V1}/home-notes", {"items": [], "next": None})
    assert "You have not written yet" in parent.get(f"{AT}/notes").text
    assert "student_id=z" in stage.of(f"{V1}/home-notes")[0].path
