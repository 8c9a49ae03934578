"""Does everything open at any moment, however saving, changing the key and sealing anew take turns?"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from palermo.actions import accounts, collect
from palermo.cases import Case, Name, Person, encode_all
from palermo.protect import keys, recovery
from palermo.protect.envelope import Broken
from palermo.store import indexing, key_holders, rekeying, rows, vault
from palermo.store.models import CaseRow, NameToken, PersonRow, VaultKey
from palermo.store.vault import Ring, Sealer
from tests.conftest import found_vault
from tests.proof import examples

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
NAME = "Invented Amina Planted"


class Changing(RuleBasedStateMachine):
    """One organisation whose key changes; a late writer still holds the sealer of before."""

    def __init__(self) -> None:
        super().__init__()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self.saved: set[str] = set()
        self.olds: list[Ring] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)

    @initialize()
    def organisation(self) -> None:
        own = accounts.create_organisation("Mission", short="M", kind="un_mission", invented=True)
        user = accounts.create_user("focal", password="a quiet long sentence", checked=False)
        accounts.add_member(user, organisation=own, role="focal_point")
        self.actor = accounts.Actor(user, own, "focal_point", session=vault.new_session())
        vault.unlock(self.actor, found_vault(own))
        self.pair = keys.new_pair()
        wrapped = keys.Wrapped(self.pair.public, bytes(16), date(2026, 1, 1), b"not tried")
        member = key_holders.keep_member_key(self.actor, wrapped, now=NOW)
        key_holders.let_in(self.actor, member, self.ring)

    @property
    def ring(self) -> Ring:
        return vault.ring(self.actor)

    @rule(number=st.integers(1, 6))
    def save(self, number: int) -> None:
        id = f"{number:031x}f"
        person = Person(
            id=id, organisation=self.actor.organisation_id, names=(Name(text=NAME),), invented=True
        )
        case = Case(
            id=f"{number:032x}", organisation=self.actor.organisation_id, person=id, invented=True,
            sex="female" if len(self.saved) % 2 else "male",
        )  # fmt: skip
        collect.import_file(self.actor, encode_all([person, case]), invented=True, now=NOW)
        self.saved.add(id)

    @rule()
    def replace_key(self) -> None:
        self.olds.append(self.ring.only(self.ring.newest))
        vault.renew(key_holders.replace_key(self.actor, self.ring, now=NOW))

    @rule(batch=st.integers(1, 4))
    def seal_anew(self, batch: int) -> None:
        rekeying.BATCH = batch
        rekeying.seal_anew(self.actor, self.ring)

    @rule(batch=st.integers(1, 4))
    def index(self, batch: int) -> None:
        indexing.BATCH = batch
        indexing.index_some(self.actor, self.ring)

    @precondition(lambda self: len(self.ring.pairs) > 1)
    @rule()
    def end(self) -> None:
        """The job to its end."""
        while rekeying.seal_anew(self.actor, self.ring):
            pass
        while indexing.index_some(self.actor, self.ring):
            pass
        newest = self.ring.newest
        key_holders.forget_keys_before(self.actor, newest)
        vault.renew(self.ring.only(newest))

    @invariant()
    def everything_opens_for_every_holder(self) -> None:
        if not hasattr(self, "actor"):
            return
        rings = [
            self.ring,
            key_holders.ring_of(self.actor, self.pair),
            key_holders.ring_of(self.actor, recovery.recovery_pair(bytes(16)), recovery=True),
        ]
        assert {frozenset(ring.pairs) for ring in rings} == {frozenset(self.ring.pairs)}
        for row in PersonRow.objects.all():
            for ring in rings:
                assert rows.exact_of(row, ring).names[0].text == NAME
        for table in rekeying.TABLES:
            for row in table.objects.filter(vault_key__isnull=False):
                assert len({ring.data_key(row, record=row.public_id) for ring in rings}) == 1
        assert {row.public_id for row in PersonRow.objects.all()} == self.saved

    @invariant()
    def who_is_indexed_is_found(self) -> None:
        if not hasattr(self, "actor"):
            return
        found = {row.public_id for row in indexing.persons_called(self.actor, NAME, self.ring)}
        indexed = PersonRow.objects.filter(indexed__in=list(self.ring.pairs))
        assert {row.public_id for row in indexed} <= found <= self.saved

    @invariant()
    def a_forgotten_key_opens_nothing(self) -> None:
        if not hasattr(self, "actor"):
            return
        for old in self.olds:
            if old.newest in self.ring.pairs:
                continue
            pretended = dict.fromkeys(self.ring.pairs, old.pairs[old.newest])
            for table in rekeying.TABLES:
                for row in table.objects.filter(vault_key__isnull=False):
                    with pytest.raises(Broken):
                        Ring(self.actor.organisation_id, pretended).data_key(row, record=row.public_id)


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run sets is put back."""
    for module in (rekeying, indexing):
        monkeypatch.setattr(module, "BATCH", module.BATCH)


def test_everything_opens_whatever_the_order(db: None, batches: None) -> None:
    how = settings(max_examples=examples(12), stateful_step_count=12, deadline=None)
    run_state_machine_as_test(Changing, settings=how)


def a_case(house: Any, number: int = 1) -> CaseRow:
    actor = house.actor("focal_point", team=str(number))
    person = Person(id=f"{number:031x}f", organisation=house.own, names=(Name(text=NAME),), invented=True)
    case = Case(id=f"{number:032x}", organisation=house.own, person=person.id, invented=True)
    collect.import_file(actor, encode_all([person, case]), invented=True, now=NOW)
    return CaseRow.objects.get(public_id=case.id)


def test_a_row_that_was_saved_meanwhile_keeps_what_it_holds(house: Any) -> None:
    """Sealing anew writes only over the data key that it opened."""
    actor = house.actor()
    row, stale = (a_case(house), PersonRow.objects.get())
    ring = key_holders.replace_key(actor, vault.ring(actor), now=NOW)
    vault.renew(ring)
    newest = vault.sealer(house.own)
    assert isinstance(newest, Sealer)
    sealed = newest.record(b"what came meanwhile", record=stale.public_id, field="person")
    PersonRow.objects.filter(id=stale.id).update(**sealed._asdict())
    anew = rekeying._anew(stale, ring)
    rekeying._write(PersonRow, [(anew, ring.newest, stale.id, bytes(stale.data_key))])
    kept = PersonRow.objects.get()
    assert ring.open(kept, record=kept.public_id, field="person") == b"what came meanwhile"
    assert row.vault_key == 1 or row.vault_key is None


def test_another_organisations_rows_are_not_touched(house: Any) -> None:
    a_case(house)
    theirs = house.actor("focal_point", house.other)
    vault.renew(key_holders.replace_key(theirs, vault.ring(theirs), now=NOW))
    before = list(PersonRow.objects.values_list("data_key", "vault_key"))
    assert rekeying.seal_anew(theirs, vault.ring(theirs)) == 0
    assert list(PersonRow.objects.values_list("data_key", "vault_key")) == before
    assert key_holders.forget_keys_before(theirs, 2) == 1
    assert VaultKey.objects.filter(organisation__public_id=house.own).count() == 1
    assert not NameToken.objects.exists()


def test_every_table_of_sealed_rows_is_sealed_anew() -> None:
    """A new table with a data key fails here until the change of the key knows it."""
    from django.apps import apps

    held = {
        model
        for model in apps.get_app_config("store").get_models()
        if {"data_key", "vault_key"} <= {field.name for field in model._meta.get_fields()}
    }
    assert held == set(rekeying.TABLES)
