"""What may be wrong with a submission, and what can its sender do? One table of stable codes.

A code never changes its meaning. COLLECT-001 to 019 refuse a file, 020 to 039 keep a row out, 040 and on
only warn. The documentation is generated from this table. Texts never hold what was found.
"""

from typing import NamedTuple

from palermo import ProblemWithInput
from palermo.cases import Problem

LONGEST_FOUND = 200


class Known(NamedTuple):
    """One line of the catalogue. `refuses` is "file", "row" or "" for a warning."""

    code: str
    refuses: str
    meaning: str
    expected: str
    todo: str


CATALOGUE = tuple(
    Known(f"COLLECT-{number:03}", refuses, meaning, expected, todo)
    for number, refuses, meaning, expected, todo in (
        (1, "file", "The file is empty.", "a file with rows", "check that the right file was chosen"),
        (2, "file", "No layout fits the file's header or its first line.", "one of the layouts that Palermo reads",
         "name the layout, or compare the header with the reference of layouts"),
        (3, "file", "The layout that was named does not exist or does not fit.", "a layout that fits the header",
         "leave the layout out, so that it is recognised"),
        (4, "file", "The file is too large.", "a file within the limits of palermo/codes/policy/collect_limits.toml",
         "split it by month or area and send the parts"),
        (5, "file", "The file unpacks to far more than it should.", "an archive within the limits",
         "save it again with the program that made it, or send it as CSV"),
        (6, "file", "The archive is damaged or cut off.", "a whole archive", "send the file again"),
        (7, "file", "The workbook cannot be read.", "an Excel workbook (.xlsx) without password, entities or scripts",
         "save it again as .xlsx without a password, or send it as CSV"),
        (8, "file", "The file is not text in a known encoding.", "text in UTF-8, UTF-16, Windows-1252 or Windows-1256",
         "save it as CSV in UTF-8"),
        (9, "file", "The file has too many columns.", "at most 1,000 columns", "remove what the layout does not have"),
        (10, "file", "The file has too many rows.", "at most 2,000,000 rows", "split it by month or area"),
        (11, "file", "A column of the layout is there twice.", "each column once", "remove one of the two columns"),
        (12, "file", "Columns that the layout cannot do without are missing.", "all columns of the layout",
         "compare the header with the reference of layouts"),
        (20, "row", "The row has more or fewer cells than the header.", "as many cells as the header has",
         "look for a separator or a line break inside a cell, and put such a cell in quotes"),
        (21, "row", "A line or cell is too long.", "at most 32,767 characters a cell, 1,000,000 a line",
         "shorten the text"),
        (22, "row", "The row holds bytes that are no text.", "text in the encoding of the file",
         "write the cell again"),
        (23, "row", "A quotation mark is not closed.", "quotation marks in pairs", "close or remove it"),
        (24, "row", "The value is not a code or label of the column's list.", "a code or label of the column's list",
         "use a code of the list"),
        (25, "row", "The value is not a year.", "a year from 1950 to this one, in four digits", "correct the year"),
        (26, "row", "The value is not a date.", "a date such as 2024-05-03, not after today",
         "write the date as year-month-day"),
        (27, "row", "The value is not a number.", "a whole number that is not negative", "correct the number"),
        (28, "row", "Fields of the row contradict each other.", "fields that fit together", "correct one of them"),
        (29, "row", "The key of a mended row is not one.", "a key as in the file of rows that stayed out",
         "leave the column palermo_key as it was"),
        (30, "row", "The line is not JSON.", "one whole JSON object a line", "correct or remove the line"),
        (31, "row", "The record does not have the fields or types that it must have.", "the fields of the record",
         "compare the line with the reference of records"),
        (32, "row", "Another row of the file has the same id or key.", "each id and key once a file",
         "remove one of the two rows"),
        (33, "row", "The row describes a perpetrator, not a victim.", "rows about victims",
         "leave perpetrators out: Palermo keeps their role with the victim's case, never a name"),
        (34, "row", "A cell that has to be filled in is blank.", "a value", "fill the cell in"),
        (40, "", "The label of an area is not resolved; the row goes in with unknown.", "the name of an area",
         "settle what the label means; the decision is kept and used at the next import"),
        (41, "", "The encoding was not declared, so one was assumed.", "text in UTF-8",
         "look at a few names, and save the file as UTF-8 if they are wrong"),
        (42, "", "A column is not part of the layout and was not read.", "columns of the layout",
         "nothing, unless it holds something that should have been read"),
        (43, "", "A column of the layout is missing; its values are unknown.", "all columns of the layout",
         "nothing, if the column was left out on purpose"),
        (44, "", "The two header rows name different columns; the labels decided.", "header rows that agree",
         "nothing, if the columns were filled in under their labels"),
        (45, "", "The workbook holds formulas; the values that were saved with it were read.", "plain values",
         "look at the cells, and paste them as values if they are not right"),
        (46, "", "Records of another organisation were taken over.", "records of the importing organisation",
         "nothing, if the other organisation handed them over"),
        (47, "", "The person did not consent.", "consent to be recorded",
         "decide whether the row may be kept, and delete the case if not"),
        (48, "", "The file has a header and no rows.", "rows below the header", "check that the right file was chosen"),
        (49, "", "Only the first sheet that fits was read; the workbook has other filled sheets.", "one sheet",
         "send the other sheets as files of their own, if they hold cases"),
    )
)  # fmt: skip

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
    return ProblemWithInput(f"{line.code}: {line.meaning} Expected {expected or line.expected}; {line.todo}")


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
