"""How do two figures of each compare? Two bars one below the other, told apart by pattern and colour.

The same scale for all, from zero. Never says why two figures differ.
"""

from collections.abc import Sequence

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.amounts import label_room, row_label
from palermo.plots.drawing import Sheet
from palermo.plots.figures import Value, amount, largest, nothing
from palermo.plots.shapes import Plot
from palermo.plots.style import Look, look, number_text

Pair = tuple[str, Value, Value]
BAR, APART, GAP, PAD, HEAD, SAMPLE = 15.0, 2.0, 12.0, 6.0, 28.0, 26.0


def pairs(
    rows: Sequence[Pair],
    *,
    names: tuple[str, str],
    title: str,
    unit: str = "",
    column: str = "",
    alt: str = "",
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """Two bars for each row in the order given; `names` say what the first and the second of each are.

    A value is a figure, None (not known) or a text such as "<5". Raises PLOTS-001 for a figure below 0.

    >>> pairs([("Women", 12, 30)], names=("2024", "2025"), title="Persons").rows
    (('Women', '12', '30'),)
    """
    header = (column or language.said("What"), *names)
    if not rows:
        return nothing(title, header=header, note=note, language=language)
    values = tuple((label, *(number_text(value, language=language) for value in two)) for label, *two in rows)
    sheet = Sheet(height=HEAD + len(rows) * (2 * BAR + APART + GAP) + GAP, language=language)
    _legend(sheet, names, unit)
    _draw(sheet, rows, names)
    said = alt or _alt(rows, names, language)
    return sheet.plot(title=title, alt=said, header=header, rows=values, note=note)


def _legend(sheet: Sheet, names: tuple[str, str], unit: str) -> None:
    x = 2.0
    for at, name in enumerate(names):
        sheet.rect(x, 4.0, SAMPLE, BAR, fill=sheet.fill(look(at)))
        sheet.text(x + SAMPLE + PAD, BAR + 1.0, name)
        x += SAMPLE + 2 * PAD + sheet.measure(name) + 20
    if unit:
        sheet.text(sheet.width - 2, BAR + 1.0, unit, anchor="end", size=style.SMALL, fill=style.MUTED)


def _draw(sheet: Sheet, rows: Sequence[Pair], names: tuple[str, str]) -> None:
    begin = label_room([label for label, *_ in rows], width=sheet.width)
    all_values = [value for _, *two in rows for value in two]
    texts = [number_text(value, language=sheet.language) for value in all_values]
    room = sheet.width - begin - max(map(sheet.measure, texts)) - 2 * PAD
    scale = room / largest(all_values)
    for at, (label, *two) in enumerate(rows):
        y = HEAD + GAP + at * (2 * BAR + APART + GAP)
        row_label(sheet, begin - PAD, y + BAR + APART / 2, label)
        for which, value in enumerate(two):
            says = f"{label}, {names[which]}"
            _bar(sheet, begin, y + which * (BAR + APART), value, scale=scale, drawn=look(which), says=says)
    sheet.line(begin, HEAD, begin, sheet.height - GAP / 2, stroke=style.RULE, stroke_width=style.THIN)


def _bar(sheet: Sheet, x: float, y: float, value: Value, *, scale: float, drawn: Look, says: str) -> None:
    wide, text = amount(value) * scale, number_text(value, language=sheet.language)
    if wide:
        sheet.rect(x, y, wide, BAR, fill=sheet.fill(drawn), class_="bar", says=f"{says}: {text}")
    tone = style.INK if isinstance(value, int | float) else style.MUTED
    sheet.text(x + wide + PAD, y + BAR - 3, text, fill=tone, size=style.SMALL, class_="value")


def _alt(rows: Sequence[Pair], names: tuple[str, str], language: Language) -> str:
    label, first, second = max(rows, key=lambda row: amount(row[1]) + amount(row[2]))
    return language.said(
        phrase(
            "Two bars for each of {count} rows. {label}: {first} in {one}, {second} in {other}.",
            count=len(rows),
            label=label,
            first=number_text(first, language=language),
            second=number_text(second, language=language),
            one=names[0],
            other=names[1],
        )
    )
