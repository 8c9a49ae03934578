"""Who holds the keys of an organisation's vault? Rows of holders in, rings of keys out.

Each member's private half is under a passphrase; the keys of the vault are sealed to each holder's public
half. Whoever is not in these rows cannot open anything; the operator of the installation is not.
"""

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from palermo import ProblemWithInput
from palermo.protect import keys
from palermo.protect.envelope import Place, open_from, seal_to
from palermo.protect.keys import KeyPair, Wrapped
from palermo.store.access import Actor, Missing, organisation
from palermo.store.models import KeyHold, MemberKey, Organisation, Vault, VaultKey
from palermo.store.submissions import user_of
from palermo.store.vault import Changed, Locked, Ring, lock

RECOVERY = "recovery"


class NotLetIn(ProblemWithInput):
    """The passphrase is right, and nobody has let this member in yet."""

    def __init__(self) -> None:
        super().__init__(
            "STORE-032: your passphrase is right, and nobody has let you in yet; ask a member who can unlock"
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """A member who has a key: `let_in` says whether it opens the vault."""

    id: str
    user: str
    name: str
    fingerprint: str
    made: datetime
    let_in: bool


def vaults(actor: Actor) -> QuerySet[Vault]:
    """The vault of the actor's organisation, or none."""
    return Vault.objects.filter(organisation__public_id=actor.organisation_id)


def vault_of(actor: Actor) -> Vault | None:
    return vaults(actor).first()


def found(
    actor: Actor, *, pair: KeyPair, member: KeyPair, wrapped: Wrapped, recovery: bytes, now: datetime
) -> None:
    """Writes a new vault: its first key, held by the member and by the recovery key (its public half)."""
    place = organisation(actor)
    Vault.objects.create(organisation=place, made=now, recovery=recovery, recovery_made=now)
    row = new_vault_key(place, pair, number=1, now=now)
    keep_member_key(actor, wrapped, now=now)
    hold(row, pair, holder=None, public=recovery)
    hold(row, pair, holder=_member(actor), public=member.public)


def new_vault_key(place: Organisation, pair: KeyPair, *, number: int, now: datetime) -> VaultKey:
    return VaultKey.objects.create(organisation=place, number=number, public=pair.public, made=now)


def keep_member_key(actor: Actor, wrapped: Wrapped, *, now: datetime) -> str:
    """The public id of the member's new key; an earlier one of theirs goes, and what it held."""
    _members(actor).filter(user__public_id=actor.user_id).delete()
    user = user_of(actor.user_id)
    if user is None:
        raise Missing
    made = MemberKey.objects.create(
        organisation=organisation(actor), user=user, public=wrapped.public, salt=wrapped.salt,
        since=wrapped.since, sealed=wrapped.sealed, made=now,
    )  # fmt: skip
    return made.public_id


def wrap_again(actor: Actor, wrapped: Wrapped) -> None:
    """The same pair under another passphrase: what the member holds stays."""
    changed = {"salt": wrapped.salt, "since": wrapped.since, "sealed": wrapped.sealed}
    MemberKey.objects.filter(id=_member(actor).id).update(**changed)


def wrapped_since(actor: Actor) -> date:
    """The day whose parameters wrap the member's key."""
    since: date = _member(actor).since
    return since


def hold(row: VaultKey, pair: KeyPair, *, holder: MemberKey | None, public: bytes) -> None:
    """Seals a key of the vault to a holder: a member, or the recovery key where `holder` is None."""
    place = hold_place(row, holder)
    kept = {
        "organisation_id": row.organisation_id,
        "sealed": seal_to(public, pair.private, place=place),
        "mark": Ring(place.organisation, {row.number: pair}).mark(row.number, _told(place, public)),
    }
    KeyHold.objects.update_or_create(vault_key=row, member=holder, defaults=kept)


def _told(place: Place, public: bytes) -> bytes:
    return place.told() + public


def hold_place(row: VaultKey, holder: MemberKey | None) -> Place:
    who = holder.public_id if holder else RECOVERY
    return Place(row.organisation.public_id, who, "vault key", row.number)


def member_pair(actor: Actor, passphrase: str) -> KeyPair:
    """The member's own pair; raises `WrongPassphrase`, and `Missing` where the member has none."""
    row = _member(actor)
    kept = Wrapped(bytes(row.public), bytes(row.salt), row.since, bytes(row.sealed))
    return keys.unwrap(kept, passphrase=passphrase, place=member_place(actor))


def member_place(actor: Actor) -> Place:
    return Place(actor.organisation_id, actor.user_id, "member key")


def ring_of(actor: Actor, pair: KeyPair, *, recovery: bool = False) -> Ring:
    """All keys of the vault that the holder's pair opens; raises `NotLetIn` where it opens none."""
    holder = None if recovery else _member(actor)
    rows = KeyHold.objects.filter(organisation__public_id=actor.organisation_id, member=holder)
    held = {
        row.vault_key.number: keys.pair_of(
            open_from(pair.private, bytes(row.sealed), place=hold_place(row.vault_key, holder))
        )
        for row in rows.select_related("vault_key__organisation")
    }
    if not held:
        raise NotLetIn
    ring = Ring(actor.organisation_id, held)
    check_holders(actor, ring)
    return ring


def check_holders(actor: Actor, ring: Ring) -> None:
    """Raises `Changed` where a holder, or a key of the vault, is not one that a holder wrote."""
    rows = KeyHold.objects.filter(organisation__public_id=actor.organisation_id)
    for row in rows.select_related("vault_key__organisation", "member"):
        pair = ring.pairs.get(row.vault_key.number)
        if pair is None:
            continue
        told = _told(hold_place(row.vault_key, row.member), _public(actor, row.member))
        fits = hmac.compare_digest(bytes(row.mark), ring.mark(row.vault_key.number, told))
        if not fits or bytes(row.vault_key.public) != pair.public:
            raise Changed


def check_whole(actor: Actor, ring: Ring) -> None:
    """Raises `Locked` where the session's keys are not those of the vault any more: it unlocks again."""
    if set(ring.pairs) != {key.number for key in vault_keys(actor)}:
        lock(actor.session)
        raise Locked
    check_holders(actor, ring)


def can_open(actor: Actor) -> bool:
    """Whether the actor's own key opens the vault."""
    return KeyHold.objects.filter(member__in=_members(actor).filter(user__public_id=actor.user_id)).exists()


def has_key(actor: Actor) -> bool:
    return _members(actor).filter(user__public_id=actor.user_id).exists()


def holders(actor: Actor) -> tuple[Holder, ...]:
    """All members who have a key, the oldest first."""
    holds = KeyHold.objects.filter(organisation__public_id=actor.organisation_id)
    in_ = set(holds.values_list("member_id", flat=True))
    return tuple(_holder(row, row.id in in_) for row in _members(actor).select_related("user").order_by("id"))


def waiting(actor: Actor) -> QuerySet[MemberKey]:
    """Keys of members that do not open the vault yet."""
    return _members(actor).exclude(id__in=KeyHold.objects.filter(member__isnull=False).values("member_id"))


def let_in(actor: Actor, member: str, ring: Ring) -> str:
    """Seals the keys of the vault to a member's key (its id); the public id of the member's user."""
    row = _members(actor).filter(public_id=member).select_related("user").first()
    if row is None:
        raise Missing
    for key in vault_keys(actor):
        hold(key, ring.pairs[key.number], holder=row, public=bytes(row.public))
    return row.user.public_id


def user_of_member(actor: Actor, member: str) -> str:
    """The public id of the user whose key it is; raises `Missing`."""
    row = _members(actor).filter(public_id=member).select_related("user").first()
    if row is None:
        raise Missing
    return row.user.public_id  # type: ignore[no-any-return]


def vault_keys(actor: Actor) -> list[VaultKey]:
    """The keys of the vault that still open something, the oldest first."""
    rows = VaultKey.objects.filter(organisation__public_id=actor.organisation_id)
    return list(rows.select_related("organisation").order_by("number"))


def turn_out(actor: Actor, user: str) -> bool:
    """Takes a member's key away; whether it opened the vault, which then waits for a new key."""
    gone = _members(actor).filter(user__public_id=user)
    opened = KeyHold.objects.filter(member__in=gone).exists()
    gone.delete()
    if opened:
        Vault.objects.filter(organisation__public_id=actor.organisation_id).update(rekey_due=True)
    return opened


def replace_key(actor: Actor, ring: Ring, *, now: datetime) -> Ring:
    """A new key of the vault, sealed to everybody who holds the newest one; the ring with it."""
    newest = vault_keys(actor)[-1]
    pair = keys.new_pair()
    made = new_vault_key(newest.organisation, pair, number=newest.number + 1, now=now)
    for held in KeyHold.objects.filter(vault_key=newest).select_related("member"):
        hold(made, pair, holder=held.member, public=_public(actor, held.member))
    VaultKey.objects.filter(id=newest.id).update(replaced=now)
    Vault.objects.filter(organisation=newest.organisation).update(rekey_due=False)
    return Ring(ring.organisation, {**ring.pairs, made.number: pair})


def forget_keys_before(actor: Actor, number: int) -> int:
    """Destroys the keys of the vault below a number: nothing is sealed to them any more."""
    return len([key.delete() for key in vault_keys(actor) if key.number < number])


def _public(actor: Actor, holder: MemberKey | None) -> bytes:
    if holder:
        return bytes(holder.public)
    vault = vault_of(actor)
    if vault is None:
        raise Missing
    return bytes(vault.recovery)


def _members(actor: Actor) -> Any:
    return MemberKey.objects.filter(organisation__public_id=actor.organisation_id)


def _member(actor: Actor) -> MemberKey:
    row = _members(actor).filter(user__public_id=actor.user_id).first()
    if row is None:
        raise Missing
    return row  # type: ignore[no-any-return]


def _holder(row: Any, in_: bool) -> Holder:
    name = row.user.display or row.user.username
    return Holder(row.public_id, row.user.public_id, name, keys.fingerprint(bytes(row.public)), row.made, in_)
