"""How do the catalogues of translations rest, and is one whole? `.po` files, a folder for each language.

Read and written by Babel, so that no GNU gettext is needed. `.mo` files are made, never committed.
"""

import os
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from extracting import Message

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "palermo" / "locale"
LANGUAGES = ("fr", "es", "ar", "ru", "zh_Hans")
FORMS = {
    "fr": ("one", "other"),
    "es": ("one", "other"),
    "ar": ("zero", "one", "two", "few", "many", "other"),
    "ru": ("one", "few", "many"),
    "zh_Hans": ("other",),
}
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<12 || n%100>14) ? 1 : 2);",
    "zh_Hans": "nplurals=1; plural=0;",
}
EXACT = {"ar": ("zero", "one", "two"), "es": ("one",)}
NAMED = re.compile(r"%\((\w+)\)[sd]")
STRAY = re.compile(r"%(?!\(\w+\)[sd]|%)")
TAG = re.compile(r"</?[a-z][^>]*>")
PROBLEM = re.compile(r"\b[A-Z]{3,}-\d{3}\b")
CODED = re.compile(r"`[^`]+`")
CHANGING = re.compile(
    rb'"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator'
    rb"|Language-Team|Generated-By): .*\n"
)


def path_of(language: str, folder: Path = LOCALE) -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str = "") -> Catalog:
    """The catalogue in a file; an empty one where there is none."""
    if not path.is_file():
        return _empty(language)
    with path.open("rb") as lines:
        return read_po(lines, locale=language or None)


def _empty(language: str) -> Catalog:
    made = Catalog(language or None, project="Palermo", header_comment="# Palermo: what pages and files say.")
    made.fuzzy = False
    if language:
        made.mime_headers = [("Plural-Forms", PLURALS[language])]
    return made


def template(found: Iterable[Message]) -> Catalog:
    """The catalogue of English texts without a translation."""
    made = _empty("")
    for one in found:
        ids = (one.text, one.plural) if one.plural else one.text
        made.add(ids, context=one.context or None, locations=[(one.place, 0)])
    return made


def merged(language: str, english: Catalog, *, held: Catalog) -> Catalog:
    """The texts of `english` with the translations that `held` has of them; what went is left out."""
    made = _empty(language)
    for one in english:
        if one.id:
            known = held.get(_single(one), one.context)
            kept = known.string if known and known.pluralizable == one.pluralizable else None
            flags = known.flags & {"fuzzy"} if known and kept else ()
            empty = ("",) * len(FORMS[language]) if one.pluralizable else ""
            made.add(one.id, kept or empty, context=one.context, locations=one.locations, flags=flags)
    return made


def written(catalog: Catalog) -> bytes:
    """The file of a catalogue, without dates, so that the same texts give the same bytes."""
    out = BytesIO()
    write_po(out, catalog, width=0, include_lineno=False)
    return CHANGING.sub(b"", out.getvalue())


def compiled(folder: Path = LOCALE) -> list[Path]:
    """Makes the `.mo` file beside each `.po` file that is newer. Two may run at once."""
    made = []
    for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        out = path.with_suffix(".mo")
        if not out.is_file() or out.stat().st_mtime_ns <= path.stat().st_mtime_ns:
            draft = out.with_suffix(f".{os.getpid()}")
            with draft.open("wb") as lines:
                write_mo(lines, read(path))
            draft.replace(out)
            made.append(out)
    return made


def missing(catalog: Catalog, language: str) -> dict[str, Any]:
    """What is not translated, or only guessed, for a translator to fill in: {English: ""}.

    A text with a plural takes a form for each of the language's kinds of number:
    {"{n} case": {"plural": "{n} cases", "one": "", "other": ""}}. A text with a context is "context|text".
    """
    empty = dict.fromkeys(FORMS[language], "")
    return {
        key(one): {"plural": one.id[1], **empty} if one.pluralizable else ""
        for one in catalog
        if one.id and (one.fuzzy or not _whole(one, language))
    }


def key(one: Entry) -> str:
    return f"{one.context}|{_single(one)}" if one.context else _single(one)


def filled(catalog: Catalog, language: str, *, given: Mapping[str, Any], glossary: Any) -> list[str]:
    """Puts translations in; what was refused, each with why, changes nothing."""
    entries = {key(one): one for one in catalog if one.id}
    refused = []
    for text, translation in given.items():
        if not translation or (isinstance(translation, dict) and not any(_forms(translation, language))):
            continue
        if (one := entries.get(text)) is None:
            refused.append(f"{text!r}: there is no such text")
            continue
        put = _put(one, translation, language)
        wrong = faults(put, language, glossary=glossary)
        refused += [f"{text!r}: {fault}" for fault in wrong]
        if not wrong:
            one.string, one.flags = put.string, one.flags - {"fuzzy"}
    return refused


def _put(one: Entry, translation: Any, language: str) -> Entry:
    forms = _forms(translation, language) if isinstance(translation, dict) else translation
    return Entry(one.id, forms, context=one.context, locations=one.locations)


def _forms(translation: Mapping[str, str], language: str) -> tuple[str, ...]:
    return tuple(translation.get(form, "") for form in FORMS[language])


def faults(one: Entry, language: str, *, glossary: Any) -> list[str]:
    """What is wrong with one translation, in words."""
    if not _whole(one, language):
        return ["missing" if not one.pluralizable else f"needs the forms {', '.join(FORMS[language])}"]
    if one.fuzzy:
        return ["fuzzy"]
    texts = one.string if one.pluralizable else (one.string,)
    kinds = FORMS[language] if one.pluralizable else ("other",)
    exact = EXACT.get(language, ())
    found = [
        fault
        for text, kind in zip(texts, kinds, strict=True)
        for fault in _of_form(one, text, exact=one.pluralizable and kind in exact)
    ]
    return found + glossary.faults(" ".join(_ids(one)), " ".join(texts), language)


def _of_form(one: Entry, text: str, *, exact: bool) -> Iterator[str]:
    """Faults of one form; an `exact` one stands for a single number and may leave the number out."""
    last = _ids(one)[-1]
    asked, used = places(last), places(text)
    if used != asked and not (exact and used <= asked and len(asked - used) == 1):
        yield f"places differ: expected {_listed(asked)}, found {_listed(used)}"
    if NAMED.search(last) and STRAY.search(text):
        yield "a single % beside places: write %%"
    for what, pattern in (("tags", TAG), ("codes", PROBLEM), ("words in backquotes", CODED)):
        if sorted(pattern.findall(last)) != sorted(pattern.findall(text)):
            yield f"{what} differ"
    if last.startswith("\n") != text.startswith("\n") or last.endswith("\n") != text.endswith("\n"):
        yield "line breaks at an end differ"


def places(text: str) -> set[str]:
    """The places for values in a text: {count}, %(count)s.

    >>> sorted(places("{count} of %(all)s"))
    ['%(all)', '{count}']
    """
    named = {f"%({name})" for name in NAMED.findall(text)}
    try:
        return named | {f"{{{name}}}" for _t, name, _f, _c in string.Formatter().parse(text) if name}
    except ValueError:
        return named | {"a brace without its pair"}


def _listed(found: set[str]) -> str:
    return ", ".join(sorted(found)) or "none"


def _whole(one: Entry, language: str) -> bool:
    if not one.pluralizable:
        return bool(one.string)
    return isinstance(one.string, tuple) and len(one.string) == len(FORMS[language]) and all(one.string)


def _ids(one: Entry) -> tuple[str, ...]:
    return tuple(one.id) if one.pluralizable else (str(one.id),)


def _single(one: Entry) -> str:
    return _ids(one)[0]
