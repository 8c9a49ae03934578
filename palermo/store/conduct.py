"""Where do allegations against personnel go? Sealed to a key outside the mission, or nowhere at all.

Nothing here lists or counts them for anybody of the organisation. The one who carries them out is the
operator, who cannot read them. Without a conduct key nothing is stored. A key that is set is replaced by two
persons only: one proposes, another confirms.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from palermo.protect.conduct import Allegation
from palermo.protect.conduct import sealed as seal
from palermo.protect.keys import fingerprint
from palermo.store.access import Actor, organisation
from palermo.store.models import ConductRow, Vault
from palermo.store.submissions import secret, user_of


@dataclass(frozen=True, slots=True)
class Channel:
    """`public` is the conduct key, b"" where none is configured; `contact` says who is reached outside.

    `since` is when the key was set, `confirmed` when a second person confirmed it; `proposed` is the key that
    waits to replace it (b"": none is to), None where nothing waits. `by` are the integer keys of the users
    who set and who proposed.
    """

    public: bytes
    contact: str
    since: datetime | None = None
    confirmed: datetime | None = None
    proposed: bytes | None = None
    proposed_at: datetime | None = None
    by: tuple[int | None, int | None] = field(default=(None, None), repr=False)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public) if self.public else ""

    @property
    def next_fingerprint(self) -> str:
        return fingerprint(self.proposed) if self.proposed else ""


def channel(actor: Actor) -> Channel:
    row = _vault(actor).first()
    if row is None:
        return Channel(b"", "")
    proposed = None if row.conduct_next is None else bytes(row.conduct_next)
    told = row.conduct_set, row.conduct_confirmed, proposed, row.conduct_next_at
    users = (row.conduct_set_by_id, row.conduct_next_by_id)
    return Channel(bytes(row.conduct or b""), row.conduct_contact, *told, by=users)


def configure(actor: Actor, contact: str) -> bool:
    """Sets the contact; whether there is a vault to set it in."""
    return bool(_vault(actor).update(conduct_contact=contact))


def set_first(actor: Actor, public: bytes, *, now: datetime) -> None:
    """Sets the key where there is none; one person's word, not confirmed."""
    _vault(actor).update(
        conduct=public, conduct_set=now, conduct_set_by=user_of(actor.user_id), **NOT_CONFIRMED, **NO_PROPOSAL
    )


def propose(actor: Actor, public: bytes | None, *, now: datetime) -> None:
    """Writes down the key that shall replace the present one (b"": none shall be there); None withdraws."""
    told = {"conduct_next": public, "conduct_next_at": now, "conduct_next_by": user_of(actor.user_id)}
    _vault(actor).update(**(NO_PROPOSAL if public is None else told))


def confirm(actor: Actor, *, now: datetime) -> None:
    """The proposed key becomes the key, else the present one is confirmed."""
    row = _vault(actor).get()
    if row.conduct_next is not None:
        row.conduct, row.conduct_set = bytes(row.conduct_next) or None, row.conduct_next_at
        row.conduct_set_by = row.conduct_next_by
    row.conduct_next = row.conduct_next_at = row.conduct_next_by = None
    row.conduct_confirmed = now
    row.save()


def is_by(actor: Actor, held: Channel) -> bool:
    """Whether the actor gave the key that waits to be confirmed."""
    user = user_of(actor.user_id)
    return user is None or user.id == held.by[held.proposed is not None]


NOT_CONFIRMED: dict[str, Any] = {"conduct_confirmed": None}
NO_PROPOSAL: dict[str, Any] = dict.fromkeys(("conduct_next", "conduct_next_at", "conduct_next_by"))


def _vault(actor: Actor) -> QuerySet[Vault]:
    return Vault.objects.filter(organisation__public_id=actor.organisation_id)


def pass_on(actor: Actor, content: bytes, *, now: datetime) -> bool:
    """Stores an allegation sealed to the conduct key; False where there is none: then nothing is stored."""
    public = channel(actor).public
    if not public:
        return False
    owner, key = organisation(actor), secret(actor.organisation_id)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    made = seal(content, public=public, made=day, key=key)
    told = {"sealed": made.sealed, "arrived": day}
    ConductRow.objects.get_or_create(organisation=owner, digest=made.digest, defaults=told)
    return True


def carried_out() -> Iterator[Allegation]:
    """All sealed allegations, for the operator to send on."""
    for row in ConductRow.objects.order_by("organisation_id", "digest"):
        yield Allegation(row.digest, bytes(row.sealed))
