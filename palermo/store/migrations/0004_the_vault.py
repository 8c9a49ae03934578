"""Keys, sealed files, names that can be found, and what else the vault needs."""

import django.db.models.deletion
import palermo.store.models.accounts
from django.conf import settings
from django.db import migrations, models


TABLES = ("CaseRow", "ReturnRow", "RecordRow", "SupersededRow", "Submission")


def let_go_of_the_stand_in(apps, schema_editor):
    """What the stand-in of 0.1.0 kept was invented and in clear. It goes; the same file brings it back, sealed."""
    apps.get_model("store", "PersonRow").objects.all().delete()
    for name in TABLES:
        known = {"fingerprint": b""} if name in ("CaseRow", "ReturnRow", "RecordRow") else {}
        apps.get_model("store", name).objects.filter(sealed__isnull=False).update(sealed=None, **known)
    for name, column in (("ProblemRow", "found"), ("BadRowRow", "cells")):
        apps.get_model("store", name).objects.filter(**{f"{column}__isnull": False}).update(**{column: None})


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0003_a_problem_counts_its_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='AttachedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField(null=True)),
                ('data_key', models.BinaryField(null=True)),
                ('vault_key', models.IntegerField(null=True)),
                ('erased', models.DateTimeField(null=True)),
                ('public_id', models.CharField(default=palermo.store.models.accounts.public_id, max_length=32, unique=True)),
                ('about', models.CharField(max_length=32)),
                ('media', models.CharField(max_length=40)),
                ('size', models.BigIntegerField()),
                ('arrived', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='BreakGlass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField(null=True)),
                ('data_key', models.BinaryField(null=True)),
                ('vault_key', models.IntegerField(null=True)),
                ('erased', models.DateTimeField(null=True)),
                ('public_id', models.CharField(default=palermo.store.models.accounts.public_id, max_length=32, unique=True)),
                ('about', models.CharField(max_length=32)),
                ('asked', models.DateTimeField()),
                ('answered', models.DateTimeField(null=True)),
                ('until', models.DateTimeField(null=True)),
                ('reviewed', models.DateTimeField(null=True)),
                ('state', models.CharField(default='asked', max_length=20)),
                ('seen_by_owner', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ConductRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('sealed', models.BinaryField()),
                ('arrived', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=palermo.store.models.accounts.public_id, max_length=32, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('asked', models.DateTimeField()),
                ('filters', models.TextField(blank=True)),
                ('recipient', models.BinaryField(max_length=32, null=True)),
                ('answered', models.DateTimeField(null=True)),
                ('state', models.CharField(default='asked', max_length=20)),
                ('done', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(null=True)),
                ('rows', models.BigIntegerField(default=0)),
                ('problem', models.TextField(blank=True)),
                ('expires', models.DateTimeField(null=True)),
                ('content', models.BinaryField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FilePiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('sealed', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(default='import', max_length=20)),
                ('public_id', models.CharField(default=palermo.store.models.accounts.public_id, max_length=32, unique=True)),
                ('process', models.CharField(max_length=32)),
                ('stage', models.CharField(default='waiting', max_length=20)),
                ('done', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=20)),
                ('problem', models.TextField(blank=True)),
                ('cancel_asked', models.BooleanField(default=False)),
                ('started', models.DateTimeField()),
                ('beat', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='KeyHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='MemberKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=palermo.store.models.accounts.public_id, max_length=32, unique=True)),
                ('public', models.BinaryField(max_length=32)),
                ('salt', models.BinaryField(max_length=16)),
                ('since', models.DateField()),
                ('sealed', models.BinaryField()),
                ('made', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='NameToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vault_key', models.IntegerField()),
                ('token', models.BinaryField(max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name='Vault',
            fields=[
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='store.organisation')),
                ('made', models.DateTimeField()),
                ('recovery', models.BinaryField(max_length=32)),
                ('recovery_made', models.DateTimeField()),
                ('rekey_due', models.BooleanField(default=False)),
                ('conduct', models.BinaryField(max_length=32, null=True)),
                ('conduct_contact', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='VaultKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('public', models.BinaryField(max_length=32)),
                ('made', models.DateTimeField()),
                ('replaced', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveField(
            model_name='importjob',
            name='organisation',
        ),
        migrations.RemoveField(
            model_name='importjob',
            name='submission',
        ),
        migrations.RemoveField(
            model_name='importjob',
            name='user',
        ),
        migrations.RemoveConstraint(
            model_name='personrow',
            name='person_is_opaque',
        ),
        migrations.RenameField(
            model_name='submission',
            old_name='content',
            new_name='sealed',
        ),
        migrations.AddField(
            model_name='caserow',
            name='data_key',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='caserow',
            name='erased',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='caserow',
            name='vault_key',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='personrow',
            name='data_key',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='personrow',
            name='erased',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='personrow',
            name='indexed',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='personrow',
            name='vault_key',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='recordrow',
            name='data_key',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='recordrow',
            name='erased',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='recordrow',
            name='vault_key',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='returnrow',
            name='data_key',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='returnrow',
            name='erased',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='returnrow',
            name='vault_key',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='erased',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='data_key',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='vault_key',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='supersededrow',
            name='data_key',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='supersededrow',
            name='erased',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='supersededrow',
            name='vault_key',
            field=models.IntegerField(null=True),
        ),
        migrations.RunPython(let_go_of_the_stand_in, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='personrow',
            constraint=models.CheckConstraint(condition=models.Q(('document', ''), models.Q(('sealed__isnull', False), ('erased__isnull', False), _connector='OR')), name='person_is_opaque'),
        ),
        migrations.AddField(
            model_name='attachedfile',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation'),
        ),
        migrations.AddField(
            model_name='attachedfile',
            name='sent_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation'),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='reviewed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='conductrow',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation'),
        ),
        migrations.AddField(
            model_name='export',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='export',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation'),
        ),
        migrations.AddField(
            model_name='export',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='filepiece',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='store.attachedfile'),
        ),
        migrations.AddField(
            model_name='job',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation'),
        ),
        migrations.AddField(
            model_name='job',
            name='submission',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='store.submission'),
        ),
        migrations.AddField(
            model_name='job',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='keyhold',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation'),
        ),
        migrations.AddField(
            model_name='memberkey',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation'),
        ),
        migrations.AddField(
            model_name='memberkey',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='keyhold',
            name='member',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='store.memberkey'),
        ),
        migrations.AddField(
            model_name='nametoken',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation'),
        ),
        migrations.AddField(
            model_name='nametoken',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='store.personrow'),
        ),
        migrations.AddField(
            model_name='vaultkey',
            name='organisation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.organisation'),
        ),
        migrations.AddField(
            model_name='keyhold',
            name='vault_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='store.vaultkey'),
        ),
        migrations.DeleteModel(
            name='ImportJob',
        ),
        migrations.AddIndex(
            model_name='attachedfile',
            index=models.Index(fields=['organisation', 'about'], name='file_about'),
        ),
        migrations.AddConstraint(
            model_name='conductrow',
            constraint=models.UniqueConstraint(fields=('organisation', 'digest'), name='conduct_once'),
        ),
        migrations.AddConstraint(
            model_name='filepiece',
            constraint=models.UniqueConstraint(fields=('file', 'number'), name='file_piece_once'),
        ),
        migrations.AddConstraint(
            model_name='memberkey',
            constraint=models.UniqueConstraint(fields=('organisation', 'user'), name='member_key_once'),
        ),
        migrations.AddIndex(
            model_name='nametoken',
            index=models.Index(fields=['organisation', 'token'], name='name_token'),
        ),
        migrations.AddConstraint(
            model_name='vaultkey',
            constraint=models.UniqueConstraint(fields=('organisation', 'number'), name='vault_key_once'),
        ),
        migrations.AddConstraint(
            model_name='keyhold',
            constraint=models.UniqueConstraint(fields=('vault_key', 'member'), name='key_hold_once', nulls_distinct=False),
        ),
    ]
