"""What is a table, and what is behind one of its cells? Values only; a table never holds an identity."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from palermo.codes.languages import ENGLISH, Language, marked

Kind = Literal["part", "unknown", "total"]
INVENTED = marked("Invented data: these records describe nobody.")
INTERNAL = marked("Internal: not protected for publication. Do not share outside the organisation.")


def marks(*, internal: bool = True, invented: bool = False, language: Language = ENGLISH) -> str:
    """The mark of a file or table, in words."""
    return language.together(
        [language.said(INTERNAL) if internal else "", language.said(INVENTED) if invented else ""]
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure; `key` is what `trace` resolves. None is "not known", never zero."""

    key: str
    value: int | float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a label per stub column, then a cell per figure column.

    `codes` are those behind the labels, one per dimension of the definition's rows; None is a total.
    """

    labels: tuple[str, ...]
    cells: tuple[Cell, ...]
    kind: Kind = "part"
    codes: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A finished table. `header` names `stubs` label columns first, then the columns of figures.

    `indicator` is a code of the list portal_indicators or another word of the definition; `source` who
    recorded what is counted; `rule` the counting rule in words, `rule_id` its short name and version;
    `unit` what is counted; `invented` whether the records are made up; `on` the day whose policies and
    region scheme hold; `where` the year and area that it was narrowed to.
    """

    id: str
    title: str
    indicator: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    rule: str
    notes: tuple[str, ...]
    source: str = ""
    rule_id: str = ""
    unit: str = "cases"
    stubs: int = 1
    on: date | None = None
    internal: bool = True
    invented: bool = False
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """What must be said wherever the table is shown."""
        return marks(internal=self.internal, invented=self.invented)

    def mark_in(self, language: Language) -> str:
        """The same in another language."""
        return marks(internal=self.internal, invented=self.invented, language=language)

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for row in self.rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class Trace:
    """What is behind one cell: the rule, the figure, and the ids of the records that make it.

    `of` names the kind of record: "case" for tables of cases, else "state_return", "aggregate_return" or
    "effort". `count` is the figure of the cell, in the cell's unit.
    """

    cell: str
    rule: str
    count: int | float | None
    cases: tuple[str, ...]
    of: str = "case"
    rule_id: str = ""
    title: str = ""
