"""How do many compare over time? One small plot for each on one shared scale, and a tiny one without a scale.

A shared scale lets panels be compared with each other, which is why there is one.
"""

from collections.abc import Mapping, Sequence

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.drawing import Anchor, Sheet
from palermo.plots.figures import largest, nothing, ticks
from palermo.plots.shapes import Plot
from palermo.plots.style import look, number_text
from palermo.plots.trends import Frame, Points, one_line, periods_of, table
from palermo.plots.widths import shortened

ACROSS, HIGH, HEAD, FOOT, APART = 3, 100.0, 24.0, 30.0, 22.0
SPARK = (120.0, 30.0)


def small_multiples(
    panels: Mapping[str, Points],
    *,
    title: str,
    unit: str = "",
    column: str = "",
    alt: str = "",
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """A panel for each name, all with the same periods and the same scale from zero.

    >>> small_multiples({"Men": [("2024", 3)], "Women": [("2024", 5)]}, title="By sex").rows
    (('2024', '3', '5'),)
    """
    header = (column or language.said("Period"), *panels)
    periods = periods_of(panels)
    if not periods:
        return nothing(title, header=header, note=note, language=language)
    across = min(ACROSS, len(panels))
    rows = -(-len(panels) // across)
    sheet = Sheet(height=rows * (HEAD + HIGH + FOOT), language=language)
    marks = ticks(largest(value for points in panels.values() for _, value in points), count=2)
    left = max(sheet.measure(number_text(mark), size=style.TINY) for mark in marks) + 8
    wide = (sheet.width - (across - 1) * APART) / across
    for at, (name, points) in enumerate(panels.items()):
        x, y = at % across * (wide + APART), at // across * (HEAD + HIGH + FOOT)
        top = y + HEAD + 6
        frame = Frame(
            left=x + left,
            right=x + wide - 8,
            top=top,
            bottom=y + HEAD + HIGH,
            periods=periods,
            most=marks[-1],
        )
        _panel(sheet, frame, name, points, marks=marks, begin=x, wide=wide)
    values = table(panels, periods=periods, language=language)
    said = alt or _alt(panels, unit, language)
    return sheet.plot(title=title, alt=said, header=header, rows=values, note=note)


def _panel(
    sheet: Sheet,
    frame: Frame,
    name: str,
    points: Points,
    *,
    marks: Sequence[float],
    begin: float,
    wide: float,
) -> None:
    label = shortened(name, size=style.SMALL, room=wide, bold=True)
    sheet.text(begin, frame.top - HEAD + 8, label, size=style.SMALL, bold=True)
    for mark in marks:
        y = frame.y(mark)
        tone = style.GRID if mark else style.RULE
        sheet.line(frame.left, y, frame.right + 8, y, stroke=tone, stroke_width=style.HAIR)
        text = number_text(mark, language=sheet.language)
        sheet.text(
            frame.left - 5, y + 4, text, anchor="end", size=style.TINY, fill=style.MUTED, class_="tick"
        )
    one_line(sheet, frame, points, look(0), wide=1.8)
    for place, period in (("start", frame.periods[0]), ("end", frame.periods[-1])):
        x = frame.left if place == "start" else frame.right + 8
        if place == "start" or len(frame.periods) > 1:
            low = frame.bottom + 15
            anchor: Anchor = "start" if place == "start" else "end"
            sheet.text(x, low, period, anchor=anchor, size=style.TINY, fill=style.MUTED)


def sparkline(
    points: Points,
    *,
    title: str,
    column: str = "",
    unit: str = "",
    alt: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """A line of the size of a word, without scale or numbers; its last point is marked.

    >>> sparkline([("2024", 3), ("2025", 5)], title="Cases").rows
    (('2024', '3'), ('2025', '5'))
    """
    header = (column or language.said("Period"), unit or language.said("Number"))
    periods = periods_of({"": points})
    sheet = Sheet(width=SPARK[0], height=SPARK[1], language=language)
    if periods:
        most = largest(value for _, value in points)
        right, bottom = SPARK[0] - 6, SPARK[1] - 5
        frame = Frame(left=5, right=right, top=5, bottom=bottom, periods=periods, most=most)
        sheet.line(0, bottom, SPARK[0], bottom, stroke=style.GRID, stroke_width=style.HAIR)
        one_line(sheet, frame, points, look(0), wide=1.6, marked=False)
    rows = table({"": points}, periods=periods, language=language)
    return sheet.plot(title=title, alt=alt or _alt({title: points}, unit, language), header=header, rows=rows)


def _alt(panels: Mapping[str, Points], unit: str, language: Language) -> str:
    highest = {name: largest([value for _, value in points]) for name, points in panels.items()}
    known = {name for name, points in panels.items() if any(value is not None for _, value in points)}
    if not known:
        return language.said("Small lines without a known figure.")
    name = max(sorted(known), key=lambda each: highest[each])
    most = max(value for _, value in panels[name] if value is not None)
    return language.said(
        phrase(
            "{count} small lines. The highest figure is {value}, in {name}.",
            count=len(panels),
            value=most,
            name=name,
        )
    )
