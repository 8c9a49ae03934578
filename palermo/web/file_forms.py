"""What does the form ask that attaches a file to a case, and what does it say beforehand?"""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from palermo.actions import files


def largest_file() -> str:
    """How large a file of a case may be, in words."""
    return str(_("at most {size} MB")).format(size=files.limits().file_bytes // 2**20)


FILE_HINT = _(
    "A photo or scan (JPEG, PNG or WebP), a PDF, or plain text (UTF-8), {limit}. Place, time, device and"
    " author that the file carries are taken out, and its name is not kept. What can be seen in it stays:"
    " faces, plates, letterheads."
)
FILE_WANTED = _("Choose a file, {limit}")
FILE_EMPTY = _("The file is empty; choose another one")


def said(text: Any) -> Any:
    """The text with the limit, when it is shown: in the reader's language and by that day's policy."""
    return lazy(lambda: str(text).format(limit=largest_file()), str)()


class AttachForm(forms.Form):
    title = forms.CharField(
        label=_("Title of the file"),
        help_text=_("It is sealed. Whoever works with this case sees it when the vault is unlocked."),
        max_length=files.TITLE_LENGTH,
        widget=forms.TextInput(attrs={"class": "govuk-input", "autocomplete": "off"}),
        error_messages={
            "required": _("Give the file a title"),
            "max_length": _("The title is too long; use at most %(limit_value)d characters"),
        },
    )
    file = forms.FileField(
        label=_("File"),
        help_text=said(FILE_HINT),
        widget=forms.FileInput(attrs={"class": "govuk-file-upload", "accept": ",".join(files.SUFFIXES)}),
        error_messages={"required": said(FILE_WANTED), "empty": FILE_EMPTY, "invalid": said(FILE_WANTED)},
    )

    @property
    def first_field(self) -> str:
        return "id_title"
