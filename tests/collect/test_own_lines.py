"""Do Palermo's own lines come in whole, with all faults told and nothing quoted?"""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from palermo.cases import AnyRecord, Case, encode
from palermo.collect import bad_rows_csv
from tests.collect.sent import NOW, OURS, codes, sent
from tests.strategies import RECORDS

ID = "a" * 32


def line(**fields: Any) -> bytes:
    return json.dumps({"record": "case", "id": ID, "organisation": OURS} | fields).encode()


@given(RECORDS)
@settings(max_examples=60, deadline=None)
def test_records_come_in_as_they_are(record: AnyRecord) -> None:
    reading = sent(b"{\n" + encode(record) + b"\n{", organisation="")
    assert codes(reading) == ["COLLECT-030"] * 2
    (found,) = reading.records
    if getattr(record, "arrived", NOW) is None:
        found = msgspec.structs.replace(found, arrived=None)
    assert found == record


@pytest.mark.parametrize(
    ("bad", "code", "column"),
    [
        (b'{"record": "case", ', "COLLECT-030", ""),
        (b'{"record": "Zulmira"}', "COLLECT-031", ""),
        (b"[1]", "COLLECT-031", ""),
        (line(Zulmira="x"), "COLLECT-031", ""),
        (line(sex=7), "COLLECT-031", "sex"),
        (
            line(statuses=[{"step": "presumed", "when": {"earliest": "Zulmira", "latest": "2020-01-01"}}]),
            "COLLECT-031",
            "statuses.when.earliest",
        ),
        (b'{"record": "case"}', "COLLECT-031", "id"),
        (line(id="Zulmira"), "COLLECT-031", "id"),
        (line(sex="Zulmira"), "COLLECT-028", "Case.sex"),
        (b"{" + b'"raw":{' * 5000, "COLLECT-030", ""),
        (b'{"record":"case","id":"\xff\xfe"}', "COLLECT-030", ""),
        (b'{"raw":' + b"[" * 100_000, "COLLECT-031", ""),
    ],
)
def test_a_bad_line_costs_itself_only(bad: bytes, code: str, column: str) -> None:
    good = line(id="c" * 32)
    reading = sent(line() + b"\n" + bad + b"\n\n" + good)
    assert [(p.code, p.row) for p in reading.problems] == [(code, 2)]
    assert reading.problems[0].column in (column, "")
    assert not column or reading.problems[0].column == column
    assert [record.id for record in reading.records] == [ID, "c" * 32]
    assert "Zulmira" not in str(reading.problems[0])
    assert bad_rows_csv(reading).strip().startswith(bad[:7])


def test_all_broken_invariants_of_a_line_are_told() -> None:
    reading = sent(line(sex="w", gender="w", kind="proxy"))
    assert codes(reading) == ["COLLECT-028"] * 3
    assert {p.column for p in reading.problems} == {"Case.sex", "Case.gender", "Case.reporter"}


def test_an_id_is_given_once() -> None:
    reading = sent(line() + b"\n" + line(sex="male"))
    assert (codes(reading), len(reading.records), reading.bad_rows[0].row) == (["COLLECT-032"], 1, 2)


def test_records_become_those_of_the_sender() -> None:
    theirs = encode(Case(id=ID, organisation="f" * 32))
    assert sent(theirs).records[0].organisation == OURS  # type: ignore[union-attr]
    assert codes(sent(theirs)) == ["COLLECT-046"]
    assert sent(theirs, organisation="").records[0].organisation == "f" * 32  # type: ignore[union-attr]


def test_invented_files_mark_their_records() -> None:
    assert sent(line(), invented=True).records[0].invented  # type: ignore[union-attr]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings_of_lines(encoding: str) -> None:
    text = line(raw={"a": "é"}).decode().encode(encoding)
    assert len(sent(text).records) == 1
