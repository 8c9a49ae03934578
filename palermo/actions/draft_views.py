"""What does a page show of a draft? Counts and places always; cells only with the keys that open them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Sum

from palermo import ProblemWithInput
from palermo.codes.phrases import unpacked
from palermo.store import access, drafts, submissions
from palermo.store.access import Actor
from palermo.store.drafts import Choices
from palermo.store.vault import Locked, Ring

ROWS = 20
LIKE_IT = 5000
"""So many found values are opened to say how many rows hold the same."""
ASKED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One draft in a list. The counts are what an import would do now."""

    id: str
    layout: str
    area: str
    invented: bool
    arrived: datetime
    expires: datetime
    rows: int
    stored: int
    superseded: int
    unchanged: int
    refused: int
    problems: int
    mended: int
    in_memory: bool


@dataclass(frozen=True, slots=True)
class RowsShown:
    """Which bad rows a page shows: those with this problem ("": any) after this row."""

    code: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLine:
    """One column of the file. `label` and `samples` are None and empty where the vault is locked."""

    place: int
    label: str | None = field(repr=False)
    name: str
    is_read: bool
    problems: int
    samples: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a bad row, with what is wrong with it. `place` None: it stands in no column of the header.
    `alike` is how many rows have the same in this column, 0 where that is not known.
    """

    place: int | None
    name: str
    text: str | None = field(repr=False)
    code: str = ""
    expected: str = ""
    todo: str = ""
    suggestion: str = ""
    alike: int = 0


@dataclass(frozen=True, slots=True)
class RowLine:
    """One bad row: its faulty cells, problems of the row as a whole, and its other filled cells."""

    row: int
    faulty: tuple[Cell, ...]
    whole: tuple[Cell, ...]
    others: tuple[Cell, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A problem that keeps no row out: where it is met first and in how many rows."""

    row: int
    times: int
    cell: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class MendLine:
    """One thing that was changed: of one row, or (`row` 0) of all rows that say the same."""

    id: str
    row: int
    name: str
    found: str = field(repr=False)
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft as a page shows it. `codes` counts rows that stay out by problem; `more` says whether bad rows
    follow; `locked`: cells are sealed, and can be shown once the vault is unlocked.
    """

    line: DraftLine
    columns: tuple[ColumnLine, ...]
    codes: tuple[tuple[str, int], ...]
    rows: tuple[RowLine, ...]
    more: bool
    warned: tuple[Warned, ...]
    mends: tuple[MendLine, ...]
    remembered: bool
    mapped: bool
    locked: bool


LINE = tuple(name for name in DraftLine.__dataclass_fields__ if name not in ("id", "in_memory"))


def line(row: Any) -> DraftLine:
    """A draft for a list."""
    told = {name: getattr(row, name) for name in LINE}
    return DraftLine(id=row.public_id, in_memory=row.data_key is None, **told)


def view(actor: Actor, row: Any, ring: Ring | None, shown: RowsShown) -> DraftView:
    """All of a page about one draft."""
    choices = _choices(row, ring)
    opening = submissions.Opening(ring) if ring else None
    whole = _Whole(actor, row, opening, choices)
    rows, more = whole.rows(shown)
    return DraftView(
        line=line(row),
        columns=tuple(whole.columns()),
        codes=whole.codes(),
        rows=rows,
        more=more,
        warned=whole.warned(),
        mends=tuple(whole.mends()),
        remembered=choices is not None and choices.remembered,
        mapped=choices is not None and bool(choices.mapping),
        locked=ring is None,
    )


def _choices(row: Any, ring: Ring | None) -> Choices | None:
    """None while the vault is locked, or where what waited in memory is gone."""
    try:
        return drafts.choices(row, ring)
    except (Locked, ProblemWithInput):
        return None


class _Whole:
    """A draft whose parts are looked up when they are shown."""

    def __init__(self, actor: Actor, row: Any, opening: Any, choices: Choices | None) -> None:
        self.actor, self.row, self.opening = actor, row, opening
        self.choices = choices or Choices()
        self.places = {column.name: place for place, column in enumerate(self.choices.columns)}
        self.problems = access.problems(actor, row)
        self._alike: Counter[tuple[str, str]] | None = None

    def columns(self) -> Any:
        wrong = dict(self.problems.exclude(row=0).order_by().values_list("column").annotate(Sum("times")))
        for place, column in enumerate(self.choices.columns):
            if column.label.startswith("palermo_"):
                continue
            told = {"label": column.label, "samples": column.samples} if self.opening else {"label": None}
            name = column.name if column.is_read else ""
            yield ColumnLine(
                place=place, name=name, is_read=column.is_read, problems=wrong.get(column.name, 0), **told
            )

    def codes(self) -> tuple[tuple[str, int], ...]:
        rows = self.problems.filter(refused=True).order_by("code")
        return tuple(rows.values_list("code").annotate(Count("row", distinct=True)))

    def rows(self, shown: RowsShown) -> tuple[tuple[RowLine, ...], bool]:
        bad = access.bad_rows(self.actor, self.row).filter(row__gt=shown.after)
        if shown.code:
            bad = bad.filter(row__in=self.problems.filter(code=shown.code, refused=True).values("row"))
        some = list(bad[: ROWS + 1])
        wrong: dict[int, list[Any]] = {}
        numbers = [each.row for each in some[:ROWS]]
        for one in self.problems.filter(refused=True, row__in=numbers):
            wrong.setdefault(one.row, []).append(one)
        rows = (self._row(each, wrong.get(each.row, [])) for each in some[:ROWS])
        return tuple(rows), len(some) > ROWS

    def _row(self, bad: Any, wrong: list[Any]) -> RowLine:
        held = self.opening.bad_row(self.row, bad) if self.opening else None
        cells = dict(held.cells) if held else {}
        faulty = tuple(self._cell(one, cells.get(one.column)) for one in wrong if self._is_of_a_cell(one))
        whole = tuple(self._cell(one, None) for one in wrong if not self._is_of_a_cell(one))
        named = {one.name for one in faulty}
        others = tuple(
            Cell(place=self.places.get(name), name=name, text=text)
            for name, text in cells.items()
            if text.strip() and name not in named
        )
        return RowLine(bad.row, faulty, whole, others)

    def _is_of_a_cell(self, one: Any) -> bool:
        """While the vault is locked, columns have no place."""
        return bool(one.column) and (one.column in self.places or not self.places)

    def warned(self) -> tuple[Warned, ...]:
        rows = self.problems.filter(refused=False)[:ASKED]
        found = ((one, self.opening.found(self.row, one.found) if self.opening else None) for one in rows)
        return tuple(Warned(row=one.row, times=one.times, cell=self._cell(one, text)) for one, text in found)

    def mends(self) -> Any:
        """Those of single cells first."""
        names = {place: column.name for place, column in enumerate(self.choices.columns)}
        if not self.opening:
            return
        for one in (*self.choices.mends, *self.choices.values):
            row = getattr(one, "row", 0)
            told = {"found": one.found, "value": one.value}
            yield MendLine(
                id=drafts.name_of(one, self.actor.organisation_id),
                row=row,
                name=names.get(one.place, ""),
                **told,
            )

    def _cell(self, one: Any, text: str | None) -> Cell:
        told = {"code": one.code, "suggestion": one.suggestion}
        told |= {name: unpacked(getattr(one, name)) for name in ("expected", "todo")}
        alike = self.alike[one.column, text.strip()] if text else 0
        return Cell(place=self.places.get(one.column), name=one.column, text=text, alike=alike, **told)

    @property
    def alike(self) -> "Counter[tuple[str, str]]":
        """How many problems of a column found the same; nothing where there are very many."""
        if self._alike is None:
            rows = list(self.problems.filter(refused=True, found__isnull=False)[: LIKE_IT + 1])
            rows = rows if self.opening and len(rows) <= LIKE_IT else []
            opened = ((one.column, self.opening.found(self.row, one.found) or "") for one in rows)
            self._alike = Counter((column, text.strip()) for column, text in opened)
        return self._alike
