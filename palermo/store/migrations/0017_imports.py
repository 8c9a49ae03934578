"""Drafts, times that a file was taken in, remembered columns; an earlier version keeps all columns."""

import django.db.models.deletion
import palermo.store.models.accounts
from django.conf import settings
from django.db import migrations, models


def intakes_of_before(apps, schema_editor):
    """One for each submission, at the instant at which it arrived: its rows have that instant."""
    made = set()
    intake = apps.get_model("store", "Intake")
    for row in apps.get_model("store", "Submission").objects.defer("sealed").order_by("id").iterator():
        if (row.organisation_id, row.arrived) not in made:
            made.add((row.organisation_id, row.arrived))
            counts = {name: getattr(row, name) for name in ("stored", "superseded", "unchanged")}
            intake.objects.create(
                organisation_id=row.organisation_id, submission_id=row.id, at=row.arrived,
                user_id=row.sent_by_id, **counts,
            )


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0016_jobs'),
    ]

    operations = [
        migrations.CreateModel(
            name='ColumnMemory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layout', models.CharField(max_length=16)),
                ('header', models.CharField(max_length=64)),
                ('mapping', models.TextField()),
                ('decided', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=palermo.store.models.accounts.public_id, max_length=32, unique=True)),
                ('at', models.DateTimeField()),
                ('stored', models.IntegerField(default=0)),
                ('superseded', models.IntegerField(default=0)),
                ('unchanged', models.IntegerField(default=0)),
                ('undone', models.DateTimeField(null=True)),
                ('remaining', models.IntegerField(default=0)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='submission',
            name='submission_once',
        ),
        migrations.AddField(
            model_name='submission',
            name='area',
            field=models.CharField(blank=True, default='', max_length=3),
        ),
        migrations.AddField(
            model_name='submission',
            name='choices',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='expires',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='mended',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='supersededrow',
            name='columns',
            field=models.TextField(default=''),
        ),
        migrations.AddField(
            model_name='supersededrow',
            name='fingerprint',
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(condition=models.Q(('expires__isnull', True)), fields=('organisation', 'digest', 'layout'), name='submission_once'),
        ),
        migrations.AddField(
            model_name='columnmemory',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='columnmemory',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation'),
        ),
        migrations.AddField(
            model_name='intake',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation'),
        ),
        migrations.AddField(
            model_name='intake',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='intakes', to='store.submission'),
        ),
        migrations.AddField(
            model_name='intake',
            name='undone_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='intake',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='columnmemory',
            constraint=models.UniqueConstraint(fields=('organisation', 'header'), name='columns_once'),
        ),
        migrations.AddConstraint(
            model_name='intake',
            constraint=models.UniqueConstraint(fields=('organisation', 'at'), name='intake_once'),
        ),
        migrations.RunPython(intakes_of_before, migrations.RunPython.noop),
    ]
