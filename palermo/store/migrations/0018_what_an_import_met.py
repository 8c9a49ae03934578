"""What an import brought that was here just so: undoing an earlier one leaves it. Rows that it brought anew."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0017_imports'),
    ]

    operations = [
        migrations.AddField(
            model_name='intake',
            name='met',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='badrowrow',
            name='again',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='store.intake'),
        ),
    ]
