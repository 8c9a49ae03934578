"""Which columns and codes does HTCDS 2.0 have, and what do they mean for us? Written out in two tables.

Source: HTCDS 2.0, IOM, 24 December 2021, CC BY 4.0; `htcds_columns.csv` (84 fields) and `htcds_values.csv`.
The workbook's two header rows disagree in the mailing columns, row 1 misspells a name and leaves one out:
people fill in under the labels of row 2, so the labels decide (`AS_PUBLISHED`: pairs of name and label). The
XLSForm's own spellings are known too.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from palermo.codes.personnel import personnel_of

LAYOUT = "htcds"
FEWEST = 3
LONGEST = 140
RELATION = "vic_RelationshipToTrafficker"
_SECTIONS = "org|prs|vic|per|cas|cco|hte|spl|con"
_MACHINE = re.compile(rf"(?:.*/)?((?:{_SECTIONS})_\w+)")
_KEYS = frozenset({"_uuid", "meta/instanceid", "palermo_key"})
AS_PUBLISHED = frozenset(
    (
        ("prs_MailingCity", "prs_MailingStreet"),
        ("prs_MailingCountry", "prs_MailingCity"),
        ("prs_MailingStreet", "prs_MailingPostalCode"),
        ("prs_MailingPostalCode", "prs_MailingCountry"),
        ("", "cas_ReasonForOutgoingReferral"),
    )
)
_SEPARATORS = (re.compile(r"\s*[;|]\s*"), re.compile(r"\s*,\s*"), re.compile(r"\s+"))


class Column(NamedTuple):
    """One field of HTCDS. `kind` says what becomes of it; `also` is another spelling of its name."""

    column: str
    label: str
    kind: str
    also: str
    note: str


class Value(NamedTuple):
    """One code of a picklist. `target` is ours; blank where the code is only kept as found."""

    column: str
    code: str
    label: str
    target: str


@cache
def known_columns() -> Mapping[str, Column]:
    """All fields by name."""
    return {row["column"]: Column(**row) for row in _table("htcds_columns")}


@cache
def picklist(column: str) -> Mapping[str, Value]:
    """The codes of a column by every way of writing them: code or label, spaces and case aside."""
    values = [Value(**row) for row in _table("htcds_values") if row["column"] == column]
    return {_plain(word): value for value in values for word in (value.code, value.label)}


def values_in(column: str, cell: str, *, most: int) -> tuple[Value, ...] | None:
    """The codes that a cell holds, at most `most`; None where a part of it is none."""
    codes = picklist(column)
    whole = codes.get(_plain(cell))
    if whole:
        return (whole,)
    if column == RELATION and (code := personnel_of(cell)):  # HTCDS has no code for personnel
        return (Value(column, code, code, code),)
    for between in _SEPARATORS if most > 1 else ():
        found = [codes.get(_plain(part)) for part in between.split(cell) if part]
        if found and all(found):
            return tuple(dict.fromkeys(value for value in found if value))[:most]
    return None


@lru_cache(maxsize=4096)
def suggestion(column: str, cell: str) -> str:
    """The label that is nearest to the cell; "" where none is near or the cell is longer than any label."""
    if len(cell) > LONGEST:
        return ""
    codes = picklist(column)
    near = get_close_matches(_plain(cell), codes, n=1, cutoff=0.8)
    return codes[near[0]].label if near else ""


def names_of(cells: Iterable[str]) -> tuple[str, ...]:
    """For each header cell the field that it names, "" where none; the last column that tells rows apart."""
    return tuple("palermo_key" if cell.strip().casefold() in _KEYS else _name(cell) for cell in cells)


def labels_of(cells: Iterable[str]) -> tuple[str, ...]:
    """For each header cell the field that has it as its label, "" where none."""
    return tuple(_by_label().get(_plain(cell), "") for cell in cells)


def fits(names: Iterable[str]) -> bool:
    """Whether enough fields are there, one of them about the trafficking."""
    found = {name for name in names if name in known_columns()}
    return len(found) >= FEWEST and any(name.startswith("vic_") for name in found)


def _name(cell: str) -> str:
    machine = _MACHINE.fullmatch(cell.strip())
    return _by_name().get(_plain(machine[1]), "") if machine else ""


@cache
def _by_name() -> Mapping[str, str]:
    """Spellings of a name: HTCDS's own, the XLSForm's with more underscores, and the workbook's misprint."""
    known = known_columns().values()
    return {_plain(word): one.column for one in known for word in (one.column, one.also) if word}


@cache
def _by_label() -> Mapping[str, str]:
    return {_plain(one.label): one.column for one in known_columns().values() if one.label}


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _table(name: str) -> Iterator[dict[str, str]]:
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
