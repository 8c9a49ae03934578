"""A problem that stands for several rows says how many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0002_audit_only_grows")]

    operations = [
        migrations.AddField(
            model_name="problemrow",
            name="times",
            field=models.BigIntegerField(db_default=1, default=1),
        ),
    ]
