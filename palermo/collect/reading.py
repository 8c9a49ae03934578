"""What did the field send us? A file's bytes become records and all problems, in one pass.

Source: S/2016/949, paragraphs 54 and 63 (g)(h). A file is refused only when it cannot be read at all; good
rows go in, bad rows stay in a list that can be corrected and sent again.
"""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from palermo.cases import AnyRecord, BadRow, Problem
from palermo.codes.languages import phrase
from palermo.collect import ctdc, htcds, own_lines, portal
from palermo.collect.areas import Areas
from palermo.collect.arriving import Arrival, Limits
from palermo.collect.catalogue import problem, refused
from palermo.collect.cells import Row, csv_line
from palermo.collect.changes import NO_CHANGES, Changes
from palermo.collect.recognising import LAYOUTS, PALERMO, is_json_lines, text_table
from palermo.collect.sheets import Convert, Item, Table, items, unknown_columns
from palermo.collect.telling import told_once
from palermo.collect.unpacking import ZIP, unpacked
from palermo.collect.workbooks import OLE, workbook_table

Advance = Callable[[int, int | None], None]
Apart = Callable[[Problem | BadRow], bool]
EVERY = 2000
SAMPLED_ROWS, SAMPLES = 200, 3
R = TypeVar("R", bound=tuple[Any, ...])


@dataclass(frozen=True)
class Heading:
    """One column of a table: how the file calls it, under which name it is read, whether it is, and some of
    what it holds in the first rows.
    """

    label: str = field(repr=False)
    name: str = field(repr=False)
    is_read: bool = False
    samples: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Reading:
    """What a file held. `rows` counts good and bad rows; `unresolved` are labels for its owner to settle.

    `places` are the file's own rows of records, `bad_places` those of bad rows, `apart` those of which
    `read` was told that something in them stands apart (0: the header). `headings` are the columns; lines of
    Palermo's own have none.
    """

    layout: str
    submission: str
    rows: int
    records: tuple[AnyRecord, ...]
    problems: tuple[Problem, ...]
    bad_rows: tuple[BadRow, ...]
    unresolved: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[int, ...] = field(default=(), repr=False)
    bad_places: tuple[int, ...] = field(default=(), repr=False)
    apart: frozenset[int] = field(default=frozenset(), repr=False)
    headings: tuple[Heading, ...] = field(default=(), repr=False)


class Stream:
    """A file on its way in: iterate it once for records, problems and bad rows in the order of the file.

    Labels that nobody settled yet come last, each once per column with the count of its rows.

    Memory stays bounded by the limits and by what repeats. `rows`, `unresolved` and `apart` (rows of which
    `speaks` is true) grow while it is read; `at` is the file's row under way. Rows in `without` are passed
    over, and those below move up, as if the file did not hold them.
    """

    def __init__(
        self,
        opened: "Opened",
        arrival: Arrival,
        advance: Advance | None,
        *,
        speaks: Apart | None = None,
        without: frozenset[int] = frozenset(),
        changes: Changes = NO_CHANGES,
    ) -> None:
        self.layout, self.submission = arrival.layout, arrival.submission
        self.rows = 0
        self.at = self._passed = self._left_out = 0
        self.apart: set[int] = set()
        self._speaks, self._without, self._changes = speaks, without, changes
        self._header: tuple[str, ...] = ()
        self._labels: tuple[str, ...] = ()
        self._read: frozenset[int] = frozenset()
        self._samples: dict[int, dict[str, None]] = {}
        self._opened, self._arrival, self._advance = opened, arrival, advance
        self._areas = Areas(arrival)

    @property
    def unresolved(self) -> tuple[str, ...]:
        return tuple(self._areas.unresolved)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The columns, once the file was read."""
        labels = self._labels or self._header
        told = zip(labels, self._header, strict=False)
        return tuple(
            Heading(label, name, place in self._read, tuple(self._samples.get(place, ())))
            for place, (label, name) in enumerate(told)
        )

    def __iter__(self) -> Iterator[Item]:
        table = self._opened.table
        if table is None:
            lines = self._counted(own_lines.numbered(self._opened.plain))
            yield from self._heard(own_lines.lines(lines, self._arrival, self._seen))
        else:
            yield from self._table(table)
        if not self.rows:
            yield problem(48)
        if self._advance:
            self._advance(self.rows, self.rows)

    def _table(self, table: Table) -> Iterator[Item]:
        yield from self._heard(table.problems)
        self._labels = table.labels or table.header
        table = self._changes.table(table)
        convert, warnings, places = _converter(table, self._arrival, self._areas)
        self._header, self._read = table.header, frozenset(places := tuple(places))
        yield from self._heard(warnings)
        yield from self._heard(unknown_columns(table.header, places))
        counted = replace(table, rows=self._counted(table.rows))
        yield from told_once(self._heard(items(counted, convert, self._arrival, self._seen)))

    def _heard(self, found: Iterable[Item]) -> Iterator[Item]:
        for item in found:
            if self._speaks and isinstance(item, Problem | BadRow) and self._speaks(item):
                self.apart.add(self.at if item.row else 0)
            yield item

    def _counted(self, rows: Iterable[R]) -> Iterator[R]:
        most = self._arrival.limits.rows
        for row in rows:
            self._passed += 1
            if self._passed > most:
                raise refused(10)
            if self._advance and self._passed % EVERY == 0:
                self._advance(self._passed, None)
            if row[0] in self._without:
                self._left_out += 1
            else:
                self.at = row[0]
                changed = self._changed(row)
                yield _moved_up(changed, self._left_out) if self._left_out else changed

    def _changed(self, row: Any) -> Any:
        if not isinstance(row, Row):
            return row
        if self._passed < SAMPLED_ROWS:
            self._sample(row)
        return self._changes.row(row)

    def _sample(self, row: Row) -> None:
        """As the file has them."""
        for place, cell in enumerate(row.cells):
            held = self._samples.setdefault(place, {})
            if len(held) < SAMPLES and cell.strip():
                held.setdefault(cell.strip())

    def _seen(self) -> None:
        self.rows += 1


@dataclass(frozen=True)
class Opened:
    """A file that was recognised: a table, or the bytes of JSON lines."""

    layout: str
    plain: bytes
    table: Table | None


def _moved_up(row: Any, by: int) -> Any:
    number = row[0] - by
    return row._replace(number=number) if isinstance(row, Row) else (number, *row[1:])


def recognise(content: bytes, *, name: str = "") -> str:
    """The layout of a file; `name` is not looked at. Raises `ProblemWithInput` where Palermo reads none.

    >>> recognise(b'{"record": "case"}')
    'palermo'
    """
    return _opened(content, Limits.on(date.max), None).layout


def stream(
    content: bytes,
    *,
    organisation: str,
    secret: bytes,
    now: datetime,
    layout: str | None = None,
    name: str = "",
    area: str | None = None,
    invented: bool = False,
    decisions: Mapping[str, str] | None = None,
    advance: Advance | None = None,
    speaks: Apart | None = None,
    without: frozenset[int] = frozenset(),
    changes: Changes = NO_CHANGES,
    submission: str = "",
    loosely: bool = False,
) -> Stream:
    """Records, problems and bad rows one by one; the parameters and errors are those of `read`."""
    if layout is not None and layout not in LAYOUTS:
        raise refused(3, expected=phrase("one of {names}", names=", ".join(LAYOUTS)))
    opened = _opened(content, Limits.on(now.date()), layout, loosely)
    arrival = Arrival(
        layout=opened.layout,
        submission=submission or hashlib.sha256(content).hexdigest(),
        organisation=organisation,
        secret=secret,
        arrived=now,
        area=area,
        invented=invented,
        decisions=decisions or {},
    )
    return Stream(opened, arrival, advance, speaks=speaks, without=without, changes=changes)


def read(
    content: bytes,
    *,
    organisation: str,
    secret: bytes,
    now: datetime,
    layout: str | None = None,
    name: str = "",
    area: str | None = None,
    invented: bool = False,
    decisions: Mapping[str, str] | None = None,
    advance: Advance | None = None,
    speaks: Apart | None = None,
    without: frozenset[int] = frozenset(),
    changes: Changes = NO_CHANGES,
    submission: str = "",
    loosely: bool = False,
) -> Reading:
    """All records, problems and bad rows of a file, which `organisation` takes as its own.

    It holds all records at once: about 2 kB a row; `stream` gives them one by one in bounded memory.
    `secret` keys the ids, `now` is the arrival, `area` (ISO 3166 alpha-3) is where the organisation works,
    `decisions` maps labels to areas as a person settled them, `advance(rows, total or None)` hears progress,
    `speaks` says which problems and bad rows stand apart, rows in `without` are read as if not there,
    `changes` are laid over the file. `submission` is the hash of the file as it arrived, where these bytes
    are what is left of it. `loosely`: where no header is that of `layout`, the first row with several cells
    is the header, whose columns `changes` say.
    Raises `ProblemWithInput` (COLLECT-001 to 019) where the file cannot be read at all.

    >>> from datetime import UTC
    >>> line = b'{"record":"case","id":"' + b"a" * 32 + b'","organisation":"' + b"b" * 32 + b'"}'
    >>> read(line, organisation="b" * 32, secret=b"s", now=datetime(2026, 1, 1, tzinfo=UTC)).records
    (Case(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa),)
    """
    flow = stream(
        content, organisation=organisation, secret=secret, now=now, layout=layout, name=name, area=area,
        invented=invented, decisions=decisions, advance=advance, speaks=speaks, without=without,
        changes=changes, submission=submission, loosely=loosely,
    )  # fmt: skip
    records, problems, bad = list[AnyRecord](), list[Problem](), list[BadRow]()
    places, bad_places = array("q"), array("q")
    for item in flow:
        if isinstance(item, Problem):
            problems.append(item)
        elif isinstance(item, BadRow):
            bad.append(item)
            bad_places.append(flow.at)
        else:
            records.append(item)
            places.append(flow.at)
    return Reading(
        flow.layout, flow.submission, flow.rows, tuple(records), tuple(problems), tuple(bad), flow.unresolved,
        tuple(places), tuple(bad_places), frozenset(flow.apart), flow.headings,
    )  # fmt: skip


def header_of(
    content: bytes, *, now: datetime, layout: str | None = None, loosely: bool = False
) -> tuple[str, tuple[str, ...]]:
    """The layout of a file and its columns as it calls them; no rows are read.

    Raises as `read`, but for what only rows can show.
    """
    opened = _opened(content, Limits.on(now.date()), layout, loosely)
    table = opened.table
    return opened.layout, (table.labels or table.header) if table else ()


def what_is_left(
    content: bytes, *, layout: str, now: datetime, rows: frozenset[int], loosely: bool = False
) -> bytes:
    """The file without some of its rows, those below moved up: it is read as with `without=rows`.

    A table becomes a CSV under the names of its columns; a blank line stands for each that the file had.
    """
    opened = _opened(content, Limits.on(now.date()), layout, loosely)
    table, lines, left_out = opened.table, dict[int, bytes](), 0
    width = len(table.header) if table and table.ragged else 0
    for row in table.rows if table else own_lines.numbered(opened.plain):
        if row[0] in rows:
            left_out += 1
        elif isinstance(row, Row):
            short = ("",) * (width - len(row.cells))
            lines[row.number - left_out] = csv_line((*row.cells, *short))
        else:
            lines[row[0] - left_out] = row[1]
    if table:
        lines[min(lines, default=2) - 1] = csv_line(table.header)
    return b"".join(lines.get(number, b"") + b"\n" for number in range(1, max(lines, default=0) + 1))


def _opened(content: bytes, limits: Limits, layout: str | None, loosely: bool = False) -> Opened:
    plain = unpacked(content, limits)
    if is_json_lines(plain) and layout in (None, PALERMO):
        return Opened(PALERMO, plain, None)
    if layout == PALERMO:
        raise refused(3)
    is_workbook = plain.startswith((ZIP, OLE))
    table = (workbook_table if is_workbook else text_table)(plain, limits, layout, loosely=loosely)
    return Opened(table.layout, b"", table)


def _converter(
    table: Table, arrival: Arrival, areas: Areas
) -> tuple[Convert, Iterable[Problem], Iterable[int]]:
    reader = {"htcds": htcds.converter, "portal": portal.converter}.get(table.layout, ctdc.converter)
    return reader(table.header, arrival, areas)
