"""Which colour says how many? At most five steps between round figures, and the row of samples below a map.

Steps grow by about the same factor, as counts of areas do; each is darker than the one before, so that it is
read in grey. A figure that is not known, or suppressed, has a pattern of its own, and 0 is white.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from palermo.codes.languages import ENGLISH, Language
from palermo.plots import style
from palermo.plots.drawing import Sheet
from palermo.plots.figures import Value, amount
from palermo.plots.style import number_text

SAMPLE, HIGH, ROW, APART = 26.0, 15.0, 25.0, 22.0


@dataclass(frozen=True, slots=True)
class Step:
    """What one sample of the legend stands for: figures from `least` up to the next step's."""

    label: str
    ground: str
    least: float = 0.0
    pattern: str = ""
    ink: str = style.MAIN

    def fill(self, sheet: Sheet) -> str:
        return sheet.pattern(self.pattern, ground=self.ground, ink=self.ink) if self.pattern else self.ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The steps of counts above 0 from few to many, and those beside them where a value asks for one."""

    counts: tuple[Step, ...]
    zero: Step | None = None
    suppressed: Step | None = None
    not_known: Step | None = None

    def of(self, value: Value) -> Step | None:
        if value is None:
            return self.not_known
        if isinstance(value, str):
            return self.suppressed
        return next((step for step in reversed(self.counts) if value >= step.least), self.zero)

    def all(self) -> tuple[Step, ...]:
        beside = (self.zero, self.suppressed, self.not_known)
        first = (self.zero,) if self.zero else ()
        return (*first, *self.counts, *(each for each in beside[1:] if each))


def steps_of(values: Collection[Value], *, language: Language = ENGLISH) -> Steps:
    """The steps for these values.

    >>> [step.label for step in steps_of([1, 3, 40, 900]).counts]
    ['1–4', '5–19', '20–49', '50–199', '200–900']
    """
    counts = sorted({amount(value) for value in values if isinstance(value, int | float)})
    texts = sorted({value for value in values if isinstance(value, str)})
    above = [count for count in counts if count > 0]
    return Steps(
        counts=tuple(_counts(bounds(above), above, language)) if above else (),
        zero=Step(number_text(0, language=language), style.PAPER) if 0 in counts else None,
        suppressed=Step(language.listed(texts), style.STEPS[0], pattern="dots") if texts else None,
        not_known=Step(language.said("not known"), style.PAPER, pattern="slope", ink=style.RULE)
        if None in values
        else None,
    )


def bounds(counts: Sequence[float]) -> tuple[int, ...]:
    """Where steps begin: from 1 on, round figures, at most as many as there are colours.

    >>> bounds([1, 2, 3]), bounds([7, 1200])
    ((1, 2, 3), (1, 20, 50, 200, 500))
    """
    low, high, most = counts[0], counts[-1], len(style.STEPS)
    if high <= most:
        return tuple(range(1, int(high) + 1))
    grown = (low * (high / low) ** (at / most) for at in range(1, most))
    return (1, *sorted({each for value in grown if 1 < (each := _round(value)) <= high}))


def _round(value: float) -> int:
    """The nearest of 1, 2, 5, 10, 20, 50 …"""
    power = 10.0 ** math.floor(math.log10(value))
    return int(min((each * power for each in (1, 2, 5, 10)), key=lambda each: abs(math.log(each / value))))


def _counts(begins: Sequence[int], counts: Sequence[float], language: Language) -> Iterator[Step]:
    ends = [*(begin - 1 for begin in begins[1:]), int(counts[-1])]
    for at, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        place = 2 if len(begins) == 1 else round(at * (len(style.STEPS) - 1) / (len(begins) - 1))
        yield Step(language.interval(begin, max(begin, end)), style.STEPS[place], float(begin))


def legend(sheet: Sheet, samples: Sequence[Step], *, top: float, heading: str = "") -> None:
    """Samples with their labels below the map, in as many rows as they need; the sheet grows by them.

    Mirrored where the language is, though the map is not.
    """
    sheet.mirrored = sheet.language.right_to_left
    x, y = 2.0, top
    if heading:
        sheet.text(0, y + 12, heading, size=style.SMALL, fill=style.MUTED)
        y += ROW
    for step in samples:
        wide = SAMPLE + 8 + sheet.measure(step.label, size=style.SMALL)
        if x > 2 and x + wide > sheet.width:
            x, y = 2.0, y + ROW
        sheet.rect(x, y, SAMPLE, HIGH, fill=step.fill(sheet), stroke=style.RULE, stroke_width=style.HAIR)
        sheet.text(x + SAMPLE + 8, y + 12, step.label, size=style.SMALL, class_="legend")
        x += wide + APART
    sheet.height = y + ROW
