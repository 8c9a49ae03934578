"""Can an official boundary file be read in usual layouts, and is all that is wrong said? Invented files."""

import json
from pathlib import Path
from typing import Any

import pytest

from palermo import ProblemWithInput
from palermo.codes import UnknownCode
from palermo.plots import choropleth
from palermo.plots.boundaries.official import BoundariesRefused, official
from palermo.plots.boundaries.world import UNDETERMINED, world

CREDIT = "Invented boundaries, for tests only"


def square(x: float, y: float, size: float = 10.0) -> list[list[float]]:
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def collection(*units: tuple[dict[str, Any], Any]) -> bytes:
    """GeoJSON of (properties, ring)."""
    features = [
        {"type": "Feature", "properties": said, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for said, ring in units
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


UN = collection(
    ({"iso3cd": "SDN", "nam_en": "Sudan", "stscod": 1}, square(20, 10)),
    ({"iso3cd": "SSD", "nam_en": "South Sudan", "stscod": 1}, square(20, 0)),
    ({"iso3cd": "EGY", "nam_en": "Egypt", "stscod": 1}, square(20, 20)),
    ({"iso3cd": "SDN", "nam_en": "Abyei", "stscod": 99}, square(30, 5)),
    ({"iso3cd": "xJK", "nam_en": "", "stscod": None}, square(70, 30)),
    ({"iso3cd": "EGY", "nam_en": "Egypt, an island", "stscod": 1}, square(50, 20)),
    ({"iso3cd": None, "nam_en": "A place without a code"}, square(-100, 0)),
)
UNHCR = {
    "type": "Topology",
    "arcs": [[[0, 0], [0, 10]], [[0, 10], [10, 10], [10, 0], [0, 0]], [[0, 10], [-10, 10], [-10, 0], [0, 0]]],
    "objects": {
        "units": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"iso3": "LBY", "gis_name": "Libya"}},
                {
                    "type": "Polygon",
                    "arcs": [[-1, -3]],
                    "properties": {"iso3": "", "gis_name": "Elsewhere", "status_un": "Sovereignty unsettled"},
                },
            ],
        }
    },
}


def stored(folder: Path, content: bytes) -> Path:
    path = folder / "world.json"
    path.write_bytes(content)
    return path


def test_layout_of_un_geodata(tmp_path: Path) -> None:
    read = official(UN, credit=CREDIT)
    assert read.areas == ("EGY", "SDN", "SSD")
    assert read.hatched == ("Abyei", "Jammu and Kashmir")
    assert read.without_code == 1
    assert "LBY" in read.missing
    assert "XKX" not in read.missing
    held = world(stored(tmp_path, read.content))
    assert held is not None
    assert held.area_at(25, 15) == "SDN"
    assert held.area_at(55, 25) == "EGY"
    assert held.area_at(35, 10) == UNDETERMINED
    assert held.area_at(75, 35) == UNDETERMINED
    assert held.area_at(0, -50) is None
    assert {kind for kind in held.lines if held.lines[kind]} == {"coast", "solid", "dashed"}


def test_layout_of_unhcr_as_topojson(tmp_path: Path) -> None:
    read = official(json.dumps(UNHCR).encode(), credit=CREDIT)
    assert (read.areas, read.hatched) == (("LBY",), ("Elsewhere",))
    held = world(stored(tmp_path, read.content))
    assert held is not None
    assert held.area_at(5, 5) == "LBY"
    assert held.area_at(-5, 5) == UNDETERMINED


def test_maps_use_the_file_and_print_its_attribution(tmp_path: Path) -> None:
    path = stored(tmp_path, official(UN, credit=CREDIT).content)
    plot = choropleth({"SDN": 5, "EGY": 9}, title="t", boundaries=path)
    assert CREDIT in plot.note
    assert "do not imply official endorsement" in plot.note
    assert "Final boundary between the Republic of the Sudan" in plot.note
    assert "Jammu and Kashmir" in plot.note
    assert plot.svg != choropleth({"SDN": 5, "EGY": 9}, title="t").svg


def test_first_level_areas_have_their_own_names(tmp_path: Path) -> None:
    content = collection(
        ({"shapeName": "North <b>", "shapeISO": "SD-NO", "shapeGroup": "SDN"}, square(20, 10, 5)),
        ({"shapeName": "South", "shapeISO": "SD-SO", "shapeGroup": "SDN"}, square(20, 5, 5)),
    )
    read = official(content, credit=CREDIT, area="SDN")
    assert read.areas == ("SD-NO", "SD-SO")
    path = stored(tmp_path, read.content)
    plot = choropleth({"SD-NO": 3, "SD-SO": "<5"}, title="t", boundaries=path)
    assert plot.rows == (("North <b>", "3"), ("South", "<5"))
    assert "<b>" not in plot.svg
    with pytest.raises(UnknownCode):
        choropleth({"SD-NO": 3}, title="t")


@pytest.mark.parametrize(
    ("content", "area", "problem"),
    [
        (b"PK\x03\x04", "", "PLOTS-012"),
        (b"[]", "", "PLOTS-012"),
        (b'{"type": "FeatureCollection"}', "", "PLOTS-012"),
        (b'{"type": "FeatureCollection", "features": []}', "", "PLOTS-013"),
        (
            b'{"type": "Topology", "arcs": [],'
            b' "objects": {"a": {"geometries": [{"type": "Polygon", "arcs": [[7]]}]}}}',
            "",
            "PLOTS-012",
        ),
        (collection(({"name": "Sudan"}, square(20, 10))), "", "PLOTS-014"),
        (collection(({"iso3": "SDN"}, square(400000, 10))), "", "PLOTS-015"),
        (collection(({"iso3": "SDN"}, [[20, 10], [float("nan"), 10], [30, 20]])), "", "PLOTS-015"),
        (UN, "SUDAN", "PLOTS-010"),
        (collection(({}, square(0, 0)), ({}, square(9, 9))), "SDN", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_is_wrong_is_said_with_its_code(content: bytes, area: str, problem: str) -> None:
    if not problem:
        assert official(content, credit=CREDIT, area=area).areas == ("unit 1", "unit 2")
        return
    with pytest.raises(BoundariesRefused, match=problem) as refused:
        official(content, credit=CREDIT, area=area)
    assert len(refused.value.problems) >= 1


def test_all_problems_are_listed() -> None:
    content = collection(
        ({"iso3": "SDN"}, square(999, 0)), ({"iso3": "LBY"}, square(0, 0)), ({"iso3": "TCD"}, square(0, 95))
    )
    with pytest.raises(BoundariesRefused) as refused:
        official(content, credit=CREDIT)
    assert [problem.split(":")[0] for problem in refused.value.problems] == [
        "PLOTS-015 unit 1",
        "PLOTS-015 unit 3",
    ]


def test_a_file_across_the_180th_meridian_is_cut(tmp_path: Path) -> None:
    content = collection(({"iso3": "FJI"}, [[175, -20], [-175, -20], [-175, -10], [175, -10], [175, -20]]))
    held = world(stored(tmp_path, official(content, credit=CREDIT).content))
    assert held is not None
    assert held.area_at(178, -15) == held.area_at(-178, -15) == "FJI"
    assert held.area_at(0, -15) is None


def test_a_stored_file_of_another_form_says_what_to_do(tmp_path: Path) -> None:
    for content in (b"{}", b'{"palermo_boundaries": 99}', b"nonsense"):
        with pytest.raises(ProblemWithInput, match="PLOTS-003"):
            choropleth({"SDN": 3}, title="t", boundaries=stored(tmp_path, content))


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    import os

    path = stored(tmp_path, official(UN, credit="first").content)
    assert "first" in choropleth({"SDN": 3}, title="t", boundaries=path).note
    path.write_bytes(official(UN, credit="second").content)
    os.utime(path, ns=(1, 1))
    assert "second" in choropleth({"SDN": 3}, title="t", boundaries=path).note
