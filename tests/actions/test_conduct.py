"""Does an allegation against personnel leave no trace in the mission? In no list, count, file or chain."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from palermo.actions import collect, conduct
from palermo.actions.cases import count_cases, list_cases
from palermo.cases import Actor, Case, Episode, Name, Person, Referral, Source, encode_all
from palermo.protect import conduct as pure
from palermo.protect.containers import NotForThisKey, open_file
from palermo.protect.keys import KeyPair, new_pair
from palermo.store.models import AuditEntry, CaseRow, ConductRow, PersonRow, RecordRow, Submission

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECRET = "Invented Accuser"
CONDUCT = new_pair()
PLAIN, ACCUSING, BOTH = "1" * 32, "2" * 32, "3" * 32


def file(house: Any, relation: str = "un_personnel") -> bytes:
    mine = {"organisation": house.own, "invented": True}
    told = (Episode(actors=(Actor(relation=relation),)),)
    return encode_all(
        [
            Case(id=PLAIN, person=BOTH, **mine),
            Person(id=BOTH, names=(Name(text="Invented Other"),), **mine),
            Case(id=ACCUSING, person="4" * 32, episodes=told, source=Source(layout="palermo", row=3), **mine),
            Person(id="4" * 32, names=(Name(text=SECRET),), **mine),
            Referral(id="5" * 32, case=ACCUSING, service="legal", to="Invented Office", **mine),
        ]
    )


def opened(told: pure.Allegation, pair: KeyPair) -> bytes:
    return b"".join(open_file([told.sealed], private=pair.private))


def held(table: Any) -> int:
    return table.objects.count()  # type: ignore[no-any-return]


def everything() -> bytes:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode()
                      for row in cursor.fetchall() for v in row]  # fmt: skip
    return b"\n".join(found)


@pytest.fixture
def channel(house: Any) -> None:
    conduct.set_key(house.actor("administrator"), CONDUCT.public.hex(), contact="Invented line 7")


@pytest.mark.django_db
@pytest.mark.parametrize("relation", sorted(pure.PERSONNEL))
def test_without_a_conduct_key_nothing_of_it_is_stored(house: Any, relation: str) -> None:
    actor = house.actor()
    came = collect.import_file(actor, file(house, relation), now=NOW, invented=True)
    assert (came.stored, held(CaseRow), held(PersonRow), held(RecordRow)) == (2, 1, 1, 0)
    assert held(ConductRow) == 0
    assert ACCUSING.encode() not in everything()


@pytest.mark.django_db
def test_the_control_another_relation_is_stored_with_its_person_and_referral(house: Any) -> None:
    came = collect.import_file(house.actor(), file(house, "armed_group"), now=NOW, invented=True)
    assert (came.stored, held(CaseRow), held(PersonRow), held(RecordRow)) == (5, 2, 2, 1)
    assert Submission.objects.get().sealed is not None
    assert ACCUSING.encode() in everything()


@pytest.mark.django_db
def test_with_a_conduct_key_it_opens_for_the_holder_of_that_key_only(house: Any, channel: None) -> None:
    actor = house.actor()
    collect.import_file(actor, file(house), now=NOW, invented=True)
    collect.import_file(actor, file(house), now=NOW, invented=True)
    assert (count_cases(actor), [line.id for line in list_cases(actor).rows]) == (1, [PLAIN])
    assert held(ConductRow) == 1, "the same allegation sent twice is one"
    (sealed,) = conduct.carried_out()
    told = opened(sealed, CONDUCT)
    assert SECRET.encode() in told
    assert ACCUSING.encode() in told
    for pair in house.rings[house.own].pairs.values():
        with pytest.raises(NotForThisKey):
            opened(sealed, pair)
    assert ACCUSING.encode() not in everything()


@pytest.mark.django_db
def test_what_somebody_writes_is_sealed_and_in_no_chain(house: Any, channel: None) -> None:
    actor = house.actor("collector")
    before = held(AuditEntry)
    assert conduct.report_allegation(actor, f"{SECRET} in Invented Town", now=NOW)
    assert held(AuditEntry) == before
    assert SECRET.encode() not in everything()
    (row,) = ConductRow.objects.all()
    assert (row.arrived.hour, row.arrived.minute) == (0, 0), "not even the hour says who was on duty"
    (sealed,) = conduct.carried_out()
    assert msgspec.json.decode(opened(sealed, CONDUCT))["told"].startswith(SECRET)


@pytest.mark.django_db
def test_without_a_key_a_report_is_not_kept_and_says_so(house: Any) -> None:
    assert not conduct.report_allegation(house.actor("collector"), SECRET, now=NOW)
    assert held(ConductRow) == 0


CASES = st.lists(
    st.builds(
        lambda id, person, relation: Case(
            id=f"{id:032x}",
            organisation="f" * 32,
            person=f"{person:032x}",
            episodes=(Episode(actors=(Actor(relation=relation),)),),
        ),
        st.integers(0, 30),
        st.integers(100, 110),
        st.sampled_from(["family", "un_personnel", "aid_personnel"]),
    ),
    unique_by=lambda case: case.id,
)


@given(cases=CASES)
def test_parting_loses_nothing_and_keeps_nothing_that_accuses(cases: list[Case]) -> None:
    persons = [Person(id=f"{n:032x}", organisation="f" * 32) for n in range(100, 111)]
    parts = pure.parted([*cases, *persons])
    both = [*parts.kept, *parts.allegations]
    assert sorted(map(repr, both)) == sorted(map(repr, [*cases, *persons]))
    assert not any(isinstance(each, Case) and pure.accuses(each) for each in parts.kept)
    known = {case.person for case in cases if not pure.accuses(case)}
    gone = {each.id for each in parts.allegations if isinstance(each, Person)}
    assert not known & gone, "a person whom another case knows stays"
