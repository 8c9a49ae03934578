"""Who went from where to where? Ribbons between two columns, as wide as the count (a Sankey plot).

Biggest first; what is beyond the most that fit is folded into one "Other" on its side. Ribbons at a place add
up to the height of its block: nothing is lost or drawn twice.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import style
from palermo.plots.drawing import Anchor, Sheet, Step
from palermo.plots.figures import amount, nothing
from palermo.plots.shapes import Plot
from palermo.plots.style import Look, look, number_text
from palermo.plots.widths import shortened

Flow = tuple[str, str, int]
BLOCK, BETWEEN, SIDE, HEAD = 14.0, 7.0, 0.3, 30.0
TALL, LEAST = 250.0, 15.0  # all that flows together; the least room of a block, so that labels do not meet
OTHER = Look("#5d6b77", "level", "", "ring")


@dataclass(frozen=True, slots=True)
class Block:
    """A place in one of the two columns: from y on, so high."""

    y: float
    high: float


def flow(
    flows: Sequence[Flow],
    *,
    title: str,
    from_name: str = "",
    to_name: str = "",
    unit: str = "",
    most: int = 10,
    alt: str = "",
    note: str = "",
    language: Language = ENGLISH,
) -> Plot:
    """Ribbons from the places of the first column to those of the second, by count.

    At most `most` places a side, the rest are "Other"; the table has all flows as given, and the totals.

    >>> flow([("SDN", "LBY", 12), ("ERI", "LBY", 5)], title="Routes").rows[0]
    ('SDN', 'LBY', '12')
    """
    heads = (from_name or language.said("From"), to_name or language.said("To"))
    header = (*heads, unit or language.said("Number"))
    ordered = sorted((each for each in flows if amount(each[2])), key=lambda each: -each[2])
    if not ordered:
        return nothing(title, header=header, note=note, language=language)
    folded = fold(ordered, most=most, other=language.said("Other"))
    sheet = Sheet(height=0, language=language)
    _draw(sheet, folded, heads=heads, other=language.said("Other"))
    rows = tuple(
        (a, b, number_text(n, language=language)) for a, b, n in (*ordered, *_sums(folded, language))
    )
    return sheet.plot(title=title, alt=alt or _alt(ordered, language), header=header, rows=rows, note=note)


def _sums(flows: Sequence[Flow], language: Language) -> Iterator[Flow]:
    """The totals that stand beside the blocks."""
    every = language.said("all")
    yield from ((name, every, count) for name, count in totals(flows, side=0).items())
    yield from ((every, name, count) for name, count in totals(flows, side=1).items())


def fold(flows: Sequence[Flow], *, most: int, other: str) -> tuple[Flow, ...]:
    """The flows with the smaller places of each side in one, biggest first; the sum stays the same.

    >>> fold([("A", "X", 5), ("B", "X", 2), ("C", "X", 1)], most=2, other="Other")
    (('A', 'X', 5), ('Other', 'X', 3))
    """
    kept = [_biggest(flows, side=side, most=most) for side in (0, 1)]
    together: Counter[tuple[str, str]] = Counter()
    for origin, end, count in flows:
        together[origin if origin in kept[0] else other, end if end in kept[1] else other] += count
    ordered = sorted(together.items(), key=lambda item: (-item[1], item[0]))
    return tuple((origin, end, count) for (origin, end), count in ordered)


def _biggest(flows: Sequence[Flow], *, side: int, most: int) -> set[str]:
    sums = totals(flows, side=side)
    return set(list(sums)[: most if len(sums) <= most else most - 1])


def totals(flows: Sequence[Flow], *, side: int) -> dict[str, int]:
    """The sum of each place of one side (0 or 1), biggest first."""
    sums: Counter[str] = Counter()
    for origin, end, count in flows:
        sums[(origin, end)[side]] += count
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def _draw(sheet: Sheet, flows: Sequence[Flow], *, heads: tuple[str, str], other: str) -> None:
    sides = [_other_last(totals(flows, side=side), other) for side in (0, 1)]
    scale = TALL / sum(sides[0].values())
    high = max(map(len, sides)) * BETWEEN + max(
        sum(max(n * scale, LEAST) for n in side.values()) for side in sides
    )
    sheet.height = HEAD + high
    blocks = [_blocks(side, scale=scale, room=high) for side in sides]
    looks = {name: OTHER if name == other else look(at) for at, name in enumerate(sides[0])}
    _ribbons(sheet, flows, blocks, scale=scale, looks=looks)
    side_room = sheet.width * SIDE
    _column(sheet, blocks[0], sides[0], x=side_room - BLOCK, head=heads[0], looks=looks)
    _column(sheet, blocks[1], sides[1], x=sheet.width - side_room, head=heads[1])


def _other_last(sums: Mapping[str, int], other: str) -> dict[str, int]:
    return {name: sums[name] for name in sorted(sums, key=lambda name: name == other)}


def _blocks(sums: Mapping[str, int], *, scale: float, room: float) -> dict[str, Block]:
    """Blocks one below the other, each with room for its label, the column in the middle of its room."""
    used = sum(max(count * scale, LEAST) + BETWEEN for count in sums.values())
    y, made = HEAD + (room - used) / 2, {}
    for name, count in sums.items():
        slot = max(count * scale, LEAST)
        made[name] = Block(y + (slot - count * scale) / 2, count * scale)
        y += slot + BETWEEN
    return made


def _ribbons(
    sheet: Sheet,
    flows: Sequence[Flow],
    blocks: Sequence[Mapping[str, Block]],
    *,
    scale: float,
    looks: Mapping[str, Look],
) -> None:
    """Ribbons leave and arrive in the order of the other column, so that they cross as little as may be."""
    begins, ends = ({name: block.y for name, block in side.items()} for side in blocks)
    firsts, lasts = ({name: at for at, name in enumerate(side)} for side in blocks)
    for origin, end, count in sorted(flows, key=lambda each: (firsts[each[0]], lasts[each[1]])):
        says = f"{origin} → {end}: {number_text(count, language=sheet.language)}"
        _ribbon(sheet, begins[origin], ends[end], count * scale, looks[origin], says=says)
        begins[origin] += count * scale
        ends[end] += count * scale


def _ribbon(sheet: Sheet, y1: float, y2: float, high: float, drawn: style.Look, *, says: str) -> None:
    x1, x2 = sheet.width * SIDE, sheet.width * (1 - SIDE)
    middle = (x1 + x2) / 2
    steps: list[Step] = [
        ("M", x1, y1),
        ("C", middle, y1, middle, y2, x2, y2),
        ("L", x2, y2 + high),
        ("C", middle, y2 + high, middle, y1 + high, x1, y1 + high),
        ("Z",),
    ]
    look_of = {"fill": sheet.fill(drawn), "fill_opacity": 0.32, "stroke": drawn.colour, "stroke_width": 0.75}
    sheet.path(steps, says=says, class_="ribbon", **look_of)


def _column(
    sheet: Sheet,
    blocks: Mapping[str, Block],
    sums: Mapping[str, int],
    *,
    x: float,
    head: str,
    looks: Mapping[str, Look] | None = None,
) -> None:
    """The blocks of one side with counts and names; those that have looks end at the ribbons' beginning."""
    anchor: Anchor = "end" if looks else "start"
    at = x - 8 if looks else x + BLOCK + 8
    sheet.text(at, 14, head, anchor=anchor, size=style.SMALL, fill=style.MUTED, bold=True)
    for name, block in blocks.items():
        tone = sheet.fill(looks[name]) if looks else style.MUTED
        sheet.rect(x, block.y, BLOCK, block.high, fill=tone, class_="block")
        count = number_text(sums[name], language=sheet.language)
        room = sheet.width * SIDE - BLOCK - 20 - sheet.measure(count, bold=True)
        label = shortened(name, size=style.LETTER, room=room)
        _label(sheet, at, block.y + block.high / 2 + 5, label, count, anchor=anchor)


def _label(sheet: Sheet, x: float, y: float, label: str, count: str, *, anchor: Anchor) -> None:
    """The count beside the block, the name beyond it."""
    beyond = sheet.measure(count, bold=True) + 8
    sheet.text(x, y, count, anchor=anchor, bold=True, class_="value")
    sheet.text(x - beyond if anchor == "end" else x + beyond, y, label, anchor=anchor)


def _alt(flows: Sequence[Flow], language: Language) -> str:
    origin, end, count = flows[0]
    return language.said(
        phrase(
            "Ribbons between two columns, {count} routes. The widest goes from {origin} to {end}: {value}.",
            count=len(flows),
            origin=origin,
            end=end,
            value=count,
        )
    )
