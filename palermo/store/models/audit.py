"""Who did what, in an order that cannot be changed unseen? One hash chain per organisation.

Entries are refused by triggers when somebody changes or deletes them (migration 0002). Subjects are
pseudonyms, so that the chain outlives erasure.
"""

from django.db import models

from palermo.store.models.accounts import Organisation, OwnedRow


class AuditHead(models.Model):
    """The last entry of an organisation's chain; its row is the lock under which the next is appended."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="+")
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)


class AuditEntry(OwnedRow):
    """`body` is canonical JSON; `digest` is a keyed SHA-256 of the previous one and the body."""

    number = models.BigIntegerField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="audit_number_once")]


class AuditSubject(OwnedRow):
    """Whom an entry concerns, so that what concerns one record is found without reading the whole chain.

    The same pseudonyms stand in the entry's body, which is what counts: `audit verify` compares.
    """

    number = models.BigIntegerField()
    pseudonym = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number", "pseudonym"], name="audit_subject_once")
        ]
        indexes = [models.Index(fields=["organisation", "pseudonym", "number"], name="audit_subject_entries")]
