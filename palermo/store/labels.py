"""Which area did a person settle for a label? Kept as a keyed hash; in clear only what a return says openly.

A label that waited because its column held somebody's name rests sealed with its file, and is erased with
it: so the decision does not repeat it. The next import meets the same label and finds its hash. Never here:
a label from a sealed problem.
"""

import hmac
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from palermo.store import access
from palermo.store.access import Actor
from palermo.store.models import LabelDecision, Organisation
from palermo.store.submissions import secret, user_of

LETTERS = 32
"""So many of the hash name a decision: 128 bits."""


class Settled(Mapping[str, str]):
    """Area by label, looked up by the label's keyed hash; it cannot list its labels, which are not kept."""

    def __init__(self, key: bytes, areas: Mapping[str, str]) -> None:
        self._key, self._areas = key, areas

    def __getitem__(self, label: str) -> str:
        return self._areas[digest(label, key=self._key)]

    def __len__(self) -> int:
        return len(self._areas)

    def __iter__(self) -> Iterator[str]:
        raise TypeError("settled labels are hashes; look one up")


def digest(label: str, *, key: bytes) -> str:
    """The keyed hash of a label; the same with and without space around it, and in every Unicode form."""
    normal = unicodedata.normalize("NFC", label).strip()
    return hmac.digest(key, f"label:{normal}".encode("utf-8", "surrogatepass"), "sha256").hex()


def decisions(actor: Actor) -> Settled:
    """What the organisation's people settled."""
    areas = dict(_of(actor).values_list("label_digest", "area"))
    return Settled(secret(actor.organisation_id), areas)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person settled. `label` is None where only its hash is kept; `id` begins that hash."""

    id: str
    label: str | None
    area: str
    decided: datetime


def decided(actor: Actor, *, most: int) -> tuple[Decision, ...]:
    """The organisation's decisions, the latest first, at most so many."""
    rows = _of(actor).order_by("-decided", "-id")[:most]
    found = rows.values_list("label_digest", "label", "area", "decided")
    return tuple(Decision(digest[:LETTERS], *values) for digest, *values in found)


def forget(actor: Actor, decision: str) -> str:
    """Deletes the decision with this id and gives the area that it said; raises `Missing`."""
    row = access.one(_of(actor).filter(label_digest__startswith=decision[:LETTERS].ljust(LETTERS)))
    row.delete()
    return row.area


def _of(actor: Actor) -> QuerySet[LabelDecision]:
    return LabelDecision.objects.filter(organisation__public_id=actor.organisation_id)


def settle(
    organisation: Organisation, label: str, *, area: str, user: str, now: datetime, clear: bool = False
) -> None:
    """Stores the decision; the latest stands. `clear` where the label is readable in a return anyway."""
    LabelDecision.objects.update_or_create(
        organisation=organisation,
        label_digest=digest(label, key=secret(organisation.public_id)),
        defaults={
            "label": label if clear else None,
            "area": area,
            "decided_by": user_of(user),
            "decided": now,
        },
    )
