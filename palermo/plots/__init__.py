"""What does a number look like? Plain functions from figures to SVG without script, one style for all.

Values in, a `Plot` out: the picture, what it shows in words, and its figures as a table. No Django, no
clock, no network. Each plot has a title that says what it shows, an alternative text, patterns beside
colours, and is mirrored for a language that runs from right to left; maps are not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from palermo.plots.shapes import Plot

if TYPE_CHECKING:
    from palermo.plots.amounts import bars
    from palermo.plots.export import png
    from palermo.plots.flows import flow
    from palermo.plots.maps import choropleth, place_map
    from palermo.plots.multiples import small_multiples, sparkline
    from palermo.plots.pyramids import pyramid
    from palermo.plots.sets import upset
    from palermo.plots.trends import trend
    from palermo.plots.ways import flow_map, journey_map

__all__ = [
    "Plot",
    "bars",
    "choropleth",
    "flow",
    "flow_map",
    "journey_map",
    "place_map",
    "png",
    "pyramid",
    "small_multiples",
    "sparkline",
    "trend",
    "upset",
]
_LATER = {
    "amounts": ("bars",),
    "export": ("png",),
    "flows": ("flow",),
    "maps": ("choropleth", "place_map"),
    "multiples": ("small_multiples", "sparkline"),
    "pyramids": ("pyramid",),
    "sets": ("upset",),
    "trends": ("trend",),
    "ways": ("flow_map", "journey_map"),
}


def __getattr__(name: str) -> Any:
    """A part is loaded when it is first asked for, so that numbers alone load no maps."""
    for module, names in _LATER.items():
        if name in names:
            return getattr(import_module(f"palermo.plots.{module}"), name)
    raise AttributeError(name)
