"""How does a plot go where SVG cannot? As PNG on white, for PDF/UA, Word and sending.

Source: vl-convert's SVG renderer (resvg), which comes with `palermo[documents]`. Letters: `built/fonts`.
"""

import re
from functools import cache

from palermo import ProblemWithInput
from palermo.plots.shapes import Plot
from palermo.plots.widths import FONTS

SCALE = 3.0
INNER = re.compile(r"(<svg[^>]*>)")


def png(plot: Plot, *, scale: float = SCALE) -> bytes:
    """The picture as PNG on white, `scale` times its size. PLOTS-002 without `palermo[documents]`."""
    return bytes(_renderer().svg_to_png(on_white(plot.svg), scale=scale))


def on_white(svg: str) -> str:
    """The picture with a white rectangle under all of it."""
    return INNER.sub(r'\1<rect width="100%" height="100%" fill="white"/>', svg, count=1)


@cache
def _renderer():  # type: ignore[no-untyped-def]
    try:
        import vl_convert
    except ImportError:
        raise ProblemWithInput(
            "PLOTS-002: pictures for documents need more of Palermo;"
            ' install it with pip install "palermo[documents]"'
        ) from None
    if FONTS.is_dir():
        vl_convert.register_font_directory(str(FONTS))
    return vl_convert
