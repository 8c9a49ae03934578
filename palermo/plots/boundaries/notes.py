"""What must be said under a map? The disclaimer of the United Nations, and notes on what is on the map.

Source: `notes.csv`, in six languages, in the words of UN maps; check them against an official map.
"""

from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from palermo.codes.languages import ENGLISH, Language
from palermo.codes.listing import CodeList, read_list

FILE = Path(__file__).parent / "notes.csv"
ON_MAP = {
    "kashmir": {"Jammu and Kashmir"},
    "sudan": {"SDN", "SSD"},
    "abyei": {"Abyei"},
    "malvinas": {"FLK"},
    "kosovo": {"SRB"},
}


@cache
def texts() -> CodeList:
    """The notes by code."""
    return read_list(FILE)


def notes(shown: Collection[str], *, hatched: bool, language: Language = ENGLISH) -> str:
    """The notes for a map that shows these areas and patches; the disclaimer first.

    >>> notes({"FLK", "ARG"}, hatched=False).count("Malvinas")
    1
    """
    return " ".join(texts().label(code, language.code) for code in _asked(set(shown), hatched))


def credit(of: str, *, language: Language = ENGLISH) -> str:
    """The attribution of a boundary file: our words where it names a note, else what came with the file."""
    return texts().label(of, language.code) if of in texts() else of


def _asked(shown: set[str], hatched: bool) -> Iterator[str]:
    yield "disclaimer"
    if hatched:
        yield "undetermined"
    yield from (code for code, needed in ON_MAP.items() if needed <= shown)
