"""Which fields do the pages of members and of break-glass have? The reason is shown again to who typed it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from palermo.actions import accounts
from palermo.actions.break_glass import LONGEST_REASON
from palermo.web import words
from palermo.web.forms import CaseNumberForm


def _typed(**more: str) -> forms.TextInput:
    return forms.TextInput(
        attrs={"class": "govuk-input", "autocomplete": "off", "spellcheck": "false", **more}
    )


def _roles() -> list[tuple[str, Any]]:
    return [("", _("Choose a role")), *((role, words.role(role)) for role in accounts.roles())]


def role_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Role"),
        choices=_roles,
        error_messages={"required": _("Choose a role")},
        widget=forms.Select(attrs={"class": "govuk-select"}),
    )


class MemberForm(forms.Form):
    first_field = "id_username"
    username = forms.RegexField(
        r"^[\w.@+-]{1,150}$",
        strip=True,
        label=_("User name"),
        help_text=_("Of an account that is there, or of a new one. Letters, digits and @ . + - _"),
        error_messages={
            "required": _("Type a user name"),
            "invalid": _("Use letters, digits and @ . + - _ only"),
        },
        widget=_typed(dir="auto"),
    )
    display = forms.CharField(
        label=_("Name as colleagues see it"),
        help_text=_("Only for a new account."),
        max_length=120,
        required=False,
        widget=_typed(dir="auto"),
    )
    role = role_field()
    team = forms.RegexField(
        r"^[\w-]{1,32}$",
        strip=True,
        required=False,
        label=_("Team"),
        help_text=_("A short word. Case workers see the cases of their team."),
        error_messages={"invalid": _("Use one word of at most 32 letters, digits and dashes")},
        widget=_typed(dir="auto"),
    )


class RoleForm(forms.Form):
    first_field = "id_role"
    role = role_field()


class AskForm(CaseNumberForm):
    reason = forms.CharField(
        label=_("Why you must see this case now"),
        help_text=_("It is sealed; whoever answers reads it. Do not write a name."),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Say why you must see this case now")},
        widget=forms.Textarea(
            attrs={"class": "govuk-textarea", "rows": 5, "dir": "auto", "autocomplete": "off"}
        ),
    )
