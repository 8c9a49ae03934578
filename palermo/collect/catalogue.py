"""What may be wrong with a submission, and what can its sender do? One table of stable codes.

A code never changes its meaning. COLLECT-001 to 019 refuse a file, 020 to 039 keep a row out, 040 and on
only warn. The table is `problems.csv`, from which documentation is generated. Texts never hold a found value.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from palermo import ProblemWithInput
from palermo.cases import Problem
from palermo.codes.languages import Phrase, phrase

LONGEST_FOUND = 200


class Known(NamedTuple):
    """One line of the catalogue. `refuses` is "file", "row" or "" for a warning."""

    code: str
    refuses: str
    meaning: str
    expected: str
    todo: str


def _read() -> Iterator[Known]:
    with (Path(__file__).parent / "problems.csv").open(encoding="utf-8", newline="") as lines:
        yield from (Known(**row) for row in csv.DictReader(lines))


CATALOGUE = tuple(_read())
_BY_CODE = {known.code: known for known in CATALOGUE}


def known(number: int) -> Known:
    """The line of the catalogue with this number."""
    return _BY_CODE[f"COLLECT-{number:03}"]


def refused(number: int, *, expected: str = "") -> ProblemWithInput:
    """The error that refuses a file. `expected` may name places and limits, never what was found.

    >>> print(refused(1))
    COLLECT-001: The file is empty. Expected a file with rows; check that the right file was chosen
    """
    line = known(number)
    return ProblemWithInput(
        phrase(
            "{code}: {meaning} Expected {expected}; {todo}",
            code=line.code,
            meaning=phrase(line.meaning),
            expected=expected if isinstance(expected, Phrase) else phrase(expected or line.expected),
            todo=phrase(line.todo),
        )
    )


def problem(
    number: int,
    *,
    row: int = 0,
    column: str = "",
    found: str = "",
    expected: str = "",
    suggestion: str | None = None,
    todo: str = "",
) -> Problem:
    """A problem of the catalogue at a place; `found` is shown to the file's owner only."""
    line = known(number)
    return Problem(
        line.code,
        expected or line.expected,
        todo or line.todo,
        row=row,
        column=column,
        found=found[:LONGEST_FOUND],
        suggestion=suggestion or "",
        refused=line.refuses == "row",
    )
