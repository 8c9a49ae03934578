"""Which polygons does a boundary file hold? TopoJSON and GeoJSON to rings of longitude and latitude.

Source: the TopoJSON 1.0 specification (arcs are delta-encoded and shared), RFC 7946. Only the standard
library, so that set-up can read the atlas before anything is installed.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

Point = tuple[float, float]
Ring = tuple[Point, ...]
Properties = Mapping[str, Any]


def units(file: Mapping[str, Any]) -> Iterator[tuple[Properties, list[Ring]]]:
    """What a boundary file holds: the properties and rings of each unit that has polygons.

    Of several TopoJSON objects the one with the most polygons counts. Raises KeyError, TypeError, ValueError
    or IndexError where the file is not as its specification says.
    """
    if file.get("type") == "Topology":
        yield from _of_topology(file)
        return
    for feature in file["features"]:
        geometry = feature.get("geometry") or {}
        polygons = polygons_of(geometry.get("type", ""), geometry.get("coordinates", []))
        yield feature.get("properties") or {}, [_ring(ring) for polygon in polygons for ring in polygon]


def _of_topology(file: Mapping[str, Any]) -> Iterator[tuple[Properties, list[Ring]]]:
    arcs = decoded(file)
    layer = max(file["objects"].values(), key=lambda each: _polygons(each.get("geometries", [])))
    for geometry in layer.get("geometries", []):
        polygons = polygons_of(geometry.get("type", ""), geometry.get("arcs", []))
        yield (
            geometry.get("properties") or {},
            [_joined(ring, arcs) for polygon in polygons for ring in polygon],
        )


def _polygons(geometries: Sequence[Mapping[str, Any]]) -> int:
    return sum(each.get("type") in ("Polygon", "MultiPolygon") for each in geometries)


def polygons_of(kind: str, nested: Any) -> Sequence[Any]:
    """The polygons of a geometry, each a list of rings; none for points and lines."""
    found: Sequence[Any] = {"Polygon": [nested], "MultiPolygon": nested}.get(kind, [])
    return found


def decoded(file: Mapping[str, Any]) -> list[Ring]:
    """The arcs of a topology in degrees."""
    change = file.get("transform")
    if change is None:
        return [_ring(arc) for arc in file["arcs"]]
    (sx, sy), (tx, ty) = change["scale"], change["translate"]
    return [
        tuple(
            (x * sx + tx, y * sy + ty)
            for x, y in zip(accumulate(p[0] for p in arc), accumulate(p[1] for p in arc), strict=True)
        )
        for arc in file["arcs"]
    ]


def _joined(numbers: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    """A ring of arcs one after another; a number below zero is an arc from its end to its beginning."""
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return tuple(points)


def _ring(points: Sequence[Sequence[float]]) -> Ring:
    return tuple((float(point[0]), float(point[1])) for point in points)
