"""How does every part of a page look, in both directions? Invented samples, and the contrast of colours.

Never: a case, a person, or a count of the store.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

from django import forms
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

PAIRS = (
    ("ink", "paper"),
    ("ink", "ground"),
    ("muted", "paper"),
    ("muted", "ground"),
    ("link", "paper"),
    ("link", "ground"),
    ("link-hover", "ground"),
    ("link-hover", "brand-tint"),
    ("brand", "paper"),
    ("on-brand", "brand"),
    ("on-brand", "link-hover"),
    ("on-brand", "danger"),
    ("on-brand", "danger-deep"),
    ("danger", "paper"),
    ("danger", "ground"),
    ("danger-deep", "danger-tint"),
    ("good-deep", "good-tint"),
    ("notice-ink", "notice"),
    ("on-focus", "focus"),
)
"""What is written on what."""

LINES = (("field", "paper"), ("field", "ground"), ("un-blue", "paper"), ("notice-line", "paper"))
"""Lines and large shapes that tell something."""

ENOUGH = {"text": 4.5, "lines": 3.0}
"""Web Content Accessibility Guidelines 2.2, 1.4.3 and 1.4.11, AA. UN blue on white is 3.0: shapes only."""


class Pair(NamedTuple):
    """One colour on another, and how far they stand apart."""

    text: str
    ground: str
    text_colour: str
    ground_colour: str
    contrast: float
    enough: bool


class Sample(forms.Form):
    """One field of each kind, sent with mistakes."""

    text = forms.CharField(
        label=gettext_lazy("Name of the place"),
        help_text=gettext_lazy("As it is written on the spot."),
        widget=forms.TextInput(attrs={"class": "govuk-input"}),
        error_messages={"required": gettext_lazy("Enter the name of the place")},
    )
    year = forms.CharField(
        label=gettext_lazy("Year"),
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input govuk-input--short", "inputmode": "numeric"}),
    )
    day = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=forms.DateInput(attrs={"class": "govuk-input govuk-input--short", "type": "date"}),
    )
    choice = forms.ChoiceField(
        label=gettext_lazy("Layout"),
        required=False,
        choices=(("", gettext_lazy("Recognise it")), ("other", gettext_lazy("Another one"))),
        widget=forms.Select(attrs={"class": "govuk-select"}),
    )
    one_of = forms.ChoiceField(
        label=gettext_lazy("What is counted"),
        choices=(("case", gettext_lazy("Cases")), ("person", gettext_lazy("Persons"))),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is counted")},
    )
    several = forms.MultipleChoiceField(
        label=gettext_lazy("What is shown"),
        help_text=gettext_lazy("Choose all that apply."),
        required=False,
        choices=(("age", gettext_lazy("Age")), ("sex", gettext_lazy("Sex"))),
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label=gettext_lazy("All persons in this file are invented"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"class": "govuk-textarea", "rows": 3}),
    )
    file = forms.FileField(
        label=gettext_lazy("Case file"),
        required=False,
        widget=forms.FileInput(attrs={"class": "govuk-file-upload"}),
    )


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every component twice, from left to right and from right to left, and every colour on its ground."""
    held = colours()
    shown = {
        "directions": tuple(
            _samples(*each) for each in (("ltr", _("From left to right")), ("rtl", _("From right to left")))
        ),
        "text": tuple(pair(held, *each, enough=ENOUGH["text"]) for each in PAIRS),
        "lines": tuple(pair(held, *each, enough=ENOUGH["lines"]) for each in LINES),
    }
    return render(request, "palermo/design.html", shown)


def _samples(direction: str, title: str) -> dict[str, Any]:
    form = Sample({"year": "2026"}, auto_id=f"{direction}-%s")
    return {"direction": direction, "title": title, "form": form}


def colours() -> dict[str, str]:
    """Token -> #rrggbb, out of the built style sheet; empty where it is not built."""
    file = finders.find("built/palermo.css")
    css = Path(str(file)).read_text("utf-8") if file else ""
    found = re.findall(r"--([a-z-]+): ?(#[0-9a-f]{3,6})\b", css)
    return {
        name: colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])
        for name, colour in found
    }


def pair(held: dict[str, str], text: str, ground: str, *, enough: float) -> Pair:
    one, other = held.get(text, "#000000"), held.get(ground, "#ffffff")
    apart = contrast(one, other)
    return Pair(text, ground, one, other, round(apart, 1), apart >= enough)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2).

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
