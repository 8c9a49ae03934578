"""What does a file in a CTDC layout say? One case a row; the three public layouts of 27, 37 and 62 columns.

Source: CTDC codebooks of 2017 (missing -99, alpha-2), 2021 and 2024 (missing blank, alpha-3); columns and
their meaning for us in `ctdc_columns.csv`. `ageBroad` is the age at registration; registration by the
organisation that identified the person is its detection, so it is the age at detection too. The country of
exploitation is a proxy by the codebook's own words and never becomes the place of detection.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from palermo.cases import Actor, Age, Ages, Case, Detection, Episode, Months, Place, Problem, Status, When
from palermo.codes import crosswalk_back
from palermo.codes.languages import phrase
from palermo.collect.areas import Areas
from palermo.collect.arriving import Arrival, with_checked
from palermo.collect.catalogue import problem, refused
from palermo.collect.cells import Row
from palermo.collect.forms import purposes
from palermo.collect.sheets import Convert, Read, columns

LAYOUTS = ("ctdc-27", "ctdc-37", "ctdc-62")
NEEDED = ("yearOfRegistration", "gender", "ageBroad")
MISSING = frozenset({"", "-99", "-99.0", "NULL"})
NO_AREA = frozenset({"0", "0.0"})
KEPT_CASES = 100_000
LONGEST = 60
FIRST_YEAR = 1950

ANSWERS = {"1": True, "1.0": True, "0": False, "0.0": False}
GENDERS = {
    "Female": ("female", "woman"),
    "Woman": ("female", "woman"),
    "Male": ("male", "man"),
    "Man": ("male", "man"),
    "Transgender/NonConforming": ("unknown", "trans"),
    "Trans/Transgender/NonConforming": ("unknown", "trans"),
    "Unknown": ("unknown", "unknown"),
}
BANDS = {
    "0--8": Age(lowest=0, highest=8),
    "9--17": Age(lowest=9, highest=17),
    "18--20": Age(lowest=18, highest=20),
    "21--23": Age(lowest=21, highest=23),
    "24--26": Age(lowest=24, highest=26),
    "27--29": Age(lowest=27, highest=29),
    "30--38": Age(lowest=30, highest=38),
    "39--47": Age(lowest=39, highest=47),
    "48+": Age(lowest=48),
}
AGES: dict[str, Age | None] = {**BANDS, "00--08": BANDS["0--8"], "09--17": BANDS["9--17"], "Unknown": None}
MAJORITIES = {"Minor": Age(lowest=0, highest=17), "Adult": Age(lowest=18), "Unknown": None}
MONTHS = {
    "0--12 (0-1 yr)": Months(lowest=0, highest=12),
    "13--24 (1-2 yrs)": Months(lowest=13, highest=24),
    "25--60 (2-5 yrs)": Months(lowest=25, highest=60),
    "61+ (5+ yrs)": Months(lowest=61),
    "25+ (2+ yrs)": Months(lowest=25),
}
SOURCES = {"Case management": None, "Hotline": None}
CODED: dict[str, Mapping[str, Any]] = {
    "gender": GENDERS,
    "age": AGES,
    "majority": MAJORITIES,
    "months": MONTHS,
    "source": SOURCES,
}
TICKS = ("means", "general", "form", "relation")


class Column(NamedTuple):
    """One column of the table `ctdc_columns.csv`."""

    column: str
    layouts: str
    kind: str
    target: str
    note: str


@cache
def known_columns() -> Mapping[str, Column]:
    """All columns of the three layouts, by name."""
    with (Path(__file__).parent / "ctdc_columns.csv").open(encoding="utf-8", newline="") as lines:
        return {row["column"]: Column(**row) for row in csv.DictReader(lines)}


def layout_of(header: Iterable[str]) -> str:
    """The CTDC layout that shares most columns with the header; "" where it is none of them."""
    present = _present(header)
    if not set(NEEDED) <= present:
        return ""
    shared = {one: len(present & columns_of(one)) for one in LAYOUTS}
    return max(LAYOUTS, key=lambda one: (shared[one], -len(columns_of(one) - present), one))


def columns_of(layout: str) -> frozenset[str]:
    """The columns of one layout."""
    number = layout.removeprefix("ctdc-")
    return frozenset(name for name, column in known_columns().items() if number in column.layouts.split())


def converter(
    header: tuple[str, ...], arrival: Arrival, areas: Areas
) -> tuple[Convert, Iterable[Problem], Iterable[int]]:
    """What turns a row into its case, warnings, and which columns it reads. Raises COLLECT-011 or 012."""
    places = columns(header, _by_spelling(), str.casefold)
    if not set(NEEDED) <= set(places):
        raise refused(12, expected=phrase("the columns {names}", names=", ".join(NEEDED)))
    missing = sorted(columns_of(arrival.layout) - set(places))
    return _Rows(places, arrival, areas), [problem(43, column=name) for name in missing], places.values()


@dataclass
class _Draft:
    """What one row says so far."""

    year: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    ages: dict[str, Age | None] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    means: list[str] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    raw: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[int, str, str]] = field(default_factory=list)


class _Rows:
    """Turns rows into cases. Equal rows are worked out once: a third of CTDC's rows is distinct."""

    def __init__(self, places: dict[str, int], arrival: Arrival, areas: Areas) -> None:
        self._arrival, self._areas = arrival, areas
        self._last_year = arrival.arrived.year
        self._fill = [(place, name, self._filler(known_columns()[name])) for name, place in places.items()]
        self._held: dict[tuple[str, ...], tuple[Case, tuple[tuple[int, str, str], ...]]] = {}
        self._parts: dict[Any, Any] = {}

    def __call__(self, row: Row, natural: str) -> Read:
        held = self._held.get(row.cells)
        if held is None:
            if len(self._held) >= KEPT_CASES:
                self._held.clear()
            held = self._held[row.cells] = self._work_out(row.cells)
        case, found = held
        records = (self._arrival.stamped(case, row=row.number, natural=natural),)
        return Read(records, self._problems(found, row.number) if found else ())

    def _work_out(self, cells: tuple[str, ...]) -> tuple[Case, tuple[tuple[int, str, str], ...]]:
        draft = _Draft()
        for place, name, fill in self._fill:
            value = cells[place]
            if value and (value := value.strip()) not in MISSING:
                fill(draft, name, value)
        return self._case(draft), tuple(draft.problems)

    def _problems(self, found: Iterable[tuple[int, str, str]], row: int) -> tuple[Problem, ...]:
        return tuple(
            problem(number, row=row, column=name, found=value, suggestion=_suggestion(name, value))
            for number, name, value in found
        )

    def _case(self, draft: _Draft) -> Case:
        citizenships = draft.values.get("citizenship", ())
        told = (draft.values.get("gender", ("unknown", "unknown")), citizenships)
        when = self._part(("when", draft.year), lambda: When.year_of(draft.year) if draft.year else None)
        bare: Case = self._part(("case", *told), lambda: self._bare(*told))
        return with_checked(
            bare,
            ages=self._part(("ages", *draft.ages.items()), lambda: _ages(draft.ages)),
            statuses=self._part(("status", draft.year), lambda: (Status(step="identified", when=when),)),
            detection=self._part(("detection", draft.year), lambda: Detection(when=when) if when else None),
            episodes=self._episodes(draft),
            raw=draft.raw,
        )

    def _bare(self, genders: tuple[str, str], citizenships: tuple[str, ...]) -> Case:
        """A case of these codes, without the parts that are checked by themselves."""
        return Case(
            id="0" * 32,
            organisation=self._arrival.organisation,
            invented=self._arrival.invented,
            arrived=self._arrival.arrived,
            sex=genders[0],
            gender=genders[1],
            citizenships=citizenships,
            stateless="yes" if "stateless" in citizenships else "unknown",
        )

    def _episodes(self, draft: _Draft) -> tuple[Episode, ...]:
        told = (
            *map(tuple, (draft.means, draft.general, draft.forms, draft.sectors, draft.relations)),
            draft.values.get("months"),
            draft.values.get("exploited_in"),
        )
        return self._part(told, lambda: _episodes(draft))  # type: ignore[no-any-return]

    def _part(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self._parts:
            if len(self._parts) >= KEPT_CASES:
                self._parts.clear()
            self._parts[key] = make()
        return self._parts[key]

    def _filler(self, column: Column) -> Callable[[_Draft, str, str], None]:
        """What a filled cell of the column adds to the draft."""
        if column.kind in CODED:
            return self._coded(column.kind, CODED[column.kind], column.target)
        if column.kind in TICKS:
            return _ticked(column)
        return {
            "year": self._year,
            "citizenship": self._citizenship,
            "exploited_in": self._exploited_in,
            "repeats": _nothing,
        }[column.kind]

    def _coded(self, kind: str, codes: Mapping[str, Any], target: str) -> Callable[[_Draft, str, str], None]:
        def fill(draft: _Draft, name: str, value: str) -> None:
            if value not in codes:
                draft.problems.append((24, name, value))
                return
            draft.raw[name] = value
            if kind == "majority":
                draft.ages.setdefault(target, codes[value])
            elif kind == "age":
                draft.ages["registration"] = draft.ages["detection"] = codes[value]
            else:
                draft.values[kind] = codes[value]

        return fill

    def _year(self, draft: _Draft, name: str, value: str) -> None:
        digits = value.removesuffix(".0")
        known = digits.isascii() and digits.isdigit() and len(digits) == 4
        if known and FIRST_YEAR <= int(digits) <= self._last_year:
            draft.year = int(digits)
            draft.raw[name] = value
        else:
            draft.problems.append((25, name, value))

    def _citizenship(self, draft: _Draft, name: str, value: str) -> None:
        self._area(draft, name, value, self._areas.codes(value))

    def _exploited_in(self, draft: _Draft, name: str, value: str) -> None:
        self._area(draft, name, value, self._areas.codes(value))

    def _area(self, draft: _Draft, name: str, value: str, codes: tuple[str, ...] | None) -> None:
        """The edition of 2020 writes 0 where an area is missing."""
        kind = known_columns()[name].kind
        if value in NO_AREA:
            return
        if codes:
            draft.raw[name] = value
        else:
            draft.problems.append((40, name, value))
            self._areas.asked(value)
        draft.values[kind] = codes or ("unknown",)


def _ticked(column: Column) -> Callable[[_Draft, str, str], None]:
    """A column of ones: what it stands for is added where it is 1."""
    lists = {"means": "means", "relation": "relations"}
    codes = (column.target,) if column.kind in lists else crosswalk_back("ctdc")[column.column]
    into = lists.get(column.kind) or ("general" if column.kind == "general" else "forms")
    sector = column.target if column.kind == "form" else ""

    def fill(draft: _Draft, name: str, value: str) -> None:
        answer = ANSWERS.get(value)
        if answer is None:
            draft.problems.append((24, name, value))
            return
        draft.raw[name] = value
        if answer:
            getattr(draft, into).extend(code for code in codes if code)
            draft.sectors.extend(sector and (sector,))

    return fill


def _nothing(draft: _Draft, name: str, value: str) -> None:
    """The column repeats others."""


def _ages(ages: Mapping[str, Age | None]) -> Ages:
    return Ages(**{moment: age for moment, age in ages.items() if age})


def _episodes(draft: _Draft) -> tuple[Episode, ...]:
    forms = tuple(dict.fromkeys((*draft.forms, *_beyond(draft.general, draft.forms))))
    episode = Episode(
        acts=("recruitment",) if draft.relations else (),
        means=tuple(dict.fromkeys(draft.means)),
        purposes=purposes(forms),
        forms=forms,
        sectors=tuple(dict.fromkeys(draft.sectors)),
        duration=draft.values.get("months"),
        exploited_in=tuple(Place(area=area) for area in draft.values.get("exploited_in", ())),
        actors=tuple(Actor(role="recruiter", relation=relation) for relation in draft.relations),
    )
    return () if episode == Episode() else (episode,)


def _beyond(general: Iterable[str], forms: Iterable[str]) -> Iterator[str]:
    """General forms that no type of the row names more closely; "other" only where it stands alone."""
    named = {_family(form) for form in forms}
    left = [form for form in general if _family(form) not in named]
    alone = not any(form not in ("other", "forced_labour", "sexual_other") for form in left)
    yield from (form for form in left if form != "other" or alone)


def _family(form: str) -> str:
    """Begging and criminality are types of labour in CTDC."""
    purpose = purposes((form,))[0]
    return (
        "forced_labour"
        if form in ("begging", "forced_criminality")
        else purpose
        if purpose != "other"
        else form
    )


@lru_cache(maxsize=4096)
def _suggestion(name: str, value: str) -> str:
    """The code that is nearest to the cell; "" where none is near or the cell is longer than any code."""
    codes = CODED.get(known_columns()[name].kind)
    if not codes or len(value) > LONGEST:
        return ""
    known = {code.casefold(): code for code in codes}
    near = get_close_matches(value.casefold(), known, n=1, cutoff=0.8)
    return known[near[0]] if near else ""


@cache
def _by_spelling() -> Mapping[str, str]:
    return {name.casefold(): name for name in known_columns()}


def _present(header: Iterable[str]) -> set[str]:
    return {_by_spelling()[label.casefold()] for label in header if label.casefold() in _by_spelling()}
