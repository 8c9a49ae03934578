"""Which fields do the pages of the vault have? Passphrases and the printed key; nothing is ever filled in
again.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def typed_secret(label: Any, *, new: bool = False, help_text: Any = "") -> forms.CharField:
    """A passphrase as it is typed: nothing is trimmed; the browser may keep a new one only if its owner says
    so.
    """
    told = {"class": "govuk-input", "autocomplete": "new-password" if new else "off", "spellcheck": "false"}
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=200,
        error_messages={"required": _("Type your vault passphrase")},
        widget=forms.PasswordInput(attrs=told),
    )


def printed_key() -> forms.CharField:
    told = {
        "class": "govuk-input",
        "autocomplete": "off",
        "autocapitalize": "characters",
        "spellcheck": "false",
    }
    return forms.CharField(
        label=_("Recovery key from your paper"),
        help_text=_("Seven groups of five signs. Spaces, dashes and small letters do not matter."),
        max_length=120,
        error_messages={"required": _("Type the recovery key from the paper")},
        widget=forms.TextInput(attrs=told),
    )


class UnlockForm(forms.Form):
    passphrase = typed_secret(_("Vault passphrase"))
    first_field = "id_passphrase"


class NewPassphrase(forms.Form):
    """A passphrase typed twice."""

    passphrase = typed_secret(
        _("New vault passphrase"),
        new=True,
        help_text=_(
            "At least 12 signs: four words that do not belong together, for instance. Not your password."
        ),
    )
    again = typed_secret(_("The same passphrase again"), new=True)
    first_field = "id_passphrase"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"passphrase", "again"} <= given.keys() and given["passphrase"] != given["again"]:
            self.add_error("again", _("The two passphrases are not the same"))
        return given


class ChangeForm(NewPassphrase):
    old = typed_secret(_("Vault passphrase until now"))
    field_order = ("old", "passphrase", "again")
    first_field = "id_old"


class ProveForm(forms.Form):
    key = printed_key()
    first_field = "id_key"


class RecoverForm(NewPassphrase):
    key = printed_key()
    field_order = ("key", "passphrase", "again")
    first_field = "id_key"


class ConductReportForm(forms.Form):
    text = forms.CharField(
        label=_("What you saw or were told"),
        help_text=_(
            "It is sealed before it is stored. Nobody of your organisation can read it or see that it exists."
        ),
        max_length=20_000,
        error_messages={"required": _("Write what you saw or were told")},
        widget=forms.Textarea(
            attrs={"class": "govuk-textarea", "rows": 10, "dir": "auto", "autocomplete": "off"}
        ),
    )
    first_field = "id_text"


class ConductKeyForm(forms.Form):
    public = forms.CharField(
        label=_("Public conduct key"),
        help_text=_("64 hexadecimal digits from the office that holds the private key. Empty: none."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"class": "govuk-input", "autocomplete": "off", "spellcheck": "false"}),
    )
    contact = forms.CharField(
        label=_("Whom to reach outside the mission"),
        help_text=_("An office, a telephone line or an address that does not belong to the mission."),
        max_length=400,
        error_messages={"required": _("Say whom to reach")},
        widget=forms.TextInput(attrs={"class": "govuk-input", "dir": "auto"}),
    )
    first_field = "id_public"


class NameSearch(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        help_text=_("One or more parts of a name, in any script and spelling."),
        max_length=200,
        error_messages={"required": _("Type a name, or a part of one")},
        widget=forms.TextInput(attrs={"class": "govuk-input", "autocomplete": "off", "dir": "auto"}),
    )
    first_field = "id_name"
