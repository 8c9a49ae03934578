"""What is a plot? A picture that is never alone: with its words and its figures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """`svg` without script, style or address; `alt` says in a sentence what can be seen.

    `header` and `rows` are the figures as a table, already in the reader's words; `note` is what must be
    read with the picture (a disclaimer, a rule).
    """

    title: str
    alt: str
    svg: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
