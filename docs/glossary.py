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
NO_WORDS = re.compile(r"`[^`]*`|\{\w*\}|%\(\w+\)[sd]|<[^>]*>|[\w./]+\.(?:toml|csv|xlsx)|[A-Z]{3,}-\w+")
"""What stands in a text and is not translated: code, places, tags, names of files, codes of problems."""
NAMES = {"fr": "French", "es": "Spanish", "ar": "Arabic", "ru": "Russian", "zh_Hans": "Chinese"}
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
        """The forms as whole words; one with a capital letter is a name ("State") and is met as it is."""
        forms = (re.escape(one) if one != one.lower() else f"(?i:{re.escape(one)})" for one in self.english)
        return re.compile(rf"\b(?:{'|'.join(sorted(forms, key=len, reverse=True))})\b")


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
        folded, left, found = _folded(text), NO_WORDS.sub(" ", english), []
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


def page() -> str:
    """The glossary for a reader: the preferred term of each language, whence it comes, what to mind."""
    text = """# Glossary of translated terms

Written from `docs/glossary.csv`, the one place to correct a term; how is in
[Correct a translation](../how-to/correct-a-translation.md). Shown is the preferred form; the file holds the
other forms that a translation may use. `make check` asks for them, but for terms in *italics*, which English
also uses in other senses. No native reviewer has looked at it yet.
"""
    text += f"\n| English | {' | '.join(NAMES.values())} | source | note |\n|{'---|' * 8}\n"
    for term in sorted(Glossary.read().terms, key=lambda one: one.english[0].casefold()):
        english = term.english[0] if term.checked else f"*{term.english[0]}*"
        preferred = (term.allowed[language][0] for language in NAMES)
        text += f"| {english} | {' | '.join(preferred)} | {term.source} | {term.note} |\n"
    return text
