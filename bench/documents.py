"""What does a printed table cost? A PDF and a Word file of 40 rows, against the workbook of the same table.

Yardstick: `write_xlsx` of the same table in one run; the best of each counts, as other work disturbs it
least. Goal: each at most 25 times the workbook, which takes a few milliseconds.
"""

import time
from collections.abc import Callable
from datetime import date

from palermo.report import Cell, Row, Table, write_docx, write_pdf, write_xlsx

GOAL, TIMES, ROWS = 25, 15, 40
COLUMNS = ("Area", "Women", "Men", "Girls", "Boys", "Total")


def a_table(number: int) -> Table:
    """A table of its own for each run: typst remembers what it set."""
    rows = tuple(
        Row((f"Area {at} of {number}",), tuple(Cell("", number * at * each) for each in range(1, 6)))
        for at in range(1, ROWS)
    )
    total = Row(("Total",), tuple(Cell("", 1352 * number) for _ in range(1, 6)), "total")
    rule = "Counts cases: a person with two cases is counted in each."
    return Table("bench", f"Invented {number}", "", COLUMNS, (*rows, total), rule, (), on=date(2026, 1, 1))


def seconds(write: Callable[..., bytes], number: int) -> float:
    table = a_table(number)
    began = time.perf_counter()
    write((table,))
    return time.perf_counter() - began


def main() -> None:
    for write in (write_xlsx, write_pdf, write_docx):
        write((a_table(0),))  # fonts and libraries are read once
    took: dict[Callable[..., bytes], list[float]] = {write_xlsx: [], write_pdf: [], write_docx: []}
    for number in range(1, TIMES):
        for write, times in took.items():
            times.append(seconds(write, number))
    least = min(took[write_xlsx])
    for write, times in took.items():
        best = min(times)
        ratio = best / least
        print(f"{write.__name__:10} {best * 1000:6.1f} ms  {ratio:4.1f} times the workbook (goal {GOAL})")


if __name__ == "__main__":
    main()
