"""What arrived, as a whole, and what was wrong with it? File names are not kept: they can hold names."""

from django.db import models

from palermo.store.models.accounts import OwnedRow, User, public_id
from palermo.store.models.sealed import SealedRow


class Submission(SealedRow):
    """One file as received, under a keyed hash; `sealed` is all of it, or NULL where it may not stay.

    Its data key seals what was found in it, its bad rows and `choices` (what a person changed of it), too:
    one erasure takes all of them. One with `expires` is a draft: looked at, and not taken in.
    """

    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    digest = models.CharField(max_length=64)
    layout = models.CharField(max_length=16)
    invented = models.BooleanField(default=False)
    arrived = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    size = models.BigIntegerField()
    rows = models.IntegerField(default=0)
    stored = models.IntegerField(default=0)
    superseded = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    problems = models.IntegerField(default=0)
    area = models.CharField(max_length=3, blank=True, default="")
    choices = models.BinaryField(null=True)
    mended = models.IntegerField(default=0)
    expires = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "digest", "layout"],
                condition=models.Q(expires__isnull=True),
                name="submission_once",
            )
        ]


class Intake(OwnedRow):
    """One time that a submission was taken in. The rows that it wrote have its submission and its instant,
    which no other intake of the organisation has. `remaining` counts the rows that undoing it had to leave.

    `met` are hashes of the ids that it brought and that were here just so (`Holding` has the same); NULL of
    one from before they were noted.
    """

    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="intakes")
    at = models.DateTimeField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    stored = models.IntegerField(default=0)
    superseded = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    met = models.BinaryField(null=True)
    undone = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    remaining = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "at"], name="intake_once")]


class ColumnMemory(OwnedRow):
    """As which layout files with one header are read, and how their columns. `header` is a keyed hash of it:
    a header can hold a name. `mapping` is places of columns and names of fields, as JSON.
    """

    layout = models.CharField(max_length=16)
    header = models.CharField(max_length=64)
    mapping = models.TextField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "header"], name="columns_once")]


class Holding(OwnedRow):
    """Which records a kept submission speaks of, bad rows included: an eight-byte hash of each id.

    So that erasing a person finds every file that holds the person, also where its row changed nothing.
    """

    submission = models.OneToOneField(Submission, models.CASCADE, primary_key=True, related_name="+")
    ids = models.BinaryField()


class ProblemRow(OwnedRow):
    """One problem: its place, what was expected, what to do. `found` is sealed, else its length stays.

    `times` counts the rows that it stands for.
    """

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    row = models.BigIntegerField()
    column = models.TextField()
    expected = models.TextField()
    todo = models.TextField()
    suggestion = models.TextField()
    refused = models.BooleanField()
    times = models.BigIntegerField(default=1, db_default=1)
    length = models.IntegerField()
    found = models.BinaryField(null=True)


class BadRowRow(OwnedRow):
    """A row that stayed out. `cells` is sealed, else NULL: then only the file itself still has it.

    `again` is the intake that brought the row anew, mended or not: then that one tells of it.
    """

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+")
    row = models.BigIntegerField()
    key = models.TextField()
    cells = models.BinaryField(null=True)
    again = models.ForeignKey(Intake, models.SET_NULL, null=True, related_name="+")


class Job(OwnedRow):
    """Work in the background: an import, the index of names, a change of keys. A page asks for its state.

    `told` is when its owner saw that it ended; until then every page of hers says so.
    """

    kind = models.CharField(max_length=20, default="import")
    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    process = models.CharField(max_length=32)
    stage = models.CharField(max_length=20, default="waiting")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    problem = models.TextField(blank=True)
    cancel_asked = models.BooleanField(default=False)
    started = models.DateTimeField()
    beat = models.DateTimeField()
    told = models.DateTimeField(null=True)
    submission = models.ForeignKey(Submission, models.SET_NULL, null=True, related_name="+")
