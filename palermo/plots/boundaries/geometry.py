"""Is a point within a ring, what do two polygons share, and which lines part the areas? Plain plane geometry.

Longitude and latitude are taken as a plane, which is what boundary files do. Only the standard library, as
set-up reads the atlas with it. Source: even-odd rule; ear clipping; Sutherland and Hodgman (1974).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import hypot

from palermo.plots.boundaries.topology import Point, Ring

Line = tuple[Point, ...]
Edge = tuple[Point, Point]


def inside(point: Point, ring: Sequence[Point]) -> bool:
    """Whether the point is within the ring, by the even-odd rule.

    >>> inside((1, 1), ((0, 0), (4, 0), (0, 4)))
    True
    """
    x, y = point
    crossed = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


def within(point: Point, rings: Iterable[Sequence[Point]]) -> bool:
    """Whether the point is within the polygons of these rings, holes left out."""
    return sum(inside(point, ring) for ring in rings) % 2 == 1


def turn(a: Point, b: Point, c: Point) -> float:
    """Above 0 where the way from a over b to c turns to the left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def signed_area(ring: Sequence[Point]) -> float:
    """The ring's area, above 0 where it runs counter-clockwise."""
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2


def triangles(ring: Sequence[Point]) -> Iterator[tuple[Point, Point, Point]]:
    """A simple ring cut into counter-clockwise triangles."""
    left = list(ring if signed_area(ring) > 0 else ring[::-1])
    while len(left) > 3:
        at = next(i for i in range(len(left)) if _is_ear(left, i))
        yield left[at - 1], left[at], left[(at + 1) % len(left)]
        del left[at]
    yield left[0], left[1], left[2]


def _is_ear(left: Sequence[Point], at: int) -> bool:
    a, b, c = left[at - 1], left[at], left[(at + 1) % len(left)]
    others = (point for point in left if point not in (a, b, c))
    return turn(a, b, c) > 0 and not any(_in_triangle(point, a, b, c) for point in others)


def _in_triangle(point: Point, a: Point, b: Point, c: Point) -> bool:
    return min(turn(a, b, point), turn(b, c, point), turn(c, a, point)) >= 0


def clipped(ring: Sequence[Point], convex: Sequence[Point]) -> Ring:
    """What of a ring is within a convex counter-clockwise one; empty where nothing is."""
    points = list(ring)
    for a, b in zip(convex, (*convex[1:], convex[0]), strict=True):
        points = list(_kept(points, a, b)) if points else []
    return tuple(points) if len(points) > 2 else ()


def _kept(points: Sequence[Point], a: Point, b: Point) -> Iterator[Point]:
    """The points to the left of the line from a to b, and where the ring crosses it."""
    for before, point in zip((points[-1], *points[:-1]), points, strict=True):
        was, now = turn(a, b, before), turn(a, b, point)
        if (was >= 0) != (now >= 0):
            share = was / (was - now)
            yield before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])
        if now >= 0:
            yield point


def edges(units: Mapping[str, Sequence[Sequence[Point]]]) -> dict[Edge, list[str]]:
    """Every edge of the rings with the units that have it, each edge in one direction."""
    owners: dict[Edge, list[str]] = defaultdict(list)
    for name, rings in units.items():
        for ring in rings:
            for a, b in zip(ring, (*ring[1:], ring[0]), strict=True):
                if a != b:
                    owners[min((a, b), (b, a))].append(name)
    return owners


def kept_points(lines: Iterable[Line], *, tolerance: float) -> set[Point]:
    """The points without which a line would move by more than the tolerance (Douglas and Peucker, 1973).

    As all lines that meet keep their ends, polygons whose points are among these still fit together.
    """
    return {point for line in lines for part in _open_parts(line) for point in _needed(part, tolerance)}


def _open_parts(line: Line) -> Iterator[Line]:
    """The line itself; a closed one in two halves, parted where it is farthest from its beginning."""
    if line[0] != line[-1]:
        yield line
        return
    (x, y), far = line[0], range(len(line))
    at = max(far, key=lambda i: (line[i][0] - x) ** 2 + (line[i][1] - y) ** 2)
    yield from (half for half in (line[: at + 1], line[at:]) if len(half) > 1)


def _needed(line: Line, tolerance: float) -> Iterator[Point]:
    waiting = [(0, len(line) - 1)]
    yield line[0]
    yield line[-1]
    while waiting:
        first, last = waiting.pop()
        away, at = max(
            ((_away(line[i], line[first], line[last]), i) for i in range(first + 1, last)), default=(0.0, 0)
        )
        if away > tolerance:
            yield line[at]
            waiting += [(first, at), (at, last)]


def _away(point: Point, a: Point, b: Point) -> float:
    """How far a point lies from the straight line between two others."""
    long = hypot(b[0] - a[0], b[1] - a[1])
    return abs(turn(a, b, point)) / long if long else hypot(point[0] - a[0], point[1] - a[1])


def chained(pieces: Iterable[Edge]) -> list[Line]:
    """Edges put end to end into as long lines as they make."""
    ways: dict[Point, list[Point]] = defaultdict(list)
    for a, b in pieces:
        ways[a].append(b)
        ways[b].append(a)
    ends = [point for point, others in ways.items() if len(others) != 2]
    return [_walk(ways, point) for point in (*ends, *ways) for _ in range(len(ways[point])) if ways[point]]


def _walk(ways: dict[Point, list[Point]], point: Point) -> Line:
    """A line from the point on, until it ends or forks; what was walked is taken out."""
    line = [point]
    while ways[point]:
        after = ways[point].pop()
        ways[after].remove(point)
        line.append(after)
        point = after
        if len(ways[point]) != 1:
            break
    return tuple(line)
