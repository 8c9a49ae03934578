"""How is a cell named, so that it can be printed, clicked and looked up again? Codes only, safe in a URL."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from palermo import ProblemWithInput
from palermo.codes.languages import phrase

UNITS = ("case", "person")
SETTINGS = ("measure", "unit", "scheme")


class CellKey(NamedTuple):
    """A cell's place: breakdown, indicator, the code of each named dimension, and how it was counted."""

    breakdown: str
    indicator: str
    codes: Mapping[str, str]
    measure: str = ""
    unit: str = "case"
    scheme: str = ""


def cell_key(place: CellKey) -> str:
    """The printable key; a dimension that is not named is a total.

    >>> cell_key(CellKey("form", "detected_victims", {"area": "IRQ", "form": "labour"}))
    'form/detected_victims?area=IRQ&form=labour'
    """
    codes = dict(place.codes)
    for name, usual in (("measure", ""), ("unit", "case"), ("scheme", "")):
        if (value := getattr(place, name)) != usual:
            codes[name] = value
    return f"{place.breakdown}/{place.indicator}" + (f"?{urlencode(codes)}" if codes else "")


def parse_key(key: str) -> CellKey:
    """The place that a key names. Raises `ProblemWithInput` (REPORT-002) for what cannot be a key.

    >>> parse_key("form/detected_victims?area=IRQ&unit=person").unit
    'person'
    """
    head, _, query = key.strip().partition("?")
    breakdown, slash, indicator = head.partition("/")
    pairs = _pairs(query)
    if not slash or len(dict(pairs)) != len(pairs):
        raise no_such_cell()
    codes = dict(pairs)
    settings = {name: codes.pop(name) for name in SETTINGS if name in codes}
    if settings.get("unit", "case") not in UNITS:
        raise no_such_cell(phrase("unit is case or person"))
    return CellKey(breakdown, indicator, codes, **settings)


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, strict_parsing=True, max_num_fields=20) if query else []
    except ValueError:
        raise no_such_cell() from None


def no_such_cell(hint: str = "") -> ProblemWithInput:
    """The error for a key that names no cell; it never repeats what was given."""
    example = "form/detected_victims?area=IRQ&form=labour&sex=female&age=child"
    if not hint:
        return ProblemWithInput(
            phrase(
                "REPORT-002 cell: expected a key that a table printed, such as {example}. Copy the key from "
                "the column `cell` of the CSV output; `palermo report tables` lists the tables.",
                example=example,
            )
        )
    return ProblemWithInput(
        phrase(
            "REPORT-002 cell: expected a key that a table printed, such as {example} ({hint}). Copy the key "
            "from the column `cell` of the CSV output; `palermo report tables` lists the tables.",
            example=example,
            hint=hint,
        )
    )


def check_codes(codes: Iterable[str], *, allowed: Collection[str]) -> None:
    """Raises REPORT-002 where a key names a dimension that its table does not have."""
    if not set(codes) <= set(allowed):
        raise no_such_cell(phrase("dimensions of this table: {names}", names=", ".join(sorted(allowed))))
