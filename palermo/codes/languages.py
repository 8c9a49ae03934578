"""In which language is something said? A reader's language: its sentences, numbers, dates and direction.

Six official languages of the United Nations. Plain Python reads the same catalogues as the pages do
(`palermo/locale`); a text without a translation stays English. Values go into a sentence after translation,
so that no found value is ever looked up. Whatever is not running text (a number, a range, a mark such as
"<5", a code, a date) goes through `Language.isolated` and nothing else: right-to-left keeps its order.
"""

import gettext
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from palermo.codes import printing
from palermo.codes.listing import LANGUAGES
from palermo.codes.phrases import Phrase, marked, phrase

__all__ = ["ENGLISH", "Language", "Phrase", "language", "marked", "phrase"]
CATALOGUES = Path(__file__).parent.parent / "locale"
FOLDERS = {"zh": "zh_Hans"}
RIGHT_TO_LEFT = frozenset({"ar"})
LEFT, RIGHT = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{RIGHT-TO-LEFT ISOLATE}"
LAST = "\N{POP DIRECTIONAL ISOLATE}"
NOT_KNOWN = "–"
Say = Callable[[str], str]
SayMany = Callable[[str, str, int], str]


def _english_of(singular: str, plural: str, count: int) -> str:
    return singular if count == 1 else plural


@dataclass(frozen=True, slots=True)
class Language:
    """A reader's language. `say` translates a sentence; `code` names the column of the code lists."""

    code: str
    say: Say
    right_to_left: bool = False
    say_many: SayMany = _english_of

    def said(self, text: str) -> str:
        """The text in this language; a `Phrase` is translated by its pattern, its values printed our way."""
        if isinstance(text, Phrase):
            said, values = self.say(text.pattern), text.values
            return said.format(**{name: self._value(values[name]) for name in values}) if values else said
        return self.say(text) if text else ""

    def _value(self, value: object) -> object:
        match value:
            case Phrase():
                return self.said(value)
            case datetime():
                return self.instant(value)
            case date():
                return self.day(value)
            case bool() | None:
                return value
            case int() | float():
                return self.number(value)
            case _:
                return self.isolated(str(value))

    def counted(self, singular: str, plural: str, count: int, **values: object) -> str:
        """The sentence for so many, with `count` in its place.

        >>> ENGLISH.counted("{count} case", "{count} cases", 1352)
        '1\\xa0352 cases'
        """
        given = {name: self._value(value) for name, value in values.items()}
        return self.say_many(singular, plural, count).format(count=self.number(count), **given)

    def isolated(self, text: str) -> str:
        """The text kept in its own order within a right-to-left sentence: "<5" never prints as "5>".

        Invisible marks (Unicode TR9: LRI or RLI by the first letter with a direction, PDI), the same in HTML,
        SVG, XLSX and PDF; nothing where the language runs from left to right. What is put together of
        isolated parts (a list) keeps the sentence's order, so it is left as it is.
        """
        if not self.right_to_left or not text or _has_isolates(text):
            return text
        return f"{RIGHT if _runs_right_to_left(text) else LEFT}{text}{LAST}"

    def number(self, value: int | float | None, *, decimals: int | None = None) -> str:
        """1 352 with no-break spaces; 12.5 or 12,5; a dash for what is not known."""
        if value is None:
            return NOT_KNOWN
        return self.isolated(printing.number(value, self.code, decimals=decimals))

    def per_cent(self, value: int | float | None, *, decimals: int | None = None, sign: str = "") -> str:
        """The value, which is per cent already, with its sign or words; `sign` stands before it."""
        if value is None:
            return NOT_KNOWN
        number = self.isolated(sign + printing.number(value, self.code, decimals=decimals))
        return self.isolated(printing.per_cent(number, self.code))

    def below(self, limit: int) -> str:
        """The mark of a suppressed count: "<5"."""
        return self.isolated(f"<{printing.number(limit, self.code)}")

    def interval(self, lowest: int | float, highest: int | float | None) -> str:
        """From one number to another in short, "9–17"; the same twice is one number; open above is "48+"."""
        low = printing.number(lowest, self.code)
        if highest is None:
            return self.isolated(f"{low}+")
        if lowest == highest:
            return self.isolated(low)
        return self.isolated(f"{low}–{printing.number(highest, self.code)}")

    def day(self, value: date) -> str:
        """23 November 2026, as the United Nations prints it."""
        return self.isolated(printing.day(value, self.code))

    def month(self, value: date) -> str:
        """November 2026."""
        return self.isolated(printing.month(value, self.code))

    def instant(self, value: datetime) -> str:
        """23 November 2026, 14:05, in the time zone that it has."""
        return self.isolated(printing.instant(value, self.code))

    def dates(self, first: date, last: date) -> str:
        """From one day to another, in words; one day where they are the same."""
        if first == last:
            return self.day(first)
        return self.said("{first} to {last}").format(first=self.day(first), last=self.day(last))

    def listed(self, parts: Iterable[str], *, apart: bool = False) -> str:
        """The parts one after another, each kept in its order, with the language's comma; `apart` with its
        semicolon, for parts that may hold a comma.

        >>> ENGLISH.listed(["Iraq", "Mali"])
        'Iraq, Mali'
        """
        style = printing.style(self.code)
        return (style.semicolon if apart else style.comma).join(map(self.isolated, parts))

    def together(self, sentences: Iterable[str]) -> str:
        """Whole sentences one after another: with a space, in Chinese without."""
        return printing.style(self.code).space.join(filter(None, sentences))


def _has_isolates(text: str) -> bool:
    """Whether isolates stand in it already, each closed; what somebody typed may hold one that is open."""
    depth = 0
    for sign in text:
        depth += (sign in (LEFT, RIGHT)) - (sign == LAST)
        if depth < 0:
            return False
    return depth == 0 and LAST in text


def _runs_right_to_left(text: str) -> bool:
    """By the first letter that has a direction, as the Unicode algorithm decides for FSI."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"


ENGLISH = Language("en", str)


@cache
def language(code: str) -> Language:
    """The language with this code; English where Palermo does not speak it.

    >>> language("ar").right_to_left, language("xx").code
    (True, 'en')
    """
    found = gettext.translation("django", CATALOGUES, [FOLDERS.get(code, code)], fallback=True)
    if code == "en" or (code not in LANGUAGES and not isinstance(found, gettext.GNUTranslations)):
        return ENGLISH
    return Language(code, found.gettext, code in RIGHT_TO_LEFT, found.ngettext)
