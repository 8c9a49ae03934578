"""What is wrong with a row's shape, and what did it become? The same for text files and workbooks."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from palermo.cases import AnyRecord, BadRow, Problem
from palermo.codes.formulas import unguarded
from palermo.codes.languages import phrase
from palermo.collect.arriving import KEY, OUR_KEY, Arrival
from palermo.collect.catalogue import problem, refused
from palermo.collect.cells import Row

CELL = 16
ROW_ITSELF = 8
OURS = ("palermo_", "_")
_UUID = re.compile(r"(?:uuid:)?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")
Item = AnyRecord | Problem | BadRow


@dataclass(frozen=True)
class Table:
    """A table that was recognised: its header and the rows below. `ragged` rows may be short, as in Excel.

    `labels` are the cells of the header as the file has them, where they are not its names.
    """

    layout: str
    header: tuple[str, ...]
    rows: Iterator[Row]
    problems: tuple[Problem, ...] = ()
    ragged: bool = False
    labels: tuple[str, ...] = ()


class Read(NamedTuple):
    """What a row became: records if it is good, else problems; warnings go with either."""

    records: tuple[AnyRecord, ...] = ()
    problems: tuple[Problem, ...] = ()


Convert = Callable[[Row, str], Read]


def items(table: Table, convert: Convert, arrival: Arrival, seen: Callable[[], None]) -> Iterator[Item]:
    """Records, problems and bad rows in the file's order; `seen` hears of each row that says something."""
    width, key_at = len(table.header), _key_column(table.header)
    keys, bad = set[str](), 0
    for row in table.rows:
        if key_at is not None:
            row = row._replace(cells=tuple(map(unguarded, row.cells)))
        fits = len(row.cells) == width
        fault = row.fault or (0 if fits else _misshapen(row.cells, width, table.ragged))
        whole = row if fits else Row(row.number, _fitted(row.cells, width))
        natural = _natural(whole.cells[key_at]) if key_at is not None and not fault else ""
        read = Read(problems=(_fault(row, fault, width),)) if fault else None
        if natural and not read:
            read = _bad_key(row, natural, keys)
            natural = "" if read else natural
            keys.add(natural)
        read = read or convert(whole, natural)
        if read.records or read.problems:
            seen()
        yield from read.problems
        if read.problems and any(one.refused for one in read.problems):
            bad += held(row.cells, len(read.problems))
            if bad > arrival.limits.bad_cells:
                raise refused(13)
            yield BadRow(row.number, arrival.key(row.number, natural), named(table.header, row.cells))
        else:
            yield from read.records


def held(cells: tuple[str, ...], problems: int) -> int:
    """How much memory a bad row takes, counted in cells of 16 letters."""
    return len(cells) + ROW_ITSELF * problems + sum(map(len, cells)) // CELL


def named(header: tuple[str, ...], cells: tuple[str, ...]) -> dict[str, str]:
    """Cells by column; those beyond the header get the number of their column."""
    beyond = (f"column {place}" for place in range(len(header) + 1, len(cells) + 1))
    names = (*(name or f"column {place}" for place, name in enumerate(header, 1)), *beyond)
    return {name: cell for name, cell in zip(names, cells, strict=False) if not name.startswith("palermo_")}


def columns(header: Iterable[str], known: Mapping[str, str], normal: Callable[[str], str]) -> dict[str, int]:
    """Where each known column stands. Raises COLLECT-011 where one is there twice."""
    places: dict[str, int] = {}
    for place, label in enumerate(header):
        name = known.get(normal(label))
        if name is None:
            continue
        if name in places:
            raise refused(11, expected=phrase('the column "{name}" once', name=name))
        places[name] = place
    return places


def unknown_columns(header: tuple[str, ...], read: Iterable[int]) -> Iterator[Problem]:
    """A warning for each filled header cell that no column of the layout explains."""
    places = set(read)
    for place, label in enumerate(header):
        named = label.strip() and not label.startswith(OURS) and label != f"column {place + 1}"
        if place not in places and named:
            yield problem(42, column=f"column {place + 1}", found=label)


def _key_column(header: tuple[str, ...]) -> int | None:
    return header.index(KEY) if KEY in header else None


def _misshapen(cells: tuple[str, ...], width: int, ragged: bool) -> int:
    """20 where cells are missing or filled beyond the header."""
    short = len(cells) < width and not ragged
    return 20 if short or any(cell.strip() for cell in cells[width:]) else 0


def _fitted(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return cells[:width] + ("",) * (width - len(cells))


def _fault(row: Row, fault: int, width: int) -> Problem:
    expected = phrase("{count} cells", count=width) if fault == 20 else ""
    return problem(fault, row=row.number, expected=expected, found=f"{len(row.cells)} cells")


def _natural(cell: str) -> str:
    """The key; a form's instance id without its ornaments, as 32 hexadecimal digits."""
    instance = _UUID.fullmatch(cell.strip())
    return instance[1].replace("-", "").lower() if instance else cell.strip()


def _bad_key(row: Row, natural: str, keys: set[str]) -> Read | None:
    if not OUR_KEY.fullmatch(natural):
        return Read(problems=(problem(29, row=row.number, column=KEY, found=natural),))
    if natural in keys:
        return Read(problems=(problem(32, row=row.number, column=KEY, found=natural),))
    return None
