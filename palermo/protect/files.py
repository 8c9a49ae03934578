"""What of an attached file may be kept? Its pages, pixels or words; nothing that tells where it came from.

Source: OWASP ASVS 5.0, chapter 5 (file handling); mat2 (https://0xacab.org/jvoisin/mat2) for what files
tell. Values in, values out: no temporary file, no log (the loggers of Pillow and pypdf are silenced, as they
quote content), no message with content. Whoever serves a cleaned file says its media type, `nosniff` and
`attachment`.

What stays is what a reader sees: a face, a name plate, a letterhead. Pictures may also keep a watermark or a
camera's noise, PDFs more; see `palermo.protect.pictures` and `palermo.protect.pdfs`.
"""

import logging
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from palermo import ProblemWithInput
from palermo.protect.accepting import JPEG, PDF, PNG, TEXT, WEBP, FileLimits, Media, refused
from palermo.protect.pdfs import cleaned_pdf
from palermo.protect.pictures import cleaned_picture

BOM = "\N{BYTE ORDER MARK}"
_KEPT_CONTROLS = frozenset("\t\n\r")
_NOT_PLAIN = re.compile(
    r"\A\s*<[!?/a-z]|\A\s*(GIF8|\{\\rtf|%!|#!|MZ)|%PDF-|<\s*/?\s*(script|svg|html|body|iframe|object|embed)\b",
    re.I,
)
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 65_557


@dataclass(frozen=True)
class Cleaned:
    """What may be sealed and kept: the media type, told by the content, and the content without metadata."""

    media: str
    content: bytes


def cleaned(content: bytes, *, limits: FileLimits | None = None) -> Cleaned:
    """The file without its metadata and without anything that acts; the newest limits where none are given.

    Raises `ProblemWithInput`, and nothing else: PROTECT-030 to 041, see `palermo.protect.accepting`.

    >>> cleaned("\N{BYTE ORDER MARK}An invented note".encode())
    Cleaned(media='text/plain', content=b'An invented note')
    >>> cleaned(b"PK an office file")
    Traceback (most recent call last):
    ...
    palermo.ProblemWithInput: PROTECT-030: The file is of a kind that is not kept. ...
    """
    limits = limits or FileLimits.on(date.max)
    if len(content) > limits.file_bytes:
        raise refused(32, expected=f"at most {limits.file_bytes:,} bytes")
    media = recognised(content)
    kept = _cleaned_as(media, content, limits)
    if _ZIP_END in kept[-_ZIP_TAIL:]:
        raise refused(41)
    return Cleaned(media.type, kept)


def recognised(content: bytes) -> Media:
    """The kind of file that the content begins like. Raises PROTECT-030 or 031.

    >>> recognised(b"%PDF-1.7").suffix
    '.pdf'
    """
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    plain = content.removeprefix(BOM.encode())
    if plain.startswith(b"RIFF") and plain[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"%PDF-"):
        return PDF
    if not plain.strip():
        raise refused(31)
    if plain.startswith(b"PK") or (b"\0" in plain[:512] and not plain.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise refused(30)
    return TEXT


def _cleaned_as(media: Media, content: bytes, limits: FileLimits) -> bytes:
    """Whatever the libraries raise becomes one problem without content, and without their exception."""
    try:
        if media is TEXT:
            return _cleaned_text(content, limits)
        if media is PDF:
            return cleaned_pdf(content, limits=limits)
        return cleaned_picture(content, media=media, limits=limits)
    except ProblemWithInput:
        raise
    except Exception:
        problem = refused(33)
    raise problem


def _cleaned_text(content: bytes, limits: FileLimits) -> bytes:
    if len(content) > limits.text_bytes:
        raise refused(32, expected=f"text of at most {limits.text_bytes:,} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    text = text.lstrip(BOM)
    if any(unicodedata.category(c) == "Cc" for c in set(text) - _KEPT_CONTROLS):
        raise refused(39)
    if _NOT_PLAIN.search(text):
        raise refused(40)
    if not text.strip():
        raise refused(31)
    return text.encode("utf-8")


def _silenced(*names: str) -> None:
    """No record of these libraries is written, whatever logging is set to: they quote what they read."""
    for name in names:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
        logger.addHandler(logging.NullHandler())


_silenced("PIL", "pypdf")
