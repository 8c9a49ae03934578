"""Which persons bear a name, while the names rest sealed? A blind index of keyed hashes of parts and sounds.

The index key is derived from the vault's private key: without it the hashes say nothing but how many there
are. What arrives while the vault is locked waits for an unlock. Never here: a name that is kept or logged.
"""

from functools import reduce

from django.db import transaction
from django.db.models import Q, QuerySet

from palermo.cases import Person
from palermo.protect.names import Part, bucket_of, query_tokens, tokens
from palermo.store import rows
from palermo.store.access import Actor
from palermo.store.models import CaseRow, NameToken, Organisation, PersonRow
from palermo.store.vault import Ring

BATCH = 200


def pending(actor: Actor, number: int, *, of: QuerySet[CaseRow] | None = None) -> int:
    """How many persons (of these cases) are not findable yet under the vault key of the number."""
    held = _waiting(actor, number)
    return (held if of is None else held.filter(public_id__in=of.values("person"))).count()


def index_some(actor: Actor, ring: Ring) -> int:
    """Makes one batch of persons findable, in one transaction; how many, 0 where none waits."""
    key, number = ring.index_key(ring.newest), ring.newest
    with transaction.atomic():
        found = list(_waiting(actor, number).select_for_update().order_by("id")[:BATCH])
        NameToken.objects.filter(person__in=found).delete()
        owner = found[0].organisation_id if found else 0
        made = (
            NameToken(organisation_id=owner, person=row, vault_key=number, token=token)
            for row in found
            for token in tokens(_names(row, ring), key=key, bucket=bucket_of(row.public_id))
        )
        NameToken.objects.bulk_create(made, batch_size=5000)
        PersonRow.objects.filter(id__in=[row.id for row in found]).update(indexed=number)
    return len(found)


def persons_called(
    actor: Actor, text: str, ring: Ring, *, of: QuerySet[CaseRow] | None = None
) -> list[PersonRow]:
    """Persons (of these cases) who have a part or a sound of every part of the text, in any order.

    They are candidates, to be compared.
    """
    ids: set[int] = set()
    for number in ring.pairs:
        parts = query_tokens(text, key=ring.index_key(number))
        ids |= reduce(set.intersection, (_bearing(actor, part) for part in parts)) if parts else set()
    found = PersonRow.objects.filter(id__in=ids).order_by("id")
    return list(found if of is None else found.filter(public_id__in=of.values("person")))


def _bearing(actor: Actor, part: Part) -> set[int]:
    owner = Organisation.objects.filter(public_id=actor.organisation_id).values("id")[:1]
    found = NameToken.objects.filter(organisation_id__in=owner, token__in=list(part.tokens))
    return set(found.values_list("person_id", flat=True))


def _waiting(actor: Actor, number: int) -> QuerySet[PersonRow]:
    held = PersonRow.objects.filter(organisation__public_id=actor.organisation_id, sealed__isnull=False)
    return held.filter(Q(indexed__isnull=True) | ~Q(indexed=number))


def _names(row: PersonRow, ring: Ring) -> list[str]:
    person: Person = rows.exact_of(row, ring)
    return [name.text for name in person.names]
