"""Is a code list whole? All of its faults at once, for our own lists and for packs that others made.

Source: the form of our lists, `lists/*.csv`. A fault names the row and what would be right,
never what was found.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from palermo.codes.listing import LANGUAGES

COLUMNS = ("code", *(f"label_{language}" for language in LANGUAGES), "definition", "source", "since", "until")


def list_faults(content: bytes) -> Iterator[str]:
    """The faults of a list in its CSV form, in the order of its rows; nothing where it is whole.

    >>> list(list_faults(b"code,label_en\\n"))[0]
    'the header: expected the columns code, label_en, label_fr, ...; label_fr is missing'
    """
    try:
        lines = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
        header, rows = lines.fieldnames or (), list(lines)
    except (UnicodeDecodeError, csv.Error):
        yield "the file: expected CSV in UTF-8"
        return
    missing = next((column for column in COLUMNS if column not in header), None)
    if missing:
        yield f"the header: expected the columns code, label_en, label_fr, ...; {missing} is missing"
        return
    yield from _row_faults(rows)
    yield from _repeated(rows)


def _row_faults(rows: Sequence[Mapping[str, str | None]]) -> Iterator[str]:
    if not rows:
        yield "the file: expected at least one code"
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            yield f"row {number}: expected as many cells as the header has"
            continue
        for column in ("code", "label_en", "source"):
            if not (row[column] or "").strip():
                yield f"row {number}: expected a {column}"
        if not _dates_follow(row["since"] or "", row["until"] or ""):
            yield f"row {number}: expected since and until as YYYY-MM-DD or empty, in this order"


def _repeated(rows: Sequence[Mapping[str, str | None]]) -> Iterator[str]:
    codes = Counter(row["code"] for row in rows)
    labels = Counter(row["label_en"] for row in rows if not row["until"])
    for number, row in enumerate(rows, start=2):
        if codes[row["code"]] > 1:
            yield f"row {number}: expected a code that no other row has"
        if labels[row["label_en"]] > 1 and not row["until"]:
            yield f"row {number}: expected an English label that no other code in force has"


def _dates_follow(since: str, until: str) -> bool:
    try:
        first = date.fromisoformat(since) if since else date.min
        return first <= (date.fromisoformat(until) if until else date.max)
    except ValueError:
        return False
