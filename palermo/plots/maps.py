"""Where? Areas coloured by their figure, on a map of the world or of a part of it.

A map is never mirrored; its legend is. Under every map stands what the United Nations ask to be said with it.
Areas are given by ISO 3166 alpha-3 code and named in the reader's language.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.boundaries.world import world
from palermo.plots.drawing import WIDTH, Sheet, element, plain
from palermo.plots.figures import Value, amount
from palermo.plots.grounds import area_name, ground, no_map, said_under, unplaced
from palermo.plots.legends import legend, steps_of
from palermo.plots.shapes import Plot
from palermo.plots.style import number_text
from palermo.plots.views import Paths, paths, whole_world, window

ZOOM_HEIGHT, ABOVE_LEGEND, DOT = 420.0, 14.0, 4.5


def choropleth(
    values: Mapping[str, int | str | None],
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
    says = {
        code: f"{area_name(code, language=language)}: {number_text(v, language=language)}"
        for code, v in values.items()
    }
    ordered = sorted(values.items(), key=lambda item: (-amount(item[1]), item[0]))
    rows = tuple(
        (area_name(code, language=language), number_text(v, language=language)) for code, v in ordered
    )
    held = world(boundaries)
    if not values or held is None:
        return no_map(title, header=header, rows=rows, note=note, language=language)
    view = window(held, values, width=WIDTH, height=ZOOM_HEIGHT) if zoom else whole_world(WIDTH)
    sheet = Sheet(height=view.height, language=language, mirrored=False)
    steps, drawn = steps_of(values.values(), language=language), paths(held, view)
    fills = {code: step.fill(sheet) for code, value in values.items() if (step := steps.of(value))}
    ground(sheet, view, drawn, held, fills=fills, says=says)
    _dots(sheet, drawn, fills, says)
    legend(sheet, steps.all(), top=view.height + ABOVE_LEGEND, heading=unit)
    more = " ".join(filter(None, (note, unplaced(held, values, language=language))))
    under = said_under(held, drawn, more=more, language=language)
    return sheet.plot(title=title, alt=alt or _alt(ordered, language), header=header, rows=rows, note=under)


def _dots(sheet: Sheet, drawn: Paths, fills: Mapping[str, str], says: Mapping[str, str]) -> None:
    """A dot for each area with a figure that is too small to be seen."""
    for code in sorted(fills.keys() & drawn.small.keys()):
        x, y = drawn.small[code]
        look = {"fill": fills[code], "stroke": style.MUTED, "stroke_width": style.HAIR, "class_": "dot"}
        sheet.add("circle", element("title", plain(says[code])), cx=x, cy=y, r=DOT, **look)


def _alt(ordered: Sequence[tuple[str, Value]], language: Language) -> str:
    code, value = ordered[0]
    return language.said(
        phrase(
            "A map of {count} areas with a figure. The highest is {area}: {value}.",
            count=number_text(len(ordered), language=language),
            area=area_name(code, language=language),
            value=number_text(value, language=language),
        )
    )
