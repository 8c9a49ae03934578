"""What is every map drawn on? Land, areas in their colour, what is not determined, coasts and boundaries.

Boundaries follow the habit of UN maps: a full line, dashes where it is not determined, dots for a line of
control. Areas whose status is not determined are hatched and never take a figure's colour.
"""

from collections.abc import Mapping

from palermo.codes import code_list
from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.boundaries.notes import notes
from palermo.plots.boundaries.world import World, anchor
from palermo.plots.drawing import Rows, Sheet, element, plain
from palermo.plots.figures import nothing
from palermo.plots.shapes import Plot
from palermo.plots.views import Paths, View

STROKES = {
    "coast": (style.LAND_EDGE, 0.6, None),
    "solid": (style.LAND_EDGE, 0.7, None),
    "dashed": (style.MUTED, 0.9, (3, 2)),
    "dotted": (style.MUTED, 1.1, (0.4, 1.8)),
}


def area_name(code: str, *, language: Language = ENGLISH) -> str:
    """The name of an area, or of what stands in its place ("stateless"). Raises CODES-001 for another code.

    >>> area_name("PSE")
    'State of Palestine'
    """
    special = code_list("special_areas")
    return (special if code in special else code_list("areas")).label(code, language.code)


def ground(
    sheet: Sheet,
    view: View,
    drawn: Paths,
    held: World,
    *,
    fills: Mapping[str, str] | None = None,
    says: Mapping[str, str] | None = None,
) -> None:
    """Draws the land, with the areas in `fills` in their colour; a pointer over one reads `says`."""
    fills, says = fills or {}, says or {}
    land = "".join(d for code, d in drawn.areas.items() if code not in fills)
    made = [element("path", d=land, fill=style.LAND, class_="land")] if land else []
    for code, fill in fills.items():
        if code in drawn.areas:
            title = element("title", plain(says[code])) if code in says else ""
            made.append(element("path", title, d=drawn.areas[code], fill=fill, class_="area"))
    made += _patches(sheet, drawn, held, fills)
    made += [_line(kind, drawn.lines[kind], view.grid) for kind in STROKES if kind in drawn.lines]
    sheet.add("g", "".join(made), transform=f"scale({1 / view.grid:g})", fill_rule="evenodd")


def _patches(sheet: Sheet, drawn: Paths, held: World, fills: Mapping[str, str]) -> list[str]:
    areas = {name: area for name, area, _ in held.patches}
    hatch = sheet.pattern("slope", ground=style.LAND, ink=style.LAND_EDGE) if set(drawn.patches) else ""
    return [
        element(
            "path",
            d=d,
            fill=fills.get(areas[name], style.LAND) if areas[name] else hatch,
            fill_rule="nonzero",
        )
        for name, d in drawn.patches.items()
    ]


def _line(kind: str, d: str, grid: int) -> str:
    colour, wide, dashes = STROKES[kind]
    dashed = " ".join(f"{each * grid:g}" for each in dashes) if dashes else None
    look = {"stroke": colour, "stroke_width": f"{wide * grid:g}", "stroke_dasharray": dashed}
    return element("path", d=d, fill="none", class_=f"line-{kind}", stroke_linejoin="round", **look)


def said_under(held: World, drawn: Paths, *, more: str = "", language: Language = ENGLISH) -> str:
    """All that stands under a map: its own note, the disclaimer and notes of the UN, the attribution."""
    open_ones = {name for name, area, _ in held.patches if not area and name in drawn.patches}
    shown = {*drawn.areas, *drawn.small, *drawn.patches}
    parts = (more, notes(shown, hatched=bool(open_ones), language=language), held.credit)
    return " ".join(part for part in parts if part)


def unplaced(held: World, codes: Mapping[str, object], *, language: Language = ENGLISH) -> str:
    """A sentence that says how many of these have no place on a map; "" where all have one."""
    missing = sum(anchor(held, code) is None for code in codes)
    if not missing:
        return ""
    return language.said(
        phrase("{count} of the areas in the table are not on the map.", count=language.isolated(str(missing)))
    )


def no_map(
    title: str, *, header: tuple[str, ...], rows: Rows, note: str, language: Language = ENGLISH
) -> Plot:
    """A plot without a map, where there is nothing to show or boundaries were not built; the table stays."""
    empty = nothing(title, header=header, note=note, language=language)
    if not rows:
        return empty
    said = language.said(
        "The map is not here: its boundaries have not been built. The figures are in the table."
    )
    sheet = Sheet(height=64, language=language)
    sheet.text(sheet.width / 2, 37, said, anchor="middle", fill=style.MUTED, size=style.SMALL)
    return sheet.plot(title=title, alt=said, header=header, rows=rows, note=note)
