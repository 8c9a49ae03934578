"""What does the world look like as the United Nations show it? An atlas with our overrides applied.

Source: `overrides.json`, which says of each why. Only the standard library: set-up runs this. The result is
plain JSON: whole numbers in thousandths of a degree, each ring and line as its first point and then steps.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from palermo.plots.boundaries.geometry import (
    Edge,
    Line,
    chained,
    clipped,
    edges,
    inside,
    kept_points,
    signed_area,
    triangles,
)
from palermo.plots.boundaries.topology import Point, Ring

FORM = 1
GRID = 1000
FINE = 0.02  # degrees, less than the atlas knows
COARSE = 0.16  # degrees: about a third of a unit on a map of the world
TINY = 0.3  # degrees: a smaller island is not on a map of the world, but for an area's largest
OVERRIDES = Path(__file__).parent / "overrides.json"
COAST, SOLID, DASHED, DOTTED = "coast", "solid", "dashed", "dotted"
Units = dict[str, list[Ring]]
Lines = dict[str, list[Line]]
Patch = tuple[str, str, list[Ring]]


class Scale(NamedTuple):
    """All that is drawn, in one fineness: areas, lines by kind, patches over the areas."""

    areas: Mapping[str, Sequence[Ring]]
    lines: Mapping[str, Sequence[Line]]
    patches: Sequence[Patch] = ()


def overrides() -> dict[str, Any]:
    """Our own table of what is shown otherwise than in the atlas."""
    with OVERRIDES.open(encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found


def applied(units: Mapping[str, Sequence[Ring]], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The world in Palermo's form from the units of an atlas and the overrides."""
    whole = _parted(
        {
            name: [on_grid(part) for ring in rings for part in cut_at_180(ring)]
            for name, rings in units.items()
        },
        changes,
    )
    scales = {
        "fine": simplified(whole, tolerance=FINE, tiny=0),
        "coarse": simplified(whole, tolerance=COARSE),
    }
    held = {name: _overridden(each, changes) for name, each in scales.items()}
    return form(held, points=changes["points"], credit=changes["credit"])


def _overridden(units: Units, changes: Mapping[str, Any]) -> Scale:
    names = {each["unit"]: each["with"] for each in changes["united"]}
    areas: Units = defaultdict(list)
    for name, rings in units.items():
        areas[names.get(name, name)] += rings
    patches = [(each["name"], each["area"] or "", _patch(each, areas)) for each in changes["patches"]]
    return Scale(areas, _lines(units, names, changes), patches)


def simplified(units: Mapping[str, Sequence[Ring]], *, tolerance: float, tiny: float = TINY) -> Units:
    """The units with fewer points that still fit together; tiny ones go, but an area's largest."""
    kept = kept_points(chained(edges(units)), tolerance=tolerance)
    return {name: list(_thinned(rings, kept, tiny)) for name, rings in units.items()}


def _thinned(rings: Sequence[Ring], kept: set[Point], tiny: float) -> Iterator[Ring]:
    largest = max(rings, key=lambda ring: abs(signed_area(ring)), default=())
    for ring in rings:
        thin = tuple(point for point in ring if point in kept)
        if len(thin) > 2 and (ring is largest or max(_spans(thin)) > tiny):
            yield thin
        elif ring is largest:
            yield ring


def _spans(ring: Ring) -> tuple[float, float]:
    xs, ys = zip(*ring, strict=True)
    return max(xs) - min(xs), max(ys) - min(ys)


def form(
    scales: Mapping[str, Scale], *, points: Mapping[str, Sequence[float]] | None = None, credit: str = ""
) -> dict[str, Any]:
    """Palermo's form of a boundary file; `credit` is the attribution that must be printed."""
    return {
        "palermo_boundaries": FORM,
        "credit": credit,
        "points": {code: [round(at * GRID) for at in point] for code, point in (points or {}).items()},
        **{name: _scale(scale) for name, scale in scales.items()},
    }


def _scale(scale: Scale) -> dict[str, Any]:
    return {
        "areas": {code: list(map(steps, rings)) for code, rings in sorted(scale.areas.items())},
        "patches": [[name, area, list(map(steps, rings))] for name, area, rings in scale.patches],
        "lines": {kind: list(map(steps, each)) for kind, each in scale.lines.items()},
    }


def steps(line: Sequence[Point]) -> list[int]:
    """A line as x, y of its first point and then the change to each next one, in thousandths of a degree."""
    whole = [(round(x * GRID), round(y * GRID)) for x, y in line]
    before = [(0, 0), *whole[:-1]]
    return [each for (x, y), (bx, by) in zip(whole, before, strict=True) for each in (x - bx, y - by)]


def cut_at_180(ring: Ring) -> list[Ring]:
    """The ring in pieces on either side of the 180th meridian; none where it runs around a pole.

    >>> [min(x for x, _ in piece) for piece in cut_at_180(((170, 0), (-170, 0), (-170, 9), (170, 9)))]
    [170, -180.0]
    """
    unrolled, turns = [], 0
    for at, (x, y) in enumerate(ring):
        jump = x - ring[at - 1][0] if at else 0
        turns += (jump < -180) - (jump > 180)
        unrolled.append((x + 360 * turns, y))
    if len({x for x, _ in ring}) == 1 or not any(abs(x) > 180 for x, _ in unrolled):
        return [ring]
    if abs(unrolled[0][0] - unrolled[-1][0]) > 180:
        return []
    pieces = ((clipped(unrolled, _strip(360 * turn)), 360 * turn) for turn in (-1, 0, 1))
    return [tuple((x - moved, y) for x, y in piece) for piece, moved in pieces if piece]


def _strip(middle: float) -> tuple[Point, ...]:
    west, east = middle - 180.0, middle + 180.0
    return (west, -91.0), (east, -91.0), (east, 91.0), (west, 91.0)


def on_grid(ring: Ring) -> Ring:
    """The ring on the grid without its repeated last point, so that neighbours have the same points."""
    points = [(round(x * GRID) / GRID, round(y * GRID) / GRID) for x, y in ring]
    kept = [point for at, point in enumerate(points) if point != points[at - 1]]
    return tuple(kept)


def _parted(units: Mapping[str, Sequence[Ring]], changes: Mapping[str, Any]) -> Units:
    """Islands that the atlas counts to a State, under their own code."""
    made: Units = defaultdict(list)
    for name, rings in units.items():
        boxes = [(each["box"], each["becomes"]) for each in changes["parted"] if each["unit"] == name]
        for ring in rings:
            if len(ring) > 2:
                made[next((code for box, code in boxes if _in_box(ring, box)), name)].append(ring)
    return made


def _in_box(ring: Ring, box: Sequence[float]) -> bool:
    west, south, east, north = box
    return all(west <= x <= east and south <= y <= north for x, y in ring)


def _patch(patch: Mapping[str, Any], areas: Mapping[str, Sequence[Ring]]) -> list[Ring]:
    """What of the patch lies within the areas that it may change."""
    pieces = list(triangles([(x, y) for x, y in patch["ring"]]))
    rings = [ring for area in patch["within"] for ring in areas[area]]
    return [shared for piece in pieces for ring in rings if (shared := clipped(ring, piece))]


def _lines(units: Units, names: Mapping[str, str], changes: Mapping[str, Any]) -> Lines:
    """Coasts and boundaries by how they are drawn, and the outlines of the patches."""
    drawn = _drawn_by(names, changes)
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge, owners in edges(units).items():
        found[drawn(edge, sorted(set(owners)))].append(edge)
    lines = {kind: chained(found[kind]) for kind in (COAST, SOLID, DASHED, DOTTED)}
    for patch in changes["patches"]:
        lines[patch["outline"]] += _outline(patch, [ring for code in patch["within"] for ring in units[code]])
    return lines


def _drawn_by(names: Mapping[str, str], changes: Mapping[str, Any]) -> Callable[[Edge, list[str]], str]:
    pairs = {tuple(sorted(each["between"])): each["drawn"] for each in changes["lines"]}

    def drawn(edge: Edge, owners: list[str]) -> str:
        if len(owners) == 1:
            return "" if all(abs(x) >= 179.99 for x, _ in edge) else COAST
        middle = ((edge[0][0] + edge[1][0]) / 2, (edge[0][1] + edge[1][1]) / 2)
        states = {names.get(owner, owner) for owner in owners}
        known = str(pairs.get(tuple(owners), ""))
        if len(states) == 1:
            return known
        for patch in changes["patches"]:
            if states & set(patch["within"]) and inside(middle, patch["ring"]):
                return str(patch["inner" if states <= set(patch["within"]) else "outline"])
        return known or SOLID

    return drawn


def _outline(patch: Mapping[str, Any], rings: Iterable[Ring]) -> list[Line]:
    """The outline of a patch where it runs through the areas that it changes, in fine steps."""
    kept = list(rings)
    corners = [(x, y) for x, y in patch["ring"]]
    pieces = [
        piece
        for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)
        for piece in _fine(a, b)
        if any(inside(_middle(piece), ring) for ring in kept)
    ]
    return chained(pieces)


def _fine(a: Point, b: Point, *, parts: int = 8) -> list[Edge]:
    at = [(a[0] + (b[0] - a[0]) * i / parts, a[1] + (b[1] - a[1]) * i / parts) for i in range(parts + 1)]
    return list(pairwise(at))


def _middle(edge: Edge) -> Point:
    return (edge[0][0] + edge[1][0]) / 2, (edge[0][1] + edge[1][1]) / 2
