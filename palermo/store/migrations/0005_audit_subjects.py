"""Whom an entry of the audit chain concerns: found by pseudonym, added with its entry, never changed or removed."""

import json

import django.db.models.deletion
from django.db import migrations, models

SAYS = "'STORE-006: the audit chain only grows'"
TABLE = "store_auditsubject"
LAST = "(SELECT number FROM store_audithead WHERE organisation_id = NEW.organisation_id)"
THERE = (
    f"EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR (organisation_id = NEW.organisation_id"
    " AND number = NEW.number AND pseudonym = NEW.pseudonym))"
)
TRIGGERS = (
    ("audit_subject_never_changed", "UPDATE", ""),
    ("audit_subject_never_removed", "DELETE", ""),
    ("audit_subject_never_replaced", "INSERT", THERE),
    ("audit_subject_with_its_entry", "INSERT", f"NEW.number <> COALESCE({LAST}, 0)"),
)
EMPTIED = "audit_subject_never_emptied"
BATCH = 2000


def index_what_is_there(apps, schema_editor):
    entries, subjects = apps.get_model("store", "AuditEntry"), apps.get_model("store", "AuditSubject")
    waiting = []
    for place, number, body in entries.objects.values_list("organisation_id", "number", "body").iterator(BATCH):
        named = dict.fromkeys(json.loads(body)["subjects"])
        waiting += [subjects(organisation_id=place, number=number, pseudonym=each) for each in named]
        if len(waiting) >= BATCH:
            subjects.objects.bulk_create(waiting)
            waiting = []
    subjects.objects.bulk_create(waiting)


def _sqlite():
    for name, verb, where in TRIGGERS:
        when = f" WHEN {where}" if where else ""
        yield f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE}{when} BEGIN SELECT RAISE(ABORT, {SAYS}); END"


def _postgresql():
    for name, verb, where in TRIGGERS:
        test = f"IF {where} THEN RAISE EXCEPTION {SAYS}; END IF; RETURN NEW;" if where else f"RAISE EXCEPTION {SAYS};"
        yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {test} END $$"
        yield f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()"
    test = f"IF EXISTS (SELECT 1 FROM {TABLE}) THEN RAISE EXCEPTION {SAYS}; END IF"
    yield f"CREATE FUNCTION {EMPTIED}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {test}; RETURN NULL; END $$"
    yield f"CREATE TRIGGER {EMPTIED} BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION {EMPTIED}()"


def guard(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in _postgresql() if postgresql else _sqlite():
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name in [*(name for name, _, _ in TRIGGERS), *([EMPTIED] if postgresql else [])]:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {TABLE}" if postgresql else ""))
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):
    dependencies = [("store", "0004_the_vault")]
    operations = [
        migrations.CreateModel(
            name="AuditSubject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("pseudonym", models.CharField(max_length=32)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "pseudonym", "number"], name="audit_subject_entries")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "number", "pseudonym"), name="audit_subject_once"
                    )
                ],
            },
        ),
        migrations.RunPython(index_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(guard, unguard),
    ]
