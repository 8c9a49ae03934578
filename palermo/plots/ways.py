"""By which way? Arcs between areas as wide as the count, and one person's way with numbered stops.

A way runs from the ring to the arrow. Maps are never mirrored. The wider the arc, the more; the widest is as
wide as the largest count, and nothing is thinner than can be seen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.boundaries.world import Place, World, anchor, world
from palermo.plots.drawing import WIDTH, Sheet, element, plain
from palermo.plots.figures import amount, in_words, largest
from palermo.plots.grounds import area_name, ground, no_map, said_under, unplaced
from palermo.plots.maps import ZOOM_HEIGHT
from palermo.plots.shapes import Plot
from palermo.plots.style import number_text
from palermo.plots.views import View, paths, whole_world, window

Flow = tuple[str, str, int]
Leg = tuple[str, str]
WIDEST, THINNEST, BEND, MOST = 10.0, 1.4, 0.18, 40
RING, STOP, ARROW = 3.0, 11.0, 4.0


@dataclass(frozen=True, slots=True)
class Arc:
    """A curve on the sheet from one place over a bend to another."""

    begin: Place
    bend: Place
    end: Place

    def at(self, share: float) -> Place:
        """The point after this share of the way (0 to 1)."""
        one, two, three = (1 - share) ** 2, 2 * share * (1 - share), share**2
        x, y = (
            one * a + two * b + three * c for a, b, c in zip(self.begin, self.bend, self.end, strict=True)
        )
        return x, y


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

    A map shows what it is given: small counts are suppressed before.

    Raises CODES-001 for an unknown code, PLOTS-001 for a count below 0.
    """
    header = (language.said("From"), language.said("To"), unit or language.said("Number"))
    ordered = sorted((each for each in flows if amount(each[2])), key=lambda each: -each[2])
    rows = tuple(
        (_name(a, language), _name(b, language), number_text(n, language=language)) for a, b, n in ordered
    )
    held = world(boundaries)
    codes = list(dict.fromkeys(code for origin, end, _ in ordered for code in (origin, end)))
    if not ordered or held is None:
        return no_map(title, header=header, rows=rows, note=note, language=language)
    view = window(held, codes, width=WIDTH, height=ZOOM_HEIGHT) if zoom else whole_world(WIDTH)
    sheet = Sheet(height=view.height, language=language, mirrored=False)
    drawn = paths(held, view)
    ground(sheet, view, drawn, held, fills=dict.fromkeys(codes, style.MAIN_PALE))
    _flows(sheet, view, held, ordered[:most])
    more = " ".join(
        filter(
            None,
            (
                note,
                _left_out(ordered, most, language),
                unplaced(held, dict.fromkeys(codes), language=language),
            ),
        )
    )
    under = said_under(held, drawn, more=more, language=language)
    return sheet.plot(title=title, alt=alt or _alt(ordered, language), header=header, rows=rows, note=under)


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

    A leg within one area is a stop that stays. Raises CODES-001 for an unknown code.
    """
    header = (language.said("Leg"), language.said("From"), language.said("To"))
    rows = tuple(
        (number_text(at, language=language), _name(a, language), _name(b, language))
        for at, (a, b) in enumerate(legs, 1)
    )
    held = world(boundaries)
    if not legs or held is None:
        return no_map(title, header=header, rows=rows, note=note, language=language)
    codes = list(dict.fromkeys(code for leg in legs for code in leg))
    view = window(held, codes, width=WIDTH, height=ZOOM_HEIGHT)
    sheet = Sheet(height=view.height, language=language, mirrored=False)
    drawn = paths(held, view)
    ground(sheet, view, drawn, held, fills=dict.fromkeys(codes, style.MAIN_PALE))
    _journey(sheet, view, held, legs)
    more = " ".join(filter(None, (note, unplaced(held, dict.fromkeys(codes), language=language))))
    under = said_under(held, drawn, more=more, language=language)
    return sheet.plot(title=title, alt=alt or _alt_way(legs, language), header=header, rows=rows, note=under)


def _name(code: str, language: Language) -> str:
    return area_name(code, language=language)


def _left_out(ordered: Sequence[Flow], most: int, language: Language) -> str:
    if len(ordered) <= most:
        return ""
    count = number_text(len(ordered) - most, language=language)
    return language.said(phrase("{count} smaller movements are in the table only.", count=count))


def _flows(sheet: Sheet, view: View, held: World, flows: Sequence[Flow]) -> None:
    scale = WIDEST / largest(count for _, _, count in flows)
    for origin, end, count in flows:
        places = anchor(held, origin), anchor(held, end)
        if places[0] is None or places[1] is None:
            continue
        wide = max(THINNEST, count * scale)
        names = f"{_name(origin, sheet.language)} → {_name(end, sheet.language)}"
        says = f"{names}: {number_text(count, language=sheet.language)}"
        if origin == end:
            _staying(sheet, view.place(places[0]), wide, says=says)
        else:
            _arc(sheet, arc(view.place(places[0]), view.place(places[1])), wide, says=says)


def arc(begin: Place, end: Place, *, bend: float = BEND) -> Arc:
    """The curve from one place to another, bent so that ways there and back do not lie on each other."""
    (x1, y1), (x2, y2) = begin, end
    return Arc(begin, ((x1 + x2) / 2 + (y2 - y1) * bend, (y1 + y2) / 2 - abs(x2 - x1) * bend), end)


def _arc(sheet: Sheet, way: Arc, wide: float, *, says: str = "", colour: str = style.MAIN) -> None:
    """A curve from a ring to an arrow."""
    length = math.dist(way.begin, way.end)
    head = min(ARROW + wide * 1.1, length / 2)
    tail = way.at(max(0.5, 1 - head / max(length, 1)))
    look = {"stroke": colour, "stroke_width": wide, "stroke_opacity": 0.78, "class_": "arc"}
    shortened = Arc(way.begin, way.bend, tail)
    sheet.path(
        [("M", *shortened.begin), ("Q", *shortened.bend, *shortened.end)], fill="none", says=says, **look
    )
    _arrow(sheet, tail, way.end, wide=wide * 0.75 + ARROW, colour=colour)
    sheet.add(
        "circle", cx=way.begin[0], cy=way.begin[1], r=RING, fill=style.PAPER, stroke=colour, stroke_width=1.5
    )


def _arrow(sheet: Sheet, tail: Place, tip: Place, *, wide: float, colour: str) -> None:
    (x1, y1), (x2, y2) = tail, tip
    length = math.dist(tail, tip) or 1.0
    dx, dy = (y2 - y1) / length * wide, (x1 - x2) / length * wide
    sheet.path(
        [("M", x1 + dx, y1 + dy), ("L", x2, y2), ("L", x1 - dx, y1 - dy), ("Z",)], fill=colour, class_="arrow"
    )


def _staying(sheet: Sheet, at: Place, wide: float, *, says: str) -> None:
    """A movement within one area: a ring about its place."""
    look = {
        "fill": "none",
        "stroke": style.MAIN,
        "stroke_width": wide,
        "stroke_opacity": 0.78,
        "class_": "arc",
    }
    sheet.add("circle", element("title", plain(says)), cx=at[0], cy=at[1], r=RING + 4 + wide / 2, **look)


def _journey(sheet: Sheet, view: View, held: World, legs: Sequence[Leg]) -> None:
    stops = [legs[0][0], *(end for _, end in legs)]
    for origin, end in legs:
        places = anchor(held, origin), anchor(held, end)
        if places[0] and places[1] and origin != end:
            _arc(sheet, _pulled(arc(view.place(places[0]), view.place(places[1]))), style.LINE)
    numbers: dict[str, list[int]] = {}
    for at, code in enumerate(stops, 1):
        numbers.setdefault(code, []).append(at)
    for code, held_numbers in numbers.items():
        if place := anchor(held, code):
            _stop(sheet, view.place(place), held_numbers, _name(code, sheet.language))


def _pulled(way: Arc) -> Arc:
    """The curve without what the marks of its stops cover."""
    length = math.dist(way.begin, way.end) or 1.0
    share = min(0.45, (STOP + 2) / length)
    return Arc(way.at(share), way.bend, way.at(1 - share))


def _stop(sheet: Sheet, at: Place, numbers: Sequence[int], name: str) -> None:
    """A mark with the numbers of the stop and its name below, kept within the sheet."""
    text = ", ".join(map(str, dict.fromkeys(numbers)))
    wide = max(2 * STOP, sheet.measure(text, size=style.SMALL, bold=True) + 12)
    sheet.add(
        "rect",
        element("title", plain(f"{text}: {name}")),
        x=at[0] - wide / 2,
        y=at[1] - STOP,
        width=wide,
        height=2 * STOP,
        rx=STOP,
        fill=style.MAIN,
        stroke=style.PAPER,
        stroke_width=1.5,
        class_="stop",
    )
    sheet.text(
        at[0],
        at[1] + 4.5,
        text,
        anchor="middle",
        size=style.SMALL,
        fill=style.PAPER,
        bold=True,
        class_="value",
    )
    half = sheet.measure(name, bold=True) / 2 + 4
    x = min(max(at[0], half), sheet.width - half)
    y = at[1] + STOP + 16 if at[1] + STOP + 22 < sheet.height else at[1] - STOP - 8
    sheet.text(x, y, name, anchor="middle", bold=True, halo=True, class_="label")


def _alt(ordered: Sequence[Flow], language: Language) -> str:
    origin, end, count = ordered[0]
    return language.said(
        phrase(
            "A map with arcs for {count} movements. The widest goes from {origin} to {end}: {value}.",
            count=number_text(len(ordered), language=language),
            origin=_name(origin, language),
            end=_name(end, language),
            value=number_text(count, language=language),
        )
    )


def _alt_way(legs: Sequence[Leg], language: Language) -> str:
    stops = [legs[0][0], *(end for _, end in legs)]
    names = [f"{language.isolated(str(at))}. {_name(code, language)}" for at, code in enumerate(stops, 1)]
    return language.said(phrase("A map of the way: {stops}.", stops=in_words(names, language=language)))
