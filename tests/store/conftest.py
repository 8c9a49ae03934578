"""What do tests of the store need? A way to meddle that the triggers would refuse."""

from collections.abc import Callable
from importlib import import_module

import pytest


@pytest.fixture
def audit_lifted(transactional_db: None) -> Callable[[], None]:
    """Call it to lift the triggers of the audit chain: what somebody with the database file could do."""
    from django.db import connection

    triggers = import_module("palermo.store.migrations.0002_audit_only_grows")

    def lift() -> None:
        with connection.schema_editor() as editor:
            triggers.unguard(None, editor)

    return lift
