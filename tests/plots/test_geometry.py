"""Do the few lines of geometry hold for any polygons? Laws, and the two file formats against each other."""

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palermo.plots.boundaries.geometry import (
    chained,
    clipped,
    edges,
    inside,
    kept_points,
    signed_area,
    triangles,
)
from palermo.plots.boundaries.topology import units
from palermo.plots.projection import X_MOST, Y_MOST, forward, inverse

NUMBERS = st.integers(-40, 40)


@st.composite
def stars(draw: st.DrawFn) -> tuple[tuple[float, float], ...]:
    """A simple polygon: corners at rising angles about the origin, at any distance."""
    angles = sorted(draw(st.sets(st.integers(0, 71), min_size=5, max_size=14)))
    return tuple(
        (math.cos(at * math.pi / 36) * far, math.sin(at * math.pi / 36) * far)
        for at in angles
        for far in [draw(st.integers(5, 40))]
    )


def star_with_origin(ring: tuple[tuple[float, float], ...]) -> bool:
    angles = [math.atan2(y, x) for x, y in ring]
    gaps = [(b - a) % (2 * math.pi) for a, b in zip(angles, [*angles[1:], angles[0]], strict=True)]
    return max(gaps) < math.pi - 0.01


@given(stars().filter(star_with_origin), st.tuples(NUMBERS, NUMBERS))
def test_triangles_make_up_the_polygon(ring: tuple, place: tuple[float, float]) -> None:
    parts = list(triangles(ring))
    assert len(parts) == len(ring) - 2
    assert sum(map(signed_area, parts)) == pytest.approx(abs(signed_area(ring)))
    off = (place[0] + 0.123, place[1] + 0.071)
    assert inside(off, ring) == (sum(inside(off, part) for part in parts) == 1)


@given(stars().filter(star_with_origin), st.tuples(NUMBERS, NUMBERS))
def test_what_is_clipped_is_what_both_share(ring: tuple, place: tuple[float, float]) -> None:
    square = ((-20.05, -15.05), (25.05, -15.05), (25.05, 22.05), (-20.05, 22.05))
    both = clipped(ring, square)
    off = (place[0] + 0.123, place[1] + 0.071)
    shared = inside(off, ring) and inside(off, square)
    assert (inside(off, both) if both else False) == shared


@given(st.lists(st.tuples(st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS)), max_size=30))
def test_lines_hold_every_edge_once(pieces: list) -> None:
    kept = {min((a, b), (b, a)) for a, b in pieces if a != b}
    lines = chained(kept)
    walked = [min((a, b), (b, a)) for line in lines for a, b in pairwise(line)]
    assert sorted(walked) == sorted(kept)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=30, unique=True), st.floats(0.1, 10))
def test_thinned_lines_keep_their_ends_and_their_course(line: list, tolerance: float) -> None:
    kept = kept_points([tuple(line)], tolerance=tolerance)
    assert {line[0], line[-1]} <= kept <= set(line)
    assert kept_points([tuple(line)], tolerance=0) <= set(line)


def test_neighbours_still_fit_together() -> None:
    left = ((0.0, 0.0), (2.0, 0.0), (2.1, 1.0), (2.0, 2.0), (0.0, 2.0))
    right = ((2.0, 0.0), (4.0, 0.0), (4.0, 2.0), (2.0, 2.0), (2.1, 1.0))
    shared = [edge for edge, owners in edges({"a": [left], "b": [right]}).items() if len(owners) == 2]
    assert len(shared) == 2
    kept = kept_points(chained(edges({"a": [left], "b": [right]})), tolerance=0.5)
    assert (2.1, 1.0) not in kept
    assert {(2.0, 0.0), (2.0, 2.0)} <= kept


def test_both_formats_say_the_same() -> None:
    square = [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]
    geojson = {
        "type": "FeatureCollection",
        "features": [
            {"properties": {"a3": "AAA"}, "geometry": {"type": "Polygon", "coordinates": [square]}},
            {
                "properties": {"a3": "BBB"},
                "geometry": {"type": "MultiPolygon", "coordinates": [[[[2, 0], [3, 0], [2, 2], [2, 0]]]]},
            },
            {"properties": {"a3": "CCC"}, "geometry": None},
        ],
    }
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [0, 0]},
        "arcs": [[[4, 4], [-4, 0], [0, -4], [4, 0]], [[4, 0], [0, 4]], [[4, 0], [2, 0], [-2, 4]]],
        "objects": {
            "lines": {"type": "GeometryCollection", "geometries": []},
            "areas": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"a3": "AAA"}},
                    {"type": "MultiPolygon", "arcs": [[[2, -2]]], "properties": {"a3": "BBB"}},
                ],
            },
        },
    }
    for one, other in zip(units(geojson), units(json.loads(json.dumps(topology))), strict=False):
        assert one[0] == other[0]
        assert {frozenset(ring) for ring in one[1]} == {frozenset(ring) for ring in other[1]}


@given(st.floats(-180, 180), st.floats(-89.9, 89.9))
def test_there_and_back_again(lon: float, lat: float) -> None:
    x, y = forward(np.array([lon]), np.array([lat]))
    back = inverse(x, y)
    assert back[0][0] == pytest.approx(lon, abs=1e-6)
    assert back[1][0] == pytest.approx(lat, abs=1e-6)


@given(st.floats(-170, 170), st.floats(-85, 85))
def test_equal_areas_stay_equal(lon: float, lat: float) -> None:
    """A small patch keeps its area on the sphere, wherever it lies: what the projection is named for."""
    step = 1e-4
    x, y = forward(np.array([lon, lon + step, lon]), np.array([lat, lat, lat + step]))
    sheet = abs((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]))
    sphere = math.radians(step) ** 2 * math.cos(math.radians(lat))
    assert sheet / sphere == pytest.approx(1, rel=2e-3)


def test_published_values() -> None:
    """The paper's ratio of width to height; PROJ's limits as in Cartopy's tests, for the sphere that has the
    surface of WGS 84 (6,371,007.1809 m)."""
    x, y = forward(np.array([180.0, 0.0]), np.array([0.0, 90.0]))
    assert float(x[0] / y[1]) == pytest.approx(2.05458, abs=5e-6)
    assert float(x[0]) * 6_371_007.1809 == pytest.approx(17_243_959.0622, abs=1)
    assert float(y[1]) * 6_371_007.1809 == pytest.approx(8_392_927.5985, abs=1)
    assert (float(x[0]), float(y[1])) == pytest.approx((X_MOST, Y_MOST), abs=1e-9)
