"""Which files may be attached to a case, how large, and what is said of the others?

Source: OWASP ASVS 5.0, chapter 5 (file handling); limits in `palermo/codes/policy/file_limits.toml`. The
kind of a file is decided by its content; its name and what the browser claims are never asked. No text holds
content.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from palermo import ProblemWithInput
from palermo.codes.policies import policy


class Media(NamedTuple):
    """A kind of file that is kept: its media type, and the suffix that a copy of it gets."""

    type: str
    suffix: str


JPEG = Media("image/jpeg", ".jpg")
PNG = Media("image/png", ".png")
WEBP = Media("image/webp", ".webp")
PDF = Media("application/pdf", ".pdf")
TEXT = Media("text/plain", ".txt")
ACCEPTED = (JPEG, PNG, WEBP, PDF, TEXT)


@dataclass(frozen=True)
class FileLimits:
    """The limits in force on a day; see `palermo/codes/policy/file_limits.toml`."""

    file_bytes: int
    text_bytes: int
    pixels: int
    jpeg_scans: int
    pdf_pages: int
    pdf_objects: int
    pdf_unpacked_bytes: int
    case_files: int
    case_bytes: int

    @classmethod
    def on(cls, day: date) -> "FileLimits":
        return cls(**policy("file_limits", on=day).value)


_KINDS = "a photo or scan (JPEG, PNG or WebP), a PDF, or plain text in UTF-8"
_PROBLEMS = {
    30: f"The file is of a kind that is not kept. Expected {_KINDS}; save a HEIC photo as JPEG, print an "
    "office file or a web page as PDF, attach what a zip holds one by one",
    31: f"The file is empty. Expected {_KINDS}; check that the right file was chosen",
    32: "The file is too large. Expected {expected}; scan in grey or at a lower resolution, or split it",
    33: "The file cannot be read: it is broken, or not of the kind that it begins like. Expected a file that "
    "opens in an ordinary viewer; open it there, save or print it anew, and attach that",
    34: "The picture has too many pixels. Expected {expected}; save it smaller and attach that",
    35: f"The picture moves. Expected {_KINDS}; save the picture that matters by itself and attach that",
    36: "The PDF is encrypted. Expected a PDF without a password; open it, print it as PDF, and attach that "
    "(Palermo seals it)",
    37: "The PDF holds too much. Expected {expected}; split it and attach the parts",
    38: "The PDF is a form with answers that are not drawn on its pages and would be lost. Expected a PDF "
    "that shows them; open it, print it as PDF, and attach that",
    39: "The text is not UTF-8, or holds control characters. Expected plain text in UTF-8 with tabs and line "
    "breaks only; save it as UTF-8 text, or attach a PDF",
    40: f"The text is a web page, a drawing or a program. Expected {_KINDS}; print it as PDF and attach that",
    41: "The file could be taken for an archive as well. Expected a file of one kind only; save or print it "
    "anew and attach that",
}


def refused(number: int, *, expected: str = "") -> ProblemWithInput:
    """The error that refuses a file. `expected` may name limits, never what was found.

    >>> print(refused(34, expected="at most 10 pixels"))
    PROTECT-034: The picture has too many pixels. Expected at most 10 pixels; save it smaller and attach that
    """
    return ProblemWithInput(f"PROTECT-{number:03}: {_PROBLEMS[number].replace('{expected}', expected)}")
