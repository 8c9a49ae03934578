"""How does a page say a code, a date, an age, a number? As `codes.languages` says it, for this page's reader.

Numbers, dates, ranges and codes are isolated there, because right-to-left text turns "<5" into "5>". Text
that came from a file is escaped, never marked safe.
"""

from datetime import date, datetime
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from palermo import PalermoError
from palermo.actions.accounts import roles
from palermo.cases import Age, Months, Place, When
from palermo.codes import code_list, printing
from palermo.codes.languages import ENGLISH, Language, marked
from palermo.codes.languages import language as spoken

CODES = {"zh-hans": "zh"}
OPERATOR = marked("Operator")
"""Who runs the machine, in the audit chain: no role of the table."""
LISTS = {"area_or_special": ("areas", "special_areas")}


def language() -> str:
    """The active language as the code lists name it: "zh" for "zh-hans"."""
    return reader().code


def reader() -> Language:
    """The language of whoever reads the page; English where none is active."""
    active = get_language() or ENGLISH.code
    return spoken(CODES.get(active, active))


def said(text: str) -> str:
    """A text or `Phrase` of the plain part, in the reader's language."""
    return reader().said(text)


def why(error: PalermoError) -> str:
    """The message of an error of Palermo's own, in the reader's language."""
    return said(error.args[0]) if error.args else ""


def label(code: str, *, of: str) -> str:
    """The label of `code` in the list `of`; one word for unknown in every list; else the code itself."""
    if code in ("unknown", ""):
        return _("Unknown")
    for name in LISTS.get(of, (of,)):
        if code in code_list(name):
            return code_list(name).label(code, language())
    return code


def code_address(name: str, code: str = "") -> str:
    """The page of a code list, at one of its codes.

    >>> code_address("acts", "harbouring")
    '/codes/acts#harbouring'
    """
    return reverse("code-list", args=(name,)) + (f"#{quote(code)}" if code else "")


def area(code: str) -> str:
    return label(code, of="area_or_special")


def is_area(code: str) -> bool:
    """Whether the code is that of an area, and not a special one such as "unknown"."""
    return code in code_list("areas")


def day(value: date) -> str:
    return reader().day(localtime(value) if isinstance(value, datetime) else value)


def day_of(text: str) -> str:
    """The day of "2024-05-03" in words; "" where there is none."""
    return day(date.fromisoformat(text)) if text else ""


def instant(value: datetime) -> str:
    return reader().instant(localtime(value))


def month(value: date) -> str:
    return reader().month(value)


def month_of(text: str) -> str:
    """The month of "2024-05" in words; "Unknown" where there is none."""
    year, _dash, number_ = text.partition("-")
    return month(date(int(year), int(number_ or 1), 1)) if year.isdigit() else _("Unknown")


def when(value: When | None) -> str:
    """A civil date as precise as it is known: "3 May 2024", "May 2024", "2024", or from one to another."""
    if value is None:
        return _("Unknown")
    if value.precision == "interval":
        return _("between {first} and {last}").format(first=day(value.earliest), last=day(value.latest))
    if value.precision == "year":
        return reader().isolated(str(value.earliest.year))
    return {"day": day, "month": month}[value.precision](value.earliest)


def age(value: Age | None) -> str:
    """Years: "13", "9 to 17", "18 and over"."""
    if value is None:
        return _("Unknown")
    number_of = reader().number
    if value.highest is None:
        return _("{lowest} and over").format(lowest=number_of(value.lowest))
    if value.lowest == value.highest:
        return number_of(value.lowest)
    between = _("{lowest} to {highest}")
    return between.format(lowest=number_of(value.lowest), highest=number_of(value.highest))


def months(value: Months | None) -> str:
    if value is None:
        return _("Unknown")
    lowest = reader().number(value.lowest)
    if value.highest is None:
        return _("{lowest} months and more").format(lowest=lowest)
    if value.lowest != value.highest:
        highest = reader().number(value.highest)
        return _("{lowest} to {highest} months").format(lowest=lowest, highest=highest)
    return ngettext("{count} month", "{count} months", value.lowest).format(count=lowest)


def place(value: Place | None) -> str:
    """The area, with its first-level division and the exact place where they are known and readable."""
    if value is None:
        return _("Unknown")
    parts = (value.exact, value.first_level, area(value.area))
    return reader().listed(part for part in parts if part)


def episode(number_: int) -> str:
    return _("Episode {number}").format(number=number_)


def status_history() -> str:
    return _("Status history")


def plain_number(value: int | float) -> str:
    """A number for a sentence, an attribute or a title."""
    return reader().number(value)


def number(value: object) -> SafeString:
    """A number with no-break spaces between thousands, or other text as it is, isolated by its element.

    What stands alone in an element has no invisible marks in it, so that it can be copied into a sheet.
    """
    shown = printing.number(value, language()) if isinstance(value, int | float) else value
    return format_html('<bdi dir="ltr">{}</bdi>', shown)


def code(value: object) -> SafeString:
    """An id, code or key as found, in fixed width. The element isolates it: nothing invisible is copied."""
    return format_html('<bdi class="code" dir="ltr">{}</bdi>', value)


def role_name(name: str) -> str:
    """The name of a role, or of an action, alone.

    >>> role_name("focal_point")
    'Focal point'
    """
    return said(name.replace("_", " ").capitalize())


def role(name: str) -> str:
    """The role's name and what it does, from the dated rights table."""
    what = roles().get(name, "")
    return _("{role}: {what}").format(role=role_name(name), what=said(what)) if what else role_name(name)
