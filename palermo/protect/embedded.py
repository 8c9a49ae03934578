"""What of a picture inside a PDF draws? Its coded pixels; metadata are cut out, the pixels stay as they were.

Source: ITU-T T.81 (JPEG), annex B; ISO/IEC 15444-1 (JPEG 2000), annexes A and I. Anything that does not
follow them raises `ValueError` or `IndexError`. What stays: the tables and coded pixels, and comments in the
parts of tiles of JPEG 2000.
"""

import re
from collections.abc import Iterator

_SCAN_ENDS = re.compile(rb"\xff(?![\x00\xff\xd0-\xd7])", re.S)
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_ADOBE = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"
_START, _END = b"\xff\xd8", b"\xff\xd9"
_DRAWING_BOXES = frozenset(
    (b"jP  ", b"ftyp", b"jp2h", b"jp2c", b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef")
)


def bare_jpeg(content: bytes) -> bytes:
    """The JPEG without application segments, comments and what follows its end.

    >>> bare_jpeg(b"\\xff\\xd8\\xff\\xfe\\x00\\x04hi\\xff\\xd9PK")
    b'\\xff\\xd8\\xff\\xd9'
    """
    if not content.startswith(_START):
        raise ValueError("no start of image")
    return _START + b"".join(_kept(*segment) for segment in _segments(content)) + _END


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment up to the end of the image, coded pixels with their scan."""
    at = 2
    while at < len(content):
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if marker == 0xD9:
            return
        if marker == 0xFF:
            at += 1
            continue
        end = at + 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
        if marker == 0xDA:
            found = _SCAN_ENDS.search(content, end)
            end = found.start() if found else len(content)
        yield marker, content[at:end]
        at = end


def _kept(marker: int, segment: bytes) -> bytes:
    if marker == 0xE0 and segment[4:9] == b"JFIF\0":
        return _JFIF
    if marker == 0xEE and segment[4:9] == b"Adobe":
        return _ADOBE + segment[15:16]
    return b"" if 0xE0 <= marker <= 0xEF or marker == 0xFE else segment


def bare_jpx(content: bytes) -> bytes:
    """The JPEG 2000 picture without XML, UUID and other boxes that do not draw, and without comments."""
    if content.startswith(b"\xff\x4f"):
        return _bare_codestream(content)
    return _bare_boxes(content)


def _bare_boxes(content: bytes) -> bytes:
    whole, at = b"", 0
    while at < len(content):
        size, head = int.from_bytes(content[at : at + 4]), 8
        kind = content[at + 4 : at + 8]
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16]), 16
        end = at + size if size else len(content)
        if end < at + head:
            raise ValueError("a box without a size")
        if kind in _DRAWING_BOXES:
            whole += _box(kind, content[at + head : end])
        at = end
    return whole


def _box(kind: bytes, content: bytes) -> bytes:
    if kind == b"jp2h":
        content = _bare_boxes(content)
    if kind == b"jp2c":
        content = _bare_codestream(content)
    return (len(content) + 8).to_bytes(4) + kind + content


def _bare_codestream(content: bytes) -> bytes:
    kept, at = content[:2], 2
    while content[at : at + 2] != b"\xff\x90":
        end = at + 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
        if content[at] != 0xFF or end > len(content):
            raise ValueError("no marker")
        if content[at + 1] != 0x64:
            kept += content[at:end]
        at = end
    last = content.rfind(_END, at)
    return kept + content[at : last + 2 if last > 0 else len(content)]
