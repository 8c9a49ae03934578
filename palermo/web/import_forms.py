"""Which fields do the forms of imports have? The file or files, how they are read, and what is mended."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from palermo.web.forms import LAYOUTS, area_choices, select
from palermo.web.uploads import LIMIT


class FilesInput(forms.FileInput):
    """The browser's own input takes several files, also dropped onto it."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """All files that were sent under one name, as a list."""

    def clean(self, given: Any, initial: Any = None) -> list[Any]:
        files = given if isinstance(given, list | tuple) and given else [given]
        return [super(FilesField, self).clean(one or None, initial) for one in files]


def layout_field(blank: object) -> forms.ChoiceField:
    choices = (*((("", blank),) if blank else ()), *LAYOUTS)
    widget = forms.Select(attrs={"class": "govuk-select"})
    return forms.ChoiceField(label=_("Layout"), choices=choices, required=False, widget=widget)


class ImportForm(forms.Form):
    file = FilesField(
        label=_("Case files"),
        help_text=format_lazy(
            _(
                "CSV, Excel workbook (XLSX) or JSON lines, at most {size} MB together. You can choose"
                " several, or drop them here."
            ),
            size=LIMIT // 2**20,
        ),
        widget=FilesInput(attrs={"class": "govuk-file-upload", "multiple": True}),
        error_messages={
            "required": _("Choose a file of at most 64 MB"),
            "empty": _("The file is empty; choose another one"),
            "invalid": _("Choose a file"),
        },
    )
    layout = layout_field(_("Recognise it"))
    area = select(_("Area of detection"), area_choices(_("As the file says")))
    invented = forms.BooleanField(label=_("All persons in this file are invented"), required=False)
    area.help_text = _("For files that do not say where the persons were detected.")

    @property
    def first_field(self) -> str:
        return "id_file"


class DraftForm(forms.Form):
    """How a file that was looked at is to be read instead."""

    layout = layout_field(None)
    area = select(_("Area of detection"), area_choices(_("As the file says")))
    invented = forms.BooleanField(label=_("All persons in this file are invented"), required=False)
