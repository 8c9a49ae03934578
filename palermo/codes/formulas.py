"""Which text would a spreadsheet run as a formula? An apostrophe before it makes it text again.

Source: OWASP, "CSV Injection"; also after spaces, invisible signs and apostrophes, and in the wide and small
forms that East Asian keyboards write, which spreadsheets take for the plain ones.
"""

import re
from typing import TypeVar

INVISIBLE = r"\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
RUN = re.compile(rf"['{INVISIBLE}\s]*[=+\-@＝＋－＠﹦﹢﹣﹫]|'*[\t\r\n]")
Value = TypeVar("Value")


def guarded(value: Value) -> Value:
    """The value; text that a spreadsheet would run as a formula gets an apostrophe before it.

    >>> guarded("=1+1"), guarded("Iraq"), guarded(-1), guarded("  ＋5"), guarded("'-5")
    ("'=1+1", 'Iraq', -1, "'  ＋5", "''-5")
    """
    return f"'{value}" if isinstance(value, str) and RUN.match(value) else value  # type: ignore[return-value]


def unguarded(cell: str) -> str:
    """What `guarded` put in front is taken off again.

    >>> unguarded(guarded("=1+1")), unguarded("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    return cell[1:] if cell.startswith("'") and RUN.match(cell) else cell
