"""How does somebody choose cases? Codes of lists, months and days; no field takes free text."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from palermo.actions.case_filters import LARGEST_SELECTION, MONTH, CaseFilter
from palermo.codes import code_list
from palermo.web import words
from palermo.web.forms import LAYOUTS, Choices, area_choices, choices, select

SIZES = (25, 50, 100)
TURNED = re.compile(r"(0?[1-9]|1[0-2])[-/. ]((?:19|20)\d\d)", re.ASCII)
SORT_NAMES = (
    ("arrived", _("Latest arrived first")),
    ("arrived_first", _("Earliest arrived first")),
    ("detected", _("Latest detected first")),
    ("detected_first", _("Earliest detected first")),
    ("status", _("By status")),
    ("status_last", _("By status, from the end")),
    ("area", _("By area")),
    ("area_last", _("By area, from the end")),
)
GAP_NAMES = (
    ("", _("Any")),
    ("place_or_month", _("Place or month of detection")),
    ("place", _("Place of detection")),
    ("month", _("Month of detection")),
    ("age_group", _("Age group")),
    ("sex", _("Sex")),
    ("form", _("Form of exploitation")),
)
INVENTED_NAMES = (("", _("Any")), ("yes", _("Invented only")), ("no", _("Without invented")))


def places() -> Choices:
    """All areas in the order of their labels, then what is said where there is none: unknown, stateless."""
    return [*area_choices()(), *((code, words.area(code)) for code in code_list("special_areas"))]


class CheckboxSelectMultiple(forms.CheckboxSelectMultiple):
    """Boxes of which an error leads to the first."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return str(super().id_for_label(id_, index or "0"))


def several(label: Any, name: str) -> forms.MultipleChoiceField:
    wrong = {"invalid_choice": _("Choose some of the list")}
    return forms.MultipleChoiceField(
        label=label,
        choices=choices(name, blank=None),
        required=False,
        widget=CheckboxSelectMultiple,
        error_messages=wrong,
    )


class MonthField(forms.CharField):
    """A month as 2024-05, or a year; a month before its year (5/2024) is turned."""

    def __init__(self, label: Any) -> None:
        widget = forms.TextInput(attrs={"class": "govuk-input", "autocomplete": "off", "spellcheck": "false"})
        hint = _("For example 2024-05, or 2024")
        super().__init__(label=label, help_text=hint, required=False, max_length=20, widget=widget)
        self.error_messages["max_length"] = self.wrong = _("Enter a month as 2024-05, or a year as 2024")

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if found := TURNED.fullmatch(text):
            text = f"{found[2]}-{int(found[1]):02d}"
        if text and not MONTH.fullmatch(text):
            raise forms.ValidationError(self.wrong)
        return str(text)


class DayField(forms.DateField):
    """A day as 2026-11-27."""

    def __init__(self, label: Any) -> None:
        attrs = {"class": "govuk-input", "type": "date"}
        wrong = {"invalid": _("Enter a day that there is, as 2026-11-27")}
        super().__init__(
            label=label,
            required=False,
            input_formats=["%Y-%m-%d"],
            localize=False,
            widget=forms.TextInput(attrs=attrs),
            error_messages=wrong,
        )


class SelectionField(forms.Field):
    """Ids of cases that were ticked, at most as many as one page holds."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        ids = list(dict.fromkeys(map(str, value or ())))
        if len(ids) > LARGEST_SELECTION or not all(re.fullmatch("[0-9a-f]{32}", id) for id in ids):
            raise forms.ValidationError(_("Tick cases of one page of the list"))
        return ids


class CaseFilterForm(forms.Form):
    """The names of the fields are those of `CaseFilter`, and stand in the address of the list."""

    status = several(_("Status"), "status_steps")
    area = select(_("Area of detection"), places)
    detected_from = MonthField(_("Detected from"))
    detected_to = MonthField(_("Detected to"))
    sex = select(_("Sex"), choices("sex"))
    age_group = select(_("Age group"), choices("age_groups"))
    form = several(_("Form of exploitation"), "exploitation_forms")
    citizenship = select(_("Citizenship"), places)
    arrived_from = DayField(_("Arrived from"))
    arrived_to = DayField(_("Arrived to"))
    unknown = select(_("Not known"), GAP_NAMES)
    kind = select(_("Kind of case"), choices("case_kinds"))
    layout = select(_("Layout of the file"), (("", _("Any")), *LAYOUTS))
    invented = select(_("Invented persons"), INVENTED_NAMES)
    cases = SelectionField(label=_("Ticked cases"), required=False)
    sort = select(_("Order"), SORT_NAMES)
    size = select(_("Cases on a page"), tuple((str(size), str(size)) for size in SIZES))

    first = ("status", "area", "detected_from", "detected_to", "sex", "age_group")
    last = ("sort", "size")

    def parts(self) -> Iterator[tuple[str, list[forms.BoundField], bool]]:
        """Title, fields, and whether it is open: what is asked most often has no title and never closed."""
        more = [name for name in self.fields if name not in (*self.first, *self.last, "form", "cases")]
        parts = (
            ("", self.first),
            (_("Forms of exploitation"), ("form",)),
            (_("More"), more),
            ("", self.last),
        )
        for title, names in parts:
            used = any(self[name].value() or self[name].errors for name in names)
            yield str(title), [self[name] for name in names], used

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self._check_order("detected_from", "detected_to", _("Enter a month that is not before the first one"))
        self._check_order("arrived_from", "arrived_to", _("Enter a day that is not before the first one"))
        return given

    def _check_order(self, first: str, last: str, wrong: Any) -> None:
        begins, ends = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if begins and ends and str(ends) < str(begins)[: len(str(ends))]:
            self.add_error(last, wrong)

    @property
    def filters(self) -> CaseFilter:
        """The choice; fields that are not valid do not narrow."""
        self.is_valid()
        held = {name: self.cleaned_data.get(name) for name in CaseFilter.__dataclass_fields__}
        return CaseFilter(**{name: _as_text(value) for name, value in held.items()})

    @property
    def order(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("sort") or "arrived")

    @property
    def page_size(self) -> int:
        self.is_valid()
        return int(self.cleaned_data.get("size") or SIZES[0])


def _as_text(value: Any) -> str:
    """Several codes with spaces between them."""
    return " ".join(value) if isinstance(value, list) else str(value or "")
