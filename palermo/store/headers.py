"""How did an organisation have the columns of files with this header read before? Remembered by a keyed hash.

A header can hold a name, where a column was shifted: so it is not kept. What is kept is which column, by its
place, is read as which field of the layout. The next file with the same header finds it.
"""

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from palermo.store.access import Actor, organisation
from palermo.store.models import ColumnMemory
from palermo.store.submissions import secret, user_of


def digest(organisation: str, labels: Iterable[str]) -> str:
    """The keyed hash of a header."""
    told = msgspec.json.encode([label.encode("utf-8", "replace").decode() for label in labels])
    return hmac.digest(secret(organisation), b"header:" + told, "sha256").hex()


def remembered(actor: Actor, header: str) -> tuple[str, dict[int, str]]:
    """Layout, and fields by place ("" where a column is not read); "" and nothing where nobody chose."""
    rows = ColumnMemory.objects.filter(organisation__public_id=actor.organisation_id, header=header)
    held = rows.values_list("layout", "mapping").first()
    return (held[0], msgspec.json.decode(held[1], type=dict[int, str])) if held else ("", {})


def remember(actor: Actor, layout: str, header: str, mapping: Mapping[int, str], *, now: datetime) -> None:
    """Keeps the mapping for the next file with this header."""
    ColumnMemory.objects.update_or_create(
        organisation=organisation(actor),
        header=header,
        defaults={
            "layout": layout,
            "mapping": msgspec.json.encode(dict(mapping)).decode(),
            "decided_by": user_of(actor.user_id),
            "decided": now,
        },
    )


def forget(actor: Actor, header: str) -> None:
    ColumnMemory.objects.filter(organisation__public_id=actor.organisation_id, header=header).delete()
