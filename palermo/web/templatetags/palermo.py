"""Template filters for the words of `palermo.web.words`: {% load palermo %}."""

import json
from datetime import date, datetime
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString

from palermo.web import words

register = template.Library()

for name in ("when", "age", "place", "area", "number", "code", "said"):
    register.filter(name, getattr(words, name))


@register.filter
def day(value: date | None) -> str:
    """The date as the United Nations prints it; nothing where there is none."""
    return words.day(value) if value else ""


@register.filter
def instant(value: datetime | None) -> str:
    return words.instant(value) if value else ""


@register.filter
def month(value: date | None) -> str:
    return words.month(value) if value else ""


@register.filter
def label(code: str, of: str) -> str:
    return words.label(code, of=of)


@register.filter
def short(identifier: str) -> SafeString:
    """The first eight characters of a public id, enough to tell rows of one page apart."""
    return words.code(identifier[:8])


@register.filter
def role(name: str) -> str:
    """What the role does, in a line."""
    return words.role(name)


@register.filter
def as_json(value: Any) -> str:
    """For an attribute that a script of ours reads; escaped there like any text."""
    return json.dumps(value, cls=DjangoJSONEncoder)
