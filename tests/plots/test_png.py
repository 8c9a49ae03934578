"""Does a plot go as a picture where SVG cannot? White ground, size, and what to install where it cannot."""

import io
import sys

import pytest
from PIL import Image

from palermo import ProblemWithInput
from palermo.codes.languages import language
from palermo.plots import Plot, bars, png
from palermo.plots import export as exporting
from palermo.plots.export import on_white
from palermo.plots.widths import FONTS

ROWS = [("السودان", 1352), ("Sudan", 40), ("苏丹", 7)]


def opened(plot: Plot, **more: float) -> Image.Image:
    return Image.open(io.BytesIO(png(plot, **more))).convert("RGBA")


def test_the_ground_is_white_to_the_corners() -> None:
    picture = opened(bars(ROWS, title="t"))
    wide, high = picture.size
    corners = [(0, 0), (wide - 1, 0), (0, high - 1), (wide - 1, high - 1)]
    assert {picture.getpixel(corner) for corner in corners} == {(255, 255, 255, 255)}
    assert "white" not in bars(ROWS, title="t").svg
    assert on_white("<svg a='1'><g/></svg>").count("<rect") == 1


def test_it_is_three_times_as_large() -> None:
    plot = bars(ROWS, title="t")
    assert opened(plot).size[0] == 3 * 720
    assert opened(plot, scale=1).size[0] == 720


@pytest.mark.skipif(not FONTS.is_dir(), reason="letters are not built; `python assets/make.py` builds them")
def test_arabic_letters_are_joined() -> None:
    """Joined letters are narrower than the same letters apart, so less of the picture is dark."""
    joined, apart = "سسسسسس", "س\u200cس\u200cس\u200cس\u200cس\u200cس"

    def dark(label: str) -> int:
        picture = opened(bars([(label, 0)], title="t", language=language("ar")), scale=2).convert("L")
        columns = [
            x
            for x in range(picture.width)
            if any(picture.getpixel((x, y)) < 128 for y in range(picture.height))
        ]
        return max(columns) - min(columns)

    assert dark(joined) < dark(apart)


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    exporting._renderer.cache_clear()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(ProblemWithInput, match=r"PLOTS-002.*palermo\[documents\]"):
        png(bars(ROWS, title="t"))
    exporting._renderer.cache_clear()
