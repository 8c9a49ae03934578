"""Who holds an organisation's keys, and what rests under them beside records? Opaque columns only.

Nothing here opens without a member's passphrase or the printed recovery key. Formats:
docs/reference/sealed-formats.md.
"""

from django.db import models

from palermo.store.models.accounts import Organisation, OwnedRow, User, public_id


class SealedRow(OwnedRow):
    """Something under a data key of its own; the first three are NULL where nothing is, or no longer."""

    sealed = models.BinaryField(null=True)
    data_key = models.BinaryField(null=True)
    vault_key = models.IntegerField(null=True)
    erased = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Vault(models.Model):
    """An organisation's vault: there is one once its recovery key was proven to be on paper.

    `conduct_next` is a conduct key that one person proposed and another has not confirmed; b"" proposes none.
    """

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="+")
    made = models.DateTimeField()
    recovery = models.BinaryField(max_length=32)
    recovery_made = models.DateTimeField()
    rekey_due = models.BooleanField(default=False)
    conduct = models.BinaryField(max_length=32, null=True)
    conduct_contact = models.TextField(blank=True)
    conduct_set = models.DateTimeField(null=True)
    conduct_set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    conduct_confirmed = models.DateTimeField(null=True)
    conduct_next = models.BinaryField(max_length=32, null=True)
    conduct_next_at = models.DateTimeField(null=True)
    conduct_next_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")


class VaultKey(OwnedRow):
    """One key pair of a vault; the highest number seals. `replaced` still opens what was not yet sealed
    anew.
    """

    number = models.IntegerField()
    public = models.BinaryField(max_length=32)
    made = models.DateTimeField()
    replaced = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="vault_key_once")]


class MemberKey(OwnedRow):
    """A member's key pair, its private half under a passphrase. Opens nothing until a holder lets it in."""

    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    public = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16)
    since = models.DateField()
    sealed = models.BinaryField()
    made = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="member_key_once")]


class KeyHold(OwnedRow):
    """A vault's private key sealed to one holder: a member, or the recovery key where `member` is NULL.

    `mark` is a keyed hash of the holder's public key under the vault's private one: a row that somebody else
    wrote has none that fits, and no new key is ever sealed to it.
    """

    vault_key = models.ForeignKey(VaultKey, models.CASCADE, related_name="holds")
    member = models.ForeignKey(MemberKey, models.CASCADE, null=True, related_name="+")
    sealed = models.BinaryField()
    mark = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vault_key", "member"], name="key_hold_once", nulls_distinct=False
            )
        ]


class AttachedFile(SealedRow):
    """A file of a case: `sealed` is its title, its content is in pieces under the same data key."""

    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    about = models.CharField(max_length=32)
    media = models.CharField(max_length=40)
    size = models.BigIntegerField()
    arrived = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organisation", "about"], name="file_about")]


class FilePiece(models.Model):
    """One sealed piece of a file (`protect/streams.py`)."""

    file = models.ForeignKey(AttachedFile, models.CASCADE, related_name="pieces")
    number = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="file_piece_once")]


class BreakGlass(SealedRow):
    """Two persons open one case for a limited time; `sealed` is the reason. Reviewed afterwards."""

    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    about = models.CharField(max_length=32)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_role = models.CharField(max_length=40, default="")
    asked = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, default="asked")
    seen_by_owner = models.DateTimeField(null=True)


class ConductRow(OwnedRow):
    """An allegation against personnel, sealed to the conduct key outside the mission. In no list and no
    count.

    `digest` (keyed) recognises the same allegation sent twice; nothing else of it is readable.
    """

    digest = models.CharField(max_length=64)
    sealed = models.BinaryField()
    arrived = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "digest"], name="conduct_once")]


class Export(OwnedRow):
    """A sealed file for its owner, for a limited time. `content` is sealed to a passphrase or a recipient's
    key. `filters` are codes; `role` and `answered_role` are those in which it was asked for and agreed to.
    """

    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    kind = models.CharField(max_length=20)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    asked = models.DateTimeField()
    filters = models.TextField(blank=True)
    recipient = models.BinaryField(max_length=32, null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_role = models.CharField(max_length=40, blank=True)
    answered = models.DateTimeField(null=True)
    job = models.ForeignKey("Job", models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=20, default="asked")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    rows = models.BigIntegerField(default=0)
    problem = models.TextField(blank=True)
    expires = models.DateTimeField(null=True)
    content = models.BinaryField(null=True)
