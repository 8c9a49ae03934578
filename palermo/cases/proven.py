"""Which texts of a file are proven harmless, so that they may stay readable while the vault is locked?

Only what has the shape of an id, or stands in a closed list: never what merely looks short. Everything else
(numbers of cases, names of parties, a label that no list holds) is sealed with the exact record.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

from palermo.codes import area_of_code, code_list, list_names, region, resolve

Check = Callable[[Any, str], bool]
LAYOUTS = frozenset({"", "htcds", "ctdc-27", "ctdc-37", "ctdc-62", "portal", "palermo"})
ID = re.compile(r"[0-9a-f]{32}")
OUR_KEY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{32,64}:\d{1,7}")
DIVISION = re.compile(r"[A-Z]{2,3}-(?:[A-Z]{1,3}|[A-Z]{0,3}[0-9]{1,4})")
COUNT = re.compile(r"<?(?:\d{1,7}|\d{1,3}(?:,\d{3}){1,2})")
QUESTION = re.compile(r"Q\d{1,2}(?:\.\d{1,2})?_\d{1,3}s?_\d{4}|\d{1,2}")
SMALL = re.compile(r"-?\d{1,4}(?:\.0)?")
OUTSIDE_THE_LIST = frozenset({"Sark"})
SEXES = frozenset({"Total", "Female", "Male", "Other", "Unknown"})
AGES = frozenset({"Total", "0 to 17 years", "18 years or over", "Unknown"})
UNITS, ORIGINS = frozenset({"Counts"}), frozenset({"GLOTIP", "INVENTED"})
COLUMNS = ("htcds_fields", "ctdc_27", "ctdc_37", "ctdc_62")
_PARTS = (re.compile(r"\s*[;|]\s*"), re.compile(r"\s*[,/]\s*"), re.compile(r"\s+"))
_SCHEME_DAY = date(2025, 1, 1)


def is_id(text: str) -> bool:
    """32 hexadecimal digits, as Palermo makes ids."""
    return ID.fullmatch(text) is not None


def is_own_key(text: str) -> bool:
    """A key that Palermo made itself, or none: a natural key of a file may be anything, a name too."""
    return not text or OUR_KEY.fullmatch(text) is not None


def is_division(text: str) -> bool:
    """A code of a first-level division, as "IRQ-02"; too short for a name.

    >>> is_division("IRQ-02"), is_division("MLI-AMINA"), is_division("0790123456")
    (True, False, False)
    """
    return DIVISION.fullmatch(text) is not None


@lru_cache(maxsize=20_000)
def is_area_label(label: str) -> bool:
    """Whether the code lists alone give the label a meaning, and it holds no number of many digits.

    >>> is_area_label("3 maliens"), is_area_label("0790123456"), is_area_label("079012 maliens")
    (True, False, False)
    >>> is_area_label("M49 Region: Africa"), is_area_label("M49 Region: Amina")
    (True, False)
    """
    label = label.strip()
    meaning = resolve(label)
    if meaning.code in (None, "not_an_area") or sum(letter.isdigit() for letter in label) > 4:
        return False
    return not label.casefold().startswith("m49 ") or label.rpartition(":")[2].strip() in _regions()


@lru_cache(maxsize=50_000)
def is_raw(column: str, text: str) -> bool:
    """Whether a cell may stay beside its code: a known column, and a label that a closed list holds.

    >>> is_raw("gender", "Woman"), is_raw("gender", "Amina"), is_raw("Amina", "Woman")
    (True, False, False)
    """
    return column in _columns() and (
        SMALL.fullmatch(text) is not None or _listed(text) or any(map(_all_listed, _split(text)))
    )


def _split(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part for part in between.split(text) if part) for between in _PARTS)


def _all_listed(parts: tuple[str, ...]) -> bool:
    return 1 < len(parts) <= 20 and all(map(_listed, parts))


def _listed(text: str) -> bool:
    return text in _labels() or area_of_code(text) is not None or is_area_label(text)


def known_category(row: Any, label: str) -> bool:
    """Whether the category of a State's return is a listed form, a total, or a label of an area."""
    text = label.strip()
    listed = text in _words("portal_forms") or text == "Total"
    return listed or is_area_label(text) or QUESTION.fullmatch(text) is not None


def one_of(texts: frozenset[str]) -> Check:
    """Whether the text is one of a few."""
    return lambda record, text: text.strip() in texts


def listed(name: str) -> Check:
    """A label of the list in English."""
    return lambda record, text: text.strip() in _words(name)


def any_region(record: Any, text: str) -> bool:
    """Whether it is a region or sub-region that the portal prints."""
    return text.strip() in _regions()


def any_country(record: Any, text: str) -> bool:
    """Whether it names an area, or one that the portal prints without a code."""
    return text.strip() in OUTSIDE_THE_LIST or is_area_label(text)


def any_area(record: Any, text: str) -> bool:
    """Whether it is the code of an area."""
    return text.strip() in code_list("areas")


def any_category(record: Any, text: str) -> bool:
    """Whether it is a code that a category of a return resolves to."""
    return any(text in code_list(name) for name in ("areas", "special_areas", "portal_forms"))


def a_count(record: Any, text: str) -> bool:
    """Whether it is a number as the portal prints one, masked or not."""
    return COUNT.fullmatch(text.strip()) is not None


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(code.label() for code in code_list(name).values())


@cache
def _columns() -> frozenset[str]:
    return frozenset(column for name in COLUMNS for column in code_list(name))


@cache
def _labels() -> frozenset[str]:
    """Every code and every label of every list; a list of columns has no labels of people either."""
    codes: list[Mapping[str, Any]] = [code_list(name) for name in list_names()]
    found = {text for one in codes for key, code in one.items() for text in (key, *code.labels.values())}
    also = {
        word for code in code_list("ctdc_age_bands").values() for word in code.more.get("also", "").split()
    }
    return frozenset((found | also) - {""})


@cache
def _regions() -> frozenset[str]:
    placed = (region(area, on=_SCHEME_DAY) for area in code_list("areas"))
    return frozenset(name for one in placed if one for name in (one.region, one.subregion))
