"""How does a backup say what it holds? A manifest, the rows of each table, and an ending that counts.

Frames of msgpack after their lengths, made small with zlib; sealed outside (`protect/containers.py`). Values
are those of SQLite (instants as text in UTC, truth as 0 or 1), so that a backup of one kind of database goes
into the other. No Django: a restore reads the manifest before there is an installation.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, TypeAlias

from msgspec import Meta, MsgspecError, Struct
from msgspec.msgpack import Decoder, encode

from palermo import ProblemWithInput

KIND = "backup"
UNCOUNTED = frozenset({"store_conductrow"})
"""Allegations against personnel are backed up and checked, and in no count that anybody sees."""
LEVEL, STEP, LENGTH, LONGEST = 1, 1024 * 1024, 4, 1 << 30


class NotUnderstood(ProblemWithInput):
    """It opens, and is no backup that this version reads."""

    def __init__(self) -> None:
        super().__init__(
            "BACKUP-003: the file opens, and holds no backup that this version of Palermo reads; restore it"
            " with the version that made it, or a newer one"
        )


Plain = Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_]{0,62}\Z")]
"""Names go into statements of the restore, and Django does not double a quotation mark in them."""
KeyFile = Annotated[str, Meta(pattern=r"^[a-z]+(-[a-z]+)*\Z")]
"""Names become files of the new home, and of no other folder."""


class Table(Struct, frozen=True):
    """A table and its columns, in the order of its rows."""

    name: Plain
    columns: tuple[Plain, ...]


class Manifest(Struct, frozen=True, kw_only=True, tag=True):
    """What a restore must know before the first row. `keys` are the installation's own key files."""

    version: str
    made: str
    migrations: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    keys: dict[KeyFile, bytes]

    def __repr__(self) -> str:
        return f"Manifest({self.made})"


class Rows(Struct, frozen=True, tag=True):
    """Some rows of the table of that number."""

    table: int
    rows: list[list[Any]]

    def __repr__(self) -> str:
        return f"Rows({self.table})"


class Ending(Struct, frozen=True, tag=True):
    """Rows by table, and the last entry of each organisation's audit chain: number and digest."""

    counts: dict[str, int]
    heads: dict[str, tuple[int, str]]


Frame: TypeAlias = Manifest | Rows | Ending
_decoder = Decoder(Frame)


def counted(counts: Mapping[str, int]) -> dict[str, int]:
    """Rows by table as they may be shown or written down.

    >>> counted({"store_caserow": 2, "store_conductrow": 1})
    {'store_caserow': 2}
    """
    return {table: count for table, count in counts.items() if table not in UNCOUNTED}


def packed(frames: Iterable[Frame]) -> Iterator[bytes]:
    """The frames as one stream of bytes."""
    smaller = zlib.compressobj(LEVEL)
    for frame in frames:
        body = encode(frame)
        yield smaller.compress(len(body).to_bytes(LENGTH) + body)
    yield smaller.flush()


def unpacked(parts: Iterable[bytes]) -> Iterator[Frame]:
    """The frames of a stream, one at a time; raises `NotUnderstood`.

    >>> sent = [Rows(0, [["invented", 1, None]]), Ending({"store_caserow": 1}, {})]
    >>> list(unpacked(packed(sent))) == sent
    True
    """
    held, whole = bytearray(), False
    for part in _larger(parts):
        held += part
        while len(held) >= LENGTH and len(held) >= (end := LENGTH + _size(held)):
            frame = _frame(bytes(held[LENGTH:end]))
            del held[:end]
            whole = isinstance(frame, Ending)
            yield frame
    if held or not whole:
        raise NotUnderstood


def manifest_of(frames: Iterator[Frame]) -> Manifest:
    """The first frame; raises `NotUnderstood` where it is no manifest."""
    first = next(frames, None)
    if not isinstance(first, Manifest):
        raise NotUnderstood
    return first


def _larger(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The stream as it was before it was made small, a little at a time, however much a part unfolds to."""
    larger = zlib.decompressobj()
    for part in parts:
        while part and not larger.eof:
            try:
                yield larger.decompress(part, STEP)
            except zlib.error:
                raise NotUnderstood from None
            part = larger.unconsumed_tail
    yield larger.flush()


def _size(held: bytearray) -> int:
    size = int.from_bytes(held[:LENGTH])
    if size > LONGEST:
        raise NotUnderstood
    return size


def _frame(body: bytes) -> Frame:
    try:
        return _decoder.decode(body)
    except (MsgspecError, UnicodeError):
        raise NotUnderstood from None
