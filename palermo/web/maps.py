"""Which boundaries do maps draw? The official ones that were imported here, else those built with Palermo."""

from pathlib import Path

from django.conf import settings


def official() -> Path | None:
    """The file that `palermo codes boundaries` wrote; None where none was imported."""
    path = Path(settings.HOME) / "boundaries" / "world.json"
    return path if path.is_file() else None
