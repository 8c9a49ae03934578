"""Does `palermo codes boundaries` check a file, say what it found and store it where maps look?"""

import json
from pathlib import Path

import pytest

from palermo.cli import main
from palermo.plots.boundaries.world import world


def _file(folder: Path, **properties: object) -> str:
    ring = [[20, 10], [30, 10], [30, 20], [20, 20], [20, 10]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    path = folder / "given.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    return str(path)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PALERMO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_file_is_checked_said_and_stored(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = _file(tmp_path, ISO_A3="SDN", NAME="Sudan")
    assert main(["codes", "boundaries", given, "--credit", "Invented"]) == 0
    said = capsys.readouterr().out
    assert "Areas: 1." in said
    assert "LBY" in said
    held = world(home / "boundaries" / "world.json")
    assert held is not None
    assert held.area_at(25, 15) == "SDN"
    assert held.credit == "Invented"


def test_first_level_areas_lie_beside_the_world(home: Path, tmp_path: Path) -> None:
    given = _file(tmp_path, shapeName="Invented province", shapeGroup="SDN")
    assert main(["codes", "boundaries", given, "--area", "SDN", "--credit", "Invented"]) == 0
    held = world(home / "boundaries" / "SDN.json")
    assert held is not None
    assert held.names == {"Invented province": "Invented province"}


def test_checking_stores_nothing(home: Path, tmp_path: Path) -> None:
    assert main(["codes", "boundaries", _file(tmp_path, iso3="SDN"), "--credit", "Invented", "--check"]) == 0
    assert not home.exists()


def test_what_is_wrong_is_said(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["codes", "boundaries", _file(tmp_path, name="Sudan"), "--credit", "Invented"]) == 3
    assert "PLOTS-014" in capsys.readouterr().err
    assert main(["codes", "boundaries", str(tmp_path / "none"), "--credit", "Invented"]) == 3
    assert "CODES-015" in capsys.readouterr().err
    assert not home.exists()
