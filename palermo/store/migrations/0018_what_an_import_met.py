"""What an import brought and was here just so: undoing an earlier one leaves it."""

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
    ]
