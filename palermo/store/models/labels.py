"""Which area did a person settle for a label that no rule resolved? Reused at the next import."""

from django.db import models

from palermo.store.models.accounts import OwnedRow, User


class LabelDecision(OwnedRow):
    """The latest decision per label; the audit chain holds that there were earlier ones.

    `label` is NULL unless a return says it in a readable column: see `store/labels.py`.
    """

    label = models.TextField(null=True)
    label_digest = models.CharField(max_length=64)
    area = models.CharField(max_length=40)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "label_digest"], name="label_decided_once")
        ]
