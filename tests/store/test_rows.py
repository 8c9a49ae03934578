"""Does a record survive its row? Laws on generated records: whole, coded, opaque where it must be."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from palermo import PolicyRefusal
from palermo.cases import (
    Case,
    Counted,
    Detection,
    Effort,
    Name,
    Person,
    Place,
    Source,
    When,
    counted,
    encode,
    proven,
    readable,
)
from palermo.protect.keys import new_pair
from palermo.store import access, rows, saving, vault
from palermo.store.models import CaseRow, Organisation, PersonRow, RecordRow, SupersededRow
from tests.proof import examples
from tests.strategies import CASES

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 2, 12, tzinfo=UTC)
ORGANISATION = "b" * 32
QUICK = settings(max_examples=examples(60), suppress_health_check=list(HealthCheck), deadline=None)


PAIR = new_pair()


def ring_of(organisation: str = ORGANISATION) -> vault.Ring:
    return vault.Ring(organisation, {1: PAIR})


def prepared(
    *records: Any, organisation: str = ORGANISATION, sealed: bool = True, unlocked: bool = True
) -> rows.Prepared:
    sealer = vault.Sealer(organisation, 1, PAIR.public) if sealed else None
    ring = ring_of(organisation) if sealed and unlocked else None
    return rows.Preparing(organisation, key=b"k", sealer=sealer, ring=ring).all(records, layout="palermo")


def as_row(values: tuple[Any, ...], table: type = CaseRow) -> Any:
    return table(**dict(zip(rows.COLUMNS[table], values, strict=True)))


def invented(case: Case) -> Case:
    return msgspec.structs.replace(case, organisation=ORGANISATION, invented=True)


@QUICK
@given(case=CASES)
def test_counted_from_columns_is_counted_from_the_case(case: Case) -> None:
    case = invented(case)
    row = as_row(prepared(case).rows[CaseRow][case.id])
    columns = [getattr(row, name) for name in rows.COUNTED_COLUMNS]
    assert list(rows.counted_of([columns], ORGANISATION)) == [counted(case)]


@QUICK
@given(case=CASES)
def test_the_document_is_the_readable_case_and_the_vault_has_the_exact_one(case: Case) -> None:
    case = invented(case)
    row = as_row(prepared(case).rows[CaseRow][case.id])
    row.arrived = case.arrived
    shown = rows.record_of(row, ORGANISATION)
    bare = {"source": None, "arrived": None}
    assert msgspec.structs.replace(shown, **bare) == msgspec.structs.replace(readable(case), **bare)
    exact = rows.exact_of(row, ring_of())
    alone, source = msgspec.structs.replace(case, **bare), case.source
    told = source is None or (proven.is_own_key(source.natural) and source.layout in proven.LAYOUTS)
    assert exact == (None if told and readable(alone) == alone else case)


def test_every_column_of_counted_is_stored() -> None:
    ours = {"case", "organisation", "person"} | set(rows.COUNTED)
    assert ours == set(Counted.__struct_fields__)


def test_a_natural_key_stays_in_clear_only_where_palermo_made_it() -> None:
    def row(natural: str) -> Any:
        source = Source(layout="htcds", submission="a" * 64, row=2, natural=natural)
        case = Case(id="1" * 32, organisation=ORGANISATION, invented=True, source=source)
        return as_row(prepared(case).rows[CaseRow][case.id])

    named, made = row("Amina-Invented-7"), row("a" * 64 + ":2")
    assert (named.source_key, made.source_key) == ("", "a" * 64 + ":2")
    assert "Amina" not in named.document
    assert named.sealed is not None
    assert made.sealed is None


EXACT = Detection(when=When.day(date(2024, 5, 3)), place=Place(area="MLI", exact="invented village"))
WITH_IDENTITY = Person(id="2" * 32, organisation=ORGANISATION, names=(Name(text="Invented Name"),))


@pytest.mark.parametrize(
    "record",
    [Case(id="1" * 32, organisation=ORGANISATION, detection=EXACT), WITH_IDENTITY],
    ids=["exact place", "identity"],
)
def test_what_must_be_sealed_is_refused_without_a_key(record: Any) -> None:
    with pytest.raises(PolicyRefusal, match="STORE-001") as refusal:
        prepared(record, sealed=False)
    assert "invented village" not in str(refusal.value)
    assert "Invented Name" not in str(refusal.value)
    assert prepared(record).rows


def test_real_cases_without_identities_go_in() -> None:
    case = Case(
        id="1" * 32,
        organisation=ORGANISATION,
        detection=Detection(when=When.year_of(2019), place=Place(area="USA")),
    )
    (row,) = prepared(case, sealed=False).rows[CaseRow].values()
    assert as_row(row).sealed is None


def save(house: Any, *records: Any, now: datetime = NOW, organisation: str = "") -> saving.Saved:
    owner = Organisation.objects.get(public_id=organisation or house.own)
    place = saving.Place(owner.id, None, None, "", now)
    return saving.save(prepared(*records, organisation=owner.public_id), place)


def case_of(house: Any, sex: str = "female", id: str = "1" * 32, **more: Any) -> Case:
    return Case(id=id, organisation=house.own, invented=True, sex=sex, **more)


@pytest.mark.django_db
def test_the_same_records_twice_change_nothing(house: Any) -> None:
    exact = case_of(house, detection=EXACT, arrived=NOW)
    assert save(house, exact) == saving.Saved(stored=1)
    again = msgspec.structs.replace(
        exact, arrived=LATER, source=Source(layout="palermo", submission="f" * 64, row=9, natural="1" * 32)
    )
    assert save(house, again, now=LATER) == saving.Saved(unchanged=1)
    row = CaseRow.objects.get()
    assert (row.version, row.arrived) == (1, NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "mended", [{"sex": "male"}, {"detection": Detection(when=When.day(date(2024, 5, 4)), place=EXACT.place)}]
)
def test_a_mended_record_supersedes_and_the_original_stays(house: Any, mended: dict[str, Any]) -> None:
    first = case_of(house, detection=EXACT)
    save(house, first)
    second = msgspec.structs.replace(first, **mended)
    assert save(house, second, now=LATER) == saving.Saved(superseded=1)
    row, kept = CaseRow.objects.get(), SupersededRow.objects.get()
    assert (row.version, kept.version, kept.kind) == (2, 1, "case")
    assert rows.exact_of(row, ring_of(house.own)) == second
    assert rows.exact_of(kept, ring_of(house.own)) == first
    assert (kept.arrived, kept.superseded) == (NOW, LATER)


@pytest.mark.django_db
def test_two_organisations_may_hold_the_same_id(house: Any) -> None:
    save(house, case_of(house))
    save(house, case_of(house, sex="male"), organisation=house.other)
    sexes = {row.organisation.public_id: row.sex for row in CaseRow.objects.select_related("organisation")}
    assert sexes == {house.own: "female", house.other: "male"}


@pytest.mark.django_db
def test_a_person_is_one_opaque_column(house: Any) -> None:
    save(house, msgspec.structs.replace(WITH_IDENTITY, organisation=house.own, invented=True))
    row = PersonRow.objects.get()
    assert "Invented Name" not in str(vars(row))
    assert b"Invented Name" not in bytes(row.sealed)
    assert rows.exact_of(row, ring_of(house.own)).names == WITH_IDENTITY.names


@pytest.mark.django_db
def test_of_two_records_with_one_id_the_later_stands(house: Any) -> None:
    assert save(house, case_of(house), case_of(house, sex="male")) == saving.Saved(stored=1)
    assert CaseRow.objects.get().sex == "male"


@pytest.mark.django_db
def test_scopes_cut_to_own_team_and_organisation(house: Any) -> None:
    collector, worker = house.actor("collector"), house.actor("case_worker", team="a")
    save(house, case_of(house))
    row = CaseRow.objects.get()
    counts = {
        (actor.role, scope): access.cases(actor, scope).count()
        for actor in (collector, worker)
        for scope in ("own", "team", "organisation", None, "agreement")
    }
    assert {key for key, count in counts.items() if count} == {
        ("collector", "organisation"),
        ("case_worker", "organisation"),
    }
    CaseRow.objects.filter(id=row.id).update(team="a")
    assert access.cases(worker, "team").count() == 1
    assert access.cases(house.actor("focal_point", house.other), "organisation").count() == 0


def test_encoding_has_no_source_or_arrival() -> None:
    case = Case(id="1" * 32, organisation=ORGANISATION, source=Source(layout="x", row=3), arrived=NOW)
    assert b"arrived" not in encode(rows.alone(case))
    assert case.source is not None, "the original is untouched"


@pytest.mark.parametrize("kind", ["person", "effort"])
def test_a_record_that_arrives_again_later_is_the_same(kind: str) -> None:
    """When it arrived is no part of what a record says; the control is a record that says something else."""
    ids = {"id": "1" * 32, "organisation": ORGANISATION, "invented": True}
    month = When.month(2025, 3)
    first: Any = Person(**ids, notes="one")
    other: Any = Person(**ids, notes="two")
    if kind == "effort":
        first, other = (
            Effort(**ids, month=month, place=Place(), interviews=held, without_indication=0)
            for held in (1, 2)
        )
    table = PersonRow if kind == "person" else RecordRow

    def fingerprint(record: Any) -> bytes:
        return bytes(as_row(prepared(record).rows[table][record.id], table).fingerprint)

    sent = [msgspec.structs.replace(first, arrived=when) for when in (None, NOW, LATER)]
    assert len({fingerprint(one) for one in sent}) == 1
    assert fingerprint(other) != fingerprint(first)


def test_a_record_without_a_source_has_its_arrival_again() -> None:
    effort = Effort(
        id="1" * 32, organisation=ORGANISATION, month=When.month(2025, 3), place=Place(), interviews=1,
        without_indication=0, arrived=NOW,
    )  # fmt: skip
    row = as_row(prepared(effort).rows[RecordRow][effort.id], RecordRow)
    row.arrived = NOW
    assert rows.record_of(row, ORGANISATION) == effort
    assert '"arrived"' not in row.document


@pytest.mark.django_db
def test_what_is_sealed_while_locked_leaves_no_hash_to_guess_against(house: Any) -> None:
    """A locked vault compares nothing: the row comes again as a new version, and nothing is lost."""
    exact = case_of(house, detection=EXACT)
    owner = Organisation.objects.get(public_id=house.own)
    place = saving.Place(owner.id, None, None, "", NOW)
    for expected in (saving.Saved(stored=1), saving.Saved(superseded=1)):
        shut = prepared(exact, organisation=owner.public_id, unlocked=False)
        assert saving.save(shut, place) == expected
        assert bytes(CaseRow.objects.get().fingerprint) == b""
    assert SupersededRow.objects.count() == 1


def test_the_key_of_a_fingerprint_of_what_is_sealed_is_the_vaults() -> None:
    """The control: what is readable whole has a fingerprint under the key beside the database."""
    sealed = Case(id="1" * 32, organisation=ORGANISATION, detection=EXACT)
    plain = Case(id="1" * 32, organisation=ORGANISATION, sex="female")

    def marks(ring: vault.Ring | None, case: Case, key: bytes) -> bytes:
        sealer = vault.Sealer(ORGANISATION, 1, PAIR.public)
        made = rows.Preparing(ORGANISATION, key=key, sealer=sealer, ring=ring).all([case], layout="palermo")
        return bytes(made.rows[CaseRow][case.id][saving.FINGERPRINT])

    ring = ring_of()
    assert marks(ring, sealed, b"k") == marks(ring, sealed, b"another") != b""
    assert marks(None, plain, b"k") != marks(None, plain, b"another")
