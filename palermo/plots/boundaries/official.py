"""Can maps use this official boundary file? GeoJSON or TopoJSON, checked as a whole, into Palermo's form.

The layouts of UN Geodata (`iso3cd`, `stscod`), of UNHCR (`iso3`, `status_un`), of geoBoundaries
(`shapeGroup`, `shapeName`) and of others that have a column of alpha-3 codes. A unit whose status the file
leaves open is hatched, as is one with the UN's code of an area that is no State's ("xJK"). The file's own
view is kept: of Palermo's overrides only how lines of known pairs are drawn is applied. Nothing is fetched.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from palermo import ProblemWithInput
from palermo.codes import code_list
from palermo.plots.boundaries.applying import (
    COARSE,
    COAST,
    DASHED,
    FINE,
    SOLID,
    Lines,
    Scale,
    Units,
    cut_at_180,
    form,
    on_grid,
    overrides,
    simplified,
)
from palermo.plots.boundaries.geometry import Edge, chained, edges
from palermo.plots.boundaries.topology import Properties, Ring, units

LARGEST = 300_000_000
CODES = ("iso3cd", "iso3", "iso_a3", "iso3_code", "iso_3", "adm0_a3", "a3", "shapegroup", "color_code")
NAMES = (
    "nam_en",
    "gis_name",
    "maplab",
    "romnam",
    "shapename",
    "adm1_en",
    "adm1nm",
    "name_en",
    "name",
    "lbl_en",
)
FIRST_LEVEL = ("adm1_pcode", "adm1cd", "shapeiso", "iso_3166_2", "shapeid", "pcode")
OPEN_STATUS = ("unsettled", "undetermined", "not determined", "disputed")
OPEN_CODES = {"XJK": "Jammu and Kashmir", "XAB": "Abyei", "XAC": "Aksai Chin", "XAP": "Arunachal Pradesh"}
OPEN, OTHER = "~", "?"


class BoundariesRefused(ProblemWithInput):
    """A boundary file that maps cannot use; `problems` lists all of its faults."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """What was read: `content` to store; areas found and missing, units hatched or without a code, points."""

    content: bytes
    areas: tuple[str, ...]
    missing: tuple[str, ...]
    hatched: tuple[str, ...]
    without_code: int
    points: int
    kept: int


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the file: its key among the areas, its name, its rings."""

    key: str
    name: str
    rings: tuple[Ring, ...]


def official(content: bytes, *, credit: str, area: str = "") -> Official:
    """The boundaries in a file, thinned to what maps show; `credit` is the attribution that must be printed.

    With `area` the file holds the first-level areas of that area. Raises `BoundariesRefused` with all
    problems (PLOTS-010 to PLOTS-015).
    """
    if area and area not in code_list("areas"):
        raise BoundariesRefused(["PLOTS-010 --area: expected an ISO 3166 alpha-3 code, such as SDN"])
    read = list(_read(content))
    found = [_unit(properties, rings, at=at, area=area) for at, (properties, rings) in enumerate(read, 1)]
    if problems := [*_faults(found, area), *_far_off(found)]:
        raise BoundariesRefused(problems)
    whole = _whole(found)
    names = {unit.key: unit.name for unit in found} if area else {}
    scales = {
        "fine": simplified(whole, tolerance=FINE / 2, tiny=0),
        "coarse": simplified(whole, tolerance=COARSE),
    }
    held = form({name: _scale(scale) for name, scale in scales.items()}, points=_points(area), credit=credit)
    return _official(held | {"names": names}, found, scales["fine"], area)


def _read(content: bytes) -> Iterator[tuple[Properties, list[Ring]]]:
    if len(content) > LARGEST:
        raise BoundariesRefused(
            [f"PLOTS-011: the file is over {LARGEST // 1_000_000} MB; give one less detailed"]
        )
    try:
        held = json.loads(content)
        yield from ((properties, rings) for properties, rings in units(held) if rings)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise BoundariesRefused(
            [
                "PLOTS-012: expected GeoJSON (a FeatureCollection) or TopoJSON (a Topology);"
                " from a shapefile, write GeoJSON in WGS 84 first"
            ]
        ) from None


def _unit(properties: Properties, rings: Sequence[Ring], *, at: int, area: str) -> Unit:
    """Its key is an area's code, `OPEN` with a name where its status is open, `OTHER` where it has none."""
    said = {str(key).casefold(): value for key, value in properties.items()}
    code = _first(said, CODES).upper()
    name = OPEN_CODES.get(code) or _first(said, NAMES) or f"unit {at}"
    if area:
        return Unit(_first(said, FIRST_LEVEL) or name, name, tuple(rings))
    if _is_open(said, code):
        return Unit(f"{OPEN}{name}", name, tuple(rings))
    return Unit(code if code in code_list("areas") else f"{OTHER}{at}", name, tuple(rings))


def _first(said: Mapping[str, Any], columns: Sequence[str]) -> str:
    values = (_printable(str(said.get(column) or "")) for column in columns)
    return next((value for value in values if value and value != "-99"), "")


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _is_open(said: Mapping[str, Any], code: str) -> bool:
    status = f"{said.get('status_un', '')} {said.get('status', '')}".casefold()
    foreign = len(code) == 3 and code.startswith("X") and code not in code_list("areas")
    return str(said.get("stscod", "")) == "99" or foreign or any(word in status for word in OPEN_STATUS)


def _faults(found: Sequence[Unit], area: str) -> Iterator[str]:
    if not found:
        yield "PLOTS-013: the file holds no polygon; expected one for each area"
    elif not area and not any(unit.key in code_list("areas") for unit in found):
        columns = ", ".join(CODES)
        yield f"PLOTS-014: no unit has an ISO 3166 alpha-3 code; expected it in one of the columns {columns}"
    if area:
        again = [key for key, count in Counter(unit.key for unit in found).items() if count > 1]
        if len(again) > len(found) / 2:
            yield "PLOTS-014: first-level areas without names; expected a column such as shapeName or ADM1_EN"


def _far_off(found: Sequence[Unit]) -> Iterator[str]:
    """Coordinates that are no degrees: every unit that has one."""
    for at, unit in enumerate(found, 1):
        if not all(abs(x) <= 180.01 and abs(y) <= 90.01 for ring in unit.rings for x, y in ring):
            yield f"PLOTS-015 unit {at}: coordinates beyond 180 or 90; expected degrees in WGS 84 (EPSG:4326)"


def _whole(found: Sequence[Unit]) -> Units:
    whole: Units = defaultdict(list)
    for unit in found:
        whole[unit.key] += [on_grid(part) for ring in unit.rings for part in cut_at_180(_opened(ring))]
    return {key: [ring for ring in rings if len(ring) > 2] for key, rings in whole.items()}


def _opened(ring: Ring) -> Ring:
    """The ring without its last point where that is its first again."""
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def _scale(whole: Mapping[str, Sequence[Ring]]) -> Scale:
    areas = {key: rings for key, rings in whole.items() if not key.startswith(OPEN)}
    patches = [
        (key.removeprefix(OPEN), "", list(rings)) for key, rings in whole.items() if key.startswith(OPEN)
    ]
    return Scale(areas, _lines(whole, _drawn_by()), patches)


def _drawn_by() -> Callable[[list[str]], str]:
    """How the line between two units is drawn: dashed beside an open one and between known pairs."""
    dashed = {tuple(sorted(each["between"])) for each in overrides()["lines"]}

    def drawn(owners: list[str]) -> str:
        if len(owners) == 1:
            return COAST
        return DASHED if tuple(owners) in dashed or any(owner.startswith(OPEN) for owner in owners) else SOLID

    return drawn


def _lines(whole: Mapping[str, Sequence[Ring]], drawn: Callable[[list[str]], str]) -> Lines:
    kinds: dict[str, list[Edge]] = defaultdict(list)
    for edge, owners in edges(whole).items():
        if len(set(owners)) > 1 or (len(owners) == 1 and not all(abs(x) >= 179.99 for x, _ in edge)):
            kinds[drawn(sorted(set(owners)))].append(edge)
    return {kind: chained(found) for kind, found in kinds.items()}


def _points(area: str) -> Mapping[str, Sequence[float]]:
    return {} if area else overrides()["points"]


def _official(
    held: Mapping[str, Any], found: Sequence[Unit], fine: Mapping[str, Sequence[Ring]], area: str
) -> Official:
    known = {unit.key for unit in found}
    drawn = {each["unit"] for each in overrides()["united"]} | set(_points(area)) | {"ATA"}
    areas = tuple(sorted(key for key in known if not key.startswith((OPEN, OTHER))))
    missing = () if area else tuple(sorted(set(code_list("areas")) - known - drawn))
    return Official(
        content=json.dumps(held, separators=(",", ":"), ensure_ascii=False).encode(),
        areas=areas,
        missing=missing,
        hatched=tuple(sorted({unit.name for unit in found if unit.key.startswith(OPEN)})),
        without_code=sum(unit.key.startswith(OTHER) for unit in found),
        points=sum(len(ring) for unit in found for ring in unit.rings),
        kept=sum(len(ring) for rings in fine.values() for ring in rings),
    )
