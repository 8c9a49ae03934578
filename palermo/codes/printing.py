"""How do documents of the United Nations print a date and a number in each of the six languages?

Months: `months.csv`, with the double names of Arabic. Digits are Western in all six, in Arabic too, as in the
documents of the United Nations. Source: usage of its documents, written from memory; what no native reviewer
has looked at yet is said in docs/explanation/languages.md. Never CLDR: its Arabic months and its signs for
per cent are not that usage.
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

GAP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Patterns of one language; `of` is the column of months in a full date, where it is another case."""

    day: str
    month: str
    names: str
    of: str = ""
    first: str = "1"
    decimal: str = ","
    per_cent: str = "{number}" + GAP + "%"
    comma: str = ", "
    semicolon: str = "; "
    space: str = " "


STYLES = {
    "en": Style(
        day="{day} {month} {year}",
        month="{month} {year}",
        names="en",
        decimal=".",
        per_cent="{number}" + GAP + "per cent",
    ),
    "fr": Style(day="{day} {month} {year}", month="{month} {year}", names="fr", first="1er"),
    "es": Style(day="{day} de {month} de {year}", month="{month} de {year}", names="es"),
    "ar": Style(
        day="{day} {month} {year}",
        month="{month} {year}",
        names="ar",
        per_cent="{number}" + GAP + "في المائة",
        comma="، ",
        semicolon="؛ ",
    ),
    "ru": Style(day="{day} {month} {year} года", month="{month} {year} года", names="ru", of="ru_of"),
    "zh": Style(
        day="{year}年{month}{day}日",
        month="{year}年{month}",
        names="zh",
        decimal=".",
        per_cent="{number}%",
        comma="、",
        semicolon="；",
        space="",
    ),
}


def style(code: str) -> Style:
    """The style of a language; that of English where Palermo does not speak it."""
    return STYLES.get(code, STYLES["en"])


@cache
def _months() -> tuple[dict[str, str], ...]:
    with (Path(__file__).parent / "months.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def day(value: date, code: str) -> str:
    """The date in full.

    >>> day(date(2026, 5, 1), "fr"), day(date(2026, 11, 23), "ru"), day(date(2026, 11, 23), "zh")
    ('1er mai 2026', '23 ноября 2026 года', '2026年11月23日')
    """
    kind = style(code)
    name = _months()[value.month - 1][kind.of or kind.names]
    return kind.day.format(day=kind.first if value.day == 1 else value.day, month=name, year=value.year)


def month(value: date, code: str) -> str:
    """The month of the date.

    >>> month(date(2026, 11, 23), "es"), month(date(2026, 11, 23), "ru")
    ('noviembre de 2026', 'ноябрь 2026 года')
    """
    kind = style(code)
    return kind.month.format(month=_months()[value.month - 1][kind.names], year=value.year)


def instant(value: datetime, code: str) -> str:
    """The date and the time of day, in the time zone that `value` has, on 24 hours.

    >>> instant(datetime(2026, 11, 23, 8, 5), "en")
    '23 November 2026, 08:05'
    """
    gap = style(code).comma if code != "zh" else " "
    return f"{day(value, code)}{gap}{value:%H:%M}"


def number(value: int | float, code: str, *, decimals: int | None = None) -> str:
    """Thousands with no-break spaces; a fraction with one decimal, or as many as asked.

    >>> number(1352, "en"), number(1234.56, "fr", decimals=2)
    ('1\\xa0352', '1\\xa0234,56')
    """
    places = decimals if decimals is not None else 1 if isinstance(value, float) else 0
    return f"{value:,.{places}f}".replace(",", GAP).replace(".", style(code).decimal)


def per_cent(number: str, code: str) -> str:
    """A number that is printed already, with the sign or the words of the language.

    >>> per_cent("12.5", "en"), per_cent("+12.5", "zh")
    ('12.5\\xa0per cent', '+12.5%')
    """
    return style(code).per_cent.format(number=number)
