"""How does a record become a row, and a row a record? Batches of SQL, not objects one by one.

`prepare` works before the transaction (encoding, sealing, refusing), `save` within it. The record's key is
(organisation, id): ids are keyed hashes of layout and natural key. An unchanged record changes nothing; a
mended one supersedes its original, which stays as an earlier version. No file name, natural key or exact
value reaches a column in clear.
"""

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from msgspec.structs import astuple, force_setattr, replace

from palermo import ProblemWithInput
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
from palermo.cases.protected import SEALED_COLUMNS, readable
from palermo.cases.proven import LAYOUTS, is_id, is_own_key, is_raw
from palermo.store import vault
from palermo.store.models import CaseRow, PersonRow, RecordRow, ReturnRow, SupersededRow

KEPT = (
    "public_id", "layout", "source_key", "source_row", "invented", "fingerprint", "document", "sealed",
    "data_key", "vault_key",
)  # fmt: skip
COUNTED = (
    "standing", "year", "area", "sex", "age_group", "stateless", "citizenships", "forms", "portal_forms",
    "repatriation", "displacement", "conflict", "party_types", "recruited_in", "exploited_in", "routes",
    "in_return",
)  # fmt: skip
COUNTED_OF = itemgetter(*map(Counted.__struct_fields__.index, COUNTED))
COLUMNS: dict[type, tuple[str, ...]] = {
    CaseRow: (*KEPT, "person", "kind", "status", "month", *COUNTED),
    PersonRow: (*KEPT, "indexed"),
    ReturnRow: (*KEPT, "iso3", "indicator", "dimension", "category", "category_code", "year"),
    RecordRow: (*KEPT, "kind", "about"),
}
Values = tuple[Any, ...]
KEPT_IN_MIND = 100_000
OTHER = "record"
FIELDS = {CaseRow: "case", PersonRow: "person", ReturnRow: "state_return"}
NOTHING = vault.Sealed()
NOT_REPEATED = {"id": "", "organisation": "", "source": None, "arrived": None}
WHAT_REPEATS = itemgetter(*(n for n, name in enumerate(Case.__struct_fields__) if name not in NOT_REPEATED))


@dataclass(slots=True)
class Prepared:
    """Rows by table, ready to be saved; `columns` of each are those of `COLUMNS`."""

    rows: dict[type, dict[str, Values]] = field(default_factory=dict)

    def add(self, table: type, row: Values) -> None:
        self.rows.setdefault(table, {})[row[0]] = row


class Preparing:
    """Turns records into rows for one organisation; what repeats is worked out once."""

    def __init__(
        self, organisation: str, *, key: bytes, sealer: vault.Sealer | None, ring: vault.Ring | None = None
    ) -> None:
        """`ring`: the unlocked keys, with which what is sealed can be compared with what is there."""
        self.organisation = organisation
        self.key = key
        self.sealer = sealer
        current = sealer and ring and ring.newest == sealer.number
        self.exact_key = ring.fingerprint_key if ring and current else b""
        self.classes = {"coded"}
        self._seen: dict[Any, tuple[Any, Worked]] = {}
        self._harmless: dict[int, Any] = {}
        self._cells: set[tuple[str, str]] = set()

    def all(self, records: Iterable[AnyRecord], *, layout: str) -> Prepared:
        """All rows; of two records with one id the later stands. Raises `NoVault` (STORE-001)."""
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
        """Readers share the parts of equal rows, so that identity of all parts says "worked out already"."""
        values = WHAT_REPEATS(astuple(case))
        same = tuple(map(id, values))
        seen = self._seen.get(same)
        if seen is None:
            if len(self._seen) >= KEPT_IN_MIND:
                self._seen.clear()
                self._harmless.clear()
            seen = self._seen[same] = (values, self._worked_out(case))
        worked = seen[1]
        person = case.person if case.person and is_id(case.person) else case.id
        return (*self._kept(case, worked, layout), person, *worked.codes)

    def person(self, person: Person, layout: str) -> Values:
        self.classes.add("identity")
        check_id(person)
        exact = encode(person)
        undated = exact if person.arrived is None else encode(replace(person, arrived=None))
        same = self._exact_fingerprint(undated)
        return (person.id, layout, "", 0, person.invented, same, "", *self._sealed(person, exact), None)

    def state_return(self, row: StateReturn, layout: str) -> Values:
        """The columns are those of the readable row: what is in no list of the portal's is not in them."""
        shown = readable(row)
        kept = self._kept(row, self._documents(row), layout)
        return (
            *kept,
            shown.iso3,
            shown.indicator,
            shown.dimension,
            shown.category,
            shown.category_code,
            row.year,
        )

    def other(self, record: Any, layout: str) -> Values:
        about = record.case if isinstance(record, Referral) and is_id(record.case) else ""
        tag = str(type(record).__struct_config__.tag)
        return (*self._kept(record, self._documents(record), layout), tag, about)

    def _worked_out(self, case: Case) -> "Worked":
        row = counted(case)
        when = case.detection.when.coarse() if case.detection and case.detection.when else None
        month = str(when) if when and when.precision == "month" else ""
        told = [" ".join(value) if type(value) is tuple else value for value in COUNTED_OF(astuple(row))]
        return self._documents(case, (case.kind, case.status, month, *told))

    def _documents(self, record: Any, codes: Values = ()) -> "Worked":
        bare = alone(record)
        shown = self._readable(bare)
        exact = encode(bare)
        document = exact if shown is bare else encode(shown)
        return Worked(document.decode(), self._fingerprint(exact), exact, shown is not bare, codes)

    def _readable(self, bare: Any) -> Any:
        """`readable`, where cases share their parts: each part is looked at once."""
        if not isinstance(bare, Case):
            return readable(bare)
        parts = (bare.statuses, bare.detection, bare.episodes, bare.repatriation, bare.ages)
        told = bare.mrm_case is None and bare.person is None and not bare.needs and self._proven(bare.raw)
        if told and all(map(self._harmless.__contains__, map(id, parts))):
            return bare
        shown = readable(bare)
        if shown is bare:
            self._harmless.update((id(part), part) for part in parts)
        return shown

    def _proven(self, raw: dict[str, str]) -> bool:
        """Whether all cells beside codes were proven before, else proves them."""
        if raw.items() <= self._cells:
            return True
        if proven := SEALED_COLUMNS.isdisjoint(raw) and all(is_raw(*cell) for cell in raw.items()):
            self._cells.update(raw.items())
        return proven

    def _kept(self, record: Any, worked: "Worked", layout: str) -> Values:
        source: Source | None = getattr(record, "source", None)
        key, number = (source.natural, source.row) if source else ("", 0)
        check_id(record)
        known = not source or source.layout in LAYOUTS
        layout = source.layout if source and known else layout
        invented = getattr(record, "invented", False)
        clear = is_own_key(key)
        if clear and known and not worked.hidden:
            return (record.id, layout, key, number, invented, worked.fingerprint, worked.document, *NOTHING)
        self.classes.add("protection_sensitive")
        fingerprint = self._exact_fingerprint(record.id.encode() + worked.exact)
        return (
            record.id,
            layout,
            key if clear else "",
            number,
            invented,
            fingerprint,
            worked.document,
            *self._sealed(record, encode(record)),
        )

    def _sealed(self, record: Any, exact: bytes) -> vault.Sealed:
        """Under a data key of its own; raises `NoVault` where there is no key to seal to."""
        if self.sealer is None:
            raise vault.NoVault
        return self.sealer.record(exact, record=record.id, field=field_of(type(record)))

    def _exact_fingerprint(self, exact: bytes) -> bytes:
        """Of what is sealed, under a key of the vault; b"" while it is locked.

        Under a key beside the database it could be guessed: a village, a day, a name of a list.
        """
        return blake2b(exact, digest_size=16, key=self.exact_key).digest() if self.exact_key else b""

    def _fingerprint(self, exact: bytes) -> bytes:
        return blake2b(exact, digest_size=16, key=self.key).digest()


@dataclass(frozen=True, slots=True)
class Worked:
    """What equal records share: the readable document, the exact one and its keyed hash, codes of a case."""

    document: str
    fingerprint: bytes
    exact: bytes = field(repr=False)
    hidden: bool
    codes: Values = ()


def alone(record: Any) -> Any:
    """A copy without id, organisation, source and arrival, which have columns: what equal records share."""
    bare = copy.copy(record)
    for name in NOT_REPEATED.keys() & bare.__struct_fields__:
        force_setattr(bare, name, NOT_REPEATED[name])
    return bare


def check_id(record: Any) -> None:
    """Raises `ProblemWithInput` (STORE-004) where an id could be read by somebody: it stays in clear."""
    if not is_id(record.id):
        raise ProblemWithInput(
            "STORE-004: the id of a record is not 32 hexadecimal digits; send it without one"
        )


def record_of(row: Any, organisation: str) -> Any:
    """The readable record of a row, with its id, source and arrival."""
    record = decode(row.document)
    force_setattr(record, "id", row.public_id)
    force_setattr(record, "organisation", organisation)
    if hasattr(record, "source"):
        source = Source(layout=row.layout, row=row.source_row, natural=row.source_key)
        force_setattr(record, "source", source)
    if hasattr(record, "arrived"):
        force_setattr(record, "arrived", row.arrived)
    return record


def earlier_of(row: SupersededRow, ring: vault.Ring | None) -> Any:
    """An earlier version: the exact record where the ring opens it, else the readable one without its id."""
    return (ring and exact_of(row, ring)) or decode(row.document)


def exact_of(row: Any, ring: vault.Ring) -> Any:
    """The exact record of a row from the vault; None where the readable one is exact, or it was erased."""
    field = row.kind if isinstance(row, SupersededRow) else FIELDS.get(type(row), OTHER)
    exact = ring.open(row, record=row.public_id, field=field)
    return None if exact is None else decode(exact)


def field_of(kind: type) -> str:
    """The field under which a record is sealed; the kind of its row, and of its earlier versions."""
    return {Case: "case", Person: "person", StateReturn: "state_return"}.get(kind, OTHER)


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
         routes, in_return) in rows:  # fmt: skip
        yield Counted(
            case=case, organisation=organisation, person=person, standing=standing, year=year, area=area,
            sex=sex, age_group=age_group, stateless=bool(stateless), citizenships=codes(citizenships),
            forms=codes(forms), portal_forms=codes(portal_forms), repatriation=codes(repatriation),
            displacement=displacement, conflict=codes(conflict), party_types=codes(party_types),
            recruited_in=codes(recruited_in), exploited_in=codes(exploited_in), routes=codes(routes),
            in_return=in_return,
        )  # fmt: skip
