"""In which language is something said? A reader's language: its sentences, numbers, dates and direction.

Six official languages of the United Nations. Plain Python reads the same catalogues as the pages do
(`palermo/locale`); a text without a translation stays English. Values go into a sentence after translation,
so that no found value is ever looked up. Whatever is not running text (a number, a range, a mark such as
"<5", a code, a date) goes through `Language.isolated` and nothing else: right-to-left keeps its order.
"""

import gettext
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from palermo.codes import printing
from palermo.codes.listing import LANGUAGES

CATALOGUES = Path(__file__).parent.parent / "locale"
FOLDERS = {"zh": "zh_Hans"}
RIGHT_TO_LEFT = frozenset({"ar"})
LEFT, RIGHT = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{RIGHT-TO-LEFT ISOLATE}"
LAST = "\N{POP DIRECTIONAL ISOLATE}"
NOT_KNOWN = "–"
Say = Callable[[str], str]
SayMany = Callable[[str, str, int], str]


class Phrase(str):
    """An English sentence that still knows its pattern and its values, so that a door can translate it.

    A value may be a number, a date or a phrase itself; each is said in the reader's language.
    """

    pattern: str
    values: Mapping[str, object]

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.pattern, dict(self.values))


def phrase(pattern: str, **values: object) -> Phrase:
    """The sentence in English, with `values` put into the `{places}` of `pattern`.

    >>> phrase("a label has 1 to {most} characters", most=200)
    'a label has 1 to 200 characters'
    """
    return _again(pattern, values)


def _again(pattern: str, values: Mapping[str, object]) -> Phrase:
    made = Phrase(pattern.format(**values))
    made.pattern, made.values = pattern, values
    return made


def marked(text: str) -> str:
    """The text as it is, marked to be translated where it is shown.

    >>> marked("Detected trafficking victims")
    'Detected trafficking victims'
    """
    return text


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
            return self.say(text.pattern).format(**{name: self._value(v) for name, v in text.values.items()})
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
        SVG, XLSX and PDF; nothing where the language runs from left to right, and never twice.
        """
        if not self.right_to_left or not text or _is_isolated(text):
            return text
        return f"{RIGHT if _runs_right_to_left(text) else LEFT}{text}{LAST}"

    def number(self, value: int | float | None, *, decimals: int | None = None) -> str:
        """1 352 with no-break spaces; 12.5 or 12,5; a dash for what is not known."""
        if value is None:
            return NOT_KNOWN
        return self.isolated(printing.number(value, self.code, decimals=decimals))

    def per_cent(self, value: int | float | None, *, decimals: int | None = None) -> str:
        """The value, which is per cent already, with its sign or words."""
        if value is None:
            return NOT_KNOWN
        return self.isolated(printing.per_cent(value, self.code, decimals=decimals))

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

    def listed(self, parts: Iterable[str]) -> str:
        """The parts one after another, with the language's comma, each kept in its order.

        >>> ENGLISH.listed(["Iraq", "Mali"])
        'Iraq, Mali'
        """
        return printing.style(self.code).comma.join(map(self.isolated, parts))


def _is_isolated(text: str) -> bool:
    """Whether the whole text is one isolate already."""
    return text[0] in (LEFT, RIGHT) and text.find(LAST) == len(text) - 1


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
