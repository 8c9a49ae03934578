"""Which bytes does a file really hold? Archives are unpacked within limits, else refused."""

import gzip
import io
import re
import zlib

from palermo.codes.languages import phrase
from palermo.collect.arriving import Limits
from palermo.collect.catalogue import refused

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
CHUNK = 1 << 20
_FILLED = re.compile(rb"[^\0\r\n\t ,;\xef\xbb\xbf\xff\xfe]")


def unpacked(content: bytes, limits: Limits) -> bytes:
    """The content, unpacked where it is gzip. Raises COLLECT-001, 004, 005 or 006."""
    if len(content) > limits.file_bytes:
        raise refused(4, expected=phrase("at most {most} bytes", most=limits.file_bytes))
    plain = _gunzipped(content, limits) if content.startswith(GZIP) else content
    if not _FILLED.search(plain):
        raise refused(1)
    return plain


def _gunzipped(content: bytes, limits: Limits) -> bytes:
    whole = io.BytesIO()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            while chunk := packed.read(CHUNK):
                whole.write(chunk)
                if whole.tell() > limits.unpacked_bytes:
                    raise refused(
                        5, expected=phrase("at most {most} bytes when unpacked", most=limits.unpacked_bytes)
                    )
    except (OSError, EOFError, zlib.error):
        raise refused(6) from None
    return whole.getvalue()
