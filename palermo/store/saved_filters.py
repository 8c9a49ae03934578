"""Which choices of cases did this user keep? Her own rows in one organisation, and nobody else's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import QuerySet

from palermo.store import access
from palermo.store.access import Actor
from palermo.store.models import SavedFilter, User


def own(actor: Actor) -> QuerySet[SavedFilter]:
    """The actor's own, the latest first."""
    here = {"organisation__public_id": actor.organisation_id, "user__public_id": actor.user_id}
    return SavedFilter.objects.filter(**here).order_by("-id")


def keep(actor: Actor, codes: Mapping[str, str], *, now: datetime) -> str:
    """The public id of the choice; one that is kept already stays as it is."""
    text = msgspec.json.encode(dict(codes), order="sorted").decode()
    place, user = access.organisation(actor), access.one(User.objects.filter(public_id=actor.user_id))
    row, _new = SavedFilter.objects.get_or_create(
        organisation=place, user=user, codes=text, defaults={"made": now}
    )
    return row.public_id  # type: ignore[no-any-return]


def forget(row: SavedFilter) -> None:
    row.delete()


def codes_of(row: Any) -> dict[str, str]:
    return msgspec.json.decode(row.codes, type=dict[str, str])
