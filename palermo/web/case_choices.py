"""How is a choice of cases said? As an address made of codes and ids, and in the reader's words.

An address is made from the choice, never from what was typed: what is no code is in none.
"""

from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import ngettext

from palermo.actions.case_filters import LISTS, SEVERAL, CaseFilter, given
from palermo.actions.case_lists import LATEST
from palermo.web import words
from palermo.web.case_forms import GAP_NAMES, INVENTED_NAMES, SIZES, CaseFilterForm
from palermo.web.forms import LAYOUTS

FIXED = {"unknown": GAP_NAMES, "invented": INVENTED_NAMES, "layout": LAYOUTS}


class Choice(NamedTuple):
    """What a list shows: which cases, in which order, how many on a page."""

    filters: CaseFilter
    sort: str = LATEST
    size: int = SIZES[0]

    def narrowed(self, field: str, code: str) -> "Choice":
        """The same with another code in a field; "" takes all of its codes away."""
        return self._replace(filters=replace(self.filters, **{field: code}))


class Chosen(NamedTuple):
    """One active code in words, and the address of the list without it."""

    field: str
    text: str
    without: str


def choice_of(form: CaseFilterForm) -> Choice:
    return Choice(form.filters, form.order, form.page_size)


def address(name: str, choice: Choice, **more: str) -> str:
    """The address of a page for this choice. What is as usual is not in it."""
    query = [*pairs(choice), *((key, text) for key, text in more.items() if text)]
    return reverse(name) + (f"?{urlencode(query)}" if query else "")


def pairs(choice: Choice) -> tuple[tuple[str, str], ...]:
    """Names and codes as they stand in an address; several codes of a field one by one."""
    found = [
        (name, code)
        for name, text in given(choice.filters).items()
        for code in (text.split() if name in SEVERAL else [text])
    ]
    found += [("sort", choice.sort)] if choice.sort != LATEST else []
    found += [("size", str(choice.size))] if choice.size != SIZES[0] else []
    return tuple(found)


def chosen(choice: Choice) -> tuple[Chosen, ...]:
    """Each active code in words; the address of each leaves it out and begins at the first page."""
    return tuple(
        Chosen(label_of(name), text, address("cases", choice.narrowed(name, rest)))
        for name, text, rest in _said(choice.filters)
    )


def in_words(filters: CaseFilter) -> tuple[tuple[str, str], ...]:
    """The active codes: name of the field, and text."""
    return tuple((label_of(name), text) for name, text, _rest in _said(filters))


def label_of(field: str) -> str:
    return str(CaseFilterForm.base_fields[field].label)


def text_of(field: str, code: str) -> str:
    """One code of a field in the reader's words."""
    if field in FIXED:
        return str(dict(FIXED[field]).get(code, code))
    if field.startswith("detected"):
        return words.month_of(code) if "-" in code else code
    if field.startswith("arrived"):
        return words.day_of(code)
    return words.label(code, of="area_or_special" if len(LISTS[field]) > 1 else LISTS[field][0])


def _said(filters: CaseFilter) -> list[tuple[str, str, str]]:
    """Field, text, and what is left in the field without it; ticked cases are one."""
    said = []
    for name, held in given(filters).items():
        if name == "cases":
            count = len(held.split())
            said.append((name, ngettext("{count} case", "{count} cases", count).format(count=count), ""))
            continue
        codes = held.split() if name in SEVERAL else [held]
        for code in codes:
            rest = " ".join(other for other in codes if other != code)
            said.append((name, text_of(name, code), rest))
    return said
