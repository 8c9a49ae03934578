"""Which fields do our forms have? Choices are code lists; a field's markup comes from `field.html`."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from palermo import ProblemWithInput
from palermo.actions import audit
from palermo.actions.exports import public_key
from palermo.codes import code_list
from palermo.web import words

Choices = list[tuple[str, str]]
LAYOUTS = (
    ("htcds", _("HTCDS 2.0, workbook or CSV")),
    ("ctdc-27", _("CTDC, 27 columns")),
    ("ctdc-37", _("CTDC, 37 columns")),
    ("ctdc-62", _("CTDC, 62 columns")),
    ("portal", _("UNODC data portal (State returns)")),
    ("palermo", _("Palermo's own JSON lines")),
)
LARGEST_HEADS = 2**20
SELECTED = SafeString(" selected")


class Renderer(DjangoTemplates):
    field_template_name = "palermo/field.html"


def choices(name: str, *, blank: object = _("Any")) -> Callable[[], Choices]:
    """The codes of a list with their labels, made when the form is shown, in the reader's language."""
    first = [] if blank is None else [("", blank)]
    return lambda: [
        *((code, str(said)) for code, said in first),
        *((code, words.label(code, of=name)) for code in code_list(name)),
    ]


def area_choices(blank: object = _("Any")) -> Callable[[], Choices]:
    """All areas in the order of their labels."""
    return lambda: [("", str(blank)), *sorted(((c, words.area(c)) for c in code_list("areas")), key=_second)]


def _second(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


class Select(forms.Select):
    """Some hundred options at once, in groups or not: Django renders a template for each of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        return format_html(
            "<select{}>{}</select>",
            flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name})),
            format_html_join("", "{}", ((_part(*each, chosen),) for each in self.choices)),
        )


def _part(code: Any, said: Any, chosen: str) -> SafeString:
    """An option, or a group of options under its title."""
    if isinstance(said, list | tuple):
        options = format_html_join("", "{}", ((_part(*each, chosen),) for each in said))
        return format_html('<optgroup label="{}">{}</optgroup>', code, options)
    return format_html(
        '<option value="{}"{}>{}</option>', code, SELECTED if str(code) == chosen else "", said
    )


def select(label: Any, options: Callable[[], Choices] | Iterable[tuple[str, object]]) -> forms.ChoiceField:
    widget = Select(attrs={"class": "govuk-select"})
    wrong = {"invalid_choice": _("Choose one of the list")}
    return forms.ChoiceField(
        label=label, choices=options, required=False, widget=widget, error_messages=wrong
    )


def whole(label: Any, lowest: int, highest: int) -> forms.IntegerField:
    wrong = _("Enter a number between {low} and {high}")
    said = lazy(lambda: str(wrong).format(low=lowest, high=highest), str)()
    attrs = {"class": "govuk-input govuk-input--short", "inputmode": "numeric"}
    return forms.IntegerField(
        label=label,
        min_value=lowest,
        max_value=highest,
        required=False,
        localize=False,
        widget=forms.TextInput(attrs=attrs),
        error_messages={"invalid": said, "min_value": said, "max_value": said},
    )


class EraseForm(forms.Form):
    """The reason, and the first characters of the case's number as a sign that this case is meant."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=choices("erasure_reasons", blank=_("Choose one")),
        widget=forms.Select(attrs={"class": "govuk-select"}),
        error_messages={
            "required": _("Choose a reason"),
            "invalid_choice": _("Choose one of the list"),
        },
    )
    number = forms.CharField(
        label=_("First eight characters of the number of the case"),
        help_text=_("They stand in the title of this page. What is erased cannot be brought back."),
        widget=forms.TextInput(
            attrs={"class": "govuk-input govuk-input--short", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the first eight characters of the number of the case")},
    )

    def __init__(self, *given: Any, case: str, **more: Any) -> None:
        super().__init__(*given, **more)
        self._case = case

    def clean_number(self) -> str:
        typed = str(self.cleaned_data["number"]).strip().lower()
        if typed != self._case[:8]:
            raise forms.ValidationError(_("This is not the number of this case; type it as in the title"))
        return typed


class ExportForm(forms.Form):
    """What the export holds, of the kinds that the role may ask for, and who can open it."""

    kind = forms.ChoiceField(label=_("It holds"), widget=forms.Select(attrs={"class": "govuk-select"}))
    recipient = forms.CharField(
        label=_("Public key of who opens it (optional)"),
        help_text=_(
            "64 signs, as palermo open --new-key prints them. Left empty, a passphrase is made and shown."
        ),
        required=False,
        widget=forms.TextInput(
            attrs={"class": "govuk-input", "autocomplete": "off", "spellcheck": "false", "maxlength": "100"}
        ),
    )
    first_field = "id_kind"

    def __init__(self, kinds: Choices, given: Any = None) -> None:
        super().__init__(given)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].error_messages["invalid_choice"] = str(_("Choose one of the list"))

    def clean_recipient(self) -> bytes | None:
        given = self.cleaned_data["recipient"]
        try:
            return public_key(given) if given else None
        except ProblemWithInput as problem:
            raise forms.ValidationError(words.why(problem)) from None


class ActionForm(forms.Form):
    action = select(_("Action"), lambda: [("", str(_("Any"))), *((name, name) for name in audit.actions())])


class HeadsForm(forms.Form):
    """A file of signed heads; `cleaned_data["heads"]` is its text, "" where none was chosen."""

    first_field = "id_heads"
    heads = forms.FileField(
        label=_("Heads that were kept elsewhere"),
        help_text=_(
            "Not needed. The file that you downloaded here earlier; several heads may be in one file."
        ),
        required=False,
        widget=forms.FileInput(attrs={"class": "govuk-file-upload"}),
        error_messages={"empty": _("The file is empty; choose another one"), "invalid": _("Choose a file")},
    )

    def clean_heads(self) -> str:
        given = self.cleaned_data["heads"]
        if given and given.size > LARGEST_HEADS:
            raise forms.ValidationError(_("Choose a file of heads of at most 1 MB"))
        return str(given.read().decode("utf-8", "replace")) if given else ""


class CaseNumberForm(forms.Form):
    first_field = "id_number"
    number = forms.RegexField(
        "^[0-9a-f]{32}$",
        strip=True,
        label=_("Number of the case"),
        help_text=_("32 letters and digits, from the page of the case"),
        widget=forms.TextInput(
            attrs={"class": "govuk-input", "autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={
            "required": _("Enter the number of the case"),
            "invalid": _("Enter the 32 letters and digits of the number of the case"),
        },
    )
