"""How many are on which lists at once? Bars over a grid of dots (an UpSet plot).

Source: A. Lex and others (2014), "UpSet: Visualization of Intersecting Sets", IEEE TVCG 20(12), 1983–1992.
Each column counts those on exactly the lists with a dot and on no other.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.amounts import row_label
from palermo.plots.drawing import Sheet
from palermo.plots.figures import amount, largest, nothing
from palermo.plots.shapes import Plot
from palermo.plots.style import number_text
from palermo.plots.widths import width as text_width

Sets = Mapping[frozenset[str] | tuple[str, ...], int]
Column = tuple[frozenset[str], int]
TALL, ROW, DOT, TOTALS, MOST = 150.0, 26.0, 6.0, 110.0, 20


def upset(
    sets: Sets,
    *,
    title: str,
    unit: str = "",
    most: int = MOST,
    alt: str = "",
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """A bar for each combination of lists, biggest first and at most `most`; the table has all, and totals.

    `sets` counts those on exactly these lists. The rows below name the lists with the total of each.

    >>> upset({("A",): 5, ("A", "B"): 2}, title="Lists").rows
    (('A', '5'), ('A, B', '2'), ('A, in all', '7'), ('B, in all', '2'))
    """
    header = (language.said("Lists"), unit or language.said("Number"))
    columns = sorted(((frozenset(names), n) for names, n in sets.items() if amount(n)), key=_order)
    if not columns:
        return nothing(title, header=header, note=note, language=language)
    names = _lists(columns)
    sheet = Sheet(height=TALL + len(names) * ROW + 16, language=language)
    _draw(sheet, columns[:most], names)
    rows = tuple((_said(each, names, language), number_text(n, language=language)) for each, n in columns)
    rows += tuple((_all(name, language), number_text(n, language=language)) for name, n in names.items())
    return sheet.plot(
        title=title, alt=alt or _alt(columns, names, language), header=header, rows=rows, note=note
    )


def _all(name: str, language: Language) -> str:
    return language.said(phrase("{name}, in all", name=name))


def _order(column: Column) -> tuple[int, int, list[str]]:
    return -column[1], len(column[0]), sorted(column[0])


def _lists(columns: Sequence[Column]) -> dict[str, int]:
    """The total of each list, biggest first."""
    totals: Counter[str] = Counter()
    for names, count in columns:
        for name in names:
            totals[name] += count
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))


def _draw(sheet: Sheet, columns: Sequence[Column], names: Mapping[str, int]) -> None:
    labels = min(max(text_width(name, size=style.LETTER) for name in names) + 14, sheet.width * 0.3)
    begin = labels + TOTALS
    step = min((sheet.width - begin) / len(columns), 46.0)
    for at, name in enumerate(names):
        _row(sheet, at, name, names, labels=labels, begin=begin, end=begin + step * len(columns))
    scale = (TALL - 34) / largest(count for _, count in columns)
    for at, (members, count) in enumerate(columns):
        x = begin + step * (at + 0.5)
        _bar(sheet, x, count, scale, wide=min(step * 0.6, 26.0), says=_said(members, names, sheet.language))
        _dots(sheet, x, [place for place, name in enumerate(names) if name in members], rows=len(names))


def _row(
    sheet: Sheet, at: int, name: str, names: Mapping[str, int], *, labels: float, begin: float, end: float
) -> None:
    """The name of a list, its total as a bar that grows towards the name, and the ground of its dots."""
    y = TALL + at * ROW + ROW / 2
    if at % 2 == 0:
        sheet.rect(0, y - ROW / 2, end, ROW, fill=style.NOT_KNOWN)
    row_label(sheet, labels - 6, y, name)
    text = number_text(names[name], language=sheet.language)
    room = TOTALS - 58
    wide = room * names[name] / max(names.values())
    sheet.rect(labels, y - 6, wide, 12, fill=style.MUTED, class_="total", says=f"{name}: {text}")
    sheet.text(labels + wide + 5, y + 4.5, text, size=style.SMALL, class_="value")


def _bar(sheet: Sheet, x: float, count: int, scale: float, *, wide: float, says: str) -> None:
    text = number_text(count, language=sheet.language)
    high = count * scale
    top = TALL - 12 - high
    sheet.rect(x - wide / 2, top, wide, high, fill=style.MAIN, class_="bar", says=f"{says}: {text}")
    sheet.text(x, top - 6, text, anchor="middle", size=style.SMALL, class_="value")


def _dots(sheet: Sheet, x: float, members: Sequence[int], *, rows: int) -> None:
    """A dot in each row: filled where the list is one of the members, which a line joins."""
    ys = [TALL + at * ROW + ROW / 2 for at in range(rows)]
    for at, y in enumerate(ys):
        kind = "dot" if at in members else "no-dot"
        fill = style.MAIN if at in members else style.PAPER
        edge = style.MAIN if at in members else style.RULE
        sheet.add(
            "circle", cx=sheet.x(x), cy=y, r=DOT, fill=fill, stroke=edge, stroke_width=style.HAIR, class_=kind
        )
    if len(members) > 1:
        sheet.line(x, ys[members[0]], x, ys[members[-1]], stroke=style.MAIN, stroke_width=style.LINE)


def _said(members: frozenset[str], names: Mapping[str, int], language: Language) -> str:
    return language.listed(name for name in names if name in members)


def _alt(columns: Sequence[Column], names: Mapping[str, int], language: Language) -> str:
    return language.said(
        phrase(
            "Bars for {count} combinations of {lists} lists. The highest bar: {names}, {value}.",
            count=len(columns),
            lists=len(names),
            names=_said(columns[0][0], names, language),
            value=columns[0][1],
        )
    )
