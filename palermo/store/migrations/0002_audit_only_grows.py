"""Entries of the audit chain are added, never changed or removed: the database itself refuses.

Refused too: an entry in the place of another (INSERT OR REPLACE fires no DELETE trigger), a number that is
not the next one, a head that goes back or goes away, and emptying the tables at once.
"""

from django.db import migrations

SAYS = "'STORE-006: the audit chain only grows'"
NEXT = "(SELECT number + 1 FROM store_audithead WHERE organisation_id = NEW.organisation_id)"
ENTRY_THERE = (
    "EXISTS (SELECT 1 FROM store_auditentry WHERE id = NEW.id"
    " OR (organisation_id = NEW.organisation_id AND number = NEW.number))"
)
HEAD_THERE = "EXISTS (SELECT 1 FROM store_audithead WHERE organisation_id = NEW.organisation_id)"
HEAD_JUMPS = "NEW.number <> OLD.number + 1 OR NEW.organisation_id <> OLD.organisation_id"
TRIGGERS = (
    ("audit_never_changed", "UPDATE", "store_auditentry", ""),
    ("audit_never_removed", "DELETE", "store_auditentry", ""),
    ("audit_never_replaced", "INSERT", "store_auditentry", ENTRY_THERE),
    ("audit_next_number", "INSERT", "store_auditentry", f"NEW.number <> COALESCE({NEXT}, 0)"),
    ("audit_head_grows", "UPDATE", "store_audithead", HEAD_JUMPS),
    ("audit_head_stays", "DELETE", "store_audithead", ""),
    ("audit_head_once", "INSERT", "store_audithead", HEAD_THERE),
)
TABLES = ("store_auditentry", "store_audithead")


def _sqlite():
    for name, verb, table, where in TRIGGERS:
        when = f" WHEN {where}" if where else ""
        yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table}{when} BEGIN SELECT RAISE(ABORT, {SAYS}); END"


def _postgresql():
    for name, verb, table, where in TRIGGERS:
        gives = "OLD" if verb == "DELETE" else "NEW"
        test = f"IF {where} THEN RAISE EXCEPTION {SAYS}; END IF; RETURN {gives};" if where else f"RAISE EXCEPTION {SAYS};"
        yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {test} END $$"
        yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    for table in TABLES:
        name, test = f"{table}_never_emptied", f"IF EXISTS (SELECT 1 FROM {table}) THEN RAISE EXCEPTION {SAYS}; END IF"
        yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {test}; RETURN NULL; END $$"
        yield f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"


def guard(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in _postgresql() if postgresql else _sqlite():
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    named = [(name, table) for name, _, table, _ in TRIGGERS]
    if postgresql:
        named += [(f"{table}_never_emptied", table) for table in TABLES]
    for name, table in named:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
