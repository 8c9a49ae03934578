"""Does a translation use the terms of the glossary? `glossary.csv` is the one place to correct a term.

A row: the English forms of the term, and for each language the forms that may stand for it, the preferred
one first, with `|` between them. A form is compared as a part of a word, without regard to case, so that a
stem covers its endings. Where one term holds another ("presumed victim", "victim"), the longer one counts.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parent / "glossary.csv"
COLUMNS = {"fr": "fr", "es": "es", "ar": "ar", "ru": "ru", "zh_Hans": "zh"}


@dataclass(frozen=True, slots=True)
class Term:
    """`english` are forms as whole words; `checked` is false for terms that are only explained."""

    english: tuple[str, ...]
    allowed: dict[str, tuple[str, ...]]
    source: str
    note: str
    checked: bool

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, self.english))})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Glossary:
    terms: tuple[Term, ...]

    @classmethod
    def read(cls, path: Path = FILE) -> "Glossary":
        """The glossary of a file; an empty one where there is none."""
        if not path.is_file():
            return cls(())
        with path.open(encoding="utf-8", newline="") as lines:
            return cls(tuple(_term(row) for row in csv.DictReader(lines)))

    def faults(self, english: str, text: str, language: str) -> list[str]:
        """Terms of the English text for which the translation has none of the allowed forms."""
        folded, left, found = _folded(text), english, []
        for term in sorted(self.terms, key=lambda one: -max(map(len, one.english))):
            left, times = term.pattern.subn(" ", left)
            allowed = term.allowed[language]
            if times and term.checked and not any(_folded(form) in folded for form in allowed):
                found.append(f"glossary: “{term.english[0]}” is {' or '.join(f'“{f}”' for f in allowed)}")
        return found


def _term(row: dict[str, str]) -> Term:
    allowed = {language: _forms(row[column]) for language, column in COLUMNS.items()}
    return Term(_forms(row["en"]), allowed, row["source"], row["note"], row["checked"] == "yes")


def _forms(cell: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in cell.split("|") if form.strip())


def _folded(text: str) -> str:
    """For comparing: lower case, composed, without Arabic vowel marks, one kind of apostrophe and space."""
    text = unicodedata.normalize("NFC", text).casefold().replace("’", "'").replace("\u00a0", " ")
    return re.sub("[\u064b-\u0652\u0640]", "", text)
