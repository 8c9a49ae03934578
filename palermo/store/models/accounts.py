"""Who may come in, and for which organisation? Public ids are random; integer keys never leave."""

import secrets

from django.contrib.auth.models import AbstractUser
from django.db import models


def public_id() -> str:
    """A random 128-bit id as 32 hex digits, never time-ordered."""
    return secrets.token_hex(16)


class Organisation(models.Model):
    """A UN mission or entity, agency, NGO or national authority that this installation hosts.

    `writes` counts the imports that changed a record, so that what was worked out from them can be reused.
    """

    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    name = models.TextField()
    short = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    areas = models.TextField(blank=True)
    invented = models.BooleanField(default=False)
    writes = models.BigIntegerField(default=0)


class OwnedRow(models.Model):
    """Any row of an organisation. The index starts with the organisation where a table needs one."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        abstract = True


class User(AbstractUser):
    """An account. It sees nothing of an organisation until it is a member of it.

    `first_password`: somebody else made the password, so that nothing opens until it is changed. `language`:
    a code of the six in which the user reads the pages, empty until one is chosen.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    public_id = models.CharField(max_length=32, unique=True, default=public_id, editable=False)
    display = models.CharField(max_length=120, blank=True)
    first_password = models.BooleanField(default=False)
    language = models.CharField(max_length=8, blank=True)

    def get_full_name(self) -> str:
        return self.display or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()


class Membership(OwnedRow):
    """One role of one user in one organisation; `team` narrows what the scope `team` may see.

    It gives nothing until its user has `accepted` it, and counts for nothing.
    """

    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=40)
    team = models.CharField(max_length=32, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    accepted = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "role"], name="membership_once")
        ]


class RoleGiven(OwnedRow):
    """An administrator gave a role that reaches cases.

    Each focal point is told until she says that she saw it.
    """

    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    role = models.CharField(max_length=40)
    given = models.DateTimeField()
    seen_by = models.ManyToManyField(User, related_name="+")
