"""Is somebody accused who belongs to the United Nations, a mandated force or an aid organisation?

Such an allegation never stays with the mission that it may concern: whole cases, with their persons and
referrals, leave by a channel of their own, sealed to a key that is held outside the mission. What may
identify an allegation stays behind in nothing: no list, count, submission or list of problems. Source:
S/2016/949, paragraphs 55-58.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from palermo.cases import AnyRecord, BadRow, Case, Person, Problem, Referral, encode_all
from palermo.codes import code_list
from palermo.protect.containers import seal_file

PERSONNEL = frozenset({"un_personnel", "mandated_personnel", "aid_personnel"})


@dataclass(frozen=True, slots=True)
class Parted:
    """What the mission keeps, and what leaves by the conduct channel; `rows` are the file's that leave."""

    kept: tuple[AnyRecord, ...]
    allegations: tuple[AnyRecord, ...]
    rows: frozenset[int] = frozenset()


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


def parted(records: Iterable[AnyRecord]) -> Parted:
    """Records without allegations, and the allegations with what belongs to no other case."""
    everything = tuple(records)
    accusing = [record for record in everything if isinstance(record, Case) and accuses(record)]
    if not accusing:
        return Parted(everything, ())
    cases = {case.id for case in accusing}
    others = {r.person or r.id for r in everything if isinstance(r, Case) and r.id not in cases}
    persons = {case.person or case.id for case in accusing} - others
    leaving = tuple(record for record in everything if _leaves(record, cases, persons))
    gone = set(map(id, leaving))
    rows = frozenset(case.source.row for case in accusing if case.source)
    return Parted(tuple(record for record in everything if id(record) not in gone), leaving, rows)


def _leaves(record: Any, cases: set[str], persons: set[str]) -> bool:
    if isinstance(record, Case):
        return record.id in cases
    if isinstance(record, Person):
        return record.id in persons
    return isinstance(record, Referral) and record.case in cases


def without_rows(found: Iterable[Any], rows: frozenset[int]) -> tuple[Any, ...]:
    """Problems and bad rows (`Problem`, `BadRow`) that are not of an allegation and speak of none."""
    return tuple(each for each in found if each.row not in rows and not _speaks(each))


def _speaks(found: Problem | BadRow) -> bool:
    cells = found.cells.values() if isinstance(found, BadRow) else (found.found,)
    return any(word in str(cell).casefold() for cell in cells for word in _words())


def _words() -> frozenset[str]:
    codes = code_list("actor_relations")
    return PERSONNEL | {codes[code].label().casefold() for code in PERSONNEL}


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
