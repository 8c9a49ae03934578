"""How is a picture put together? Elements of SVG with every text escaped, mirrored where the reader asks.

Source: SVG 2. Only presentational attributes: no style, no script, no address but `#id` within the picture,
so that the strictest Content-Security-Policy holds. Ids begin with a key made from the content, so that two
plots on one page do not clash and the same figures always give the same picture.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2s
from html import escape
from typing import Literal

from palermo.codes.languages import ENGLISH, Language
from palermo.plots import style
from palermo.plots.shapes import Plot
from palermo.plots.widths import width as text_width

Anchor = Literal["start", "middle", "end"]
Step = tuple[str, *tuple[float, ...]]
Rows = tuple[tuple[str, ...], ...]
OTHER_SIDE: Mapping[Anchor, Anchor] = {"start": "end", "middle": "middle", "end": "start"}
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
WIDTH = 720
PATTERNS = {
    "slope": '<path d="M-2 2l4-4M0 8l8-8M6 10l4-4" fill="none" stroke="{ink}" stroke-width="1.5"/>',
    "back": '<path d="M-2 6l4 4M0 0l8 8M6-2l4 4" fill="none" stroke="{ink}" stroke-width="1.5"/>',
    "dots": '<circle cx="2" cy="2" r="1.3" fill="{ink}"/><circle cx="6" cy="6" r="1.3" fill="{ink}"/>',
    "cross": '<path d="M0 8l8-8M0 0l8 8" fill="none" stroke="{ink}" stroke-width="1.2"/>',
    "level": '<path d="M0 2h8M0 6h8" fill="none" stroke="{ink}" stroke-width="1.5"/>',
}


def plain(text: str) -> str:
    """The text with what XML cannot hold taken out, escaped."""
    return escape(NOT_XML.sub("", text))


def short(value: float) -> str:
    """A coordinate with one decimal at most.

    >>> short(12.0), short(3.14159), short(-0.01)
    ('12', '3.1', '0')
    """
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """One element; `font_size=12` becomes `font-size="12"`, `class_` becomes `class`, None is left out."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def _attribute(value: object) -> str:
    return short(value) if isinstance(value, float) else plain(str(value))


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A sheet to draw on, `width` times `height`; from right to left where the language runs so.

    Every x is given as for a left-to-right reader. Maps say `mirrored=False`.
    """

    width: float = WIDTH
    height: float
    language: Language = ENGLISH
    mirrored: bool | None = None
    parts: list[str] = field(default_factory=list)
    patterns: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.mirrored is None:
            self.mirrored = self.language.right_to_left

    def x(self, x: float, *, wide: float = 0.0) -> float:
        """Where x, or a thing so wide that begins there, lies on the sheet."""
        return self.width - x - wide if self.mirrored else x

    def add(self, name: str, content: str = "", /, **attributes: object) -> None:
        self.parts.append(element(name, content, **attributes))

    def rect(self, x: float, y: float, wide: float, high: float, *, says: str = "", **more: object) -> None:
        """A rectangle; `says` is what a pointer over it reads."""
        place = {"x": self.x(x, wide=wide), "y": y, "width": wide, "height": high}
        self.add("rect", _says(says), **place, **more)

    def line(self, x1: float, y1: float, x2: float, y2: float, **more: object) -> None:
        self.add("line", x1=self.x(x1), y1=y1, x2=self.x(x2), y2=y2, **more)

    def path(self, steps: Iterable[Step], *, says: str = "", **more: object) -> None:
        """A path of (command, x, y, x, y …) steps in absolute coordinates."""
        self.add("path", _says(says), d="".join(self._step(step) for step in steps), **more)

    def _step(self, step: Step) -> str:
        name, *numbers = step
        moved = [self.x(each) if at % 2 == 0 else each for at, each in enumerate(numbers)]
        return f"{name}{' '.join(map(short, moved))}"

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: Anchor = "start",
        size: float = style.LETTER,
        fill: str = style.INK,
        bold: bool = False,
        halo: bool = False,
        class_: str | None = None,
    ) -> None:
        """Words at the base line y; `anchor` is where the reader begins, so it changes side when mirrored.

        `halo` puts a white edge around the letters, for words over lines.
        """
        side = OTHER_SIDE[anchor] if self.mirrored else anchor
        weight = "700" if bold else None
        place = {"x": self.x(x), "y": y, "text_anchor": None if side == "start" else side}
        edge = {
            "paint_order": "stroke",
            "stroke": style.PAPER,
            "stroke_width": 3.0,
            "stroke_linejoin": "round",
        }
        more = {
            "font_size": size,
            "fill": fill,
            "font_weight": weight,
            "class_": class_,
            **(edge if halo else {}),
        }
        self.add("text", plain(self.language.isolated(text)), **place, **more)

    def fill(self, look: style.Look, *, paper: str | None = None) -> str:
        """The `fill` of a look: its colour, or its pattern in white on it; on `paper`, in its colour."""
        if look.pattern == "plain":
            return paper or look.colour
        return self.pattern(
            look.pattern, ground=paper or look.colour, ink=look.colour if paper else style.PAPER
        )

    def pattern(self, name: str, *, ground: str, ink: str) -> str:
        """The `fill` for a pattern of 8 by 8 units in two colours, drawn once for the sheet."""
        ident = f"KEY-{name}-{ground[1:]}-{ink[1:]}"
        inner = f'<rect width="8" height="8" fill="{ground}"/>{PATTERNS[name].format(ink=ink)}'
        sized = {"width": 8, "height": 8, "patternUnits": "userSpaceOnUse"}
        self.patterns.setdefault(ident, element("pattern", inner, id=ident, **sized))
        return f"url(#{ident})"

    def measure(self, text: str, *, size: float = style.LETTER, bold: bool = False) -> float:
        return text_width(text, size=size, bold=bold)

    def plot(self, *, title: str, alt: str, header: tuple[str, ...], rows: Rows, note: str = "") -> Plot:
        """What was drawn, with its words and its figures."""
        return Plot(title=title, alt=alt, svg=self.svg(title, alt), header=header, rows=rows, note=note)

    def svg(self, title: str, alt: str) -> str:
        """The picture. `KEY` in ids gives way to a key made from all that it shows."""
        body = f"<defs>{''.join(self.patterns.values())}</defs>" * bool(self.patterns) + "".join(self.parts)
        size = f"{short(self.width)} {short(self.height)}"
        key = (
            "p"
            + blake2s(
                "\0".join((title, alt, self.language.code, size, body)).encode("utf-8", "replace"),
                digest_size=5,
            ).hexdigest()
        )
        names = element("title", plain(title), id=f"{key}-t") + element("desc", plain(alt), id=f"{key}-d")
        return element(
            "svg",
            names + _keyed(body, key),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {size}",
            width=float(self.width),
            height=float(self.height),
            class_="plot",
            role="img",
            aria_labelledby=f"{key}-t {key}-d",
            direction="ltr",
            font_family=style.font(self.language),
            font_size=style.LETTER,
        )


def _keyed(body: str, key: str) -> str:
    """Ids and their uses only; a label that says KEY- stays what it is."""
    return re.sub(r'( id="|="url\(#)KEY-', rf"\g<1>{key}-", body)


def _says(text: str) -> str:
    return element("title", plain(text)) if text else ""
