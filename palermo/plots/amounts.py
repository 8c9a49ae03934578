"""How much of each? Bars that lie, longest where the figure is largest, with every figure printed.

The bars begin at zero, so that twice as long is twice as many. A figure that is not known or suppressed has
no bar: its place says so.
"""

from collections.abc import Sequence

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.drawing import Sheet
from palermo.plots.figures import Value, amount, largest, nothing
from palermo.plots.shapes import Plot
from palermo.plots.style import number_text
from palermo.plots.widths import width as text_width
from palermo.plots.widths import wrapped

BAR, GAP, PAD = 20.0, 9.0, 8.0
LABELS = 0.42  # at most this share of the width


def bars(
    rows: Sequence[tuple[str, Value]],
    *,
    title: str,
    unit: str = "",
    column: str = "",
    alt: str = "",
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """Lying bars in the order given. A value is a figure, None (not known) or a text such as "<5".

    `column` names what the rows are and `unit` what is counted, for the table. Raises PLOTS-001 for a figure
    below 0.

    >>> bars([("Men", 12), ("Women", 30)], title="Persons by sex").rows
    (('Men', '12'), ('Women', '30'))
    """
    header = (column or language.said("What"), unit or language.said("Number"))
    if not rows:
        return nothing(title, header=header, note=note, language=language)
    most = largest(value for _, value in rows)
    values = tuple((label, number_text(value, language=language)) for label, value in rows)
    sheet = Sheet(height=len(rows) * (BAR + GAP) + GAP, language=language)
    _draw(sheet, rows, most=most)
    return sheet.plot(title=title, alt=alt or _alt(rows, language), header=header, rows=values, note=note)


def _draw(sheet: Sheet, rows: Sequence[tuple[str, Value]], *, most: float) -> None:
    begin = label_room([label for label, _ in rows], width=sheet.width)
    texts = [number_text(value, language=sheet.language) for _, value in rows]
    room = sheet.width - begin - max(map(sheet.measure, texts)) - 2 * PAD
    scale = room / most
    for at, ((label, value), text) in enumerate(zip(rows, texts, strict=True)):
        y = GAP + at * (BAR + GAP)
        row_label(sheet, begin - PAD, y + BAR / 2, label)
        _bar(sheet, begin, y, amount(value) * scale, says=f"{label}: {text}")
        known = isinstance(value, int | float)
        tone = style.INK if known else style.MUTED
        sheet.text(begin + amount(value) * scale + PAD, y + BAR / 2 + 5, text, fill=tone, class_="value")
    sheet.line(begin, GAP / 2, begin, sheet.height - GAP / 2, stroke=style.RULE, stroke_width=style.THIN)


def _bar(sheet: Sheet, x: float, y: float, wide: float, *, says: str) -> None:
    if wide:
        sheet.rect(x, y, wide, BAR, fill=style.MAIN, class_="bar", says=says)


def label_room(labels: Sequence[str], *, width: float, share: float = LABELS) -> float:
    """How much of the width the labels at its beginning take, their distance from the rest included."""
    longest = max((text_width(label, size=style.LETTER) for label in labels), default=0.0)
    return min(longest + 2 * PAD, width * share)


def row_label(sheet: Sheet, x: float, middle: float, label: str, *, size: float = style.LETTER) -> None:
    """A label of one or two lines that ends at x, about the middle of its row."""
    lines = wrapped(label, size=size, room=x - 2)
    smaller = size if len(lines) == 1 else size - 2
    lines = lines if len(lines) == 1 else wrapped(label, size=smaller, room=x - 2)
    for at, line in enumerate(lines):
        y = middle + smaller * 0.36 + (at - (len(lines) - 1) / 2) * (smaller + 1)
        sheet.text(x, y, line, anchor="end", size=smaller)


def _alt(rows: Sequence[tuple[str, Value]], language: Language) -> str:
    known = [(label, value) for label, value in rows if isinstance(value, int | float)]
    if not known:
        return language.said(phrase("Bars without a known figure, {count} rows.", count=len(rows)))
    label, value = max(known, key=lambda row: row[1])
    return language.said(
        phrase(
            "Bars of {count} rows. The longest is {label}: {value}.",
            count=len(rows),
            label=label,
            value=number_text(value, language=language),
        )
    )
