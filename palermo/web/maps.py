"""Which boundaries do maps draw? The official ones that were imported here, else those built with Palermo.

A file that cannot be read never costs a page: the log says so, and the built boundaries are drawn.
"""

import logging
from pathlib import Path

from django.conf import settings

from palermo import ProblemWithInput
from palermo.plots.boundaries.world import world

log = logging.getLogger(__name__)


def official() -> Path | None:
    """The file that `palermo codes boundaries` wrote; None where none was imported, or none that is whole."""
    path = Path(settings.HOME) / "boundaries" / "world.json"
    if not path.is_file():
        return None
    try:
        world(path)
    except (ProblemWithInput, OSError):
        log.warning("PLOTS-003: the imported boundaries cannot be read; import them again")
        return None
    return path
