"""Does a sealed identity open with a printed recovery key? It is opened, thrown away and never shown."""

from collections.abc import Iterable

from palermo import PalermoError
from palermo.protect.keys import KeyPair
from palermo.store import key_holders
from palermo.store.access import Actor
from palermo.store.models import PersonRow
from palermo.store.rows import exact_of

OPENED, NOTHING, NOT_OPENED, NOT_TRIED = "opened", "nothing sealed", "did not open", "not tried"


def opens(actor: Actor, pairs: Iterable[KeyPair]) -> str:
    """One of the words above, for the newest sealed person of the actor's organisation."""
    vault = key_holders.vault_of(actor)
    own = [pair for pair in pairs if vault and pair.public == bytes(vault.recovery)]
    if not own:
        return NOT_TRIED
    rows = PersonRow.objects.filter(organisation__public_id=actor.organisation_id, sealed__isnull=False)
    row = rows.order_by("-id").first()
    if row is None:
        return NOTHING
    try:
        ring = key_holders.ring_of(actor, own[0], recovery=True)
        return OPENED if exact_of(row, ring) is not None else NOT_OPENED
    except PalermoError:
        return NOT_OPENED
