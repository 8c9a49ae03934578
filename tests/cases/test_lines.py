"""Does a record survive its journey through a file? Every kind, to the last field."""

import msgspec
import pytest
from hypothesis import given

from palermo.cases import AnyRecord, BrokenRecord, decode, encode, encode_all
from tests.strategies import RECORDS


@given(record=RECORDS)
def test_a_record_that_is_written_and_read_again_is_the_same(record: AnyRecord) -> None:
    assert decode(encode(record)) == record
    assert encode(decode(encode(record))) == encode(record)


@given(record=RECORDS)
def test_each_line_names_its_kind_and_holds_no_newline(record: AnyRecord) -> None:
    line = encode(record)
    assert b"\n" not in line
    assert msgspec.json.decode(line)["record"] == type(record).__struct_config__.tag


def test_lines_of_several_records_are_split_again() -> None:
    lines = encode_all([decode(b'{"record":"person","id":"1","organisation":"2"}')] * 3).splitlines()
    assert [decode(line) for line in lines] == [decode(lines[0])] * 3


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b'{"record":"person"}',
        b'{"record":"event","id":"1","organisation":"2"}',
        b'{"record":"person","id":"1","organisation":"2","religion":"x"}',
        b'{"record":"case","id":"1","organisation":"2","sex":3}',
    ],
)
def test_a_line_that_is_no_record_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(line)


def test_a_line_with_an_unknown_code_is_a_broken_record() -> None:
    with pytest.raises(BrokenRecord, match=r"CASES-001 Case\.sex: expected a code of the list sex"):
        decode(b'{"record":"case","id":"1","organisation":"2","sex":"femalee"}')
