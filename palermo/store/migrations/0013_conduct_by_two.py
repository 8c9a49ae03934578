import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def who() -> models.ForeignKey:
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0012_members_have_a_say'),
    ]

    operations = [
        migrations.AddField('vault', 'conduct_set', models.DateTimeField(null=True)),
        migrations.AddField('vault', 'conduct_set_by', who()),
        migrations.AddField('vault', 'conduct_confirmed', models.DateTimeField(null=True)),
        migrations.AddField('vault', 'conduct_next', models.BinaryField(max_length=32, null=True)),
        migrations.AddField('vault', 'conduct_next_at', models.DateTimeField(null=True)),
        migrations.AddField('vault', 'conduct_next_by', who()),
    ]
