"""What becomes of allegations once the office that holds the conduct key has them? They are deleted here.

The operator says so, with the files that the office confirmed. No audit entry tells of it: a chain would say
that there was a report.
"""

from collections.abc import Set

from django.db import transaction

from palermo.store import conduct_sent, wiping


def delete_confirmed(digests: Set[str]) -> frozenset[str]:
    """Which of the files (by SHA-256) were allegations that waited here; they are deleted, and wiped."""
    with transaction.atomic():
        known = conduct_sent.delete_known(digests)
    if known:
        wiping.wipe(list(known.values()), whole=False)
    return frozenset(known)
