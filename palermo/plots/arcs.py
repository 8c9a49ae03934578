"""How does a movement look on a map? A curve that begins at a ring and ends in an arrow.

There and back bend to different sides, so that both are seen.
"""

import math
from dataclasses import dataclass

from palermo.plots import style
from palermo.plots.boundaries.world import Place
from palermo.plots.drawing import Sheet, Step, element, plain

BEND, RING, ARROW = 0.18, 2.8, 4.0


@dataclass(frozen=True, slots=True)
class Arc:
    """A quadratic curve on the sheet from one place over a bend to another."""

    begin: Place
    bend: Place
    end: Place

    def at(self, share: float) -> Place:
        """The point after this share of the way (0 to 1)."""
        a, b, c = (1 - share) ** 2, 2 * share * (1 - share), share**2
        x, y = (
            a * one + b * two + c * three
            for one, two, three in zip(self.begin, self.bend, self.end, strict=True)
        )
        return x, y

    def without(self, length: float) -> "Arc":
        """The curve without so much at either end, which a mark covers."""
        share = min(0.4, length / (math.dist(self.begin, self.end) or 1.0))
        return Arc(self.at(share), _bend(self, share), self.at(1 - share))

    def leaves(self, place: Place) -> float:
        """The angle in which it runs from its beginning or end."""
        return math.atan2(self.bend[1] - place[1], self.bend[0] - place[0])


def _bend(way: Arc, share: float) -> Place:
    """The bend of the middle part of a curve, so that it lies on the whole one."""
    a, b, c = share * (1 - share), share**2 + (1 - share) ** 2, share * (1 - share)
    x, y = (
        a * one + b * two + c * three for one, two, three in zip(way.begin, way.bend, way.end, strict=True)
    )
    return x, y


def arc(begin: Place, end: Place, *, bend: float = BEND) -> Arc:
    """The curve from one place to another."""
    (x1, y1), (x2, y2) = begin, end
    return Arc(begin, ((x1 + x2) / 2 + (y2 - y1) * bend, (y1 + y2) / 2 - (x2 - x1) * bend), end)


def draw_arc(sheet: Sheet, way: Arc, wide: float, *, says: str = "", colour: str = style.MAIN) -> None:
    """The curve so wide, from a ring to an arrow whose tip is its end."""
    head = min(ARROW + wide * 1.3, math.dist(way.begin, way.end) * 0.6)
    share = max(0.4, 1 - head / (math.dist(way.begin, way.end) or 1.0))
    tail = way.at(share)
    x, y = (b + (c - b) * share for b, c in zip(way.begin, way.bend, strict=True))
    look = {"stroke": colour, "stroke_width": wide, "stroke_opacity": 0.8, "class_": "arc"}
    sheet.path([("M", *way.begin), ("Q", x, y, *tail)], fill="none", says=says, **look)
    _arrow(sheet, tail, way.end, wide=wide * 0.8 + ARROW * 0.8, colour=colour)
    ring = {"fill": style.PAPER, "stroke": colour, "stroke_width": 1.5, "class_": "ring"}
    sheet.add("circle", cx=way.begin[0], cy=way.begin[1], r=RING, **ring)


def _arrow(sheet: Sheet, tail: Place, tip: Place, *, wide: float, colour: str) -> None:
    (x1, y1), (x2, y2) = tail, tip
    length = math.dist(tail, tip) or 1.0
    dx, dy = (y2 - y1) / length * wide, (x1 - x2) / length * wide
    corners: list[Step] = [("M", x1 + dx, y1 + dy), ("L", x2, y2), ("L", x1 - dx, y1 - dy), ("Z",)]
    sheet.path(corners, fill=colour, stroke=style.PAPER, stroke_width=0.5, class_="arrow")


def draw_staying(sheet: Sheet, at: Place, wide: float, *, says: str) -> None:
    """A movement within one area: a ring about its place."""
    look = {
        "fill": "none",
        "stroke": style.MAIN,
        "stroke_width": wide,
        "stroke_opacity": 0.8,
        "class_": "arc",
    }
    sheet.add("circle", element("title", plain(says)), cx=at[0], cy=at[1], r=RING + 4 + wide / 2, **look)
