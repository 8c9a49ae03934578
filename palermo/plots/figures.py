"""What do all plots ask of their figures? Checks, scales, the words that are shared, and the empty plot.

Draws nothing but the sentence that there is nothing to show.
"""

import math
from collections.abc import Iterable

from palermo import ProblemWithInput
from palermo.codes.languages import ENGLISH, Language
from palermo.plots import style
from palermo.plots.drawing import Rows, Sheet
from palermo.plots.shapes import Plot
from palermo.plots.widths import wrapped

Value = float | str | None


def amount(value: Value) -> float:
    """The figure to draw: 0 for a text or None. PLOTS-001 where it is below 0 or no number."""
    if value is None or isinstance(value, str):
        return 0.0
    if not math.isfinite(value) or value < 0:
        raise ProblemWithInput("PLOTS-001: a plot shows figures of 0 and more; expected such a number")
    return float(value)


def largest(values: Iterable[Value]) -> float:
    """The largest figure to draw; 1 where all are 0, so that a scale can be made."""
    return max(map(amount, values), default=0.0) or 1.0


def ticks(most: float, *, count: int = 4) -> tuple[float, ...]:
    """Round figures from 0 to `most` or above, about so many steps; whole ones where `most` is 1 or more.

    >>> ticks(37)
    (0.0, 10.0, 20.0, 30.0, 40.0)
    """
    rough = most / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough * 0.999)
    if most >= 1:
        step = max(step, 1.0)
    return tuple(round(at * step, 10) for at in range(math.ceil(most / step - 1e-9) + 1))


def nothing(
    title: str,
    *,
    header: tuple[str, ...] = (),
    rows: Rows = (),
    note: str = "",
    said: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """A plot that says kindly that there is nothing to show, or what else is `said`."""
    said = said or language.said("Nothing to show: no figures match what was chosen.")
    sheet = Sheet(height=64, language=language)
    sheet.rect(0.5, 0.5, sheet.width - 1, 63, fill=style.NOT_KNOWN, stroke=style.GRID, rx=4)
    for at, line in enumerate(lines := wrapped(said, size=style.LETTER, room=sheet.width - 40)):
        y = 37 + (at - (len(lines) - 1) / 2) * 18
        sheet.text(sheet.width / 2, y, line, anchor="middle", fill=style.MUTED)
    return sheet.plot(title=title, alt=said, header=header, rows=rows, note=note)
