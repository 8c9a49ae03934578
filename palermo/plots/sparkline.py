"""How did a figure go over the last months, in the space of a line of text? One small picture, no axes.

The last month is a dot. What it means is in the words and the table that come with it, never in the picture
alone.
"""

from collections.abc import Sequence

from palermo.codes.languages import ENGLISH, Language
from palermo.plots.shapes import Plot

WIDTH, HEIGHT, EDGE = 160, 36, 4
LINE = "#00558c"


def sparkline(
    values: Sequence[int],
    *,
    title: str,
    alt: str,
    header: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """A line through the values, the earliest first; it runs from right to left where the language does.

    `header` and `rows` are the figures in words. Two values at least.

    >>> plot = sparkline((0, 2, 1), title="Cases", alt="Rises.", header=("Month",), rows=())
    >>> 'points="4,32 80,4 156,18"' in plot.svg
    True
    """
    points = [(_x(at, len(values), language), _y(value, max(values))) for at, value in enumerate(values)]
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    x, y = points[-1]
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img" aria-hidden="true" focusable="false">'
        f'<polyline points="{line}" fill="none" stroke="{LINE}" stroke-width="2" stroke-linejoin="round"/>'
        f'<circle cx="{x:g}" cy="{y:g}" r="3.5" fill="{LINE}"/></svg>'
    )
    return Plot(title=title, alt=alt, svg=drawn, header=header, rows=rows, note=note)


def _x(at: int, count: int, language: Language) -> float:
    part = at / max(1, count - 1)
    return round(EDGE + (WIDTH - 2 * EDGE) * (1 - part if language.right_to_left else part), 1)


def _y(value: int, most: int) -> float:
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * value / (most or 1), 1)
