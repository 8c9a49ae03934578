"""What happened when? One line per thing in time: a bar from its beginning to its end, a marker for a day.

Time that is only known to lie between two days is drawn pale, so that a picture never says more than the
record. Things without any date are named in the note, never drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from palermo.codes.languages import ENGLISH, Language
from palermo.plots import style
from palermo.plots.drawing import Sheet
from palermo.plots.figures import nothing
from palermo.plots.shapes import Plot
from palermo.plots.style import look
from palermo.plots.trends import marker
from palermo.plots.widths import shortened

Days = tuple[date, date]
ROW, HIGH, TOP, BELOW, MOST_LABEL = 30.0, 12.0, 8.0, 30.0, 250.0
DAY = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A thing in time. `begins` and `ends` are the days between which it began and ended; `look` is of which
    kind it is (0, 1, 2 …); without `ends` it is a moment.
    """

    text: str
    begins: Days | None
    ends: Days | None = None
    look: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """Days on the sheet, from the first year that is shown to the last."""

    left: float
    right: float
    first: date
    last: date

    def x(self, day: date) -> float:
        whole = (self.last - self.first).days
        return self.left + (self.right - self.left) * (day - self.first).days / whole


def timeline(
    spans: Sequence[Span], *, title: str, alt: str = "", note: str = "", language: Language = ENGLISH
) -> Plot:
    """The spans one below the other in the order given, over years.

    >>> day = date(2024, 5, 1)
    >>> timeline([Span(text="Detected", begins=(day, day))], title="One case in time").rows
    (('Detected', '1 May 2024'),)
    """
    header = (language.said("What"), language.said("When"))
    rows = tuple((one.text, _when(one, language)) for one in spans)
    drawn = [one for one in spans if one.begins]
    if not drawn:
        return nothing(title, header=header, note=note, language=language)
    sheet = Sheet(height=TOP + ROW * len(drawn) + BELOW, language=language)
    scale = _scale(sheet, drawn)
    _years(sheet, scale, bottom=sheet.height - BELOW)
    for at, one in enumerate(drawn):
        _one(sheet, scale, one, y=TOP + ROW * (at + 0.5))
    said = alt or language.said("; ").join(f"{text}: {when}" for text, when in rows)
    return sheet.plot(title=title, alt=said, header=header, rows=rows, note=note)


def _scale(sheet: Sheet, drawn: Sequence[Span]) -> Scale:
    """Whole years around all days; the labels take at most a third of the sheet."""
    left = min(MOST_LABEL, max(sheet.measure(one.text, size=style.SMALL) for one in drawn)) + 16
    days = [day for one in drawn for pair in (one.begins, one.ends) if pair for day in pair]
    first, last = date(min(days).year, 1, 1), date(max(days).year + 1, 1, 1)
    return Scale(left, sheet.width - 14, first, last)


def _years(sheet: Sheet, scale: Scale, *, bottom: float) -> None:
    years = range(scale.first.year, scale.last.year + 1)
    every = max(1, len(years) // 12)
    for year in years:
        x = scale.x(date(year, 1, 1))
        sheet.line(x, TOP, x, bottom, stroke=style.GRID, stroke_width=style.THIN)
        if (year - years[0]) % every == 0:
            sheet.text(x, bottom + 18, str(year), anchor="middle", size=style.SMALL, fill=style.MUTED)


def _one(sheet: Sheet, scale: Scale, one: Span, *, y: float) -> None:
    assert one.begins  # only what has a date is drawn
    sheet.text(0, y + 4, shortened(one.text, size=style.SMALL, room=scale.left - 14), size=style.SMALL)
    shown = look(one.look)
    begins, ends = map(scale.x, one.begins)
    if one.ends:
        finish, over = map(scale.x, one.ends)
        _pale(sheet, begins, max(over, ends), y, shown.colour)
        if finish > ends:
            sheet.rect(ends, y - HIGH / 2, finish - ends, HIGH, fill=sheet.fill(shown), rx=style.CORNER)
    elif ends - begins > 2:
        _pale(sheet, begins, ends, y, shown.colour)
    marker(sheet, begins, y, shown, size=5.0)


def _pale(sheet: Sheet, begin: float, end: float, y: float, colour: str) -> None:
    """Where it may have been: only an edge and a thin ground."""
    edge: dict[str, Any] = {"stroke": colour, "stroke_width": style.THIN, "stroke_dasharray": "3 2"}
    sheet.rect(
        begin, y - HIGH / 2, max(end - begin, 1.0), HIGH, fill=style.MAIN_PALE, rx=style.CORNER, **edge
    )


def _when(one: Span, language: Language) -> str:
    if not one.begins:
        return language.said("not known")
    begins = language.dates(*one.begins)
    if not one.ends:
        return begins
    return language.said("{first} – {last}").format(first=begins, last=language.dates(*one.ends))
