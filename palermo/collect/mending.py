"""How do bad rows go back to their owner? As a CSV with their key and what was wrong, to be sent again."""

import csv
import io
from collections.abc import Iterable

from palermo.cases import BadRow, Problem
from palermo.codes.formulas import guarded
from palermo.codes.languages import ENGLISH, Language
from palermo.collect.arriving import KEY
from palermo.collect.own_lines import LINE
from palermo.collect.reading import Reading

PROBLEM = "palermo_problem"


def bad_rows_csv(reading: Reading, *, language: Language = ENGLISH) -> bytes:
    """The bad rows as found, their key and a column per problem, in UTF-8 with a mark for Excel.

    Problems are told in `language`; names of columns and keys have none.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front; readers take it off again.
    Bad lines of Palermo's own layout are JSON lines again, without their problems.
    """
    if reading.layout == "palermo":
        return b"".join(row.cells[LINE].encode() + b"\n" for row in reading.bad_rows)
    told = _told(reading.problems, language)
    most = max((len(told.get(row.row, ())) for row in reading.bad_rows), default=0)
    names = list(dict.fromkeys(name for row in reading.bad_rows for name in row.cells))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow((*map(guarded, names), KEY, *(f"{PROBLEM}_{place + 1}" for place in range(most))))
    for row in reading.bad_rows:
        writer.writerow(_line(row, names, told.get(row.row, ())))
    return "\ufeff".encode() + out.getvalue().encode("utf-8", "replace")


def _line(row: BadRow, names: list[str], told: Iterable[str]) -> tuple[str, ...]:
    return (*(guarded(row.cells.get(name, "")) for name in names), row.key, *told)


def _told(problems: Iterable[Problem], language: Language) -> dict[int, list[str]]:
    told: dict[int, list[str]] = {}
    for problem in problems:
        if problem.row:
            told.setdefault(problem.row, []).append(problem.told(language))
    return told
