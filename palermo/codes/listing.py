"""Which codes does a list hold, and what does each mean? Never guesses: an unknown code is an error."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from palermo import ProblemWithInput
from palermo.codes.phrases import phrase

LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")
FOLDER = Path(__file__).parent / "lists"


class UnknownCode(ProblemWithInput):
    """A code that is not in its list. The message names the list, never the value that was found."""


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    labels: Mapping[str, str]
    definition: str = ""
    source: str = ""
    since: str = ""
    until: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    def label(self, language: str = "en") -> str:
        """The label in `language`, in English where the source has none."""
        return self.labels.get(language) or self.labels["en"]


@dataclass(frozen=True, slots=True)
class CodeList(Mapping[str, Code]):
    """Codes of one list in the order of their source; behaves as a mapping from code to `Code`.

    >>> code_list("acts").label("harbouring")
    'Harbouring'
    >>> "harboring" in code_list("acts"), code_list("acts").suggest("harboring")
    (False, 'harbouring')
    """

    name: str
    codes: Mapping[str, Code]

    def __getitem__(self, code: str) -> Code:
        try:
            return self.codes[code]
        except KeyError:
            raise UnknownCode(
                phrase(
                    'CODES-001: not a code of the list "{name}"; `palermo codes show LIST` prints one',
                    name=self.name,
                )
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def label(self, code: str, language: str = "en") -> str:
        return self[code].label(language)

    def suggest(self, found: str) -> str | None:
        """The nearest code or English label of the list, for "did you mean"; None where nothing is near."""
        by_word = {c: c for c in self.codes} | {v.label().lower(): c for c, v in self.codes.items()}
        from difflib import get_close_matches  # here: most runs suggest nothing

        near = get_close_matches(found.strip().lower().replace(" ", "_"), by_word, n=1, cutoff=0.8)
        near = near or get_close_matches(found.strip().lower(), by_word, n=1, cutoff=0.8)
        return by_word[near[0]] if near else None


@cache
def code_list(name: str) -> CodeList:
    """The list `name`, read once. Raises `UnknownCode` (CODES-002) where Palermo has no such list."""
    path = FOLDER / f"{name}.csv"
    if name not in list_names():
        raise UnknownCode("CODES-002: no such code list; `palermo codes lists` names them all")
    return read_list(path)


def read_list(path: Path) -> CodeList:
    """The list in a CSV file of our form, named as the file. `list_faults` says whether it is whole."""
    with path.open(encoding="utf-8", newline="") as lines:
        return CodeList(path.stem, {row["code"]: _code(row) for row in csv.DictReader(lines)})


def list_names() -> tuple[str, ...]:
    """Names of all built-in lists, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.csv")))


def _code(row: dict[str, str]) -> Code:
    labels = {language: row.pop(f"label_{language}") or "" for language in LANGUAGES}
    fixed = {key: row.pop(key) or "" for key in ("code", "definition", "source", "since", "until")}
    return Code(labels=labels, more=row, **fixed)
