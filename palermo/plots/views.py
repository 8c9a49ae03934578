"""Which part of the world does a map show, and as which paths? A window on the Equal Earth projection.

Paths are whole numbers on a grid of half units, with steps of a point to the next: a world map stays small.
They are kept for a process, as many maps show the same part. What lies outside the window is cut off.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from palermo.plots.boundaries.geometry import clipped
from palermo.plots.boundaries.world import Place, Shape, Shapes, World, anchor
from palermo.plots.projection import X_MOST, Y_MOST, Numbers, around, forward, inverse

GRID = 2
SOUTH, NORTH = -57.0, 84.0
AROUND, LEAST, MOST = 0.12, 0.20, 3.4
SMALL, FAR, WIDE = 6.0, 0.12, 320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A window: the middle meridian, its left and top in sphere radii, units of the sheet a radius, its size.

    `grid` is how many steps of a path there are to a unit.
    """

    middle: float
    left: float
    top: float
    scale: float
    width: float
    height: float
    grid: int

    def places(self, line: Numbers) -> Numbers:
        """x and y on the sheet of an array of longitudes and latitudes."""
        x, y = forward(around(line[:, 0], self.middle), line[:, 1])
        return np.column_stack(((x - self.left) * self.scale, (self.top - y) * self.scale))

    def place(self, place: Place) -> Place:
        x, y = self.places(np.array([place]))[0]
        return float(x), float(y)

    def holds(self, place: Place) -> bool:
        """Whether a place on the sheet is within the window."""
        return 0 <= place[0] <= self.width and 0 <= place[1] <= self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """`d` of every area, patch (by its name) and kind of line in the window; small areas by their place."""

    areas: Mapping[str, str]
    patches: Mapping[str, str]
    lines: Mapping[str, str]
    small: Mapping[str, Place]


def whole_world(width: float) -> View:
    """All but the Antarctic."""
    _, y = forward(np.zeros(2), np.array([SOUTH, NORTH]))
    scale = width / (2 * X_MOST)
    high = float(y[1] - y[0]) * scale
    return View(
        middle=0, left=-X_MOST, top=float(y[1]), scale=scale, width=width, height=round(high), grid=GRID
    )


def window(held: World, codes: Collection[str], *, width: float, height: float) -> View:
    """The part of the world with these areas and a little around them; all of it where they lie far apart."""
    corners = [_extent(held, code) for code in codes if anchor(held, code)]
    if not corners:
        return whole_world(width)
    lons, lats = np.array([c[0] for c in corners]), np.array([c[1] for c in corners])
    middle = round(float(lons.min() + lons.max()) / 2)
    x, y = forward(lons - middle, lats)
    wide, high = float(np.ptp(x)), float(np.ptp(y))
    scale = min(width / max(wide * (1 + 2 * AROUND), LEAST), height / max(high * (1 + 2 * AROUND), LEAST / 2))
    if width / scale > MOST:
        return whole_world(width)
    left = float(x.min() + x.max()) / 2 - width / scale / 2
    top = float(y.min() + y.max()) / 2 + height / scale / 2
    return View(middle=middle, left=left, top=top, scale=scale, width=width, height=height, grid=GRID)


@lru_cache(maxsize=2000)
def _extent(held: World, code: str) -> tuple[Place, Place]:
    """West and east, south and north of an area without its far islands."""
    rings = held.areas.get(code, ())
    if not rings:
        lon, lat = held.points[code]
        return (lon - 1, lon + 1), (lat - 1, lat + 1)
    sizes = [(ring.box[2] - ring.box[0]) * (ring.box[3] - ring.box[1]) for ring in rings]
    kept = np.array([ring.box for ring, size in zip(rings, sizes, strict=True) if size >= FAR * max(sizes)])
    (west, south), (east, north) = kept[:, :2].min(axis=0).tolist(), kept[:, 2:].max(axis=0).tolist()
    return (west, east), (max(south, SOUTH), min(north, NORTH))


@lru_cache(maxsize=64)
def _bounds(view: View) -> tuple[float, float, float, float]:
    """West (from the middle meridian), south, east and north of all that the window can show."""
    across, down = np.linspace(0, view.width, 9), np.linspace(0, view.height, 9)
    x = np.concatenate((across, across, np.zeros(9), np.full(9, view.width))) / view.scale + view.left
    y = view.top - np.concatenate((np.zeros(9), np.full(9, view.height), down, down)) / view.scale
    lon, lat = inverse(x, np.clip(y, -Y_MOST, Y_MOST))
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _near(shape: Shape, view: View) -> bool:
    """Whether the shape can be in the window."""
    west, south, east, north = shape.box
    low, bottom, high, top = _bounds(view)
    if south > top or north < bottom:
        return False
    begin = (west - view.middle + 180) % 360 - 180 if view.middle else west
    return begin + (east - west) > 180 or (begin <= high and begin + (east - west) >= low)


def is_wide(view: View) -> bool:
    """Whether so much is shown that coarse boundaries are enough."""
    return view.scale < WIDE


@lru_cache(maxsize=24)
def paths(held: World, view: View) -> Paths:
    """All that is in the window, drawn once."""
    areas = {code: d for code, rings in held.areas.items() if (d := _filled(rings, view))}
    return Paths(
        areas=areas,
        patches={name: d for name, _, rings in held.patches if (d := _filled(rings, view))},
        lines={kind: d for kind, lines in held.lines.items() if (d := _stroked(lines, view))},
        small=dict(_small(held, view)),
    )


def _small(held: World, view: View) -> Iterator[tuple[str, Place]]:
    """Areas too small to be seen, at their place in the window."""
    for code in sorted({*held.areas, *held.points}):
        rings = held.areas.get(code, ())
        if any(_clearly_seen(ring, view) for ring in rings):
            continue
        place = anchor(held, code)
        if place and view.holds(at := view.place(place)) and _size(rings, view) < SMALL:
            yield code, at


def _clearly_seen(ring: Shape, view: View) -> bool:
    west, south, east, north = ring.box
    return max(east - west, north - south) * view.scale > 600 * SMALL


def _size(rings: Shapes, view: View) -> float:
    return max((float(np.ptp(view.places(ring.points), axis=0).max()) for ring in rings), default=0.0)


def _filled(rings: Shapes, view: View) -> str:
    made = []
    for ring in rings:
        on_sheet = _on_sheet(ring, view)
        if on_sheet is None:
            continue
        points = _whole(_cut_ring(on_sheet, view), grid=view.grid)
        if len(points) > 2:
            made.append(_steps(points) + "z")
    return "".join(made)


def _stroked(lines: Shapes, view: View) -> str:
    made = []
    for line in lines:
        on_sheet = _on_sheet(line, view)
        if on_sheet is None:
            continue
        pieces = [on_sheet] if _all_in(on_sheet, view) else _cut_line(on_sheet, view)
        made += [_steps(points) for each in pieces if len(points := _whole(each, grid=view.grid)) > 1]
    return "".join(made)


def _on_sheet(shape: Shape, view: View) -> Numbers | None:
    """The shape on the sheet; None where it is outside the window or runs around the back of the globe."""
    if not _near(shape, view):
        return None
    if view.middle and np.any(np.abs(np.diff(around(shape.points[:, 0], view.middle))) > 180):
        return None
    on_sheet = view.places(shape.points)
    low, high = on_sheet.min(axis=0), on_sheet.max(axis=0)
    outside = high[0] < 0 or high[1] < 0 or low[0] > view.width or low[1] > view.height
    return None if outside else on_sheet


def _all_in(points: Numbers, view: View) -> bool:
    low, high = points.min(axis=0), points.max(axis=0)
    return bool(low.min() >= 0 and high[0] <= view.width and high[1] <= view.height)


def _cut_ring(points: Numbers, view: View) -> Numbers:
    if _all_in(points, view):
        return points
    frame = ((0.0, 0.0), (view.width, 0.0), (view.width, view.height), (0.0, view.height))
    return np.array(clipped([(float(x), float(y)) for x, y in points], frame)).reshape(-1, 2)


def _cut_line(points: Numbers, view: View) -> list[Numbers]:
    """The pieces of a line within the window."""
    pieces: list[list[Place]] = []
    for a, b in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
        kept = _cut(a, b, view)
        if kept and pieces and pieces[-1][-1] == kept[0]:
            pieces[-1].append(kept[1])
        elif kept:
            pieces.append([*kept])
    return [np.array(piece) for piece in pieces]


def _cut(a: Sequence[float], b: Sequence[float], view: View) -> tuple[Place, Place] | None:
    """The part of an edge within the window (Liang and Barsky, 1984)."""
    (x1, y1), (x2, y2) = a, b
    if view.holds((x1, y1)) and view.holds((x2, y2)):
        return (x1, y1), (x2, y2)
    dx, dy, begin, end = x2 - x1, y2 - y1, 0.0, 1.0
    for change, room in ((-dx, x1), (dx, view.width - x1), (-dy, y1), (dy, view.height - y1)):
        if change == 0 and room < 0:
            return None
        if change < 0:
            begin = max(begin, room / change)
        elif change > 0:
            end = min(end, room / change)
    if begin > end:
        return None
    return (x1 + begin * dx, y1 + begin * dy), (x1 + end * dx, y1 + end * dy)


def _whole(points: Numbers, *, grid: int) -> NDArray[np.int64]:
    """On the grid, without points that fall on the one before."""
    if not len(points):
        return np.empty((0, 2), dtype=np.int64)
    whole = np.rint(points * grid).astype(np.int64)
    kept = np.ones(len(whole), dtype=bool)
    kept[1:] = np.any(whole[1:] != whole[:-1], axis=1)
    return whole[kept]


def _steps(points: NDArray[np.int64]) -> str:
    x, y = points[0].tolist()
    moves = " ".join(map(str, np.diff(points, axis=0).ravel().tolist()))
    return f"M{x} {y}l{moves}".replace(" -", "-")
