"""Which tables can be chosen, of which year and area? One form: what occurs in the records comes first."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from palermo.actions.report import Choices
from palermo.report import BY_ID, Definition
from palermo.report.dimensions import UNKNOWN
from palermo.web import table_words, words
from palermo.web.forms import area_choices, select

SCHEMES = (("", _("UN M49")), ("global_report_2016", _("Global Report 2016")))
UNITS = (("", _("Cases")), ("person", _("Persons")))
YEAR = re.compile(r"(19|20)\d\d")
Options = list[tuple[Any, Any]]


class TableForm(forms.Form):
    """The table, the year and the area, and a second year to compare with. Values are codes."""

    table = select(_("Table"), ())
    year = select(_("Year"), ())
    compare = select(_("Compare with"), ())
    area = select(_("Area of detection"), ())
    unit = select(_("Count"), UNITS)
    scheme = select(_("Regions"), SCHEMES)
    first_field = "id_table"

    def __init__(self, given: Any, choices: Choices, *, table: str = "") -> None:
        """`table`: the one of the page, where the address names it before the question mark."""
        asked = {name: given.get(name, "") for name in self.base_fields}
        super().__init__({**asked, "table": table or asked["table"]})
        for name, options in (
            ("table", [("", said("All tables")), *table_words.choices()]),
            ("year", [("", said("All years")), *_years(choices, asked["year"])]),
            ("compare", [("", said("No other year")), *_years(choices, asked["compare"], unknown=False)]),
            ("area", [("", said("All areas")), *_areas(choices)]),
        ):
            self.fields[name].choices = options  # type: ignore[attr-defined]

    @property
    def definition(self) -> Definition | None:
        return BY_ID.get(str(self["table"].value() or ""))

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen, as it stands in an address; the table apart, and nothing that is not valid."""
        self.is_valid()
        given = self.cleaned_data
        return {name: given[name] for name in self.fields if name != "table" and given.get(name)}

    @property
    def asked(self) -> dict[str, Any]:
        """The same, as the actions take it, without the second year."""
        given = self.chosen
        return {
            "year": given.get("year"),
            "area": given.get("area"),
            "unit": given.get("unit", "case"),
            "scheme": given.get("scheme", "m49"),
        }

    @property
    def years(self) -> tuple[int, int] | None:
        """The two years to compare, the earlier first; None where there is one or none."""
        given = self.chosen
        if not given.get("compare") or not given.get("year", "").isdigit():
            return None
        first, second = sorted((int(given["year"]), int(given["compare"])))
        return first, second

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        other, year, table = given.get("compare"), given.get("year"), self.definition
        if other and (not year or year == UNKNOWN):
            self.add_error("year", said("Choose the year to compare with the other one"))
        elif other and other == year:
            self.add_error("compare", said("Choose another year than the first"))
        elif other and table and not table.comparable:
            self.add_error("compare", said("This table lists returns as sent; two years cannot be compared"))
        return given


def _years(choices: Choices, given: str, *, unknown: bool = True) -> Options:
    """The years that occur, the latest first; one that is asked for by address is there, too."""
    years = {str(year) for year in choices.years} | ({given} if YEAR.fullmatch(given) else set())
    last: Options = [(UNKNOWN, said("Year unknown"))] if unknown else []
    return [*((year, year) for year in sorted(years, reverse=True)), *last]


def _areas(choices: Choices) -> Options:
    """Areas that occur first, then all others in the order of their names."""
    occur = [(code, words.area(code)) for code in choices.areas if code != UNKNOWN]
    others = [(code, label) for code, label in area_choices()() if code and code not in choices.areas]
    unknown = [(UNKNOWN, said("Area unknown"))]
    if not occur:
        return [*others, *unknown]
    return [(said("In your records"), [*occur, *unknown]), (said("Other areas"), others)]
