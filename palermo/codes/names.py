"""Which area does a written name mean? UN names in six languages, then aliases reviewed one by one.

Source: `lists/areas.csv` (M49, UNTERM) and `aliases.csv`, where each row says who would write it so. A row
without area and special code is a label reviewed and found ambiguous: it stays a question for a person.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from palermo.codes.folding import fold
from palermo.codes.listing import LANGUAGES, code_list

_LANGUAGE_NAMES = dict(
    zip(LANGUAGES, ("English", "French", "Spanish", "Arabic", "Russian", "Chinese"), strict=True)
)
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)\s*$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a known name means: an area, a special code, or neither where it is reviewed as ambiguous."""

    area: str | None
    special: str | None
    who: str

    @property
    def code(self) -> str | None:
        return self.area or self.special

    @property
    def is_adjective(self) -> bool:
        return "adjective" in self.who


@dataclass(frozen=True, slots=True)
class Names:
    """`exact` holds abbreviations, read only as they are written; `folded` everything else.

    `spelled` keeps every name as it is written, with its accents.
    """

    exact: Mapping[str, Meaning]
    folded: Mapping[str, Meaning]
    spelled: tuple[str, ...]


@cache
def names() -> Names:
    """All known names, read once. Where a UN name and an alias differ, the reviewed alias decides."""
    exact = {alias: meaning for alias, meaning in aliases() if "abbreviation" in meaning.who}
    known = [*_un_names(), *((alias, meaning) for alias, meaning in aliases() if alias not in exact)]
    folded: dict[str, Meaning] = {}
    for label, meaning in known:
        held = folded.get(fold(label))
        if held is None or not meaning.who.startswith("UN name in"):
            folded[fold(label)] = meaning
    return Names(exact, folded, tuple(label for label, _ in known))


def aliases() -> Iterator[tuple[str, Meaning]]:
    """The reviewed table, in its order."""
    with (Path(__file__).parent / "aliases.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row["alias"], Meaning(row["area"] or None, row["special"] or None, row["who"])


def _un_names() -> Iterator[tuple[str, Meaning]]:
    """Full names first, so that a short form never takes the full name of another area."""
    shorts: list[tuple[str, Meaning]] = []
    for area, code in code_list("areas").items():
        for language, label in code.labels.items():
            meaning = Meaning(area, None, f"UN name in {_LANGUAGE_NAMES[language]}")
            if label:
                yield label, meaning
                short = _IN_BRACKETS.sub("", label)
                shorts += [(short, meaning)] if short != label else []
    yield from shorts
