"""What was wrong with a submission, where, and what to do? All problems, not the first.

What was found is kept apart in `found`: it is shown to the file's owner only, because a shifted column
turns a label into a name. `str(problem)` never holds it.
"""

from dataclasses import dataclass, field

from palermo.codes.languages import Language, phrase


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a submission. `row` is the file's row number (1 is the first line), 0 the whole file.

    `refused` says whether the row stayed out; a problem that only warns leaves the row in. `times` counts the
    rows that it stands for: a label that nobody settled yet is told once, with the first row that holds it.

    >>> print(Problem("COLLECT-014", "a code of acts", "mend it", row=7, column="act", found="Amina"))
    COLLECT-014 row 7, column "act": expected a code of acts. Mend it.
    """

    code: str
    expected: str
    todo: str
    row: int = 0
    column: str = ""
    found: str = field(default="", repr=False)
    suggestion: str = ""
    refused: bool = True
    times: int = 1

    @property
    def place(self) -> str:
        """Where it is, as a sentence that can be said in the reader's language."""
        if not self.row and not self.column:
            return phrase("the file")
        if not self.column:
            return phrase("row {row}", row=self.row)
        if not self.row:
            return phrase('column "{column}"', column=self.column)
        return phrase('row {row}, column "{column}"', row=self.row, column=self.column)

    def told(self, language: Language) -> str:
        """The problem as a sentence in the reader's language; never what was found."""
        place = self.place
        if self.times > 1:
            place = phrase("{place} and {count} more", place=place, count=self.times - 1)
        todo = language.said(self.todo)
        parts = {
            "code": language.isolated(self.code),
            "place": language.said(place),
            "expected": language.said(self.expected),
            "todo": todo[:1].upper() + todo[1:],
        }
        if not self.suggestion:
            return language.say("{code} {place}: expected {expected}. {todo}.").format(**parts)
        said = language.say('{code} {place}: expected {expected}. Did you mean "{suggestion}"? {todo}.')
        return said.format(**parts, suggestion=language.isolated(self.suggestion))

    def __str__(self) -> str:
        hint = f' Did you mean "{self.suggestion}"?' if self.suggestion else ""
        rows = f" and {self.times - 1:,} more" if self.times > 1 else ""
        todo = self.todo[:1].upper() + self.todo[1:]
        return f"{self.code} {self.place}{rows}: expected {self.expected}.{hint} {todo}."


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that stayed out, as found, for its owner to correct and send again; `key` supersedes."""

    row: int
    key: str = field(repr=False)
    cells: dict[str, str] = field(repr=False)
