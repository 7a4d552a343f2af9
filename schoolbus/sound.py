"""How long a recording is, by its own bytes: of the kinds of sound that schoolbus/attached.py takes."""

import struct
from collections.abc import Iterator
from contextlib import suppress

_AMR_FRAMES = (13, 14, 16, 18, 20, 21, 27, 32, 6)  # bytes of a frame by its mode, 20 ms each: RFC 4867, section 5.3
_BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s: MPEG 1, layer III
_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # MPEG 2 and 2.5
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def seconds(content: bytes, content_type: str) -> float | None:
    """None where the file doesn't say, as of an M4A that was written while it was recorded."""
    measure = {"audio/ogg": _ogg, "audio/mp4": _mp4, "audio/amr": _amr, "audio/mpeg": _mpeg}[content_type]
    with suppress(struct.error, IndexError, ZeroDivisionError):
        found = measure(content)
        return round(found, 2) if found else None
    return None


def _ogg(content: bytes) -> float:
    """RFC 3533: the last page tells how many samples there were. Opus counts at 48 kHz (RFC 7845); Vorbis says at how many."""
    last = content.rfind(b"OggS")
    samples: int = struct.unpack_from("<q", content, last + 6)[0]
    head = content.find(b"OpusHead", 0, 512)
    if head >= 0:
        skipped: int = struct.unpack_from("<H", content, head + 10)[0]
        return (samples - skipped) / 48000
    head = content.find(b"\x01vorbis", 0, 512)
    rate: int = struct.unpack_from("<I", content, head + 12)[0]
    return samples / rate


def _mp4(content: bytes) -> float:
    """ISO 14496-12: moov/mvhd."""
    at = content.find(b"mvhd")
    if at < 0:
        return 0
    if content[at + 4] == 1:
        rate, length = struct.unpack_from(">IQ", content, at + 24)
    else:
        rate, length = struct.unpack_from(">II", content, at + 16)
    return float(length / rate)


def _amr(content: bytes) -> float:
    at, frames = len(b"#!AMR\n"), 0
    while at < len(content):
        mode = content[at] >> 3 & 15
        at += _AMR_FRAMES[mode] if mode < len(_AMR_FRAMES) else 1
        frames += 1
    return frames * 0.02


def _mpeg(content: bytes) -> float:
    return sum(_frames(content))


def _frames(content: bytes) -> Iterator[float]:
    """The length of each frame of MPEG audio, layer III."""
    at = 0
    if content[:3] == b"ID3":
        size = content[6] << 21 | content[7] << 14 | content[8] << 7 | content[9]
        at = 10 + size
    while at + 4 <= len(content):
        version, rate = content[at + 1] >> 3 & 3, content[at + 2] >> 2 & 3
        bits = content[at + 2] >> 4
        layer_3 = content[at + 1] >> 1 & 3 == 1
        if content[at] != 0xFF or content[at + 1] < 0xE0 or not layer_3 or version == 1 or rate == 3 or bits in (0, 15):
            at += 1
            continue
        hertz, samples = _RATES[version][rate], 1152 if version == 3 else 576
        kilobits = (_BITRATES if version == 3 else _BITRATES_2)[bits]
        yield samples / hertz
        at += samples // 8 * kilobits * 1000 // hertz + (content[at + 2] >> 1 & 1)
