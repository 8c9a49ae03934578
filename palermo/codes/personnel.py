"""Which words say that somebody belongs to the United Nations, a mandated force or an aid organisation?

The codes and labels of the list `actor_relations`, and the common wordings of `personnel.csv`, in one place:
whoever reads a file and whoever parts allegations from it must not differ. Source: S/2016/949, paragraphs
55-58. It takes whole words and never guesses from a part of one; too many are better than too few.
"""

import csv
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from palermo.codes.folding import fold
from palermo.codes.listing import code_list

PERSONNEL = frozenset({"un_personnel", "mandated_personnel", "aid_personnel"})
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\s?\w)")
_RUN_TOGETHER = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def personnel_of(text: str) -> str:
    """The code of the personnel that the text speaks of; "" where it speaks of none.

    >>> personnel_of("He was a U.N. Peace-Keeper"), personnel_of("UNPersonnel"), personnel_of("NGO workers")
    ('un_personnel', 'un_personnel', 'aid_personnel')
    >>> personnel_of("unarmed personnel"), personnel_of("NGO"), personnel_of("Familial")
    ('', '', '')
    """
    return _spoken(text) if len(text) <= _SHORT else _search(text)


_SHORT = 200


@lru_cache(maxsize=10_000)
def _spoken(text: str) -> str:
    return _search(text)


def _search(text: str) -> str:
    written = _RUN_TOGETHER.sub(" ", text)
    plain = _INITIALS.sub("", written)
    found = _pattern().search(f"{fold(plain)} | {fold(text)}")
    return _wordings()[_singular(found[0])] if found else ""


@cache
def _pattern() -> re.Pattern[str]:
    """Every wording as whole words, each of which may have an s."""
    longest = sorted(_wordings(), key=lambda wording: -len(wording))
    ways = "|".join(" ".join(f"{re.escape(word)}s?" for word in wording.split()) for wording in longest)
    return re.compile(rf"(?<!\w)(?:{ways})(?!\w)")


@cache
def _wordings() -> Mapping[str, str]:
    """Code by wording; the words are kept without an s at their end."""
    with (Path(__file__).parent / "personnel.csv").open(encoding="utf-8", newline="") as lines:
        found = {row["wording"]: row["code"] for row in csv.DictReader(lines)}
    codes = code_list("actor_relations")
    for code in PERSONNEL:
        found |= dict.fromkeys((code, *codes[code].labels.values()), code)
    return {_singular(fold(wording)): code for wording, code in found.items() if wording}


def _singular(folded: str) -> str:
    return " ".join(word.removesuffix("s") for word in folded.split())
