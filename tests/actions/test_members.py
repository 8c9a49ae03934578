"""Does whoever leaves, or goes to a role that may not unlock, lose the key at once and for good?"""

import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from palermo import NotAllowed, PolicyRefusal, ProblemWithInput
from palermo.actions import accounts, audit, cases, collect, importing, key_work, people
from palermo.actions import vault as vaults
from palermo.actions.background import Run, Stopped
from palermo.cases import Case, Detection, Name, Person, Place, When, encode_all
from palermo.protect import keys, recovery
from palermo.protect.envelope import Broken, open_from
from palermo.protect.keys import KeyPair
from palermo.store import indexing, key_holders, rekeying, vault
from palermo.store.access import Actor, Missing
from palermo.store.key_holders import NotLetIn
from palermo.store.models import (
    KeyHold,
    MemberKey,
    Membership,
    NameToken,
    PersonRow,
    Submission,
    Vault,
    VaultKey,
)
from tests.conftest import House

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
NAME, VILLAGE = "Invented Amina Planted", "Invented Hidden Village"


def lines(organisation: str, numbers: range) -> bytes:
    found = Detection(when=When.day(date(2024, 5, 3)), place=Place(area="MLI", exact=VILLAGE))
    records: list[Any] = []
    for each in numbers:
        person = Person(
            id=f"{each:031x}f", organisation=organisation, names=(Name(text=NAME),), invented=True
        )
        records += [
            person,
            Case(
                id=f"{each:032x}", organisation=organisation, person=person.id, detection=found, invented=True
            ),
        ]
    return encode_all(records)


@dataclass
class Holding:
    """Two holders of the key, their own pairs, and the administrator."""

    house: Any
    stays: Actor
    leaves: Actor
    pairs: dict[str, KeyPair]
    boss: Actor

    def membership(self, who: Actor) -> str:
        rows = Membership.objects.filter(user__public_id=who.user_id, role=who.role, until=None)
        return rows.get(organisation__public_id=who.organisation_id).public_id

    def leave(self) -> None:
        assert accounts.remove_member(self.membership(self.leaves), by=self.boss, now=NOW)

    def names_found(self) -> int:
        return len(people.search_names(self.stays, NAME).found)


def holder(house: Any, role: str, team: str = "") -> tuple[Actor, KeyPair]:
    """A member with a key of their own that was let in; quick, no passphrase is stretched."""
    actor, pair = house.actor(role, team=team), keys.new_pair()
    wrapped = keys.Wrapped(pair.public, bytes(16), date(2026, 1, 1), b"not tried")
    member = key_holders.keep_member_key(actor, wrapped, now=NOW)
    key_holders.let_in(actor, member, house.rings[house.own])
    return actor, pair


@pytest.fixture
def holding(house: Any) -> Holding:
    stays, hers = holder(house, "focal_point")
    leaves, his = holder(house, "case_worker", "south")
    boss = house.actor("administrator")
    collect.import_file(stays, lines(house.own, range(1, 8)), invented=True, now=NOW)
    while indexing.index_some(stays, vault.ring(stays)):
        pass
    return Holding(house, stays, leaves, {stays.user_id: hers, leaves.user_id: his}, boss)


def change_key(actor: Actor) -> None:
    """What the job does, in this thread, so that it sees what the test wrote."""
    ring = key_holders.replace_key(actor, vault.ring(actor), now=NOW)
    vault.renew(ring)
    key_work._rekey(actor, Run("0" * 32, "sealing"))


def everything_opens(actor: Actor, numbers: range = range(1, 8)) -> None:
    for each in numbers:
        view = cases.one_case(actor, f"{each:032x}")
        assert view.exact.detection.place.exact == VILLAGE
        assert view.person.names[0].text == NAME


def sealed_rows() -> list[Any]:
    return [row for table in rekeying.TABLES for row in table.objects.filter(vault_key__isnull=False)]


def test_the_whole_chain_of_a_member_who_leaves(holding: Holding) -> None:
    house, his = holding.house, holding.pairs[holding.leaves.user_id]
    kept = key_holders.ring_of(holding.leaves, his)
    copied = [(row, bytes(row.data_key)) for row in sealed_rows()]
    before = {bytes(token) for token in NameToken.objects.values_list("token", flat=True)}
    assert copied
    assert before
    for row, _key in copied:
        assert kept.data_key(row, record=row.public_id), "the control: his copy of the key opens until now"

    holding.leave()
    assert vault.unlocked(holding.leaves) is None
    assert not MemberKey.objects.filter(user__public_id=holding.leaves.user_id).exists()
    assert vaults.state(holding.stays).rekey_due
    with pytest.raises(Missing):
        key_holders.ring_of(holding.leaves, his)

    change_key(holding.stays)
    assert not vaults.state(holding.stays).rekey_due
    assert list(VaultKey.objects.filter(organisation__public_id=house.own).values_list("number")) == [(2,)]
    pretended = vault.Ring(house.own, {2: kept.pairs[1]})
    for row in sealed_rows():
        with pytest.raises(vault.Locked):
            kept.data_key(row, record=row.public_id)
        with pytest.raises(Broken):
            pretended.data_key(row, record=row.public_id)
    for held in KeyHold.objects.filter(organisation__public_id=house.own).select_related("member"):
        place = key_holders.hold_place(held.vault_key, held.member)
        with pytest.raises(Broken):
            open_from(his.private, bytes(held.sealed), place=place)

    everything_opens(holding.stays)
    hers = key_holders.ring_of(holding.stays, holding.pairs[holding.stays.user_id])
    printed = key_holders.ring_of(holding.stays, recovery.recovery_pair(bytes(16)), recovery=True)
    assert set(hers.pairs) == set(printed.pairs) == {2}
    for row in sealed_rows():
        assert hers.data_key(row, record=row.public_id) == printed.data_key(row, record=row.public_id)

    assert holding.names_found() == 7
    after = NameToken.objects.filter(organisation__public_id=house.own)
    assert set(after.values_list("vault_key", flat=True)) == {2}
    assert not before & {bytes(token) for token in after.values_list("token", flat=True)}
    assert not indexing.persons_called(holding.stays, NAME, kept)


def test_an_import_that_was_prepared_under_the_old_key_still_opens(
    holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is changed, and the old one forgotten, between sealing and saving."""
    prepare, sealed_with = importing.prepare, []

    def meanwhile(actor: Actor, reading: Any, sealer: vault.Sealer | None) -> Any:
        made = prepare(actor, reading, sealer)
        sealed_with.append(sealer.number if sealer else 0)
        if len(sealed_with) == 1:
            change_key(holding.stays)
        return made

    monkeypatch.setattr(importing, "prepare", meanwhile)
    collect.import_file(holding.stays, lines(holding.house.own, range(8, 12)), invented=True, now=NOW)
    assert sealed_with == [1, 2]
    assert VaultKey.objects.filter(organisation__public_id=holding.house.own).count() == 1
    everything_opens(holding.stays, range(1, 12))
    for row in Submission.objects.filter(vault_key__isnull=False):
        assert vault.ring(holding.stays).data_key(row, record=row.public_id)


@pytest.mark.parametrize("ending", ["stop", "lock"])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_change_that_ends_half_way_and_begins_again_ends_the_same(
    holding: Holding, monkeypatch: pytest.MonkeyPatch, ending: str, after: int
) -> None:
    monkeypatch.setattr(rekeying, "BATCH", 3)
    holding.leave()
    ring = key_holders.replace_key(holding.stays, vault.ring(holding.stays), now=NOW)
    vault.renew(ring)
    number, run = ring.newest, Halted("0" * 32, "sealing", holding.stays, ending, after)
    with pytest.raises(Stopped if ending == "stop" else vault.Locked):
        key_work._rekey(holding.stays, run)
    left = rekeying.waiting(holding.stays, number)
    assert left
    both = key_holders.ring_of(holding.stays, holding.pairs[holding.stays.user_id])
    assert set(both.pairs) == {1, 2}
    vault.unlock(holding.stays, both)
    everything_opens(holding.stays)
    assert holding.names_found() == 7
    key_work._rekey(holding.stays, Run("0" * 32, "sealing"))
    assert rekeying.waiting(holding.stays, number) == 0
    assert list(VaultKey.objects.filter(organisation__public_id=holding.house.own).values_list("number")) == [
        (2,)
    ]
    everything_opens(holding.stays)
    assert holding.names_found() == 7


class Halted(Run):
    """A job that is stopped, or whose session locks, after so many batches."""

    def __init__(self, job: str, stage: str, actor: Actor, ending: str, after: int) -> None:
        super().__init__(job, stage)
        self.actor, self.ending, self.left = actor, ending, after

    def beat(self, stage: str, done: int, total: int | None = None) -> None:
        self.left -= 1
        if self.left < 0:
            self.stop.set() if self.ending == "stop" else vault.lock(self.actor.session)


def test_a_holder_who_leaves_while_the_key_is_changed_is_out_after_the_next_change(
    holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = key_holders.replace_key(holding.stays, vault.ring(holding.stays), now=NOW)
    vault.renew(ring)
    his = key_holders.ring_of(holding.leaves, holding.pairs[holding.leaves.user_id])
    assert set(his.pairs) == {1, 2}
    holding.leave()
    key_work._rekey(holding.stays, Run("0" * 32, "sealing"))
    assert vaults.state(holding.stays).rekey_due, "he had the second key as well"
    change_key(holding.stays)
    assert not vaults.state(holding.stays).rekey_due
    assert {row.vault_key for row in sealed_rows() if row.organisation.public_id == holding.house.own} == {3}


def test_who_was_never_let_in_leaves_without_a_new_key(holding: Holding) -> None:
    actor = holding.house.actor("verifier")
    wrapped = keys.Wrapped(keys.new_pair().public, bytes(16), date(2026, 1, 1), b"not tried")
    key_holders.keep_member_key(actor, wrapped, now=NOW)
    assert not accounts.remove_member(holding.membership(actor), by=holding.boss)
    assert not vaults.state(holding.stays).rekey_due
    assert not MemberKey.objects.filter(user__public_id=actor.user_id).exists()


def test_who_has_another_role_that_may_unlock_keeps_the_key(holding: Holding) -> None:
    user = holding.leaves.user_id
    accounts.add_member(user, organisation=holding.house.own, role="verifier")
    assert not accounts.remove_member(holding.membership(holding.leaves), by=holding.boss)
    assert MemberKey.objects.filter(user__public_id=user).exists()
    assert vault.unlocked(holding.leaves) is not None


@pytest.mark.parametrize(
    ("role", "keeps"), [("verifier", True), ("analyst", False), ("administrator", False)]
)
def test_a_role_that_may_not_unlock_loses_the_key(holding: Holding, role: str, keeps: bool) -> None:
    made = accounts.change_role(holding.membership(holding.leaves), role, by=holding.boss)
    held = {one.id: one for one in accounts.staff(by=holding.boss)}[made]
    assert (held.role, held.team, held.holds_key) == (role, "south", keeps)
    assert (vault.unlocked(holding.leaves) is not None) is keeps
    assert vaults.state(holding.stays).rekey_due is not keeps
    assert accounts.memberships(get_user_model().objects.get(public_id=held.user))[0].role == role


def test_nothing_changes_in_another_organisation(holding: Holding) -> None:
    house, user = holding.house, holding.leaves.user_id
    accounts.add_member(user, organisation=house.other, role="case_worker")
    elsewhere = Actor(user, house.other, "case_worker", session=vault.new_session())
    vault.unlock(elsewhere, house.rings[house.other])
    holding.leave()
    assert vault.unlocked(elsewhere) is not None
    assert not Vault.objects.get(organisation__public_id=house.other).rekey_due
    (left,) = accounts.memberships(get_user_model().objects.get(public_id=user))
    assert left.organisation == house.other
    theirs = house.actor("administrator", house.other)
    for act in (
        lambda: accounts.remove_member(holding.membership(holding.stays), by=theirs),
        lambda: accounts.change_role(holding.membership(holding.stays), "analyst", by=theirs),
    ):
        with pytest.raises(Missing):
            act()
    assert holding.stays.user_id not in {one.user for one in accounts.staff(by=theirs)}


def test_who_left_is_missing_and_can_come_back_without_a_key(holding: Holding) -> None:
    gone = holding.membership(holding.leaves)
    holding.leave()
    assert accounts.actor_for(get_user_model().objects.get(public_id=holding.leaves.user_id)) is None
    with pytest.raises(Missing):
        accounts.remove_member(gone, by=holding.boss)
    accounts.invite(
        get_user_model().objects.get(public_id=holding.leaves.user_id).username,
        role="case_worker",
        by=holding.boss,
    )
    with pytest.raises((Missing, NotLetIn)):
        vaults.unlock(replace(holding.leaves, session=vault.new_session()), "any passphrase at all")


def test_a_new_account_gets_a_password_that_is_said_once(holding: Holding) -> None:
    made = accounts.invite("invented-new", role="collector", by=holding.boss, display="Invented New")
    assert get_user_model().objects.get(username="invented-new").check_password(made.password)
    assert made.password not in repr(made)
    again = accounts.invite("invented-new", role="verifier", by=holding.boss)
    assert again.password == ""
    with pytest.raises(ProblemWithInput, match="RIGHTS-015"):
        accounts.invite("invented-new", role="verifier", by=holding.boss)
    with pytest.raises(ProblemWithInput, match="RIGHTS-002"):
        accounts.invite("invented-other", role="king", by=holding.boss)
    assert not get_user_model().objects.filter(username="invented-other").exists()
    entries = audit.entries(holding.house.actor("auditor"), action="accounts.invite")
    assert [one.counts for one in entries] == [{"new": 0}, {"new": 1}]


def test_an_administrator_gives_herself_nothing_and_one_stays(holding: Holding) -> None:
    username = get_user_model().objects.get(public_id=holding.boss.user_id).username
    mine = holding.membership(holding.boss)
    for act in (
        lambda: accounts.invite(username, role="focal_point", by=holding.boss),
        lambda: accounts.change_role(mine, "focal_point", by=holding.boss),
        lambda: accounts.add_member(
            holding.boss.user_id, organisation=holding.house.own, role="focal_point", by=holding.boss
        ),
        lambda: accounts.remove_member(mine, by=holding.boss),
    ):
        with pytest.raises(PolicyRefusal, match="RIGHTS-014"):
            act()
    second = holding.house.actor("administrator", team="second")
    accounts.remove_member(mine, by=second)
    with pytest.raises(PolicyRefusal, match="RIGHTS-014"):
        accounts.change_role(holding.membership(second), "auditor", by=holding.boss)


def test_focal_points_read_the_list_and_change_nothing(holding: Holding) -> None:
    listed = accounts.staff(by=holding.stays)
    assert {one.role for one in listed} == {"focal_point", "case_worker", "administrator"}
    assert {one.role for one in listed if one.holds_key} == {"focal_point", "case_worker"}
    for act in (
        lambda: accounts.remove_member(holding.membership(holding.leaves), by=holding.stays),
        lambda: accounts.change_role(holding.membership(holding.leaves), "analyst", by=holding.stays),
        lambda: accounts.invite("invented-new", role="collector", by=holding.stays),
        lambda: accounts.staff(by=holding.leaves),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_chain_says_that_somebody_left(holding: Holding) -> None:
    holding.leave()
    auditor = holding.house.actor("auditor")
    (entry,) = audit.entries(auditor, action="accounts.remove_member")
    assert (entry.role, entry.subjects, entry.counts) == ("administrator", 1, {"rekey_due": 1})
    assert audit.verify_chain(auditor) is None
    assert PersonRow.objects.count() == 7


def test_the_job_itself_runs_to_its_end(transactional_db: None) -> None:
    """In its own thread, as the button of the page begins it."""
    house = House()
    stays, _hers = holder(house, "focal_point")
    collect.import_file(stays, lines(house.own, range(1, 8)), invented=True, now=NOW)
    done = ended(stays, key_work.change_key(stays))
    assert (done.outcome, done.problem) == ("done", "")
    assert vault.ring(stays).pairs.keys() == {2}
    everything_opens(stays)
    assert NameToken.objects.filter(vault_key=2).exists()


def ended(actor: Actor, job: str) -> Any:
    while (state := key_work.work_state(actor, job)).running:
        time.sleep(0.02)
    return state


def test_the_list_says_who_has_a_second_factor(holding: Holding) -> None:
    from allauth.mfa.models import Authenticator

    user = get_user_model().objects.get(public_id=holding.leaves.user_id)
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert not any(one.second_factor for one in accounts.staff(by=holding.boss)), "codes alone are none"
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    assert [one.user for one in accounts.staff(by=holding.boss) if one.second_factor] == [user.public_id]
