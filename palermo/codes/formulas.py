"""Which text would a spreadsheet run as a formula? An apostrophe before it makes it text again.

Source: OWASP, "CSV Injection"; also after spaces, signs that do not show and apostrophes, and in the wide and
small forms that East Asian keyboards write, which spreadsheets take for the plain ones.
"""

from typing import TypeVar

STARTS = frozenset("=+-@＝＋－＠﹦﹢﹣﹫")
BREAKS = ("\t", "\r", "\n")
Value = TypeVar("Value")


def guarded(value: Value) -> Value:
    """The value; text that a spreadsheet would run as a formula gets an apostrophe before it.

    >>> guarded("=1+1"), guarded("Iraq"), guarded(-1), guarded("  ＋5"), guarded("'-5")
    ("'=1+1", 'Iraq', -1, "'  ＋5", "''-5")
    """
    return f"'{value}" if isinstance(value, str) and _runs(value) else value  # type: ignore[return-value]


def unguarded(cell: str) -> str:
    """What `guarded` put in front is taken off again.

    >>> unguarded(guarded("=1+1")), unguarded("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    return cell[1:] if cell.startswith("'") and _runs(cell) else cell


def _runs(text: str) -> bool:
    """Whether the first sign that shows, apostrophes apart, begins a formula; or a break comes first."""
    for sign in text:
        if sign in STARTS:
            return True
        if sign.isprintable() and sign not in " '":
            break
    return text.lstrip("'").startswith(BREAKS)
