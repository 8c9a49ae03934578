"""Where? Areas coloured by their figure, on a map of the world or of a part of it.

A map is never mirrored; its legend is. Under every map stands what the United Nations ask to be said with it.
Areas are given by ISO 3166 alpha-3 code and named in the reader's language.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.drawing import element, plain
from palermo.plots.figures import Value, amount
from palermo.plots.grounds import Chart, area_name, chart, no_map
from palermo.plots.legends import legend, steps_of
from palermo.plots.shapes import Plot
from palermo.plots.style import number_text

ABOVE_LEGEND, DOT = 14.0, 4.5


def choropleth(
    values: Mapping[str, Value],
    *,
    title: str,
    unit: str = "",
    zoom: bool = False,
    boundaries: Path | None = None,
    alt: str = "",
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """Areas coloured in at most five steps by their figure; all of the world, or with `zoom` the areas given.

    A value is a count, None (not known) or a text such as "<5". What has no place on the map, such as
    "unknown", is in the table only, and the note says so. `boundaries` is an imported file. Raises CODES-001
    for an unknown code, PLOTS-001 for a count below 0, PLOTS-003 for a broken file.
    """
    header = (language.said("Area"), unit or language.said("Number"))
    ordered = sorted(values.items(), key=lambda item: (-amount(item[1]), item[0]))
    named = partial(area_name, boundaries=boundaries, language=language)
    texts = {code: (named(code), number_text(value, language=language)) for code, value in ordered}
    made = chart(values, zoom=zoom, boundaries=boundaries, language=language) if values else None
    if made is None:
        return no_map(title, header=header, rows=tuple(texts.values()), note=note, language=language)
    _colour(made, values, says={code: f"{name}: {text}" for code, (name, text) in texts.items()}, unit=unit)
    return made.sheet.plot(
        title=title,
        alt=alt or _alt([texts[code] for code, _ in ordered], language),
        header=header,
        rows=tuple(texts.values()),
        note=made.note(values, more=note),
    )


def place_map(
    area: str,
    *,
    title: str,
    boundaries: Path | None = None,
    alt: str = "",
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """One area among its neighbours. Raises CODES-001 for an unknown code."""
    name = area_name(area, language=language)
    header, rows = (language.said("Area"),), ((name,),)
    made = chart((area,), zoom=True, boundaries=boundaries, language=language)
    if made is None:
        return no_map(title, header=header, rows=rows, note=note, language=language)
    made.ground({area: style.STEPS[3]}, says={area: name})
    _dots(made, {area: style.STEPS[3]}, {area: name})
    said = language.said(phrase("A map on which {area} is coloured.", area=name))
    under = made.note((area,), more=note)
    return made.sheet.plot(title=title, alt=alt or said, header=header, rows=rows, note=under)


def _colour(made: Chart, values: Mapping[str, Value], *, says: Mapping[str, str], unit: str) -> None:
    steps = steps_of(values.values(), language=made.sheet.language)
    fills = {code: step.fill(made.sheet) for code, value in values.items() if (step := steps.of(value))}
    made.ground(fills, says=says)
    _dots(made, fills, says)
    legend(made.sheet, steps.all(), top=made.view.height + ABOVE_LEGEND, heading=unit)


def _dots(made: Chart, fills: Mapping[str, str], says: Mapping[str, str]) -> None:
    """A dot for each area with a figure that is too small to be seen."""
    for code in sorted(fills.keys() & made.drawn.small.keys()):
        x, y = made.drawn.small[code]
        look = {"fill": fills[code], "stroke": style.MUTED, "stroke_width": style.THIN, "class_": "dot"}
        made.sheet.add("circle", element("title", plain(says[code])), cx=x, cy=y, r=DOT, **look)


def _alt(texts: Sequence[tuple[str, str]], language: Language) -> str:
    name, text = texts[0]
    return language.said(
        phrase(
            "A map of {count} areas with a figure. The highest is {area}: {value}.",
            count=len(texts),
            area=name,
            value=text,
        )
    )
