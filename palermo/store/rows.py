"""How does a record become a row, and a row a record? Batches of SQL, not objects one by one.

`prepare` works before the transaction (encoding, sealing, refusing), `save` within it. The record's key is
(organisation, id): ids are keyed hashes of layout and natural key. An unchanged record changes nothing; a
mended one supersedes its original, which stays as an earlier version. No file name, natural key or exact
value reaches a column in clear.
"""

import copy
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from palermo.cases import (
    AnyRecord,
    Case,
    Counted,
    Organisation,
    Person,
    Referral,
    Source,
    StateReturn,
    counted,
    decode,
    encode,
)
from palermo.cases.protected import readable
from palermo.store import vault
from palermo.store.models import CaseRow, PersonRow, RecordRow, ReturnRow

OUR_KEY = re.compile(r"[0-9a-f]{32,64}(:\d+)?")
KEPT = ("public_id", "layout", "source_key", "source_row", "invented", "fingerprint", "document", "sealed")
COUNTED = (
    "standing", "year", "area", "sex", "age_group", "stateless", "citizenships", "forms", "portal_forms",
    "repatriation", "displacement", "conflict", "party_types", "recruited_in", "exploited_in", "routes",
)  # fmt: skip
COLUMNS: dict[type, tuple[str, ...]] = {
    CaseRow: (*KEPT, "kind", "status", "month", "person", *COUNTED),
    PersonRow: KEPT,
    ReturnRow: (*KEPT, "iso3", "indicator", "dimension", "category", "category_code", "year"),
    RecordRow: (*KEPT, "kind", "about"),
}
Values = tuple[Any, ...]


@dataclass(slots=True)
class Prepared:
    """Rows by table, ready to be saved; `columns` of each are those of `COLUMNS`."""

    rows: dict[type, dict[str, Values]] = field(default_factory=dict)

    def add(self, table: type, row: Values) -> None:
        self.rows.setdefault(table, {})[row[0]] = row


class Preparing:
    """Turns records into rows for one organisation; what repeats (episodes, ages) is worked out once."""

    def __init__(self, organisation: str, *, key: bytes, invented: bool) -> None:
        self.organisation = organisation
        self.key = key
        self.invented = invented
        self.classes = {"coded"}
        self._codes: dict[Any, tuple[Values, tuple[Any, ...] | None]] = {}

    def all(self, records: Iterable[AnyRecord], *, layout: str) -> Prepared:
        """All rows; of two records with one id the later stands. Raises `PolicyRefusal` (STORE-001)."""
        prepared = Prepared()
        for record in records:
            if isinstance(record, Case):
                prepared.add(CaseRow, self.case(record, layout))
            elif isinstance(record, Person):
                prepared.add(PersonRow, self.person(record, layout))
            elif isinstance(record, StateReturn):
                prepared.add(ReturnRow, self.state_return(record, layout))
            elif not isinstance(record, Organisation):
                prepared.add(RecordRow, self.other(record, layout))
        return prepared

    def case(self, case: Case, layout: str) -> Values:
        codes, coarse = self._worked_out(case)
        bare = without_source(case)
        shown = bare
        if coarse is not None:
            shown = copy.copy(bare)
            for name, value in zip(PROTECTED, coarse, strict=True):
                msgspec.structs.force_setattr(shown, name, value)
        return (*self._kept(case, bare, shown, layout), case.kind, case.status, *codes[:1],
                case.person or case.id, *codes[1:])  # fmt: skip

    def person(self, person: Person, layout: str) -> Values:
        self.classes.add("identity")
        exact = encode(person)
        sealed = vault.seal(self.organisation, exact, invented=self.invented and person.invented)
        return (person.id, layout, "", 0, person.invented, self._fingerprint(exact), "", sealed)

    def state_return(self, row: StateReturn, layout: str) -> Values:
        bare = without_source(row)
        code = row.category_code
        return (*self._kept(row, bare, bare, layout), row.iso3, row.indicator, row.dimension, row.category,
                code, row.year)  # fmt: skip

    def other(self, record: Any, layout: str) -> Values:
        bare = without_source(record) if hasattr(record, "source") else record
        about = record.case if isinstance(record, Referral) else ""
        tag = str(type(record).__struct_config__.tag)
        return (*self._kept(record, bare, readable(bare), layout), tag, about)

    def _kept(self, record: Any, bare: Any, shown: Any, layout: str) -> Values:
        source: Source | None = getattr(record, "source", None)
        key, number = (source.natural, source.row) if source else ("", 0)
        invented = getattr(record, "invented", False)
        exact = encode(bare)
        document = exact if shown is bare else encode(shown)
        hidden = shown is not bare or not (isinstance(record, StateReturn) or kept_in_clear(key))
        sealed = None
        if hidden:
            self.classes.add("protection_sensitive")
            sealed = vault.seal(self.organisation, encode(record), invented=self.invented and invented)
            key = key if kept_in_clear(key) else ""
        return (record.id, source.layout if source else layout, key, number, invented,
                self._fingerprint(exact), document.decode(), sealed)  # fmt: skip

    def _fingerprint(self, exact: bytes) -> bytes:
        return hashlib.blake2b(exact, digest_size=16, key=self.key).digest()

    def _worked_out(self, case: Case) -> tuple[Values, tuple[Any, ...] | None]:
        told = (case.kind, case.sex, case.citizenships, case.stateless, case.ages, case.displacement,
                *(getattr(case, name) for name in PROTECTED))  # fmt: skip
        held = self._codes.get(told)
        if held is None:
            if len(self._codes) >= 100_000:
                self._codes.clear()
            held = self._codes[told] = (_codes(case), _coarse(case))
        return held


PROTECTED = ("statuses", "detection", "episodes", "repatriation")


def _codes(case: Case) -> Values:
    row = counted(case)
    when = case.detection.when if case.detection else None
    month = str(when.coarse()) if when and when.coarse().precision == "month" else ""
    return (month, *(_text(getattr(row, name)) for name in COUNTED))


def _coarse(case: Case) -> tuple[Any, ...] | None:
    shown = readable(case)
    return None if shown is case else tuple(getattr(shown, name) for name in PROTECTED)


def _text(value: Any) -> Any:
    return " ".join(value) if type(value) is tuple else value


def without_source(record: Any) -> Any:
    """A copy without source and arrival: what is compared, so that a file sent later is the same record."""
    bare = copy.copy(record)
    msgspec.structs.force_setattr(bare, "source", None)
    msgspec.structs.force_setattr(bare, "arrived", None)
    return bare


def kept_in_clear(key: str) -> bool:
    """Only keys that Palermo made itself: a natural key may be anything, a name too."""
    return not key or OUR_KEY.fullmatch(key) is not None


def record_of(row: Any) -> Any:
    """The readable record of a row, with its source and arrival."""
    record = decode(row.document)
    if hasattr(record, "source"):
        source = Source(layout=row.layout, row=row.source_row, natural=row.source_key)
        return msgspec.structs.replace(record, source=source, arrived=row.arrived)
    return record


def exact_of(row: Any, organisation: str) -> Any:
    """The exact record of a row from the vault; None where the readable one is exact already."""
    return decode(vault.open_sealed(organisation, row.sealed)) if row.sealed is not None else None


COUNTED_COLUMNS = ("public_id", "person", *COUNTED)


def counted_of(rows: Iterable[Sequence[Any]], organisation: str) -> Iterator[Counted]:
    """`Counted` rows from the columns `COUNTED_COLUMNS`, without decoding a document."""
    split: dict[str, tuple[str, ...]] = {}

    def codes(text: str) -> tuple[str, ...]:
        held = split.get(text)
        if held is None:
            held = split[text] = tuple(text.split())
        return held

    for (case, person, standing, year, area, sex, age_group, stateless, citizenships, forms, portal_forms,
         repatriation, displacement, conflict, party_types, recruited_in, exploited_in,
         routes) in rows:  # fmt: skip
        yield Counted(
            case=case, organisation=organisation, person=person, standing=standing, year=year, area=area,
            sex=sex, age_group=age_group, stateless=bool(stateless), citizenships=codes(citizenships),
            forms=codes(forms), portal_forms=codes(portal_forms), repatriation=codes(repatriation),
            displacement=displacement, conflict=codes(conflict), party_types=codes(party_types),
            recruited_in=codes(recruited_in), exploited_in=codes(exploited_in), routes=codes(routes),
        )  # fmt: skip
