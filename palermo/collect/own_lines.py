"""What do Palermo's own JSON lines hold? One record a line; a bad line never costs the good ones.

Records keep their ids. A problem names the field, never what it held: the words of a JSON error may quote it.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from palermo.cases import AnyRecord, BadRow, Organisation, Problem, collecting, decode
from palermo.cases.record import Record
from palermo.codes.languages import marked
from palermo.collect.arriving import Arrival
from palermo.collect.catalogue import problem, refused
from palermo.collect.decoding import decoded
from palermo.collect.sheets import Item, held

_PATH = re.compile(r"at `\$([\w.\[\]]*)`")
_FIELD = re.compile(r"^Object (?:missing required field|contains unknown field) `(\w+)`")
_DEEPEST = 200
_ID = re.compile("[0-9a-f]{32}")
ID_IS = marked("32 hexadecimal digits")
REFERENCES = ("id", "organisation", "person", "case")
LINE = "line"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def lines(
    numbered: Iterable[tuple[int, bytes]], arrival: Arrival, seen: Callable[[], None]
) -> Iterator[Item]:
    """Records, problems and bad rows in the order of the file."""
    ids: set[tuple[type, str]] = set()
    taken_over = bad = 0
    for number, line in numbered:
        seen()
        record, problems = _record(line, number, arrival)
        if record is not None and (type(record), record.id) in ids:
            record, problems = None, [problem(32, row=number, column="id")]
        yield from problems
        if record is None:
            text = line[: arrival.limits.line_characters].decode("utf-8", "replace")
            bad += held((text,), len(problems))
            if bad > arrival.limits.bad_cells:
                raise refused(13)
            yield BadRow(number, arrival.key(number), {LINE: text})
            continue
        ids.add((type(record), record.id))
        ours = _ours(record, arrival)
        taken_over += getattr(ours, "organisation", "") != getattr(record, "organisation", "")
        yield ours
    if taken_over:
        yield problem(46, found=f"{taken_over} records")


def numbered(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1."""
    wide = content.startswith(_UTF16) or b"\0" in content[:4]
    whole = _narrow(content) if wide else io.BytesIO(content)
    for number, line in enumerate(whole, 1):
        text = line.removeprefix(codecs.BOM_UTF8).strip()
        if text:
            yield number, text


def _narrow(content: bytes) -> Iterator[bytes]:
    return (line.encode("utf-8", "surrogateescape") for line in decoded(content).text)


def _record(line: bytes, number: int, arrival: Arrival) -> tuple[AnyRecord | None, list[Problem]]:
    if len(line) > arrival.limits.line_characters:
        return None, [problem(21, row=number)]
    if line.count(b"[") + line.count(b"{") > _DEEPEST * 50:
        return None, [problem(31, row=number)]
    with collecting() as broken:
        try:
            record = decode(line)
        except msgspec.ValidationError as error:
            return None, [problem(31, row=number, column=_place(str(error)))]
        except (msgspec.DecodeError, UnicodeError, RecursionError, OverflowError, ValueError):
            return None, [problem(30, row=number)]
    problems = [problem(28, row=number, column=f"{b.record}.{b.field}", expected=b.expected) for b in broken]
    problems += [problem(31, row=number, column=one, expected=ID_IS) for one in _no_ids(record)]
    return (None, problems) if problems else (record, [])


def _no_ids(record: AnyRecord) -> Iterator[str]:
    """Fields that refer to records: free text in one of them would stay readable."""
    for name in REFERENCES:
        value = getattr(record, name, None)
        if value is not None and not _ID.fullmatch(value):
            yield name


def _place(message: str) -> str:
    """The field that the error names, from the shape of our own records only."""
    path = _PATH.search(message)
    named = _FIELD.search(message)
    fields = [part for part in re.split(r"[.\[\]]+", path[1] if path else "") if part in _FIELDS]
    if named and named[1] in _FIELDS:
        fields.append(named[1])
    return ".".join(fields)


def _ours(record: AnyRecord, arrival: Arrival) -> AnyRecord:
    """The record as the importing organisation's; what has no arrival gets this one's."""
    changes: dict[str, Any] = {}
    ours = isinstance(record, Organisation) or record.organisation == arrival.organisation
    if arrival.organisation and not ours:
        changes["organisation"] = arrival.organisation
    if getattr(record, "arrived", arrival.arrived) is None:
        changes["arrived"] = arrival.arrived
    if arrival.invented and not getattr(record, "invented", True):
        changes["invented"] = True
    return msgspec.structs.replace(record, **changes) if changes else record


_FIELDS = frozenset(name for kind in Record.__subclasses__() for name in kind.__struct_fields__)
