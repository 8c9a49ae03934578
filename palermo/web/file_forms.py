"""What does the form ask that attaches a file to a case, and what does it say beforehand?"""

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palermo.actions import files


def largest_file() -> str:
    """How large a file of a case may be, in words, by the policy of the day."""
    return _("at most {size} MB").format(size=files.limits().file_bytes // 2**20)


def _hint() -> str:
    return _(
        "A photo or scan (JPEG, PNG or WebP), a PDF, or plain text (UTF-8), {limit}. Place, time, device and"
        " author that the file carries are taken out, and its name is not kept. What can be seen in it stays:"
        " faces, plates, letterheads."
    ).format(limit=largest_file())


def _wanted() -> str:
    return _("Choose a file, {limit}").format(limit=largest_file())


HINT, WANTED = lazy(_hint, str)(), lazy(_wanted, str)()


class AttachForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title of the file"),
        help_text=gettext_lazy(
            "It is sealed. Whoever works with this case sees it when the vault is unlocked."
        ),
        max_length=files.TITLE_LENGTH,
        widget=forms.TextInput(attrs={"class": "govuk-input", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Give the file a title"),
            "max_length": gettext_lazy("The title is too long; use at most %(limit_value)d characters"),
        },
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=HINT,
        widget=forms.FileInput(attrs={"class": "govuk-file-upload", "accept": ",".join(files.SUFFIXES)}),
        error_messages={
            "required": WANTED,
            "empty": gettext_lazy("The file is empty; choose another one"),
            "invalid": WANTED,
        },
    )

    @property
    def first_field(self) -> str:
        return "id_title"
