"""By which way? Arcs between areas as wide as the count, and one person's way with numbered stops.

A way runs from the ring to the arrow. Maps are never mirrored. The widest arc is the largest count, the
others are in proportion, and none is thinner than can be seen.
"""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.arcs import Arc, arc, draw_arc, draw_staying
from palermo.plots.boundaries.world import Place
from palermo.plots.drawing import Anchor, Sheet, element, plain
from palermo.plots.figures import amount, largest
from palermo.plots.grounds import Chart, area_name, chart, no_map
from palermo.plots.shapes import Plot
from palermo.plots.style import number_text

Flow = tuple[str, str, int]
Leg = tuple[str, str]
WIDEST, THINNEST, MOST = 9.0, 1.4, 40
STOP = 11.0


def flow_map(
    flows: Sequence[Flow],
    *,
    title: str,
    unit: str = "",
    zoom: bool = False,
    most: int = MOST,
    boundaries: Path | None = None,
    alt: str = "",
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """Arcs from area to area, biggest first and at most `most`; the table has all.

    With `zoom` only the part of the world with these areas. A map shows what it is given: small counts are
    suppressed before. Raises CODES-001 for an unknown code, PLOTS-001 for a count below 0.
    """
    header = (language.said("From"), language.said("To"), unit or language.said("Number"))
    ordered = sorted((each for each in flows if amount(each[2])), key=lambda each: -each[2])
    rows = tuple(
        (_name(a, language), _name(b, language), number_text(n, language=language)) for a, b, n in ordered
    )
    codes = list(dict.fromkeys(code for origin, end, _ in ordered for code in (origin, end)))
    made = chart(codes, zoom=zoom, boundaries=boundaries, language=language) if ordered else None
    if made is None:
        return no_map(title, header=header, rows=rows, note=note, language=language)
    made.ground(dict.fromkeys(codes, style.MAIN_PALE), says={code: _name(code, language) for code in codes})
    _flows(made, ordered[:most])
    more = " ".join(filter(None, (note, _left_out(len(ordered) - most, language))))
    under = made.note(codes, more=more)
    return made.sheet.plot(
        title=title, alt=alt or _alt(ordered, language), header=header, rows=rows, note=under
    )


def journey_map(
    legs: Sequence[Leg],
    *,
    title: str,
    boundaries: Path | None = None,
    alt: str = "",
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """One way through areas, leg by leg: numbered stops with their names, on a map of the areas concerned.

    A leg within one area is one more number at its stop. Raises CODES-001 for an unknown code.
    """
    header = (language.said("Leg"), language.said("From"), language.said("To"))
    named = [(_name(a, language), _name(b, language)) for a, b in legs]
    rows = tuple((language.number(at), *names) for at, names in enumerate(named, 1))
    codes = list(dict.fromkeys(code for leg in legs for code in leg))
    made = chart(codes, zoom=True, boundaries=boundaries, language=language) if legs else None
    if made is None:
        return no_map(title, header=header, rows=rows, note=note, language=language)
    made.ground(dict.fromkeys(codes, style.MAIN_PALE), says={code: _name(code, language) for code in codes})
    _journey(made, legs)
    under = made.note(codes, more=note)
    return made.sheet.plot(
        title=title, alt=alt or _alt_way(named, language), header=header, rows=rows, note=under
    )


def _name(code: str, language: Language) -> str:
    return area_name(code, language=language)


def _left_out(count: int, language: Language) -> str:
    said = phrase("Smaller movements that are in the table only: {count}.", count=count)
    return language.said(said) if count > 0 else ""


def _flows(made: Chart, flows: Sequence[Flow]) -> None:
    scale, language = WIDEST / largest(count for _, _, count in flows), made.sheet.language
    for origin, end, count in flows:
        begin, goal = made.place(origin), made.place(end)
        if begin is None or goal is None:
            continue
        wide = max(THINNEST, count * scale)
        says = f"{_name(origin, language)} → {_name(end, language)}: {number_text(count, language=language)}"
        if origin == end:
            draw_staying(made.sheet, begin, wide, says=says)
        else:
            draw_arc(made.sheet, arc(begin, goal), wide, says=says)


def _journey(made: Chart, legs: Sequence[Leg]) -> None:
    ways = list(_ways(made, legs))
    for way in ways:
        draw_arc(made.sheet, way.without(STOP + 2), style.LINE)
    stops: dict[str, list[int]] = {}
    for at, code in enumerate((legs[0][0], *(end for _, end in legs)), 1):
        stops.setdefault(code, []).append(at)
    for code, numbers in stops.items():
        if place := made.place(code):
            _stop(made.sheet, place, numbers, _name(code, made.sheet.language), ways)


def _ways(made: Chart, legs: Sequence[Leg]) -> Iterator[Arc]:
    for origin, end in legs:
        begin, goal = made.place(origin), made.place(end)
        if begin and goal and origin != end:
            yield arc(begin, goal)


def _stop(sheet: Sheet, at: Place, numbers: Sequence[int], name: str, ways: Sequence[Arc]) -> None:
    """A mark with the numbers of the stop, and its name on the side where no way runs."""
    text = sheet.language.isolated(", ".join(map(str, numbers)))
    wide = max(2 * STOP, sheet.measure(text, size=style.SMALL, bold=True) + 12)
    box = {"x": at[0] - wide / 2, "y": at[1] - STOP, "width": wide, "height": 2 * STOP, "rx": STOP}
    look = {"fill": style.MAIN, "stroke": style.PAPER, "stroke_width": 1.5, "class_": "stop"}
    sheet.add("rect", element("title", plain(f"{text}: {name}")), **box, **look)
    sheet.text(
        at[0],
        at[1] + 4.5,
        text,
        anchor="middle",
        size=style.SMALL,
        fill=style.PAPER,
        bold=True,
        class_="stops",
    )
    x, y, anchor = _beside(at, wide / 2, sheet, sheet.measure(name, bold=True), ways)
    sheet.text(x, y, name, anchor=anchor, bold=True, halo=True, class_="label")


def _beside(
    at: Place, half: float, sheet: Sheet, wide: float, ways: Sequence[Arc]
) -> tuple[float, float, Anchor]:
    """Where the name goes: beside, below or above the mark, farthest from the ways and within the sheet."""
    x, y = at
    sides: dict[float, tuple[float, float, Anchor]] = {
        0.0: (x + half + 6, y + 5, "start"),
        math.pi: (x - half - 6, y + 5, "end"),
        math.pi / 2: (x, y + STOP + 17, "middle"),
        -math.pi / 2: (x, y - STOP - 8, "middle"),
    }
    open_sides = {angle: place for angle, place in sides.items() if _fits(place, wide, sheet)} or sides
    taken = [way.leaves(at) for way in ways if at in (way.begin, way.end)]
    return open_sides[
        max(open_sides, key=lambda angle: min((_apart(angle, each) for each in taken), default=0))
    ]


def _fits(place: tuple[float, float, Anchor], wide: float, sheet: Sheet) -> bool:
    x, y, anchor = place
    left = {"start": x, "end": x - wide, "middle": x - wide / 2}[anchor]
    return left >= 2 and left + wide <= sheet.width - 2 and 16 <= y <= sheet.height - 6


def _apart(a: float, b: float) -> float:
    between = abs(a - b) % (2 * math.pi)
    return min(between, 2 * math.pi - between)


def _alt(ordered: Sequence[Flow], language: Language) -> str:
    origin, end, count = ordered[0]
    return language.said(
        phrase(
            "A map with arcs for {count} movements. The widest goes from {origin} to {end}: {value}.",
            count=len(ordered),
            origin=_name(origin, language),
            end=_name(end, language),
            value=count,
        )
    )


def _alt_way(named: Sequence[tuple[str, str]], language: Language) -> str:
    stops = [named[0][0], *(end for _, end in named)]
    names = language.listed(f"{at}. {name}" for at, name in enumerate(stops, 1))
    return language.said(phrase("A map of the way: {stops}.", stops=names))
