"""What a browser has recorded, as others can play it.

Chromium records Opus in WebM (a Matroska file: RFC 9559, EBML: RFC 8794). The same packets are put into OGG (RFC 3533,
RFC 7845): nothing is decoded, nothing gets worse.
"""

from collections.abc import Iterator

_EBML = b"\x1aE\xdf\xa3"
_SEGMENT, _CLUSTER, _TRACKS, _TRACK, _GROUP = 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE, 0xA0
_INSIDE = (_SEGMENT, _CLUSTER, _TRACKS, _TRACK, _GROUP)  # elements whose content is elements that are looked at
_CODEC, _CODEC_PRIVATE, _BLOCK, _SIMPLE_BLOCK = 0x86, 0x63A2, 0xA1, 0xA3
_LACED = 0x06
_TAGS = b"OpusTags" + len(b"Rabta").to_bytes(4, "little") + b"Rabta" + bytes(4)
_SERIAL = 1
_FIRST, _LAST = 2, 4  # flags of a page
_PACKETS_OF_A_PAGE = 50  # a second of 20 ms each
_FRAME = (480, 960, 1920, 2880)  # samples at 48 kHz of SILK's frames, by their number: RFC 6716, table 2


class _Unreadable(Exception):
    """It breaks off, or is built as no browser builds it."""


def playable(content: bytes) -> bytes:
    """OGG for a recording in WebM; whatever else it is, as it is: the service says whether it takes it."""
    if not content.startswith(_EBML):
        return content
    try:
        head, packets = _opus_of(content)
        return b"".join(_ogg(head, packets)) if packets else content
    except _Unreadable:
        return content


def _opus_of(content: bytes) -> tuple[bytes, list[bytes]]:
    """OpusHead, and the packets in their order."""
    head, packets = b"", []
    for element, body in _elements(content, 0, len(content)):
        if element == _CODEC and body != b"A_OPUS":
            raise _Unreadable
        if element == _CODEC_PRIVATE:
            head = body
        elif element in (_SIMPLE_BLOCK, _BLOCK):
            packets.append(_packet(body))
    if not head.startswith(b"OpusHead"):
        raise _Unreadable
    return head, [packet for packet in packets if packet]


def _packet(block: bytes) -> bytes:
    """After the track's number, two bytes of time and the flags."""
    _, begins = _number(block, 0)
    if len(block) < begins + 3 or block[begins + 2] & _LACED:
        raise _Unreadable
    return block[begins + 3 :]


def _elements(content: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Ids and bodies, depth first. One whose size is not known, as in what is written while it is recorded, is gone into."""
    while at < end:
        element, at = _id(content, at)
        size, at = _number(content, at)
        if element in _INSIDE:
            continue  # what follows is its content, and then what comes after it
        if size is None or at + size > end:
            raise _Unreadable
        yield element, content[at : at + size]
        at += size


def _id(content: bytes, at: int) -> tuple[int, int]:
    length = _length(content, at)
    return int.from_bytes(content[at : at + length], "big"), at + length


def _number(content: bytes, at: int) -> tuple[int | None, int]:
    """None for a size that is not known."""
    length = _length(content, at)
    value = int.from_bytes(content[at : at + length], "big") & ((1 << 7 * length) - 1)
    return (None if value == (1 << 7 * length) - 1 else value), at + length


def _length(content: bytes, at: int) -> int:
    if at >= len(content) or not content[at]:
        raise _Unreadable
    length = 9 - content[at].bit_length()
    if at + length > len(content):
        raise _Unreadable
    return length


def samples(packet: bytes) -> int:
    """At 48 kHz: RFC 6716, section 3.1."""
    mode, frames = packet[0] >> 3, packet[0] & 3
    if mode < 12:
        each = _FRAME[mode & 3]
    elif mode < 16:
        each = _FRAME[mode & 1]
    else:
        each = 120 << (mode & 3)
    if frames == 3:
        return each * (packet[1] & 63 if len(packet) > 1 else 0)
    return each * (1 if frames == 0 else 2)


def _ogg(head: bytes, packets: list[bytes]) -> Iterator[bytes]:
    yield _page([head], 0, 0, _FIRST)
    yield _page([_TAGS], 1, 0, 0)
    heard, number = 0, 2
    for page in _together(packets):
        heard += sum(map(samples, page))
        is_last = page[-1] is packets[-1]
        yield _page(page, number, heard, _LAST if is_last else 0)
        number += 1


def _together(packets: list[bytes]) -> Iterator[list[bytes]]:
    """As many as a page holds: 255 segments of at most 255 bytes."""
    page: list[bytes] = []
    for packet in packets:
        segments = sum(len(each) // 255 + 1 for each in [*page, packet])
        if page and (segments > 255 or len(page) == _PACKETS_OF_A_PAGE):
            yield page
            page = []
        page.append(packet)
    if page:
        yield page


def _page(packets: list[bytes], number: int, heard: int, flags: int) -> bytes:
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    if len(lacing) > 255:
        raise _Unreadable
    begins = b"OggS\0" + bytes([flags]) + heard.to_bytes(8, "little")
    begins += _SERIAL.to_bytes(4, "little") + number.to_bytes(4, "little")
    rest = bytes([len(lacing)]) + lacing + b"".join(packets)
    return begins + _checksum(begins + bytes(4) + rest).to_bytes(4, "little") + rest


def _table() -> list[int]:
    found = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        found.append(value)
    return found


_TABLE = _table()


def _checksum(page: bytes) -> int:
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _TABLE[value >> 24 ^ byte]
    return value
