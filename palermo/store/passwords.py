"""Which passwords are too near to us, or too common? Two validators of Django's settings.

The list is the one that Django ships: 20,000 common passwords. Nothing is asked over
the network. Never in a message: the password, or which word was met.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NEAR = (
    "palermo", "trafficking", "unodc", "case", "cases", "mission", "victim", "victims", "password",
    "passphrase", "welcome", "secret", "admin", "administrator", "sign", "login",
)  # fmt: skip
SHORTEST = 3


def words_of(texts: Iterable[str]) -> set[str]:
    """The words of names, in small letters, from three letters on.

    >>> sorted(words_of(["Mission in Nowhere", "UN-X"]))
    ['mission', 'nowhere']
    """
    return {word for text in texts for word in re.findall(r"\w+", text.casefold()) if len(word) >= SHORTEST}


def left_over(password: str, *, near: Iterable[str]) -> str:
    """The letters and digits of a password without the words that are near to us, the longest words first.

    >>> left_over("Palermo-Mission-2026!", near=["palermo", "mission"])
    '2026'
    """
    left = password.casefold()
    for word in sorted(near, key=len, reverse=True):
        left = left.replace(word, " ")
    return re.sub(r"[\W_]+", "", left)


class FarFromUs:
    """Words near to us do not count towards the length; docs/how-to/sign-in.md lists them."""

    def __init__(self, min_length: int = 12) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: Any = None) -> None:
        left = left_over(password, near={*NEAR, *words_of(_names(user))})
        if left != left_over(password, near=()) and len(left) < self.min_length:
            raise ValidationError(self.get_help_text(), code="password_near")

    def get_help_text(self) -> str:
        return ngettext(
            "Without your name, your organisation's name and words like “Palermo”, %(count)d letter or digit"
            " must be left.",
            "Without your name, your organisation's name and words like “Palermo”, %(count)d letters or"
            " digits must be left.",
            self.min_length,
        ) % {"count": self.min_length}


class NotCommon(CommonPasswordValidator):  # type: ignore[misc]
    """A password of the list, also said twice or with digits and signs around it."""

    def validate(self, password: str, user: Any = None) -> None:
        whole = password.casefold().strip()
        for core in {whole, re.sub(r"^[\W\d_]+|[\W\d_]+$", "", whole), once(whole)}:
            super().validate(core, user)

    def get_error_message(self) -> str:
        return _("This password is common: it, or a part of it, is on the list that guessers try first.")


def once(text: str) -> str:
    """The part of which a text is the repetition, or the text.

    >>> once("iloveyouiloveyou"), once("abab1")
    ('iloveyou', 'abab1')
    """
    return text[: (text + text).find(text, 1)] if text else text


def _names(user: Any) -> tuple[str, ...]:
    """The user's own names, and those of the organisations of which he or she is a member, or becomes one."""
    if user is None:
        return ()
    held = user.memberships.select_related("organisation") if user.pk else ()
    places = {one.organisation for one in held} | set(getattr(user, "comes_to", ()))
    own = (user.get_username(), user.display)
    return (*own, *(name for place in places for name in (place.name, place.short)))
