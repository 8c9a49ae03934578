"""What does a person change of a file before it goes in? Columns, values of a column, and single cells.

Places of columns are counted from 0, rows as the file counts them. Nothing is changed in the file itself:
the changes are laid over it while it is read, so that each can be taken back. Never here: a decision of its
own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from palermo.collect.cells import Row
from palermo.collect.sheets import Table


@dataclass(frozen=True)
class Changes:
    """`mapping`: the field that a column is read as, "" where it is not read. `values`: by column, what
    takes the place of a cell that says this. `cells`: what takes the place of one cell, whatever it says.
    """

    mapping: Mapping[int, str] = field(default_factory=dict)
    values: Mapping[int, Mapping[str, str]] = field(default_factory=dict, repr=False)
    cells: Mapping[tuple[int, int], str] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.mapping or self.values or self.cells)

    def table(self, table: Table) -> Table:
        """The table under the header that the mapping makes of its own.

        >>> table = Table("htcds", ("prs_Gender", "Sexo"), iter(()))
        >>> Changes(mapping={0: "", 1: "prs_Gender"}).table(table).header
        ('column 1', 'prs_Gender')
        """
        if not self.mapping:
            return table
        names = (self.mapping.get(place, name) for place, name in enumerate(table.header))
        header = tuple(name or f"column {place}" for place, name in enumerate(names, 1))
        return replace(table, header=header)

    def row(self, row: Row) -> Row:
        """The row with what was changed in it.

        >>> Changes(values={0: {"femal": "Feminine"}}, cells={(7, 1): "2024"}).row(Row(7, ("femal", "24")))
        Row(number=7, cells=('Feminine', '2024'), fault=0)
        """
        mine = self._of_row.get(row.number)
        if not (mine or self.values):
            return row
        cells = list(row.cells)
        for place, values in self.values.items():
            if place < len(cells):
                cells[place] = values.get(cells[place].strip(), cells[place])
        for place, value in (mine or {}).items():
            cells += [""] * (place + 1 - len(cells))
            cells[place] = value
        return row._replace(cells=tuple(cells))

    def without(self, rows: Collection[int]) -> "Changes":
        """The changes of a file that these rows left: those below move up."""

        def up(row: int) -> int:
            return row - sum(gone < row for gone in rows)

        kept = {(up(row), place): value for (row, place), value in self.cells.items() if row not in rows}
        return replace(self, cells=kept)

    @property
    def _of_row(self) -> Mapping[int, Mapping[int, str]]:
        held = self.__dict__.get("_by_row")
        if held is None:
            held = dict[int, dict[int, str]]()
            for (row, place), value in self.cells.items():
                held.setdefault(row, {})[place] = value
            self.__dict__["_by_row"] = held
        return held


NO_CHANGES = Changes()
