"""In which encoding was a text file written? UTF-8 and UTF-16 are known; otherwise one is assumed, and said.

Arabic in Windows-1256 comes as runs of high bytes, accents in Windows-1252 stand alone between plain letters.
A few broken bytes in a UTF-8 file cost their rows only: they are kept as lone surrogates.
"""

import codecs
import io
import re
from typing import NamedTuple

from palermo.collect.catalogue import refused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 16
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LONE = re.compile("[\udc80-\udcff]")
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class Decoded(NamedTuple):
    """A text file opened for reading; `assumed` names the encoding where it was not certain."""

    text: io.TextIOWrapper
    assumed: str


def decoded(content: bytes) -> Decoded:
    """The content as a text stream with newlines as they come. Raises COLLECT-008 for what is no text."""
    encoding, assumed = _encoding(content)
    stream = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors="surrogateescape", newline=None)
    return Decoded(stream, assumed)


def _encoding(content: bytes) -> tuple[str, str]:
    declared = next((name for bom, name in _BOMS if content.startswith(bom)), "")
    if declared:
        return _sound(content, declared), ""
    guess = _utf16(content[:_SAMPLE])
    if guess:
        return _sound(content, guess), guess
    if len(_CONTROL.findall(content[:_SAMPLE])) * 50 > len(content[:_SAMPLE]):
        raise refused(8)
    return _eight_bit(content)


def _sound(content: bytes, encoding: str) -> str:
    """The encoding, if the whole content is in it; lone surrogates cannot be kept in UTF-16."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), 1 << 20):
            decoder.decode(content[start : start + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeError:
        if encoding != "utf-8-sig":
            raise refused(8) from None
    return encoding


def _utf16(sample: bytes) -> str:
    """UTF-16 without its mark: most of every second byte is zero, the others hardly ever."""
    if len(sample) < 4:
        return ""
    even, odd = sample[0::2].count(0) / len(sample[0::2]), sample[1::2].count(0) / len(sample[1::2])
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else ""


def _eight_bit(content: bytes) -> tuple[str, str]:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    valid = broken = 0
    for start in range(0, len(content), 1 << 20):
        text = decoder.decode(content[start : start + (1 << 20)])
        if not text.isascii():
            lone = len(_LONE.findall(text))
            broken += lone
            valid += len(text) - len(text.encode("ascii", "ignore")) - lone
    if not broken or valid > broken:
        return "utf-8", "utf-8" if broken > 3 else ""
    guess = _windows(content)
    return guess, guess


def _windows(content: bytes) -> str:
    runs = [len(run) for run in _HIGH_RUN.findall(content[: _SAMPLE * 64])]
    in_words = sum(length for length in runs if length > 1)
    return "cp1256" if in_words * 2 > sum(runs) else "cp1252"
