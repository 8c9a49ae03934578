"""Entries of the audit chain are added, never changed or removed: the database itself refuses."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER audit_never_{what} BEFORE {verb} ON store_auditentry
BEGIN SELECT RAISE(ABORT, 'STORE-006: the audit chain only grows'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'STORE-006: the audit chain only grows'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER audit_never_{what} BEFORE {verb} ON store_auditentry
FOR EACH ROW EXECUTE FUNCTION audit_only_grows()
"""
TRIGGERS = (("changed", "UPDATE"), ("removed", "DELETE"))


def guard(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(POSTGRESQL_FUNCTION)
    for what, verb in TRIGGERS:
        schema_editor.execute((POSTGRESQL if postgresql else SQLITE).format(what=what, verb=verb))


def unguard(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for what, _ in TRIGGERS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS audit_never_{what}" + (" ON store_auditentry" if postgresql else ""))
    if postgresql:
        schema_editor.execute("DROP FUNCTION IF EXISTS audit_only_grows()")


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
