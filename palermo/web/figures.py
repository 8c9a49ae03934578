"""How are the figures of the first page said and drawn? Each with its denominator, a small trend, and a map.

Plain values in, words and plots out; a plot is drawn once for the same figures and language.
"""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from palermo.actions.case_filters import CaseFilter
from palermo.actions.figures import Figure, Figures, Month
from palermo.codes.languages import Language
from palermo.plots import Plot, choropleth, sparkline
from palermo.web import maps, words
from palermo.web.case_choices import Choice, address

KEPT_IN_MEMORY = 64
MOST_AREAS = 6
CHOICES = {
    "dated": CaseFilter(),
    "formally_identified": CaseFilter(status="formally_identified"),
    "children": CaseFilter(age_group="child"),
    "place_or_month_unknown": CaseFilter(unknown="place_or_month"),
}


class Shown(NamedTuple):
    """A figure in words; `plot` is None where there are not two months to compare."""

    title: str
    number: int
    text: str
    address: str
    plot: Plot | None


def shown(figures: Figures) -> tuple[Shown, ...]:
    """The four figures."""
    speaks = words.reader()
    return tuple(_shown(figures, one, speaks) for one in figures.figures)


def _shown(figures: Figures, one: Figure, speaks: Language) -> Shown:
    n, of = words.plain_number(one.n), words.plain_number(one.of)
    title, text = _said(one.name, n, of)
    number = figures.cases if one.name == "dated" else one.n
    plot = _trend(one.months, one.name, title, speaks) if len(one.months) > 1 else None
    return Shown(title, number, text, address("cases", Choice(CHOICES[one.name])), plot)


def _said(name: str, n: str, of: str) -> tuple[str, str]:
    """Title and sentence: always of how many, and what these are."""
    texts = {
        "dated": (
            _("Cases held"),
            _("The month of detection is known for {n} of {of} cases."),
        ),
        "formally_identified": (
            _("Formally identified"),
            _("{n} of {of} cases held: a national authority decided."),
        ),
        "children": (_("Children"), _("{n} of {of} cases in which the age group is known.")),
        "place_or_month_unknown": (
            _("Place or month not known"),
            _("{n} of {of} cases held: the place or the month of detection is missing."),
        ),
    }
    title, text = texts[name]
    return title, text.format(n=n, of=of)


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _trend(months: tuple[Month, ...], name: str, title: str, speaks: Language) -> Plot:
    whole = name == "dated"
    first, last = words.month_of(months[0].month), words.month_of(months[-1].month)
    alt = _("By month of detection, {first} to {last}; {n} in the last month.").format(
        first=first, last=last, n=words.plain_number(months[-1].n)
    )
    rows = tuple(
        (words.month_of(each.month), *map(words.plain_number, (each.of,) if whole else (each.n, each.of)))
        for each in reversed(months)
    )
    header = (_("Month of detection"), *((_("Cases"),) if whole else (title, _("Of so many cases"))))
    points = [(str(at), each.of if whole else each.n) for at, each in enumerate(months)]
    return replace(sparkline(points, title=title, alt=alt, language=speaks), header=header, rows=rows)


class Area(NamedTuple):
    """Cases of one area of detection, and the list of them; no address for all the others together."""

    name: str
    cases: int
    address: str


def areas(figures: Figures) -> tuple[Area, ...]:
    """The areas with the most cases, and all others in one line."""
    first, others = figures.areas[:MOST_AREAS], figures.areas[MOST_AREAS:]
    shown = [
        Area(words.area(code), number, address("cases", Choice(CaseFilter(area=code))))
        for code, number in first
    ]
    if others:
        name = ngettext("{count} other area", "{count} other areas", len(others))
        named = name.format(count=words.plain_number(len(others)))
        shown.append(Area(named, sum(number for _code, number in others), ""))
    return tuple(shown)


def map_of(figures: Figures) -> Plot | None:
    """Where persons were detected; None where no place is known."""
    known = any(code != "unknown" for code, _number in figures.areas)
    return _map(figures.areas, maps.official(), words.reader()) if known else None


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _map(areas: tuple[tuple[str, int], ...], boundaries: Path | None, speaks: Language) -> Plot:
    return choropleth(
        dict(areas),
        title=_("Cases by area of detection"),
        unit=_("Cases"),
        zoom=True,
        note=_("Cases within your reach, by the area in which the person was detected."),
        boundaries=boundaries,
        language=speaks,
    )
