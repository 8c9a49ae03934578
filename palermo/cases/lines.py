"""How do records travel in a file? One JSON object a line, `record` naming its kind: Palermo's own layout."""

from collections.abc import Iterable

import msgspec

from palermo.cases.case import Case
from palermo.cases.others import (
    AggregateReturn,
    Effort,
    Incident,
    Organisation,
    Party,
    PatternReturn,
    Referral,
    StateReturn,
)
from palermo.cases.person import Person

AnyRecord = (
    Organisation
    | Party
    | Person
    | Case
    | Incident
    | Referral
    | Effort
    | StateReturn
    | AggregateReturn
    | PatternReturn
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)


def encode(record: AnyRecord) -> bytes:
    """One line of JSON without its newline."""
    return _encoder.encode(record)


def decode(line: bytes | str) -> AnyRecord:
    """The record of one line. Raises `msgspec.DecodeError` for bad JSON or types, `BrokenRecord` for faults.

    >>> decode(encode(Party(id="a" * 32, organisation="b" * 32, name="Invented Front")))
    Party(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)
    """
    return _decoder.decode(line)


def encode_all(records: Iterable[AnyRecord]) -> bytes:
    """All records as JSON lines."""
    return _encoder.encode_lines(records)
