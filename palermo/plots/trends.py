"""How did it change? Lines over time, small ones side by side on one scale, a tiny one for a line of text.

Each line has its own dashes and markers beside its colour. A period that is not known is a gap, never a zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.drawing import Sheet
from palermo.plots.figures import largest, nothing, ticks
from palermo.plots.shapes import Plot
from palermo.plots.style import Look, look, number_text
from palermo.plots.widths import shortened

Points = Sequence[tuple[str, int | None]]
HEIGHT, TOP, BELOW, END = 300.0, 14.0, 30.0, 16.0
LEGEND, SAMPLE, PRINTED = 24.0, 34.0, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where periods and figures lie on the sheet."""

    left: float
    right: float
    top: float
    bottom: float
    periods: tuple[str, ...]
    most: float

    def x(self, period: str) -> float:
        if len(self.periods) == 1:
            return (self.left + self.right) / 2
        return self.left + (self.right - self.left) * self.periods.index(period) / (len(self.periods) - 1)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.most


def trend(
    series: Mapping[str, Points],
    *,
    title: str,
    unit: str = "",
    column: str = "",
    alt: str = "",
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """Lines from zero up, one for each name, over all periods in the order in which they are met.

    `unit` is what is counted, printed above the axis; `column` names the periods for the table.

    >>> trend({"Persons": [("2024", 3), ("2025", None)]}, title="Persons by year").rows
    (('2024', '3'), ('2025', 'not known'))
    """
    header = (column or language.said("Period"), *series)
    periods = periods_of(series)
    if not periods:
        return nothing(title, header=header, note=note, language=language)
    sheet = Sheet(height=HEIGHT, language=language)
    top = _legend(sheet, tuple(series)) if len(series) > 1 else TOP
    _lines(sheet, series, periods=periods, top=top, unit=unit)
    rows = table(series, periods=periods, language=language)
    return sheet.plot(
        title=title, alt=alt or _alt(series, periods, language), header=header, rows=rows, note=note
    )


def periods_of(series: Mapping[str, Points]) -> tuple[str, ...]:
    """All periods, each once, in the order in which they are met."""
    return tuple(dict.fromkeys(period for points in series.values() for period, _ in points))


def table(
    series: Mapping[str, Points], *, periods: Sequence[str], language: Language = ENGLISH
) -> tuple[tuple[str, ...], ...]:
    """A row for each period, a column for each name."""
    columns = [dict(points) for points in series.values()]
    return tuple(
        (period, *(number_text(column.get(period), language=language) for column in columns))
        for period in periods
    )


def _lines(
    sheet: Sheet, series: Mapping[str, Points], *, periods: tuple[str, ...], top: float, unit: str
) -> None:
    marks = ticks(largest(value for points in series.values() for _, value in points))
    texts = [number_text(mark, language=sheet.language) for mark in marks]
    left = max(map(sheet.measure, texts)) + 26
    if unit:
        sheet.text(0, top + 4, unit, size=style.SMALL, fill=style.MUTED)
        top += 22
    right, bottom = sheet.width - END - 14, sheet.height - BELOW
    frame = Frame(left=left, right=right, top=top, bottom=bottom, periods=periods, most=marks[-1])
    for mark, text in zip(marks, texts, strict=True):
        grid_line(sheet, frame, mark, text, begin=left - 14)
    period_labels(sheet, frame)
    for at, (name, points) in enumerate(series.items()):
        one_line(sheet, frame, points, look(at), says=name)
    if len(series) == 1 and len(periods) <= PRINTED:
        _print_values(sheet, frame, next(iter(series.values())))


def grid_line(sheet: Sheet, frame: Frame, mark: float, text: str, *, begin: float) -> None:
    """A thin line across at a round figure, with the figure before it; the line of zero is darker."""
    y = frame.y(mark)
    tone = style.GRID if mark else style.RULE
    sheet.line(begin, y, frame.right + 14, y, stroke=tone, stroke_width=style.THIN)
    sheet.text(begin - 8, y + 4, text, anchor="end", size=style.SMALL, fill=style.MUTED, class_="tick")


def period_labels(sheet: Sheet, frame: Frame, *, size: float = style.SMALL) -> None:
    """The periods below the line of zero, as many as have room, the last always."""
    widest = max(sheet.measure(period, size=size) for period in frame.periods) + 12
    room = (frame.right - frame.left) / max(len(frame.periods) - 1, 1)
    every = max(1, -int(-widest // room)) if room else 1
    last = len(frame.periods) - 1
    for at, period in enumerate(frame.periods):
        if (last - at) % every == 0:
            text = shortened(period, size=size, room=max(room * every, 60))
            sheet.text(
                frame.x(period), frame.bottom + size + 7, text, anchor="middle", size=size, fill=style.MUTED
            )


def one_line(
    sheet: Sheet,
    frame: Frame,
    points: Points,
    drawn: Look,
    *,
    says: str = "",
    wide: float = style.LINE,
    marked: bool = True,
) -> None:
    """One line with its dashes, broken where a period is not known; markers for all or the last only."""
    known = dict(points)
    steps = [
        ("M" if at == 0 or known.get(frame.periods[at - 1]) is None else "L", frame.x(period), frame.y(value))
        for at, period in enumerate(frame.periods)
        if (value := known.get(period)) is not None
    ]
    more: dict[str, Any] = {
        "stroke": drawn.colour,
        "stroke_dasharray": drawn.dashes or None,
        "class_": "line",
    }
    sheet.path(steps, says=says, stroke_width=wide, fill="none", stroke_linejoin="round", **more)
    for _, x, y in steps if marked else steps[-1:]:
        marker(sheet, x, y, drawn, size=wide * 1.7)


def marker(sheet: Sheet, x: float, y: float, drawn: Look, *, size: float = 4.2) -> None:
    """A marker of its own form for each look, with a white edge that parts it from the lines."""
    look_of: dict[str, Any] = {
        "fill": drawn.colour,
        "stroke": style.PAPER,
        "stroke_width": style.HAIR,
        "class_": "marker",
    }
    if drawn.marker in ("circle", "ring"):
        ring = {"fill": style.PAPER, "stroke": drawn.colour, "stroke_width": 2.0, "class_": "marker"}
        sheet.add("circle", cx=sheet.x(x), cy=y, r=size, **(look_of if drawn.marker == "circle" else ring))
        return
    forms = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "triangle": ((0, -1.3), (1.2, 0.9), (-1.2, 0.9)),
        "down": ((0, 1.3), (1.2, -0.9), (-1.2, -0.9)),
        "diamond": ((0, -1.35), (1.35, 0), (0, 1.35), (-1.35, 0)),
    }
    corners = [(x + dx * size, y + dy * size) for dx, dy in forms[drawn.marker]]
    sheet.path(
        [
            ("M", *corners[0]),
            *(("L", *each) for each in corners[1:]),
            *(("L", *each) for each in corners[:1]),
        ],
        **look_of,
    )


def _print_values(sheet: Sheet, frame: Frame, points: Points) -> None:
    for period, value in points:
        if value is not None:
            text = number_text(value, language=sheet.language)
            x, y = frame.x(period), frame.y(value) - 11
            sheet.text(x, y, text, anchor="middle", size=style.SMALL, bold=True, halo=True, class_="value")


def _legend(sheet: Sheet, names: Sequence[str]) -> float:
    """Samples of the lines with their names, in as many rows as they need; where the plot may begin."""
    y = 12.0
    for at, (row, x, name) in enumerate(legend_places(sheet, names)):
        y = 12.0 + row * LEGEND
        drawn = look(at)
        more = {"stroke": drawn.colour, "stroke_width": style.LINE, "stroke_dasharray": drawn.dashes or None}
        sheet.line(x, y, x + SAMPLE, y, **more)
        marker(sheet, x + SAMPLE / 2, y, drawn)
        room = sheet.width - x - SAMPLE - 8
        sheet.text(x + SAMPLE + 8, y + 5, shortened(name, size=style.LETTER, room=room))
    return y + LEGEND


def legend_places(sheet: Sheet, names: Sequence[str]) -> Iterator[tuple[int, float, str]]:
    """Row and x of each name of a legend that begins a new row where the width ends."""
    row, x = 0, 2.0
    for name in names:
        wide = SAMPLE + 8 + sheet.measure(name) + 24
        if x > 2 and x + wide - 24 > sheet.width:
            row, x = row + 1, 2.0
        yield row, x, name
        x += wide


def _alt(series: Mapping[str, Points], periods: Sequence[str], language: Language) -> str:
    whole = phrase(
        "Lines from {first} to {last}: {names}.",
        first=periods[0],
        last=periods[-1],
        names=language.listed(_course(name, points, language) for name, points in series.items()),
    )
    return language.said(whole)


def _course(name: str, points: Points, language: Language) -> str:
    known = [value for _, value in points if value is not None]
    if not known:
        return language.said(phrase("{name} is not known", name=name))
    return language.said(phrase("{name} from {first} to {last}", name=name, first=known[0], last=known[-1]))
