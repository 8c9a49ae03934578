"""In which language is something said? A reader's language: its sentences, numbers and direction.

Six official languages of the United Nations. Plain Python reads the same catalogues as the pages do
(`palermo/locale`); a text without a translation stays English. Values go into a sentence after translation,
so that no found value is ever looked up.
"""

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from palermo.codes.listing import LANGUAGES

CATALOGUES = Path(__file__).parent.parent / "locale"
FOLDERS = {"zh": "zh_Hans"}
RIGHT_TO_LEFT = frozenset({"ar"})
FIRST, LAST = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
Say = Callable[[str], str]


class Phrase(str):
    """An English sentence that still knows its pattern and its values, so that a door can translate it."""

    pattern: str
    values: Mapping[str, object]


def phrase(pattern: str, **values: object) -> Phrase:
    """The sentence in English, with `values` put into the `{places}` of `pattern`.

    >>> phrase("a label has 1 to {most} characters", most=200)
    'a label has 1 to 200 characters'
    """
    made = Phrase(pattern.format(**values))
    made.pattern, made.values = pattern, values
    return made


@dataclass(frozen=True, slots=True)
class Language:
    """A reader's language. `say` translates a sentence; `code` names the column of the code lists."""

    code: str
    say: Say
    right_to_left: bool = False

    def said(self, text: str) -> str:
        """The text in this language; a `Phrase` is translated by its pattern."""
        if isinstance(text, Phrase):
            return self.say(text.pattern).format(**text.values)
        return self.say(text) if text else ""

    def isolated(self, text: str) -> str:
        """The text kept in its own order within a right-to-left sentence: "<5" never prints as "5>".

        Invisible marks (Unicode TR9: LRI, PDI), the same in HTML, SVG, XLSX and PDF; nothing where the
        language runs from left to right.
        """
        return f"{FIRST}{text}{LAST}" if self.right_to_left and text else text


ENGLISH = Language("en", str)


@cache
def language(code: str) -> Language:
    """The language with this code; English where Palermo does not speak it.

    >>> language("ar").right_to_left, language("xx").code
    (True, 'en')
    """
    if code not in LANGUAGES or code == "en":
        return ENGLISH
    found = gettext.translation("django", CATALOGUES, [FOLDERS.get(code, code)], fallback=True)
    return Language(code, found.gettext, code in RIGHT_TO_LEFT)
