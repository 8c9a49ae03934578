from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0013_conduct_by_two'),
    ]

    operations = [
        migrations.AddField('user', 'language', models.CharField(max_length=8, blank=True, default=''), preserve_default=False),
    ]
