"""`palermo manage`: Django's own commands with Palermo's settings."""

import sys
from collections.abc import Sequence

from palermo import PalermoError
from palermo.cli.serve import start_django


def run(argv: Sequence[str]) -> int:
    """Hands the words on to Django; 3 where the extra `server` is missing or the database does not open."""
    try:
        start_django()
        from django.core.management import execute_from_command_line

        execute_from_command_line(["palermo manage", *argv])
    except PalermoError as error:
        print(error, file=sys.stderr)
        return 3
    return 0
