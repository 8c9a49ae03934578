"""Whose is a place on our maps? A table of places with the answer that maps of the United Nations give.

The control is in the table: what the raw atlas says. Where the two differ, the table would catch an override
that is lost.
"""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from palermo.codes import code_list
from palermo.plots import choropleth, place_map
from palermo.plots.boundaries.geometry import within
from palermo.plots.boundaries.notes import notes, texts
from palermo.plots.boundaries.topology import units
from palermo.plots.boundaries.world import UNDETERMINED, World, anchor, world
from palermo.plots.views import is_wide, paths, whole_world, window

with (Path(__file__).parent / "places.csv").open(encoding="utf-8", newline="") as _lines:
    PLACES = list(csv.DictReader(_lines))
CHANGED = [row for row in PLACES if row["expected"] != row["atlas"]]


def held(*, coarse: bool = False) -> World:
    found = world(coarse=coarse)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def raw(atlas: dict[str, Any]) -> dict[str, list[Any]]:
    return {properties["a3"]: rings for properties, rings in units(atlas)}


@pytest.mark.parametrize("row", PLACES, ids=lambda row: row["place"])
def test_a_place_is_where_the_united_nations_show_it(row: dict[str, str]) -> None:
    assert held().area_at(float(row["longitude"]), float(row["latitude"])) == row["expected"]


@pytest.mark.parametrize("row", PLACES, ids=lambda row: row["place"])
def test_the_raw_atlas_says_otherwise_where_the_table_says_so(
    row: dict[str, str], raw: dict[str, Any]
) -> None:
    place = float(row["longitude"]), float(row["latitude"])
    assert [code for code, rings in raw.items() if within(place, rings)] == [row["atlas"]]


def test_the_control_has_something_to_catch() -> None:
    assert {row["place"] for row in CHANGED} >= {
        "Golan",
        "Abyei",
        "Srinagar",
        "Aksai Chin",
        "Hala'ib",
        "Pristina",
    }


@pytest.mark.parametrize(
    "row", [row for row in CHANGED if row["expected"] != UNDETERMINED], ids=lambda r: r["place"]
)
def test_on_a_map_of_the_world_too(row: dict[str, str]) -> None:
    if row["expected"] in ("GUF", "SRB", "SOM", "CHN", "SYR"):
        assert held(coarse=True).area_at(float(row["longitude"]), float(row["latitude"])) == row["expected"]


def test_every_area_has_a_place_on_the_map() -> None:
    assert [code for code in code_list("areas") if anchor(held(), code) is None] in ([], ["ATA"])


def test_every_area_on_the_map_is_one_of_ours() -> None:
    for one in (held(), held(coarse=True)):
        assert set(one.areas) <= set(code_list("areas"))
        assert {area for _, area, _ in one.patches if area} <= set(code_list("areas"))


def test_no_polygon_runs_across_the_map() -> None:
    for one in (held(), held(coarse=True)):
        rings = [(code, ring) for code, rings in one.areas.items() for ring in rings]
        assert [code for code, ring in rings if float(np.abs(np.diff(ring.points[:, 0])).max()) > 180] == []


def test_lines_follow_the_habit_of_un_maps() -> None:
    lines = held().lines
    near = {
        "dotted": (74.0, 34.0),  # line of control
        "dashed": (27.5, 9.6),  # Sudan and South Sudan
        "solid": (25.0, 30.0),  # Egypt and Libya
        "coast": (31.0, 31.5),  # the mouth of the Nile
    }
    for kind, place in near.items():
        away = min(float(np.hypot(*(line.points - np.array(place)).T).min()) for line in lines[kind])
        assert away < 1.5, kind


def test_a_hatched_area_never_takes_a_figures_colour() -> None:
    plot = choropleth({"IND": 5, "PAK": 9, "CHN": 7}, title="t", zoom=True)
    assert plot.svg.count('class="patch"') >= 3
    assert "not determined" in plot.note
    assert "Line of Control" in plot.note


@pytest.mark.parametrize(
    ("area", "words"),
    [("FLK", "Malvinas"), ("SRB", "1244"), ("SSD", "Abyei"), ("SDN", "Final boundary"), ("IND", "Kashmir")],
)
def test_the_words_of_the_united_nations_stand_under_a_map(area: str, words: str) -> None:
    note = place_map(area, title="t").note
    assert "do not imply official endorsement or acceptance by the United Nations" in note
    assert words in note


def test_a_note_stands_only_where_its_area_is_shown() -> None:
    note = place_map("URY", title="t").note
    assert "Kashmir" not in note
    assert "1244" not in note


def test_notes_are_in_six_languages() -> None:
    for code, note in texts().items():
        assert all(note.labels.values()), code
    assert notes({"FLK"}, hatched=False).startswith("The boundaries and names shown")


def test_windows_hold_their_areas() -> None:
    for codes in (["SDN", "LBY"], ["FJI", "NZL"], ["USA", "RUS"], ["MLT"], ["TUV"], ["XKX"]):
        view = window(held(), codes, width=720, height=420)
        for code in codes:
            place = anchor(held(), code)
            assert place is not None
            assert view.holds(view.place(place)), codes
    assert is_wide(whole_world(720))
    assert window(held(), ["COL", "PHL"], width=720, height=420) == whole_world(720)


def test_small_areas_are_dots() -> None:
    assert {"MLT", "BHR", "SGP", "TUV"} <= set(paths(held(coarse=True), whole_world(720)).small)
    assert choropleth({"MLT": 3}, title="t").svg.count('class="dot"') == 1


def test_nothing_breaks_where_boundaries_were_not_built(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import palermo.plots.boundaries.world as module

    monkeypatch.setattr(module, "BUILT", tmp_path / "none.json")
    plot = choropleth({"SDN": 3}, title="t")
    assert plot.rows == (("Sudan", "3"),)
    assert "have not been built" in plot.alt
