"""Which choices of cases does a user come back to? Codes only: nobody types a name for one."""

from django.db import models

from palermo.store.models.accounts import OwnedRow, User, public_id


class SavedFilter(OwnedRow):
    """One choice of cases of one user: `codes` is JSON of codes, in one order, so that it is kept once."""

    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    codes = models.TextField()
    made = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "codes"], name="saved_filter_once")
        ]
