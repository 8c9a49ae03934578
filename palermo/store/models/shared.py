"""What must all processes of an installation know for a while? That a code was used, how often was tried."""

from django.db import models


class Shared(models.Model):
    """One value until a time; its key is a keyed hash."""

    key = models.CharField(max_length=64, primary_key=True)
    value = models.TextField()
    until = models.DateTimeField(null=True, db_index=True)
