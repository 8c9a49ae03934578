"""Decisions about labels are found by a keyed hash; a label stays in clear where a return says it openly."""

from django.db import migrations, models


def hash_labels(apps, schema_editor):
    from palermo.store.labels import digest
    from palermo.store.submissions import secret

    returns = apps.get_model("store", "ReturnRow")
    for row in apps.get_model("store", "LabelDecision").objects.select_related("organisation"):
        row.label_digest = digest(row.label, key=secret(row.organisation.public_id))
        said = returns.objects.filter(organisation=row.organisation, category=row.label)
        row.label = row.label if said.exists() else None
        twin = type(row).objects.filter(organisation=row.organisation, label_digest=row.label_digest)
        twin.exclude(id=row.id).delete()
        row.save(update_fields=["label", "label_digest"])


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0010_marked_holds'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='labeldecision', name='label_decided_once'),
        migrations.AddField('labeldecision', 'label_digest', models.CharField(default='', max_length=64)),
        migrations.AlterField('labeldecision', 'label', models.TextField(null=True)),
        migrations.RunPython(hash_labels, migrations.RunPython.noop),
        migrations.AlterField('labeldecision', 'label_digest', models.CharField(max_length=64)),
        migrations.AddConstraint(
            model_name='labeldecision',
            constraint=models.UniqueConstraint(
                fields=('organisation', 'label_digest'), name='label_decided_once'
            ),
        ),
    ]
