"""What does a page look like in a language that is not one? English with accents, in brackets, 40 % longer.

A text without brackets was never marked to be translated; one that does not fit will not fit in Russian. The
language is made for tests only: no installation offers it.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo

CODE, LOCALES = "en-x-pseudo", ("en_X-pseudo", "en-x-pseudo")
KEPT = re.compile(r"(\{\w*\}|%\(\w+\)[sd]|%%|<[^>]*>|`[^`]*`|&\w+;|\n)")
ACCENTS = str.maketrans("aeiouycnsAEIOUYCNS", "àéîöûýçñšÀÉÎÖÛÝÇÑŠ")
LONGEST = 6  # what makes a text longer is made of words, which break like any other
FIRST, LAST = "⟦", "⟧"
SHOWN = ("title", "aria-label", "alt", "placeholder", "data-still")
SILENT = {"script", "style", "code", "bdi", "head", "template", "svg"}
VOID = {"input", "br", "link", "meta", "img", "hr", "wbr", "path", "use", "circle", "rect", "line"}


def pseudo(text: str) -> str:
    """The text as the pseudo-language says it; places for values and tags stay.

    >>> pseudo("at most {most} rows")
    '⟦àt möšt {most} röwš ~~~~~⟧'
    """
    parts = KEPT.split(text)
    said = "".join(part if at % 2 else part.translate(ACCENTS) for at, part in enumerate(parts))
    count = max(1, round(0.4 * sum(len(part) for part in parts[::2])))
    longer = " ".join("~" * min(LONGEST, count - at) for at in range(0, count, LONGEST + 1))
    end = "\n" if said.endswith("\n") else ""
    return f"{FIRST}{said.removesuffix(end)} {longer}{LAST}{end}"


@cache
def english() -> Any:
    """The catalogue of all that is marked, in English."""
    docs = str(Path(__file__).resolve().parent.parent / "docs")
    sys.path.insert(0, docs)
    try:
        import catalogues
        from extracting import messages
    finally:
        sys.path.remove(docs)
    return catalogues.template(messages())


def texts() -> list[str]:
    """All that is marked and has no plural."""
    return [str(one.id) for one in english() if one.id and not one.pluralizable]


def made(folder: Path) -> Path:
    """A folder of catalogues with the pseudo-language only."""
    spoken = deepcopy(english())
    spoken.mime_headers = [("Plural-Forms", "nplurals=2; plural=(n != 1);")]
    for one in spoken:
        if one.id:
            one.string = tuple(map(pseudo, one.id)) if one.pluralizable else pseudo(one.id)
    for name in LOCALES:
        path = folder / name / "LC_MESSAGES" / "django.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            write_mo(out, spoken)
    return folder


@contextmanager
def spoken(folder: Path, settings: Any, monkeypatch: Any) -> Iterator[None]:
    """While it is open, the pages and the plain part speak the pseudo-language."""
    from palermo.codes import languages

    settings.LOCALE_PATHS = [folder]
    settings.LANGUAGES = [(CODE, "Pseudo")]
    settings.LANGUAGE_CODE = CODE
    monkeypatch.setattr(languages, "CATALOGUES", folder)
    languages.language.cache_clear()
    yield
    languages.language.cache_clear()


class Words(HTMLParser):
    """The texts that a reader of a page meets, values in `<bdi>` and other languages left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.isolated: list[str] = []
        self._silent: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if not self._silent:
            self.found += [text for name in SHOWN if (text := given.get(name))]
        other = tag != "html" and "lang" in given
        if tag not in VOID and (self._silent or tag in SILENT or other):
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and self._silent == ["bdi"]:
            self.isolated.append(data.strip())
        if data.strip() and not self._silent:
            goes_on = self.found and self.found[-1].count(FIRST) > self.found[-1].count(LAST)
            if goes_on:  # a sentence with a value in `<bdi>` in it
                self.found[-1] += data.rstrip()
            else:
                self.found.append(data.strip())


def isolated(page: str) -> list[str]:
    """What stands alone in `<bdi>`: values, and texts that should have been translated."""
    return Words(page).isolated


def unmarked(page: str) -> list[str]:
    """Texts with letters outside brackets."""
    return [text for text in Words(page).found if re.search(r"[^\W\d_]", _outside(text))]


def _outside(text: str) -> str:
    """What is left of a text without what stands in brackets, however deep."""
    depth, left = 0, []
    for sign in text:
        depth += (sign == FIRST) - (sign == LAST)
        if depth == 0 and sign != LAST:
            left.append(sign)
    return "".join(left)
