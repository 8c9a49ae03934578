"""What is in a picture? Reads a plot's SVG back: its elements, and how far each of them reaches."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from typing import Any

from palermo.codes.languages import Language
from palermo.plots import (
    Plot,
    bars,
    choropleth,
    flow,
    flow_map,
    journey_map,
    place_map,
    pyramid,
    small_multiples,
    sparkline,
    trend,
    upset,
)
from palermo.plots.widths import width

SVG = "{http://www.w3.org/2000/svg}"
YEARS = [str(year) for year in range(2016, 2026)]
Make = Callable[[Language], Plot]


def courses(*values: list[int | None]) -> dict[str, list[tuple[str, int | None]]]:
    return {f"Group {at}": list(zip(YEARS, each, strict=False)) for at, each in enumerate(values, 1)}


FLOWS = [
    ("SDN", "LBY", 320),
    ("ERI", "LBY", 210),
    ("ETH", "SAU", 180),
    ("NGA", "ITA", 60),
    ("COD", "COD", 30),
]
PLOTS: dict[str, Make] = {
    "bars": lambda to: bars(
        [("Forced labour", 1352), ("Sexual slavery", "<5"), ("Other", None), ("Begging & theft", 0)],
        title="Victims by form",
        language=to,
    ),
    "trend": lambda to: trend(
        courses([10, 40, 55, None, 80, 120, 160, 150, 170, 20], [90, 80, 85, 70, 65, 60, 40, 50, 55, 45]),
        title="Victims by year",
        unit="Victims",
        language=to,
    ),
    "trend of one": lambda to: trend(courses([1, None, 1352, 4]), title="Victims", language=to),
    "pyramid": lambda to: pyramid(
        [("0–8", 40, 55), ("9–17", 130, 310), ("18+", 4, 1352)],
        title="Age and sex",
        left="Male",
        right="Female",
        unit="Victims",
        language=to,
    ),
    "flow": lambda to: flow(FLOWS, title="Routes", most=3, language=to),
    "flow map": lambda to: flow_map(FLOWS, title="Routes", language=to),
    "flow map, near": lambda to: flow_map(FLOWS, title="Routes", zoom=True, language=to),
    "choropleth": lambda to: choropleth(
        {"SDN": 320, "LBY": 12, "RUS": "<5", "COD": None, "MLT": 3, "USA": 0, "unknown": 5},
        title="Where",
        unit="Victims",
        language=to,
    ),
    "choropleth, near": lambda to: choropleth({"IND": 3, "PAK": 40}, title="Where", zoom=True, language=to),
    "journey": lambda to: journey_map(
        [("ERI", "SDN"), ("SDN", "LBY"), ("LBY", "LBY"), ("LBY", "ITA")], title="The way", language=to
    ),
    "place": lambda to: place_map("SSD", title="South Sudan", language=to),
    "multiples": lambda to: small_multiples(
        courses([1, 2, None, 4], [5, 6, 7, 1352], [0, 0, 0, 0], [9, 9, 9, 9]), title="Groups", language=to
    ),
    "sparkline": lambda to: sparkline(courses([1, 2, None, 4])["Group 1"], title="Cases", language=to),
    "upset": lambda to: upset(
        {("Police",): 1352, ("Shelter", "Police"): 44, ("A long name of a unit of a mission",): 3},
        title="Lists",
        language=to,
    ),
    "nothing": lambda to: bars([], title="Victims by form", language=to),
}


def picture(plot: Plot) -> ElementTree.Element:
    return ElementTree.fromstring(plot.svg)


def having(plot: Plot, class_: str) -> list[ElementTree.Element]:
    """All elements of the class, in the order of drawing."""
    return [each for each in picture(plot).iter() if each.get("class") == class_]


def number(element: ElementTree.Element, name: str) -> float:
    return float(element.get(name, "0"))


def points(d: str) -> Iterator[tuple[float, float]]:
    """The points of a path of M, L, C, Q (absolute) and l (steps)."""
    x = y = 0.0
    for command, numbers in re.findall(r"([MLCQlZz])([^MLCQlZz]*)", d):
        values = [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", numbers)]
        for dx, dy in zip(values[::2], values[1::2], strict=True):
            x, y = (x + dx, y + dy) if command == "l" else (dx, dy)
            yield x, y


def reach(element: ElementTree.Element, scale: float = 1.0) -> Iterator[tuple[float, float]]:
    """The corners of what an element covers."""
    n = lambda name: number(element, name)  # noqa: E731
    match element.tag.removeprefix(SVG):
        case "rect":
            yield from ((n("x"), n("y")), (n("x") + n("width"), n("y") + n("height")))
        case "circle":
            yield from ((n("cx") - n("r"), n("cy") - n("r")), (n("cx") + n("r"), n("cy") + n("r")))
        case "line":
            yield from ((n("x1"), n("y1")), (n("x2"), n("y2")))
        case "path":
            yield from ((x * scale, y * scale) for x, y in points(element.get("d", "")))
        case "text":
            wide = width(element.text or "", size=n("font-size"), bold=element.get("font-weight") == "700")
            left = {"middle": wide / 2, "end": wide}.get(element.get("text-anchor", ""), 0.0)
            yield from ((n("x") - left, n("y") - n("font-size") * 0.8), (n("x") - left + wide, n("y")))


def drawn(root: ElementTree.Element, scale: float = 1.0) -> Iterator[tuple[ElementTree.Element, float]]:
    """All that is drawn, with the scale of the group that it is in; patterns are not."""
    for child in root:
        change = re.fullmatch(r"scale\(([\d.]+)\)", child.get("transform", "scale(1)"))
        if child.tag == f"{SVG}defs":
            continue
        yield child, scale
        yield from drawn(child, scale * float(change[1] if change else 1))


def cells(plot: Plot) -> set[Any]:
    return {cell for row in plot.rows for cell in row}
