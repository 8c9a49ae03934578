"""Columns: what a page shows beside a value as the file's own word was what made that value."""

from typing import Any

import msgspec
import pytest

from palermo.cases import Case
from palermo.collect.columns import fields_of, label_of
from palermo.collect.ctdc import CODED, NEEDED, TICKS
from palermo.collect.ctdc import known_columns as ctdc_columns
from palermo.collect.htcds_layout import known_columns, picklist
from tests.collect.sent import cases, sent, table_csv

KEPT = {"citizenship", "place", "one", "many"}
BARE = {"prs_Gender": "Feminine", "vic_TypeOfExploitation": "ForcedLabour", "cas_Status": "Active"}
CTDC_BARE = dict.fromkeys(NEEDED, "") | {"yearOfRegistration": "2015", "isSexualExploit": "1"}
WITH = {
    "vic_TraffickingStatusDecisionMakingOrg": {"vic_TraffickingStatus": "ActualVictimOfTrafficking"},
    "hte_Country": {"hte_Type": "Recruitment"},
    "isSexualExploit": {"isSexualExploit": ""},
    "typeOfSexOther": {"isSexualExploit": ""},
    "typeOfSexPrivateSexualServices": {"isSexualExploit": ""},
}
"""What the rest of the row must say for the column to tell anything."""


def read_one(row: dict[str, str], **options: Any) -> Case:
    (case,) = cases(sent(table_csv([row]), **options))
    return case


def said(case: Case) -> dict[str, Any]:
    """The fields of a case by path, those of its episodes together; without what the file said."""
    plain = msgspec.to_builtins(case)
    episodes = plain.pop("episodes", [])
    found = {name: value for name, value in plain.items() if name not in ("raw", "id", "source")}
    for part in ("detection", "ages"):
        found |= {f"{part}.{name}": value for name, value in found.pop(part, {}).items()}
    return found | {f"episodes.{name}": value for one in episodes for name, value in one.items()}


def differing(one: Case, other: Case) -> set[str]:
    first, second = said(one), said(other)
    return {path for path in first | second if first.get(path) != second.get(path)}


@pytest.mark.parametrize("column", [c.column for c in known_columns().values() if c.kind in KEPT])
def test_an_htcds_column_changes_only_the_fields_that_it_tells(column):
    bare = BARE | WITH.get(column, {})
    before = read_one(bare, layout="htcds")
    words = [v.code for v in picklist(column).values()] or ["Mali", "Nigeria"]
    changed = set[str]()
    for word in words:
        try:
            changed |= differing(before, read_one({**bare, column: word}, layout="htcds"))
        except ValueError:  # the row stayed out: not every word fits this row
            continue
    assert changed <= set(fields_of(column)), changed
    assert changed or not fields_of(column), "no word of the column changes anything"


@pytest.mark.parametrize("column", [c.column for c in ctdc_columns().values() if c.kind not in ("repeats",)])
def test_a_ctdc_column_changes_only_the_fields_that_it_tells(column):
    kind = ctdc_columns()[column].kind
    words = ["1"] if kind in TICKS else list(CODED.get(kind, {"NGA": 0, "2016": 0}))
    bare = CTDC_BARE | WITH.get(column, {})
    before, changed = read_one(bare, layout="ctdc-62"), set[str]()
    for word in words:
        try:
            changed |= differing(before, read_one({**bare, column: word}, layout="ctdc-62"))
        except ValueError:
            continue
    assert changed <= set(fields_of(column)), changed
    assert changed or not fields_of(column), "no word of the column changes anything"


def test_the_check_would_find_a_column_that_tells_more():
    changed = differing(read_one(BARE, layout="htcds"), read_one(BARE | {"prs_Gender": "Masculine"}))
    assert changed == {"sex", "gender"} == set(fields_of("prs_Gender"))


def test_a_column_has_the_words_of_its_layout():
    assert label_of("prs_Gender") != "prs_Gender"
    assert label_of("yearOfRegistration") == "yearOfRegistration"
