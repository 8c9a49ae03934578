"""Is the table of OWASP ASVS 5.0 whole, and does each "pass" name something that is there?

`STANDARD` is the standard's own list (5.0.0): for each section, the level of each of its requirements.
"""

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "docs" / "reference" / "asvs.csv"
COLUMNS = ["id", "level", "chapter", "subject", "result", "evidence", "remark"]
STANDARD = """
V1.1:22 V1.2:1111122223 V1.3:112222222223 V1.4:222 V1.5:123 V2.1:122 V2.2:112 V2.3:12223 V2.4:23
V3.1:3 V3.2:113 V3.3:12223 V3.4:11222233 V3.5:11122333 V3.6:3 V3.7:22333 V4.1:12233 V4.2:23333
V4.3:22 V4.4:1222 V5.1:2 V5.2:112333 V5.3:113 V5.4:222 V6.1:122 V6.2:111111112222 V6.3:11223333
V6.4:112233 V6.5:22222333 V6.6:2223 V6.7:33 V6.8:2222 V7.1:222 V7.2:1111 V7.3:22 V7.4:11222
V7.5:223 V7.6:22 V8.1:1233 V8.2:1123 V8.3:133 V8.4:23 V9.1:111 V9.2:1222 V10.1:22 V10.2:223
V10.3:22223 V10.4:1111122222233333 V10.5:22222 V10.6:22 V10.7:222 V11.1:2233 V11.2:22233
V11.3:11233 V11.4:1222 V11.5:23 V11.6:23 V11.7:33 V12.1:12233 V12.2:11 V12.3:22223 V13.1:2333
V13.2:222223 V13.3:2233 V13.4:1222233 V14.1:22 V14.2:12223333 V14.3:122 V15.1:12233 V15.2:12233
V15.3:1222222 V15.4:3333 V16.1:2 V16.2:22222 V16.3:2222 V16.4:222 V16.5:2223 V17.1:23
V17.2:22223333 V17.3:22
"""


def expected() -> dict[str, str]:
    """Level by id of all requirements of levels 1 and 2, in the order of the standard."""
    parts = (part.split(":") for part in STANDARD.split())
    levels = {f"{name}.{at}": level for name, each in parts for at, level in enumerate(each, 1)}
    assert Counter(levels.values()) == {"1": 70, "2": 183, "3": 92}
    return {one: level for one, level in levels.items() if level != "3"}


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        read = csv.DictReader(file)
        assert read.fieldnames == COLUMNS
        return list(read)


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def fault(evidence: str) -> str:
    """Why this shows nothing; "" where it is a test that exists, or a page."""
    name, _, test = evidence.partition("::")
    path = ROOT / name
    if not re.fullmatch(r"tests/[\w/]+\.py|docs/[\w/-]+\.md|SECURITY\.md", name) or not path.is_file():
        return f"{evidence}: no such test file or page"
    if name.endswith(".md"):
        return f"{evidence}: a page has no tests" if test else ""
    if not test:
        return "" if any(each.startswith("test_") for each in names_in(path)) else f"{name}: no tests"
    return "" if test.startswith("test_") and test in names_in(path) else f"{evidence}: no such test"


def test_every_requirement_is_there_once() -> None:
    found = rows()
    assert [(row["id"], row["level"]) for row in found] == list(expected().items())
    for row in found:
        assert row["chapter"].startswith(row["id"].partition(".")[0] + " "), row["id"]
        assert 3 <= len(row["subject"].split()) <= 10, row["id"]
        assert not any("|" in cell or "\n" in cell for cell in row.values()), row["id"]


def test_every_result_is_one_of_three_and_every_pass_is_shown() -> None:
    for row in rows():
        assert row["result"] in ("pass", "fail", "n-a"), row["id"]
        named = row["evidence"].split()
        assert bool(named) == (row["result"] == "pass"), row["id"]
        assert [each for each in map(fault, named) if each] == [], row["id"]
        assert row["remark"] or row["result"] == "pass", f"{row['id']}: say why"


NOTHING = """
tests/web/test_pages.py::test_that_is_not_there tests/web/test_pages.py::pages tests/web/conftest.py
tests/nowhere.py docs/nowhere.md docs/reference/rights.md::test_x palermo/__init__.py docs/../SECURITY.md
"""


@pytest.mark.parametrize("nothing", NOTHING.split())
def test_what_shows_nothing_is_found(nothing: str) -> None:
    assert fault(nothing)


def test_the_page_begins_with_the_counts_of_the_table() -> None:
    found = rows()
    count = Counter(row["result"] for row in found)
    text = " ".join((TABLE.with_suffix(".md")).read_text("utf-8").split())
    said = f"{count['pass']} pass, {count['fail']} fail, {count['n-a']} not applicable."
    assert f"# OWASP ASVS 5.0, level 2 {len(found)} requirements of levels 1 and 2: {said}" in text
