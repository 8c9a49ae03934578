"""Which boundaries does a map take? The file that set-up built, or an official one that was imported.

Read once a process and again when the file changes. The path of an imported file is passed in. Whose a place
is, a patch of the overrides says before the areas do.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from palermo import ProblemWithInput
from palermo.plots.boundaries.applying import FORM, GRID
from palermo.plots.projection import Numbers

BUILT = Path(__file__).parent.parent / "built" / "world.json"
UNDETERMINED = "undetermined"
Place = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A ring or line: its longitudes and latitudes, and its west, south, east and north."""

    points: Numbers
    box: tuple[float, float, float, float]


Shapes = tuple[Shape, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class World:
    """Areas by code; `patches` lie over them and may change whose a place is; `lines` by how they are drawn.

    `points` stand for areas too small for the file; `credit` is the attribution that must be printed; `names`
    are those of first-level areas, which no code list holds.
    """

    areas: Mapping[str, Shapes]
    patches: tuple[tuple[str, str, Shapes], ...]
    lines: Mapping[str, Shapes]
    points: Mapping[str, Place]
    credit: str
    names: Mapping[str, str]

    def area_at(self, lon: float, lat: float) -> str | None:
        """The area of a place, `UNDETERMINED`, or None at sea.

        The even-odd rule over many pieces of a patch works because the pieces do not overlap.
        """
        for _, area, rings in self.patches:
            if _within(rings, lon, lat):
                return area or UNDETERMINED
        return next((code for code, rings in self.areas.items() if _within(rings, lon, lat)), None)


def _within(rings: Shapes, lon: float, lat: float) -> bool:
    return bool(sum(_holds(ring.points, np.array([[lon, lat]]))[0] for ring in rings) % 2)


def _holds(ring: Numbers, places: Numbers) -> NDArray[np.bool_]:
    """Which of the places are within the ring, by the even-odd rule."""
    x, y = places[:, 0, None], places[:, 1, None]
    (x1, y1), (x2, y2) = ring.T, np.roll(ring, -1, axis=0).T
    with np.errstate(divide="ignore", invalid="ignore"):
        crossed = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    odd: NDArray[np.bool_] = crossed.sum(axis=1) % 2 == 1
    return odd


def world(path: Path | None = None, *, coarse: bool = False) -> World | None:
    """The boundaries in the file at `path`, else those that set-up built; None where there are none.

    `coarse` is for a map of the whole world. Raises PLOTS-003 where the file is not in Palermo's form.
    """
    found = next((each for each in (path, BUILT) if each is not None and each.is_file()), None)
    return _read(found, found.stat().st_mtime_ns)[coarse] if found else None


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> tuple[World, World]:
    """Fine and coarse."""
    try:
        held = json.loads(path.read_bytes())
        if held["palermo_boundaries"] != FORM:
            _not_ours()
        return _world(held, "fine"), _world(held, "coarse")
    except (ValueError, KeyError, TypeError):
        _not_ours()


def _not_ours() -> NoReturn:
    raise ProblemWithInput(
        "PLOTS-003: the file of boundaries is not in the form of this Palermo; import the official file"
        " again with `palermo codes boundaries FILE`"
    )


def _world(held: Mapping[str, Any], scale: str) -> World:
    one = held[scale]
    return World(
        areas={code: tuple(map(_places, rings)) for code, rings in one["areas"].items()},
        patches=tuple((name, area, tuple(map(_places, rings))) for name, area, rings in one["patches"]),
        lines={kind: tuple(map(_places, lines)) for kind, lines in one["lines"].items()},
        points={code: (x / GRID, y / GRID) for code, (x, y) in held["points"].items()},
        credit=held["credit"],
        names=held.get("names", {}),
    )


def _places(steps: Sequence[int]) -> Shape:
    """A shape from a first point and steps."""
    points = np.asarray(steps, dtype=np.int64).reshape(-1, 2).cumsum(axis=0) / GRID
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Shape(points, (west, south, east, north))


@lru_cache(maxsize=2000)
def anchor(held: World, code: str) -> Place | None:
    """A place within the area for its label: the middle of its largest polygon; None where it has none."""
    if code in held.points:
        return held.points[code]
    if not held.areas.get(code):
        return None
    ring = max((shape.points for shape in held.areas[code]), key=_plane_area)
    middle = _centroid(ring)
    return middle if _holds(ring, np.array([middle]))[0] else _deepest(ring)


def _plane_area(ring: Numbers) -> float:
    x, y = ring[:, 0] * np.cos(np.radians(ring[:, 1])), ring[:, 1]
    return float(abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2)


def _centroid(ring: Numbers) -> Place:
    x, y = ring[:, 0], ring[:, 1]
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    whole = 3 * np.sum(cross) or 1.0
    return float(np.sum((x + np.roll(x, -1)) * cross) / whole), float(
        np.sum((y + np.roll(y, -1)) * cross) / whole
    )


def _deepest(ring: Numbers, *, parts: int = 14) -> Place:
    """The place of a grid within the ring that lies farthest from its corners."""
    across = [
        np.linspace(low, high, parts) for low, high in zip(ring.min(axis=0), ring.max(axis=0), strict=True)
    ]
    grid = np.array(np.meshgrid(*across)).reshape(2, -1).T
    inner = grid[_holds(ring, grid)]
    if not len(inner):
        return float(ring[0, 0]), float(ring[0, 1])
    far = np.min(np.sum((inner[:, None] - ring[None]) ** 2, axis=2), axis=1)
    x, y = inner[int(np.argmax(far))].tolist()
    return x, y
