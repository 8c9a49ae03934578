"""How does a record rest? Codes in columns, the readable record as a document, the exact one sealed.

`document` is the record as `cases.readable` leaves it, without source and arrival, which have columns of
their own. `fingerprint` is a keyed hash of the exact record: an unchanged row is known without opening
anything. Of what is sealed the key is the vault's, and it is empty where the vault was locked. `sealed` is
the exact record under the data key `data_key`, which is sealed to the organisation's vault key of the number
`vault_key` (`store/vault.py`). Erasure takes both and leaves `erased`.
"""

from django.db import models

from palermo.store.models.accounts import OwnedRow, User
from palermo.store.models.sealed import SealedRow
from palermo.store.models.submissions import Submission


class KeptRow(SealedRow):
    """Where a row came from, which version it is, and what it holds."""

    public_id = models.CharField(max_length=32)
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, db_index=False, related_name="+")
    layout = models.CharField(max_length=16)
    source_key = models.TextField()
    source_row = models.BigIntegerField()
    arrived = models.DateTimeField()
    version = models.IntegerField(default=1)
    invented = models.BooleanField()
    fingerprint = models.BinaryField(max_length=16)
    document = models.TextField()

    class Meta:
        abstract = True


def erased(name: str) -> models.Index:
    """Finds the few rows that were erased, so that an import never brings one back."""
    return models.Index(fields=["organisation"], condition=models.Q(erased__isnull=False), name=name)


def once(name: str) -> list[models.BaseConstraint]:
    """The record's key: one current row per organisation and id."""
    return [models.UniqueConstraint(fields=["organisation", "public_id"], name=name)]


SORTED_BY = ("arrived", "month", "status", "area")
CHOSEN_BY = (
    *SORTED_BY, "sex", "age_group", "forms", "citizenships", "kind", "layout", "invented", "recorded_by",
    "team",
)  # fmt: skip


def listed(column: str) -> models.Index:
    """For lists in the order of this column; it holds all that a list chooses by, so that no row is read."""
    others = (name for name in CHOSEN_BY if name != column)
    return models.Index(fields=["organisation", column, "id", *others], name=f"case_by_{column}")


class CaseRow(KeptRow):
    """One case. Columns from `standing` on are those of `cases.Counted`; several codes are space-joined."""

    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    team = models.CharField(max_length=32)
    kind = models.CharField(max_length=20)
    status = models.CharField(max_length=40)
    month = models.CharField(max_length=7)
    person = models.CharField(max_length=32)
    standing = models.CharField(max_length=40)
    year = models.IntegerField(null=True)
    area = models.CharField(max_length=40)
    sex = models.CharField(max_length=20)
    age_group = models.CharField(max_length=20)
    stateless = models.BooleanField()
    citizenships = models.TextField()
    forms = models.TextField()
    portal_forms = models.TextField()
    repatriation = models.TextField()
    displacement = models.CharField(max_length=40)
    conflict = models.TextField()
    party_types = models.TextField()
    recruited_in = models.TextField()
    exploited_in = models.TextField()
    routes = models.TextField()
    in_return = models.CharField(max_length=20)

    class Meta:
        constraints = once("case_once")
        indexes = [
            erased("case_erased"),
            models.Index(fields=["organisation", "id"], name="case_page"),
            *map(listed, SORTED_BY),
        ]


class PersonRow(KeptRow):
    """One person as one opaque column: `document` stays empty, `sealed` is NULL only after erasure.

    `indexed` is the number of the vault key under which the names are found; NULL where that waits for an
    unlock.
    """

    indexed = models.IntegerField(null=True)

    class Meta:
        indexes = [
            erased("person_erased"),
            models.Index(fields=["organisation", "arrived"], name="person_arrived"),
        ]
        constraints = [
            *once("person_once"),
            models.CheckConstraint(
                condition=models.Q(document="")
                & (models.Q(sealed__isnull=False) | models.Q(erased__isnull=False)),
                name="person_is_opaque",
            ),
        ]


class NameToken(OwnedRow):
    """A keyed hash of a part of a name, or of its sound, under the vault key of the number `vault_key`."""

    person = models.ForeignKey(PersonRow, models.CASCADE, related_name="+")
    vault_key = models.IntegerField()
    token = models.BinaryField(max_length=16)

    class Meta:
        indexes = [models.Index(fields=["organisation", "token"], name="name_token")]


class ReturnRow(KeptRow):
    """One row of a State's return. `category_code` is NULL until its label is resolved."""

    iso3 = models.CharField(max_length=3, null=True)
    indicator = models.TextField()
    dimension = models.TextField()
    category = models.TextField(null=True)
    category_code = models.CharField(max_length=40, null=True)
    year = models.IntegerField()

    class Meta:
        constraints = once("return_once")
        indexes = [erased("return_erased")]


class RecordRow(KeptRow):
    """Any other record: party, incident, referral, effort, aggregate and pattern return.

    `about` is the case of a referral, so that one case finds its referrals.
    """

    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=32)

    class Meta:
        constraints = once("record_once")
        indexes = [
            models.Index(fields=["organisation", "kind", "about"], name="record_about"),
            erased("record_erased"),
        ]


class SupersededRow(SealedRow):
    """An earlier version of a row, as it was, until its retention ends.

    `columns` are the other readable columns of its table, in their order, as a JSON array ("" where it comes
    from before they were kept): with them an import can be undone.
    """

    kind = models.CharField(max_length=20)
    public_id = models.CharField(max_length=32)
    version = models.IntegerField()
    arrived = models.DateTimeField()
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, db_index=False, related_name="+")
    superseded = models.DateTimeField()
    document = models.TextField()
    columns = models.TextField(default="")
    fingerprint = models.BinaryField(max_length=16, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "public_id", "version"], name="superseded_once"
            )
        ]
