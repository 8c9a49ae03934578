"""Does the vault open for whom it should, with what it should, and for nobody and nothing else?"""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from palermo import NotAllowed, PalermoError, PolicyRefusal, ProblemWithInput
from palermo.actions import accounts, audit, cases, collect, people
from palermo.actions import vault as vaults
from palermo.cases import Case, Name, Person, encode_all
from palermo.codes import policies
from palermo.protect import recovery
from palermo.protect.keys import WrongPassphrase
from palermo.store import key_holders, vault
from palermo.store.access import Actor, Missing
from palermo.store.key_holders import NotLetIn
from palermo.store.models import KeyHold, MemberKey, Vault, VaultKey
from tests.conftest import found_vault

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
PHRASE, OTHER = "an invented river under stones", "seven invented lamps in winter"
SIGNS = recovery.SIGNS
TABLES = (Vault, VaultKey, MemberKey, KeyHold)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with the least memory: what is tried here is who opens what, not how slowly."""
    held = [
        {"since": date(2026, 1, 1), "source": "test", "value": {"memory_kib": 64, "passes": 1, "lanes": 1}},
        {"since": date(2026, 12, 1), "source": "test", "value": {"memory_kib": 128, "passes": 2, "lanes": 1}},
    ]
    read = policies._read
    monkeypatch.setattr(policies, "_read", lambda name: held if name == "vault" else read(name))


@pytest.fixture(autouse=True)
def no_tries_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaults, "_failed", {})


class Office:
    """An organisation without a vault, and how its members come in; each call is a new session."""

    def __init__(self) -> None:
        self.own, self.other = (self.organisation(name) for name in ("own", "other"))
        self.users: dict[str, str] = {}

    def organisation(self, name: str) -> str:
        return accounts.create_organisation(f"Mission {name}", short=name, kind="un_mission", invented=True)

    def actor(self, role: str = "focal_point", name: str = "", organisation: str = "") -> Actor:
        place, called = organisation or self.own, name or role
        if called not in self.users:
            self.users[called] = accounts.create_user(called, password="a quiet long sentence", checked=False)
        user = self.users[called]
        accounts.add_member(user, organisation=place, role=role)
        return Actor(user, place, role, session=vault.new_session())

    def set_up(self, actor: Actor) -> str:
        printed = vaults.begin_set_up(actor, PHRASE, now=NOW)
        vaults.finish_set_up(actor, printed, now=NOW)
        return printed


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def rows() -> int:
    return sum(table.objects.count() for table in TABLES)


def entries(office: Office, action: str) -> list[dict[str, int]]:
    found = audit.entries(office.actor("auditor"), action=action)
    return [dict(one.counts) for one in found]


def test_a_set_up_without_its_proof_is_in_no_table(office: Office) -> None:
    actor = office.actor()
    printed = vaults.begin_set_up(actor, PHRASE, now=NOW)
    assert vaults.written_down(actor) == printed
    assert rows() == 0
    groups = printed.split("-")
    wrong = groups[3][:-1] + next(sign for sign in SIGNS if sign != groups[3][-1])
    with pytest.raises(ProblemWithInput, match=r"PROTECT-011.*wrong in group 4$"):
        vaults.finish_set_up(actor, "-".join([*groups[:3], wrong, *groups[4:]]), now=NOW)
    with pytest.raises(ProblemWithInput, match=r"PROTECT-011.*7 groups"):
        vaults.finish_set_up(actor, "", now=NOW)
    with pytest.raises(ProblemWithInput, match="PROTECT-011: this is another recovery key"):
        vaults.finish_set_up(actor, recovery.printed(recovery.new_recovery()), now=NOW)
    assert rows() == 0
    assert not vaults.state(actor).exists
    assert entries(office, "vault.finish_set_up") == []
    vaults.finish_set_up(actor, printed.lower().replace("-", " "), now=NOW)
    assert [table.objects.count() for table in TABLES] == [1, 1, 1, 2]
    assert vaults.state(actor).unlocked


def test_a_set_up_is_of_one_session_and_there_is_one(office: Office) -> None:
    actor = office.actor()
    printed = vaults.begin_set_up(actor, PHRASE, now=NOW)
    elsewhere = office.actor()
    for act in (vaults.written_down, lambda who: vaults.finish_set_up(who, printed, now=NOW)):
        with pytest.raises(ProblemWithInput, match="STORE-031"):
            act(elsewhere)
    second = vaults.begin_set_up(elsewhere, OTHER, now=NOW)
    vaults.finish_set_up(actor, printed, now=NOW)
    with pytest.raises(PolicyRefusal, match="STORE-033"):
        vaults.finish_set_up(elsewhere, second, now=NOW)
    with pytest.raises(PolicyRefusal, match="STORE-033"):
        vaults.begin_set_up(actor, PHRASE, now=NOW)
    assert Vault.objects.count() == 1


@pytest.mark.parametrize("weak", ["", "short", "aaaaaaaaaaaaaaaa"])
def test_a_weak_passphrase_is_refused_wherever_one_is_chosen(office: Office, weak: str) -> None:
    with pytest.raises(ProblemWithInput, match="PROTECT-012"):
        vaults.begin_set_up(office.actor(), weak, now=NOW)
    actor = office.actor()
    printed = office.set_up(actor)
    for act in (
        lambda: vaults.join(office.actor("collector"), weak, now=NOW),
        lambda: vaults.change_passphrase(actor, PHRASE, weak, now=NOW),
        lambda: vaults.recover(actor, printed, weak, now=NOW),
    ):
        with pytest.raises(ProblemWithInput, match="PROTECT-012"):
            act()


def test_a_wrong_passphrase_is_counted_audited_and_pauses_after_five(office: Office) -> None:
    office.set_up(office.actor())
    actor = office.actor()
    for _ in range(vaults.TRIES):
        with pytest.raises(WrongPassphrase):
            vaults.unlock(actor, OTHER, now=NOW)
    assert entries(office, "vault.unlock") == [{"opened": 0}] * vaults.TRIES
    for act in (
        lambda at: vaults.unlock(actor, PHRASE, now=at),
        lambda at: vaults.change_passphrase(actor, PHRASE, OTHER, now=at),
        lambda at: vaults.recover(actor, "", OTHER, now=at),
    ):
        with pytest.raises(PolicyRefusal, match="STORE-035"):
            act(NOW + timedelta(seconds=vaults.PAUSE_SECONDS - 1))
    assert not vaults.is_unlocked(actor)
    vaults.unlock(actor, PHRASE, now=NOW + timedelta(seconds=vaults.PAUSE_SECONDS))
    assert vaults.is_unlocked(actor)
    assert entries(office, "vault.unlock")[0] == {"opened": 1}


def test_four_wrong_tries_do_not_pause_and_a_right_one_forgets_them(office: Office) -> None:
    office.set_up(office.actor())
    actor = office.actor()
    for _ in range(2):
        for _ in range(vaults.TRIES - 1):
            with pytest.raises(WrongPassphrase):
                vaults.unlock(actor, OTHER, now=NOW)
        vaults.unlock(actor, PHRASE, now=NOW)


def test_who_joins_is_not_in_until_a_holder_lets_her_in(office: Office) -> None:
    first, second = office.actor(), office.actor("case_worker")
    office.set_up(first)
    with pytest.raises(Missing):
        vaults.unlock(second, OTHER, now=NOW)
    told = vaults.join(second, OTHER, now=NOW)
    with pytest.raises(NotLetIn):
        vaults.unlock(second, OTHER, now=NOW)
    waiting = next(one for one in vaults.holders(first) if not one.let_in)
    assert waiting.fingerprint == told
    vaults.lock(first, now=NOW)
    with pytest.raises(vault.Locked):
        vaults.let_in(first, waiting.id, now=NOW)
    vaults.unlock(first, PHRASE, now=NOW)
    vaults.let_in(first, waiting.id, now=NOW)
    vaults.unlock(second, OTHER, now=NOW)
    assert vaults.is_unlocked(second)
    assert all(one.let_in for one in vaults.holders(first))
    assert len(entries(office, "vault.let_in")) == 1


def test_joining_again_makes_a_key_that_was_not_let_in(office: Office) -> None:
    first, second = office.actor(), office.actor("case_worker")
    office.set_up(first)
    vaults.join(second, OTHER, now=NOW)
    vaults.let_in(first, next(one.id for one in vaults.holders(first) if not one.let_in), now=NOW)
    with pytest.raises(PolicyRefusal, match="STORE-038"):
        vaults.join(second, OTHER, now=NOW)
    vaults.take_key(
        first, next(one.id for one in vaults.holders(first) if one.user == second.user_id), now=NOW
    )
    assert vaults.state(first).rekey_due
    vaults.join(second, OTHER, now=NOW)
    with pytest.raises(NotLetIn):
        vaults.unlock(second, OTHER, now=NOW)


def test_a_changed_passphrase_opens_and_the_old_one_does_not(office: Office) -> None:
    actor = office.actor()
    office.set_up(actor)
    with pytest.raises(WrongPassphrase):
        vaults.change_passphrase(actor, OTHER, OTHER, now=NOW)
    vaults.change_passphrase(actor, PHRASE, OTHER, now=NOW)
    vaults.lock(actor, now=NOW)
    with pytest.raises(WrongPassphrase):
        vaults.unlock(actor, PHRASE, now=NOW)
    vaults.unlock(actor, OTHER, now=NOW)
    assert vaults.is_unlocked(actor)


def test_a_passphrase_is_not_guessed_where_it_is_changed(office: Office) -> None:
    actor = office.actor()
    office.set_up(actor)
    for _ in range(vaults.TRIES):
        with pytest.raises(WrongPassphrase):
            vaults.change_passphrase(actor, OTHER, OTHER, now=NOW)
    with pytest.raises(PolicyRefusal, match="STORE-035"):
        vaults.change_passphrase(actor, PHRASE, OTHER, now=NOW)
    assert entries(office, "vault.unlock") == [{"opened": 0}] * vaults.TRIES


def test_the_printed_key_opens_for_who_forgot_the_passphrase(office: Office) -> None:
    printed = office.set_up(office.actor())
    forgot = office.actor(name="forgot")
    with pytest.raises(PalermoError, match="PROTECT-0"):
        vaults.recover(forgot, recovery.printed(recovery.new_recovery()), OTHER, now=NOW)
    assert not vaults.is_unlocked(forgot)
    vaults.recover(forgot, printed, OTHER, now=NOW)
    assert vaults.is_unlocked(forgot)
    again = office.actor(name="forgot")
    vaults.unlock(again, OTHER, now=NOW)
    assert vaults.is_unlocked(again)
    assert len(entries(office, "vault.recover")) == 1


def test_locked_is_locked_for_this_session_and_is_said_once(office: Office) -> None:
    actor = office.actor()
    office.set_up(actor)
    beside = office.actor()
    assert not vaults.is_unlocked(beside), "another session of the same user"
    with pytest.raises(vault.Locked):
        people.search_names(beside, "Invented")
    vaults.unlock(beside, PHRASE, now=NOW)
    vaults.lock(actor, now=NOW)
    vaults.lock(actor, now=NOW)
    assert not vaults.is_unlocked(actor)
    assert vaults.is_unlocked(beside)
    assert len(entries(office, "vault.lock")) == 1
    with pytest.raises(vault.Locked):
        people.search_names(actor, "Invented")


def test_a_session_name_alone_opens_nothing(office: Office) -> None:
    """The keys belong to session, user and organisation together."""
    actor = office.actor()
    office.set_up(actor)
    thief = office.actor(name="thief")
    assert vault.unlocked(replace(thief, session=actor.session)) is None
    assert vault.unlocked(replace(actor, organisation_id=office.other)) is None
    assert vault.unlocked(replace(actor, session="")) is None
    assert vault.unlocked(actor) is not None, "the control"


def test_keys_that_nobody_uses_are_dropped(
    office: Office, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, idle = office.actor(), office.actor()
    office.set_up(actor)
    vaults.unlock(idle, PHRASE, now=NOW)
    monkeypatch.setattr(vault, "_look_later", lambda: None)
    vault._open[idle.session].used -= settings.IDLE_SECONDS + 1
    assert vault.drop_idle() >= 1
    assert not vaults.is_unlocked(idle)
    assert vaults.is_unlocked(actor), "the control: it was used"
    before, settings.IDLE_SECONDS = settings.IDLE_SECONDS, -1
    assert vault.unlocked(actor) is None
    settings.IDLE_SECONDS = before
    assert vault.unlocked(actor) is None, "they are gone, not hidden"


def test_looking_whether_it_is_unlocked_does_not_count_as_use(office: Office) -> None:
    actor = office.actor()
    office.set_up(actor)
    vault._open[actor.session].used -= 100
    before = vault._open[actor.session].used
    vaults.state(actor)
    vaults.is_unlocked(actor)
    assert vault._open[actor.session].used == before
    people.search_names(actor, "Invented")
    assert vault._open[actor.session].used > before, "the control"


def test_the_other_organisations_ring_never_opens(office: Office) -> None:
    actor, theirs = office.actor(), office.actor(name="theirs", organisation=office.other)
    office.set_up(actor)
    office.set_up(theirs)
    person = Person(id="f" * 32, organisation=office.own, names=(Name(text="Invented Amina"),), invented=True)
    case = Case(id="a" * 32, organisation=office.own, person=person.id, invented=True)
    collect.import_file(actor, encode_all([person, case]), invented=True, now=NOW)
    row = key_holders_rows()[0]
    ours, other = vault.ring(actor), vault.ring(theirs)
    assert ours.open(row, record=row.public_id, field="person") is not None, "the control"
    for ring in (other, vault.Ring(office.own, other.pairs), vault.Ring(office.other, ours.pairs)):
        with pytest.raises(PalermoError):
            ring.open(row, record=row.public_id, field="person")
    with pytest.raises(Missing):
        cases.one_case(theirs, case.id)
    with pytest.raises(Missing):
        vaults.let_in(theirs, vaults.holders(actor)[0].id, now=NOW)
    with pytest.raises(Missing):
        vaults.unlock(replace(actor, organisation_id=office.other), PHRASE, now=NOW)


def key_holders_rows() -> list[Any]:
    from palermo.store.models import PersonRow

    return list(PersonRow.objects.select_related("organisation"))


@pytest.mark.parametrize("role", ["administrator", "analyst", "auditor", "publication_officer", "advocate"])
def test_who_runs_accounts_or_counts_cannot_open_it(office: Office, role: str) -> None:
    first = office.actor()
    printed = office.set_up(first)
    actor = office.actor(role)
    attempts: tuple[Callable[[], Any], ...] = (
        lambda: vaults.begin_set_up(actor, OTHER, now=NOW),
        lambda: vaults.unlock(actor, PHRASE, now=NOW),
        lambda: vaults.join(actor, OTHER, now=NOW),
        lambda: vaults.let_in(actor, vaults.holders(first)[0].id, now=NOW),
        lambda: vaults.recover(actor, printed, OTHER, now=NOW),
        lambda: vaults.change_passphrase(actor, PHRASE, OTHER, now=NOW),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert not vaults.is_unlocked(actor)


def test_an_administrator_who_makes_herself_a_second_account_is_not_in(office: Office) -> None:
    """She can make an account that may join; only a holder lets it in, who sees a fingerprint."""
    first, boss = office.actor(), office.actor("administrator")
    office.set_up(first)
    made = accounts.invite("second-hat", role="focal_point", by=boss)
    user = next(one.user for one in accounts.staff(by=boss) if one.id == made.membership)
    hat = Actor(user, office.own, "focal_point", session=vault.new_session())
    vaults.join(hat, OTHER, now=NOW)
    mine = next(one for one in vaults.holders(hat) if one.user == user)
    with pytest.raises(NotLetIn):
        vaults.unlock(hat, OTHER, now=NOW)
    with pytest.raises(vault.Locked):
        vaults.let_in(hat, mine.id, now=NOW)


def test_parameters_of_an_older_day_still_open(office: Office) -> None:
    actor = office.actor()
    office.set_up(actor)
    later = datetime(2026, 12, 24, tzinfo=UTC)
    assert MemberKey.objects.get().since == date(2026, 1, 1)
    again = office.actor()
    vaults.unlock(again, PHRASE, now=later)
    assert vaults.is_unlocked(again)
    vaults.change_passphrase(again, PHRASE, OTHER, now=later)
    assert MemberKey.objects.get().since == date(2026, 12, 1)
    third = office.actor()
    vaults.unlock(third, OTHER, now=later)
    assert vaults.is_unlocked(third)


def test_an_unlock_wraps_anew_with_the_parameters_of_today(office: Office) -> None:
    """As `unlock` says of itself."""
    actor = office.actor()
    office.set_up(actor)
    vaults.unlock(actor, PHRASE, now=datetime(2026, 12, 24, tzinfo=UTC))
    assert MemberKey.objects.get().since == date(2026, 12, 1)
    vaults.unlock(actor, PHRASE, now=datetime(2026, 12, 24, tzinfo=UTC))


def test_the_policy_that_ships_is_the_recommended_one(root: Path) -> None:
    text = (root / "palermo" / "codes" / "policy" / "vault.toml").read_text("utf-8")
    assert tomllib.loads(text)["values"][0]["value"] == {"memory_kib": 65536, "passes": 3, "lanes": 4}


def test_without_a_vault_each_door_says_what_to_do(office: Office) -> None:
    actor = office.actor()
    with pytest.raises(ProblemWithInput, match="STORE-034"):
        vaults.join(actor, PHRASE, now=NOW)
    with pytest.raises(ProblemWithInput, match="STORE-031"):
        vaults.written_down(actor)
    with pytest.raises(Missing):
        vaults.unlock(actor, PHRASE, now=NOW)
    assert vaults.state(actor) == vaults.VaultState(
        exists=False, unlocked=False, has_key=False, may_unlock=True
    )


def test_a_vault_that_was_found_opens_by_its_paper(office: Office) -> None:
    found_vault(office.own, secret=b"invented secret!")
    actor = office.actor()
    vaults.recover(actor, recovery.printed(b"invented secret!"), OTHER, now=NOW)
    assert key_holders.has_key(actor)


@pytest.mark.django_db
@pytest.mark.parametrize("of", ["recovery", "member"])
def test_a_holder_that_somebody_wrote_into_the_database_gets_no_new_key(house: Any, of: str) -> None:
    """Whoever can write to the database, and holds no key, cannot make the next key hers."""
    from palermo.actions import key_work
    from palermo.protect.keys import new_pair
    from palermo.store.models import KeyHold, MemberKey, Vault
    from palermo.store.vault import Changed

    actor = house.actor()
    vaults.join(actor, "violet kettle north again")
    hers = new_pair()
    if of == "recovery":
        Vault.objects.filter(organisation__public_id=house.own).update(recovery=hers.public)
    else:
        MemberKey.objects.filter(organisation__public_id=house.own).update(public=hers.public)
    before = KeyHold.objects.count()
    with pytest.raises(Changed):
        key_work.change_key(actor)
    assert KeyHold.objects.count() == before


@pytest.mark.django_db
def test_the_control_untouched_holders_get_the_new_key(house: Any) -> None:
    from palermo.actions import key_work
    from palermo.store.models import VaultKey

    actor = house.actor()
    vaults.join(actor, "violet kettle north again")
    key_work.change_key(actor)
    assert VaultKey.objects.filter(organisation__public_id=house.own).count() == 2


@pytest.mark.django_db
def test_a_key_that_opens_is_not_thrown_away_by_a_stolen_session(house: Any) -> None:
    from dataclasses import replace

    from palermo import PolicyRefusal

    actor = house.actor()
    vaults.join(actor, "violet kettle north again")
    stolen = replace(actor, session=vault.new_session())
    with pytest.raises(PolicyRefusal, match="STORE-038"):
        vaults.join(stolen, "another kettle north again")
    vaults.unlock(stolen, "violet kettle north again")
