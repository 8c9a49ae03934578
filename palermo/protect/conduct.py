"""Is somebody accused who belongs to the United Nations, a mandated force or an aid organisation?

Such an allegation never stays with the mission that it may concern: whole cases, with their persons and
referrals, leave by a channel of their own, sealed to a key that is held outside the mission. What may
identify an allegation stays behind in nothing: no list, count, submission or list of problems. Source:
S/2016/949, paragraphs 55-58.
"""

import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from palermo.cases import AnyRecord, BadRow, Case, Person, Problem, Referral, encode_all
from palermo.codes.personnel import PERSONNEL, personnel_of
from palermo.protect.containers import seal_file

_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class Parted:
    """What the mission keeps, and what leaves by the conduct channel."""

    kept: tuple[AnyRecord, ...]
    allegations: tuple[AnyRecord, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """What of a file leaves: its own rows (of records and bad rows), and the content to be sealed."""

    rows: frozenset[int] = frozenset()
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Allegation:
    """A sealed allegation. `digest` (keyed) recognises the same one; nothing else is readable."""

    digest: str
    sealed: bytes


def accuses(case: Case) -> bool:
    """Whether an actor of any episode is personnel.

    >>> from palermo.cases import Actor, Episode
    >>> told = Episode(actors=(Actor(relation="aid_personnel"),))
    >>> accuses(Case(id="1" * 32, organisation="2" * 32, episodes=(told,)))
    True
    """
    return any(actor.relation in PERSONNEL for episode in case.episodes for actor in episode.actors)


def parted(
    records: Iterable[AnyRecord], *, told: frozenset[str] = frozenset(), also: frozenset[str] = frozenset()
) -> Parted:
    """Records without allegations, and the allegations with what belongs to no other case.

    `told` are ids of cases that accuse for another reason than their actors; `also` are ids that a refused
    allegation names: their persons and referrals leave, and no other case.
    """
    everything = tuple(records)
    cases = {r.id for r in everything if isinstance(r, Case) and (r.id in told or accuses(r))}
    if not cases and not also:
        return Parted(everything, ())
    others = {r.person or r.id for r in everything if isinstance(r, Case) and r.id not in cases}
    known = {r.id for r in everything if isinstance(r, Case)} - cases
    persons = {r.person or r.id for r in everything if isinstance(r, Case) and r.id in cases}
    persons = (persons | also) - others
    refers = cases | (also - known)
    leaving = tuple(record for record in everything if _leaves(record, cases, persons, refers))
    gone = set(map(id, leaving))
    return Parted(tuple(record for record in everything if id(record) not in gone), leaving)


def _leaves(record: Any, cases: set[str], persons: set[str], refers: set[str]) -> bool:
    if isinstance(record, Case):
        return record.id in cases
    if isinstance(record, Person):
        return record.id in persons
    return isinstance(record, Referral) and record.case in refers


def leaving(
    records: Sequence[AnyRecord],
    *,
    places: Sequence[int],
    bad_rows: Sequence[BadRow],
    bad_places: Sequence[int],
    apart: frozenset[int],
) -> Leaving:
    """What of one reading leaves: cases that accuse, rows that speak of personnel (`apart`), and what is of
    the same persons. `places` and `bad_places` are the rows of records and bad rows.
    """
    speaking = [bad for bad, row in zip(bad_rows, bad_places, strict=True) if row in apart]
    told = frozenset(one.id for one, row in zip(records, places, strict=True) if row in apart and row)
    gone = parted(
        records, told=told, also=frozenset(one for bad in speaking for one in _ids(bad))
    ).allegations
    ids = {one.id for one in gone}
    refused = [
        (bad, row)
        for bad, row in zip(bad_rows, bad_places, strict=True)
        if row in apart or not ids.isdisjoint(_ids(bad))
    ]
    objects = set(map(id, gone))
    rows = {row for one, row in zip(records, places, strict=True) if id(one) in objects}
    rows |= {row for _, row in refused} | (apart - {0})
    found = b"".join(
        msgspec.json.encode({"record": "row as found"} | bad.cells) + b"\n" for bad, _ in refused
    )
    return Leaving(frozenset(rows), lines(gone) + found)


def _ids(bad: BadRow) -> set[str]:
    return {one for cell in bad.cells.values() for one in _ID.findall(cell)}


def speaks(found: Problem | BadRow) -> bool:
    """Whether what was found speaks of personnel, in any cell and also where JSON wrote it with escapes.

    >>> speaks(BadRow(7, "", {"line": '{"relation": "\\\\u0075n_personnel"'}))
    True
    """
    cells = found.cells.values() if isinstance(found, BadRow) else (found.found,)
    return any(personnel_of(_plain(cell)) for cell in cells if cell)


def _plain(cell: str) -> str:
    return _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), cell) if "\\u" in cell else cell


def sealed(content: bytes, *, public: bytes, made: datetime, key: bytes) -> Allegation:
    """A sealed file for whoever holds the conduct key, who opens it with `palermo open`.

    `key` makes the digest, by which the same allegation sent twice is known.

    >>> from datetime import UTC
    >>> from palermo.protect.containers import open_file
    >>> from palermo.protect.keys import new_pair
    >>> pair, day = new_pair(), datetime(2026, 1, 1, tzinfo=UTC)
    >>> told = sealed(b"invented", public=pair.public, made=day, key=bytes(32))
    >>> b"".join(open_file([told.sealed], private=pair.private))
    b'invented'
    """
    digest = hmac.digest(key, b"conduct" + content, "sha256").hex()
    return Allegation(digest, b"".join(seal_file([content], kind="allegation", made=made, keys=(public,))))


def lines(records: Iterable[AnyRecord]) -> bytes:
    """Allegations as Palermo's own JSON lines."""
    return encode_all(records)
