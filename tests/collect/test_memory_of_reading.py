"""Does reading stay within bounded memory, with files as large and as hostile as the limits let through?

Each file is read by a process of its own, whose highest memory is asked of the system.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.collect.sent import repacked, workbook

MOST = 768
LABELS = ["First Name", "Trafficking Status", "Type of Exploitation"]
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
PROGRAM = """
import re, sys
from datetime import UTC, datetime
from palermo import ProblemWithInput
from palermo.collect import stream
try:
    flow = stream(open(sys.argv[1], "rb").read(), organisation="b" * 32, secret=b"s",
                  now=datetime(2026, 6, 1, tzinfo=UTC))
    for _ in flow:
        pass
    told = str(flow.rows)
except ProblemWithInput as refused:
    told = str(refused).partition(":")[0]
print(told, int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


def read(content: bytes, folder: Path) -> tuple[str, int]:
    """Rows or the code of the refusal, and the highest memory in megabytes."""
    if not Path("/proc/self/status").exists():
        pytest.skip(
            "only Linux tells the highest memory of a program without that of the one that started it"
        )
    path = folder / "sent"
    path.write_bytes(content)
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told, megabytes = done.stdout.split()
    return told, int(megabytes)


def cells(*texts: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


def sheet(rows: str) -> bytes:
    whole = f"<worksheet {MAIN}><sheetData><row>{cells(*LABELS)}</row>{rows}</sheetData></worksheet>"
    return whole.encode()


def numbered(piece: str, times: int) -> str:
    """Each with a number of its own, so that the archive is not refused for how small it packs."""
    return "".join(piece.format(number * 7919 % 1_000_003) for number in range(times))


def one_part(root: str, piece: str, times: int) -> bytes:
    return f"<{root} {MAIN}>{numbered(piece, times)}</{root}>".encode()


HOSTILE = {
    "one row of a million cells": lambda: {
        SHEET: sheet("<row>" + numbered('<c a="{}"/>', 1_000_000) + "</row>")
    },
    "what stands outside of rows": lambda: {SHEET: sheet(numbered('<a b="{}"/>', 1_000_000))},
    "half a million styles": lambda: {STYLES: one_part("styleSheet", '<xf a="{}"/>', 500_000)},
    "rows of a tree that is no sheet": lambda: {SHEET: one_part("a", '<row><c a="{}"/></row>', 400_000)},
    "one tag of a million attributes": lambda: {
        SHEET: sheet("<row " + numbered('a{}="" ', 1_000_000) + "/>")
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_the_reader_would_hold_at_once_is_refused(name: str, tmp_path: Path) -> None:
    told, megabytes = read(repacked(workbook([LABELS]), HOSTILE[name]()), tmp_path)
    assert told in ("COLLECT-005", "COLLECT-007")
    assert megabytes < 200


@pytest.mark.prove
def test_a_workbook_as_large_as_may_be(tmp_path: Path) -> None:
    """As many strings and tags as the limits let through, each string in four bytes a letter."""
    strings = numbered("<si><t>{}\U0001f600</t></si>", 1_000_000)
    rows = numbered('<row><c t="s"><v>{}</v></c></row>', 400_000)
    parts = {STRINGS: f"<sst {MAIN}>{strings}</sst>".encode(), SHEET: sheet(rows)}
    told, megabytes = read(repacked(workbook([LABELS]), parts), tmp_path)
    assert told in ("400000", "COLLECT-007", "COLLECT-013")
    assert megabytes < MOST


@pytest.mark.prove
def test_a_real_workbook_stays_small(shared: Path, tmp_path: Path) -> None:
    (portal,) = (shared / "glotip").glob("*.xlsx")
    told, megabytes = read(portal.read_bytes(), tmp_path)
    assert told == "58769"
    assert megabytes < 200
