"""Where do allegations against personnel go? Sealed to a key outside the mission, or nowhere at all.

Nothing here lists or counts them for anybody of the organisation. The one who carries them out is the
operator, who cannot read them. Without a conduct key nothing is stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from palermo.protect.conduct import Allegation
from palermo.protect.conduct import sealed as seal
from palermo.store.access import Actor, organisation
from palermo.store.models import ConductRow, Vault
from palermo.store.submissions import secret


@dataclass(frozen=True, slots=True)
class Channel:
    """`public` is the conduct key, b"" where none is configured; `contact` says who is reached outside."""

    public: bytes
    contact: str


def channel(actor: Actor) -> Channel:
    row = Vault.objects.filter(organisation__public_id=actor.organisation_id).first()
    return Channel(bytes(row.conduct or b""), row.conduct_contact) if row else Channel(b"", "")


def configure(actor: Actor, public: bytes, *, contact: str) -> bool:
    """Sets the key and the contact; whether there is a vault to set them in."""
    held = Vault.objects.filter(organisation__public_id=actor.organisation_id)
    return bool(held.update(conduct=public or None, conduct_contact=contact))


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
