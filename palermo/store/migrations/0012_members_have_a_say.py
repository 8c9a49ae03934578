"""A membership waits for its user, a first password is changed, and focal points see which roles were given."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F

import palermo.store.models.accounts


def accept(apps, schema_editor):
    apps.get_model("store", "Membership").objects.update(accepted=F("since"))


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0011_labels_as_hashes'),
    ]

    operations = [
        migrations.AddField('membership', 'accepted', models.DateTimeField(null=True)),
        migrations.RunPython(accept, migrations.RunPython.noop),
        migrations.AddField('user', 'first_password', models.BooleanField(default=False)),
        migrations.CreateModel(
            name='RoleGiven',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=palermo.store.models.accounts.public_id, max_length=32, unique=True)),
                ('role', models.CharField(max_length=40)),
                ('given', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation')),
                ('seen_by', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
