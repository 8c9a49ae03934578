"""What is every map drawn on? Land, areas in their colour, what is not determined, coasts and boundaries.

Boundaries follow the habit of UN maps: a full line, dashes where it is not determined, dots for a line of
control. Areas whose status is not determined are hatched and never take a figure's colour.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from palermo.codes import code_list
from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.boundaries.notes import credit, notes
from palermo.plots.boundaries.world import Place, World, anchor, world
from palermo.plots.drawing import WIDTH, Rows, Sheet, element, plain
from palermo.plots.figures import nothing
from palermo.plots.shapes import Plot
from palermo.plots.views import Paths, View, is_wide, paths, whole_world, window

ZOOM_HEIGHT = 420.0
STROKES = {
    "coast": (style.LAND_EDGE, 0.6, None),
    "solid": (style.LAND_EDGE, 0.7, None),
    "dashed": (style.MUTED, 0.9, (3, 2)),
    "dotted": (style.INK, 1.5, (0.1, 2.6)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A map in the making: its sheet, the window that it shows, the boundaries and their paths."""

    sheet: Sheet
    view: View
    held: World
    drawn: Paths

    def place(self, code: str) -> Place | None:
        """Where on the sheet the label of an area belongs; None where it has no place on the map."""
        found = anchor(self.held, code)
        return self.view.place(found) if found else None

    def ground(self, fills: Mapping[str, str], *, says: Mapping[str, str] | None = None) -> None:
        """Draws the land, with the areas in `fills` in their colour; a pointer over one reads `says`."""
        land = "".join(d for code, d in self.drawn.areas.items() if code not in fills)
        made = [element("path", d=land, fill=style.LAND, class_="land")] if land else []
        for code in (code for code in fills if code in self.drawn.areas):
            title = element("title", plain((says or {}).get(code, "")))
            made.append(element("path", title, d=self.drawn.areas[code], fill=fills[code], class_="area"))
        made += self._patches(fills)
        made += [_line(kind, d, self.view.grid) for kind in STROKES if (d := self.drawn.lines.get(kind))]
        self.sheet.add("g", "".join(made), transform=f"scale({1 / self.view.grid:g})", fill_rule="evenodd")

    def _patches(self, fills: Mapping[str, str]) -> list[str]:
        areas = {name: area for name, area, _ in self.held.patches}
        fill = {
            name: fills.get(areas[name], style.LAND)
            if areas[name]
            else self.sheet.pattern("slope", ground=style.LAND, ink=style.LAND_EDGE)
            for name in self.drawn.patches
        }
        return [
            element("path", d=d, fill=fill[name], fill_rule="nonzero", class_="patch")
            for name, d in self.drawn.patches.items()
        ]

    def note(self, codes: Iterable[str], *, more: str = "") -> str:
        """All that stands under the map: what is not on it, the words of the UN, the attribution."""
        open_ones = {name for name, area, _ in self.held.patches if not area} & set(self.drawn.patches)
        shown = {*self.drawn.areas, *self.drawn.small, *self.drawn.patches}
        language = self.sheet.language
        missing = _missing(sum(anchor(self.held, code) is None for code in set(codes)), language)
        said = notes(shown, hatched=bool(open_ones), language=language)
        return " ".join(
            part for part in (more, missing, said, credit(self.held.credit, language=language)) if part
        )


def chart(
    codes: Iterable[str], *, zoom: bool, boundaries: Path | None, language: Language = ENGLISH
) -> Chart | None:
    """A map of the world, with `zoom` of a part; None where no boundaries are built.

    A file of first-level areas is always shown as the part that it covers.
    """
    fine = world(boundaries)
    if fine is None:
        return None
    view = (
        window(fine, set(fine.names or codes), width=WIDTH, height=ZOOM_HEIGHT)
        if zoom or fine.names
        else whole_world(WIDTH)
    )
    held = (world(boundaries, coarse=True) if is_wide(view) else fine) or fine
    sheet = Sheet(height=view.height, language=language, mirrored=False)
    return Chart(sheet=sheet, view=view, held=held, drawn=paths(held, view))


def area_name(code: str, *, boundaries: Path | None = None, language: Language = ENGLISH) -> str:
    """The name of an area, or of what stands in its place ("stateless"). Raises CODES-001 for another code.

    First-level areas have the names in the file of boundaries.

    >>> area_name("PSE")
    'State of Palestine'
    """
    if boundaries and (held := world(boundaries)) and code in held.names:
        return held.names[code]
    special = code_list("special_areas")
    return (special if code in special else code_list("areas")).label(code, language.code)


def _line(kind: str, d: str, grid: int) -> str:
    colour, wide, dashes = STROKES[kind]
    dashed = " ".join(f"{each * grid:g}" for each in dashes) if dashes else None
    look = {"stroke": colour, "stroke_width": f"{wide * grid:g}", "stroke_dasharray": dashed}
    look["stroke_linecap"] = "round" if kind == "dotted" else None
    return element("path", d=d, fill="none", class_=f"line-{kind}", stroke_linejoin="round", **look)


def _missing(count: int, language: Language) -> str:
    said = phrase("Not on the map, but in the table: {count} of the areas.", count=count)
    return language.said(said) if count else ""


def no_map(
    title: str, *, header: tuple[str, ...], rows: Rows, note: str, language: Language = ENGLISH
) -> Plot:
    """A plot without a map, where there is nothing to show or boundaries were not built; the table stays."""
    if not rows:
        return nothing(title, header=header, note=note, language=language)
    said = language.said("The map's boundaries have not been built. The figures are in the table.")
    return nothing(title, header=header, rows=rows, note=note, said=said, language=language)
