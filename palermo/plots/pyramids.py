"""How old, and of which sex? Two sets of bars back to back on one scale (an age-sex pyramid).

Both sides have the same scale, so that their lengths can be compared. The youngest are at the bottom.
"""

from collections.abc import Sequence

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.drawing import Anchor, Sheet
from palermo.plots.figures import amount, largest, nothing, ticks
from palermo.plots.shapes import Plot
from palermo.plots.style import look, number_text

Row = tuple[str, int, int]
BAR, GAP, HEAD, FOOT, MIDDLE = 18.0, 5.0, 30.0, 26.0, 24.0


def pyramid(
    rows: Sequence[Row],
    *,
    title: str,
    left: str,
    right: str,
    unit: str = "",
    column: str = "",
    alt: str = "",
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """Bars to both sides of the age groups: `rows` are (group, left, right), the youngest first.

    `unit` says what is counted, below the scale. Mirrored for right-to-left, so that the first side is where
    a reader begins.

    >>> pyramid([("0–8", 4, 6)], title="Age and sex", left="Male", right="Female").header
    ('Age', 'Male', 'Female')
    """
    header = (column or language.said("Age"), left, right)
    if not any(amount(a) + amount(b) for _, a, b in rows):
        return nothing(title, header=header, note=note, language=language)
    sheet = Sheet(height=HEAD + len(rows) * (BAR + GAP) + FOOT + (20 if unit else 0), language=language)
    _draw(sheet, rows, names=(left, right), unit=unit)
    texts = tuple(
        (g, number_text(a, language=language), number_text(b, language=language)) for g, a, b in rows
    )
    said = alt or _alt(rows, names=(left, right), language=language)
    return sheet.plot(title=title, alt=said, header=header, rows=texts, note=note)


def _draw(sheet: Sheet, rows: Sequence[Row], *, names: tuple[str, str], unit: str) -> None:
    half = max(sheet.measure(group, size=style.SMALL) for group, _, _ in rows) / 2 + MIDDLE / 2
    values = [value for _, a, b in rows for value in (a, b)]
    beside = max(sheet.measure(number_text(value), size=style.SMALL) for value in values) + 8
    marks = ticks(largest(values), count=3)
    middle = sheet.width / 2
    scale = (middle - half - beside - 12) / marks[-1]
    _scale(sheet, marks, scale, half=half, bottom=HEAD + len(rows) * (BAR + GAP), unit=unit)
    for at, (group, *both) in enumerate(reversed(rows)):
        y = HEAD + at * (BAR + GAP)
        sheet.text(middle, y + BAR / 2 + 4.5, group, anchor="middle", size=style.SMALL)
        for side, value in enumerate(both):
            _bar(sheet, y, value, scale, half=half, side=side, says=f"{names[side]}, {group}")
    for side, name in enumerate(names):
        _head(sheet, name, side=side, half=half)


def _bar(sheet: Sheet, y: float, value: int, scale: float, *, half: float, side: int, says: str) -> None:
    text = number_text(value, language=sheet.language)
    wide, middle = value * scale, sheet.width / 2
    begin = middle + half if side else middle - half - wide
    if value:
        sheet.rect(
            begin, y, wide, BAR, fill=sheet.fill(look(side)), class_=f"bar-{side}", says=f"{says}: {text}"
        )
    anchor: Anchor = "start" if side else "end"
    x = begin + wide + 6 if side else begin - 6
    sheet.text(x, y + BAR / 2 + 4.5, text, anchor=anchor, size=style.SMALL, class_="value")


def _head(sheet: Sheet, name: str, *, side: int, half: float) -> None:
    """The name of a side with a sample of its bars, above where they begin."""
    x = sheet.width / 2 + (half if side else -half)
    box = x if side else x - 14
    sheet.rect(box, 4, 14, 14, fill=sheet.fill(look(side)), class_="sample")
    sheet.text(x + 20 if side else x - 20, 16, name, anchor="start" if side else "end", bold=True)


def _scale(
    sheet: Sheet, marks: Sequence[float], scale: float, *, half: float, bottom: float, unit: str
) -> None:
    for mark in marks:
        for side in (-1, 1):
            x = sheet.width / 2 + side * (half + mark * scale)
            sheet.line(
                x, HEAD - 4, x, bottom, stroke=style.GRID if mark else style.RULE, stroke_width=style.THIN
            )
            text = number_text(mark, language=sheet.language)
            sheet.text(
                x, bottom + 16, text, anchor="middle", size=style.TINY, fill=style.MUTED, class_="tick"
            )
    if unit:
        sheet.text(sheet.width / 2, bottom + 38, unit, anchor="middle", size=style.SMALL, fill=style.MUTED)


def _alt(rows: Sequence[Row], *, names: tuple[str, str], language: Language) -> str:
    most = [max(rows, key=lambda row: row[side]) for side in (1, 2)]
    return language.said(
        phrase(
            "Bars of {count} age groups. The longest: {left}, {first} ({one}); {right}, {second} ({two}).",
            count=len(rows),
            left=names[0],
            first=most[0][0],
            one=most[0][1],
            right=names[1],
            second=most[1][0],
            two=most[1][2],
        )
    )
