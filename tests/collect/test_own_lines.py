"""Do Palermo's own lines come in whole, with all faults told and nothing quoted?"""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from palermo.cases import (
    AnyRecord,
    Case,
    Effort,
    Incident,
    Party,
    Person,
    Place,
    Referral,
    When,
    encode,
)
from palermo.collect import bad_rows_csv
from tests.collect.sent import NOW, OURS, codes, sent
from tests.strategies import RECORDS

ID = "a" * 32
EARLIER = datetime(2026, 2, 1, tzinfo=UTC)


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


def test_every_record_keeps_when_it_arrived() -> None:
    """What has an arrival keeps it; an organisation is no report, so it has none."""
    month, place = When.month(2025, 3), Place(area="MLI")
    ids = {"id": ID, "organisation": OURS}
    undated = [
        Case(**ids),
        Person(**ids),
        Party(**ids, name="Invented Front"),
        Incident(**ids, type="sale", when=month, place=place),
        Referral(**ids, case="d" * 32, service="shelter", to="an invented clinic"),
        Effort(**ids, month=month, place=place, interviews=2, without_indication=1),
    ]
    dated = [msgspec.structs.replace(one, id="e" * 32, arrived=EARLIER) for one in undated]
    reading = sent(b"\n".join(map(encode, (*undated, *dated))))
    assert reading.problems == ()
    assert [one.arrived for one in reading.records] == [NOW] * 6 + [EARLIER] * 6


@pytest.mark.parametrize("name", ["id", "organisation", "person"])
def test_what_refers_to_a_record_is_no_free_text(name: str) -> None:
    reading = sent(line(**{name: "Zulmira Invented"}), organisation="")
    assert [(p.code, p.column) for p in reading.problems] == [("COLLECT-031", name)]


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"mrm_case": "Zulmira Invented"}, "Case.mrm_case"),
        ({"mrm_case": "x" * 41}, "Case.mrm_case"),
        ({"mrm_case": "MRM-2025/17.b_2"}, ""),
        ({"detection": {"place": {"area": "MLI", "first_level": "at Zulmira's house"}}}, "Place.first_level"),
        ({"detection": {"place": {"area": "MLI", "first_level": "MLI-02"}}}, ""),
        ({"statuses": [{"step": "presumed", "decided_by": "Zulmira Invented"}]}, "Status.decided_by"),
    ],
)
def test_no_sentence_with_a_name_fits_into_what_stays_readable(fields: dict[str, Any], column: str) -> None:
    assert [p.column for p in sent(line(**fields)).problems] == ([column] if column else [])


def test_effort_is_of_one_month() -> None:
    effort = Effort(
        id=ID, organisation=OURS, month=When.month(2025, 3), place=Place(), interviews=1, without_indication=0
    )
    assert not sent(encode(effort)).problems
    longer = encode(effort).replace(b"2025-03-31", b"2025-04-01")
    assert [p.column for p in sent(longer).problems] == ["Effort.month"]
