"""Which fields do the sign-in pages have? allauth's forms, which check, with our words and markup."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ConfirmByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_decode, websafe_encode


def dress(form: Any, **words: tuple[Any, Any]) -> None:
    """Gives fields our label, what is said where they are empty, and our class; no placeholder."""
    for name, (label, empty) in words.items():
        field = form.fields[name]
        field.label = label
        field.error_messages["required"] = empty
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs["class"] = "govuk-input"
    form.first_field = f"id_{next(iter(words))}"


class SignInForm(LoginForm):  # type: ignore[misc]
    """User name and password; the field keeps the name `username`, which password stores know."""

    username = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"spellcheck": "false"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["login"]
        self.order_fields(["username", "password"])
        dress(
            self,
            username=(_("User name"), _("Enter your user name")),
            password=(_("Password"), _("Enter your password")),
        )
        self.fields["username"].widget.attrs["autocomplete"] = "username"

    def clean(self) -> Any:
        self.cleaned_data["login"] = self.cleaned_data.get("username", "")
        return super().clean()


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, password=(_("Password"), _("Enter your password")))


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(
            self,
            oldpassword=(_("Current password"), _("Enter your current password")),
            password1=(_("New password"), _("Enter a new password")),
            password2=(_("New password again"), _("Enter the new password again")),
        )
        self.fields["password1"].help_text = _("At least 12 characters; a sentence of some words is good.")

    def clean_password1(self) -> Any:
        """Another one than before: the first one is known to whoever made the account."""
        typed = self.cleaned_data["password1"]
        if self.user.check_password(typed):
            raise forms.ValidationError(_("Choose another password than the one that you have"))
        return typed


CODE = (_("Code"), _("Enter the code"))


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, code=CODE)


class ConfirmCodeForm(ConfirmByCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, code=CODE)


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, code=(_("Code that the app shows"), _("Enter the code that the app shows")))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, name=(_("Name of the passkey"), ""))
        self.fields["name"].help_text = _("For your own list, such as “phone” or “grey key”.")
        self.fields["passwordless"].label = _("Sign in with this passkey alone, without a password")
        self.fields["passwordless"].help_text = _("It then asks for its own PIN, finger or face.")
        self.fields["passwordless"].initial = True


class PasskeySignInForm(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey knows its account by the random public id; allauth looks it up by the integer key."""

    def clean_credential(self) -> Any:
        self.cleaned_data["credential"] = _by_integer_key(self.cleaned_data["credential"])
        return super().clean_credential()


def _by_integer_key(credential: Any) -> Any:
    """The credential with the account's own key in it; as it came where no account has that public id."""
    try:
        public_id = websafe_decode(credential["response"]["userHandle"]).decode("ascii")
    except (KeyError, TypeError, ValueError):
        return credential
    user = get_user_model().objects.filter(public_id=public_id).first()
    if user is None:
        return credential
    known = websafe_encode(user_pk_to_url_str(user).encode())
    return {**credential, "response": {**credential["response"], "userHandle": known}}
