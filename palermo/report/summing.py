"""What does a table say, in one line? How many it counts in all, and the largest part of its rows.

By the relation and conditions of the table itself, without its columns. Never a table of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from palermo.codes.languages import ENGLISH, Language
from palermo.report import layout
from palermo.report.asking import narrowed
from palermo.report.building import Loaded, flow_line
from palermo.report.definitions import TABLES, Definition
from palermo.report.dimensions import UNKNOWN
from palermo.report.queries import Asked, Codes, counts

LISTED = "aggregate_return", "pattern_return", "state_return"


@dataclass(frozen=True, slots=True)
class Summary:
    """`total` is the figure of the whole table in `unit`; `label` and `largest` are of its largest part.

    `label` is empty where no part stands out: nothing counted, or rows that are not added.
    """

    total: int
    unit: str
    label: str = ""
    largest: int = 0


def summaries_of(
    held: Loaded,
    *,
    names: Mapping[str, str],
    year: int | str | None = None,
    area: str | None = None,
    unit: str = "case",
    language: Language = ENGLISH,
) -> Mapping[str, Summary]:
    """A summary for each table by its id; `names` are those of organisations. Errors as for `tables`."""
    asked = Asked(narrowed(year=year, area=area, also=held.areas), unit, flow_line(held.on))
    return {one.id: _summary(held, one, asked, names, language) for one in TABLES}


def _summary(
    held: Loaded, definition: Definition, asked: Asked, names: Mapping[str, str], language: Language
) -> Summary:
    found = counts(held.engine, _narrow(definition), asked)
    figures = {codes: int(values[0] or 0) for codes, values in found.items()}
    if definition.of in LISTED:
        return Summary(sum(figures.values()), "returns")
    total = figures.get((None,) * len(next(iter(figures), ())), 0)
    codes, size = _largest(figures, definition.fold[1] if definition.fold else ())
    if not size:
        return Summary(total, definition.unit_in(asked.unit))
    label = " → " if definition.id.startswith(("flow", "route")) else ", "
    labels = layout.labels(_narrow(definition), codes, names, language=language)
    words = map(language.isolated, labels[: 2 if label == " → " else None])
    return Summary(total, definition.unit_in(asked.unit), label.join(words), size)


def _narrow(definition: Definition) -> Definition:
    """The same count without columns, by the first rows only; of returns, how many there are."""
    first = definition.rows[:1]
    if definition.of in LISTED:
        return replace(definition, rows=first, measures=(replace(definition.measures[0], sql="count(*)"),))
    return replace(definition, rows=first, column=(), measures=definition.measures[:1])


def _largest(figures: Mapping[Codes, int], under: tuple[str, ...]) -> tuple[Codes, int]:
    """The one part that is larger than every other one and than the unknown; nothing where there is none.

    A line of flows that the table gathers `under` another name is no part of its own.
    """
    parts = {codes: size for codes, size in figures.items() if _is_part(codes) and codes[-1] not in under}
    unknown = max((size for codes, size in figures.items() if UNKNOWN in codes), default=0)
    codes, size = max(parts.items(), key=lambda part: part[1], default=((), 0))
    alone = sum(each == size for each in parts.values()) == 1 and size > unknown
    return (codes, size) if alone else ((), 0)


def _is_part(codes: Codes) -> bool:
    return bool(codes) and codes[0] is not None and UNKNOWN not in codes
