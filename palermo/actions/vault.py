"""Who sets up, unlocks and shares the vault? Set-up with a printed key, members let in and turned out,
locking.

A set-up lives in the memory of this process until its recovery key was typed back from paper; until then
nothing is stored. Each unlock, and each try that failed, is in the audit chain.
"""

import hmac
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions.rights import acting, check_can, clock, right
from palermo.codes.languages import phrase
from palermo.codes.policies import policy
from palermo.protect import keys, recovery
from palermo.protect.envelope import Broken
from palermo.protect.keys import KeyPair, Wrapped, WrongPassphrase
from palermo.store import audit, key_holders, vault
from palermo.store.access import Actor
from palermo.store.key_holders import Holder, NotLetIn
from palermo.store.vault import Changed, Locked, new_session

__all__ = [
    "Holder",
    "Locked",
    "VaultState",
    "forget",
    "is_unlocked",
    "let_in",
    "lock",
    "new_session",
    "state",
    "unlock",
]

check_can_begin_set_up, can_begin_set_up = right("vault.begin_set_up")
check_can_unlock, can_unlock = right("vault.unlock")
check_can_let_in, can_let_in = right("vault.let_in")
check_can_join, can_join = right("vault.join")
check_can_change_passphrase, can_change_passphrase = right("vault.change_passphrase")
check_can_recover, can_recover = right("vault.recover")
check_can_holders, can_holders = right("vault.holders")
TRIES, PAUSE_SECONDS = 5, 15 * 60
LONGEST_SET_UP = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class VaultState:
    """What the actor can do now. `rekey_due`: somebody who held the key left."""

    exists: bool
    unlocked: bool
    has_key: bool
    may_unlock: bool
    rekey_due: bool = False
    made: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A set-up or a change of the recovery key that waits for the proof that it was written down."""

    begun: datetime
    member: KeyPair
    wrapped: Wrapped | None
    secret: bytes = field(repr=False)


_drafts: dict[tuple[str, str], _Draft] = {}
_failed: dict[tuple[str, str], tuple[int, datetime]] = {}
_guard = threading.Lock()
_one_at_a_time = threading.Lock()


def state(actor: Actor) -> VaultState:
    """What the vault is to the actor."""
    with acting(actor, "vault.state"):
        row = key_holders.vault_of(actor)
    return VaultState(
        exists=row is not None,
        unlocked=vault.unlocked(actor, touch=False) is not None,
        has_key=key_holders.has_key(actor),
        may_unlock=can_unlock(actor),
        rekey_due=bool(row and row.rekey_due),
        made=row.made if row else None,
    )


def is_unlocked(who: Actor) -> bool:
    """Whether their session holds the keys; looks into memory only and does not count as use."""
    return vault.unlocked(who, touch=False) is not None


def begin_set_up(actor: Actor, passphrase: str, *, now: datetime | None = None) -> str:
    """The recovery key to be written down, as it is printed. Nothing is stored before `finish_set_up`.

    Raises `ProblemWithInput` for a weak passphrase (PROTECT-012), `PolicyRefusal` where there is a vault
    already.
    """
    at = now or clock()
    check_can(actor, "vault.begin_set_up", now=at)
    _check_none(actor)
    wrapped, member = _wrapped(actor, passphrase, at)
    secret = recovery.new_recovery()
    with _guard:
        for who in [who for who, draft in _drafts.items() if at - draft.begun > LONGEST_SET_UP]:
            del _drafts[who]
        _drafts[actor.session, actor.organisation_id] = _Draft(at, member, wrapped, secret)
    return recovery.printed(secret)


def written_down(actor: Actor) -> str:
    """The recovery key of the set-up that waits, to be copied on paper. Raises STORE-031 where none waits."""
    with acting(actor, "vault.written_down"):
        return recovery.printed(_draft(actor).secret)


def finish_set_up(actor: Actor, typed: str, *, now: datetime | None = None) -> None:
    """Proves that the recovery key is on paper, stores the vault and unlocks it for the session.

    Raises `ProblemWithInput`: PROTECT-011 where what was typed is not the key, STORE-031 where no set-up
    waits.
    """
    check_can(actor, "vault.finish_set_up")
    draft = _draft(actor)
    _prove(draft, typed)
    pair, printed = keys.new_pair(), recovery.recovery_pair(draft.secret)
    with acting(actor, "vault.finish_set_up", now=now) as act:
        _check_none(actor)
        if draft.wrapped is None:
            raise ProblemWithInput(NO_DRAFT)
        key_holders.found(
            actor,
            pair=pair,
            member=draft.member,
            wrapped=draft.wrapped,
            recovery=printed.public,
            now=act.now,
        )
    with _guard:
        _drafts.pop((actor.session, actor.organisation_id), None)
    _open(actor, draft.member)


def unlock(actor: Actor, passphrase: str, *, now: datetime | None = None) -> None:
    """Unlocks the vault for the actor's session. Raises `WrongPassphrase`, `NotLetIn`.

    A passphrase that was wrapped with the parameters of an earlier day is wrapped anew with today's.
    """
    at = now or clock()
    check_can(actor, "vault.unlock", now=at)
    try:
        pair = _own_pair(actor, passphrase, at)
        _open(actor, pair)
    except (WrongPassphrase, NotLetIn, Changed):
        _note(actor, at, opened=False)
        raise
    _note(actor, at, opened=True)
    if key_holders.wrapped_since(actor) != policy("vault", on=at.date()).since:
        _wrap_again(actor, pair, passphrase, at)


def join(actor: Actor, passphrase: str, *, now: datetime | None = None) -> str:
    """Makes the actor's own key; its fingerprint, by which whoever lets the actor in recognises it."""
    check_can(actor, "vault.join")
    ring = vault.unlocked(actor)
    if key_holders.can_open(actor) and ring is None:
        raise PolicyRefusal(HAS_KEY)
    wrapped, member = _wrapped(actor, passphrase, now or clock())
    with acting(actor, "vault.join", now=now) as act:
        audit.lock(actor.organisation_id)
        if key_holders.vault_of(actor) is None:
            raise ProblemWithInput(NO_VAULT)
        made = key_holders.keep_member_key(actor, wrapped, now=act.now)
        act.subjects = [made]
        if ring is not None:
            key_holders.check_whole(actor, ring)
            key_holders.let_in(actor, made, ring)
    return keys.fingerprint(member.public)


def let_in(actor: Actor, member: str, *, now: datetime | None = None) -> None:
    """Lets a waiting member's key (its id) open the vault. Raises `Locked`, `Missing`."""
    with acting(actor, "vault.let_in", now=now) as act:
        audit.lock(actor.organisation_id)
        key_holders.check_whole(actor, vault.ring(actor))
        act.subjects = [key_holders.let_in(actor, member, vault.ring(actor))]


def take_key(actor: Actor, member: str, *, now: datetime | None = None) -> None:
    """Takes a member's key (its id) away: for a forgotten passphrase or a lost device.

    The vault then waits for a new key. Raises `Locked`, `Missing`.
    """
    with acting(actor, "vault.take_key", now=now) as act:
        audit.lock(actor.organisation_id)
        vault.ring(actor)
        user = key_holders.user_of_member(actor, member)
        act.subjects = [user]
        key_holders.turn_out(actor, user)
    vault.lock_user(user, organisation=actor.organisation_id)


def holders(actor: Actor) -> tuple[Holder, ...]:
    """The members who have a key, and whether it opens the vault."""
    with acting(actor, "vault.holders"):
        return key_holders.holders(actor)


def change_passphrase(actor: Actor, old: str, new: str, *, now: datetime | None = None) -> None:
    """The same key under a new passphrase. Raises `WrongPassphrase`, PROTECT-012."""
    at = now or clock()
    check_can(actor, "vault.change_passphrase", now=at)
    keys.check_passphrase(new)
    try:
        pair = _own_pair(actor, old, at)
    except WrongPassphrase:
        _note(actor, at, opened=False)
        raise
    with acting(actor, "vault.change_passphrase", now=at):
        _wrap_again(actor, pair, new, at)


def recover(actor: Actor, typed: str, passphrase: str, *, now: datetime | None = None) -> None:
    """Opens the vault with the printed key and gives the actor a new key with a new passphrase.

    For members who forgot theirs, for the last member, and after a restore. Raises PROTECT-011, `Broken`.
    """
    at = now or clock()
    check_can(actor, "vault.recover", now=at)
    _check_tries(actor, at)
    printed = recovery.recovery_pair(recovery.typed(typed))
    keys.check_passphrase(passphrase)
    try:
        key_holders.ring_of(actor, printed, recovery=True)
    except Broken:
        _count(actor, at)
        _note(actor, at, opened=False)
        raise
    wrapped, member = _wrapped(actor, passphrase, at)
    with acting(actor, "vault.recover", now=at):
        audit.lock(actor.organisation_id)
        ring = key_holders.ring_of(actor, printed, recovery=True)
        made = key_holders.keep_member_key(actor, wrapped, now=at)
        key_holders.let_in(actor, made, ring)
    _open(actor, member)


def lock(actor: Actor, *, now: datetime | None = None) -> None:
    """Drops the keys of the actor's session; what runs with them stops."""
    check_can(actor, "vault.lock", now=now)
    if vault.lock(actor.session):
        with acting(actor, "vault.lock", now=now):
            pass


def forget(session: str) -> None:
    """Drops the keys of a session that ends, and a set-up that it had begun."""
    vault.lock(session)
    with _guard:
        for who in [who for who in _drafts if who[0] == session]:
            del _drafts[who]


def _wrapped(actor: Actor, passphrase: str, at: datetime) -> tuple[Wrapped, KeyPair]:
    keys.check_passphrase(passphrase)
    member = keys.new_pair()
    place = key_holders.member_place(actor)
    with _one_at_a_time:
        return keys.wrap(member, passphrase=passphrase, place=place, on=at.date()), member


def _wrap_again(actor: Actor, pair: KeyPair, passphrase: str, at: datetime) -> None:
    place = key_holders.member_place(actor)
    key_holders.wrap_again(actor, keys.wrap(pair, passphrase=passphrase, place=place, on=at.date()))


def _open(actor: Actor, pair: KeyPair) -> None:
    vault.unlock(actor, key_holders.ring_of(actor, pair))


def _check_none(actor: Actor) -> None:
    if key_holders.vault_of(actor) is not None:
        raise PolicyRefusal(
            "STORE-033: your organisation has a vault already; unlock it, or ask to be let in"
        )


NO_VAULT = "STORE-034: your organisation has no vault yet; a focal point sets it up"
HAS_KEY = (
    "STORE-038: you have a key that opens the vault; unlock it, or ask a focal point to take it away and then"
    " make a new one"
)
NO_DRAFT = "STORE-031: the set-up was interrupted before it ended, and nothing was stored; begin again"


def _draft(actor: Actor) -> _Draft:
    with _guard:
        held = _drafts.get((actor.session, actor.organisation_id))
    if held is None:
        raise ProblemWithInput(NO_DRAFT)
    return held


def _prove(draft: _Draft, typed: str) -> None:
    if not hmac.compare_digest(recovery.typed(typed), draft.secret):
        raise ProblemWithInput("PROTECT-011: this is another recovery key; type the one of this set-up")


def _own_pair(actor: Actor, passphrase: str, at: datetime) -> KeyPair:
    """The member's own pair. One try at a time, so that many at once do not escape the pause."""
    with _one_at_a_time:
        _check_tries(actor, at)
        try:
            pair = key_holders.member_pair(actor, passphrase)
        except WrongPassphrase:
            _count(actor, at)
            raise
    with _guard:
        _failed.pop((actor.user_id, actor.organisation_id), None)
    return pair


def _check_tries(actor: Actor, at: datetime) -> None:
    times, last = _failed.get((actor.user_id, actor.organisation_id), (0, at))
    if times >= TRIES and (at - last).total_seconds() < PAUSE_SECONDS:
        raise PolicyRefusal(
            phrase(
                "STORE-035: too many tries; wait {minutes} minutes and try again", minutes=PAUSE_SECONDS // 60
            )
        )


def _count(actor: Actor, at: datetime) -> None:
    """One more try that failed."""
    who = actor.user_id, actor.organisation_id
    with _guard:
        times, last = _failed.get(who, (0, at))
        recent = (at - last).total_seconds() < PAUSE_SECONDS
        _failed[who] = (times + 1 if recent else 1, at)


def _note(actor: Actor, at: datetime, *, opened: bool) -> None:
    """Writes a try into the chain."""
    with acting(actor, "vault.unlock", now=at) as act:
        act.details = {"opened": opened}
