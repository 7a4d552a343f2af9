"""Recordings of silence, as phones make them: the headers that tell how long they are, and little else."""

import struct


def ogg(seconds: float) -> bytes:
    """OGG with Opus: two pages, of which the last tells the samples."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    return _page(0, head) + _page(round(seconds * 48000) + 312, b"\xfc" * 20)


def m4a(seconds: float) -> bytes:
    """MP4 whose movie header tells the length; 0: it was written while it was recorded."""
    header = struct.pack(">IIIII", 0, 0, 0, 1000, round(seconds * 1000))
    return _box(b"ftyp", b"M4A \x00\x00\x00\x00M4A isom") + _box(b"moov", _box(b"mvhd", header))


def amr(seconds: float) -> bytes:
    return b"#!AMR\n" + (b"\x3c" + b"\x00" * 31) * round(seconds * 50)


def mp3(seconds: float) -> bytes:
    """64 kbit/s at 44.1 kHz, behind a tag."""
    frame = b"\xff\xfb\x50\x00" + b"\x00" * (1152 // 8 * 64_000 // 44_100 - 4)
    return b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\x00" * 10 + frame * round(seconds * 44_100 / 1152)


def _page(samples: int, body: bytes) -> bytes:
    return b"OggS" + struct.pack("<BBqIIIBB", 0, 0, samples, 1, 0, 0, 1, len(body)) + body


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body
