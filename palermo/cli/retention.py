"""`palermo retention`: erase what has been kept for as long as its class may be, of all organisations.

`palermo serve` does it once a day by itself; this is for an installation that another server runs, and to see
what is due. Needs no key. Prints counts only.
"""

import argparse

from palermo.cli.serve import migrate, start_django
from palermo.cli.terminal import say, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="say what is due, and erase nothing")


def run(args: argparse.Namespace) -> int:
    start_django()
    migrate()
    from palermo.actions import erasure

    ended = erasure.due() if args.dry_run else erasure.end_retention()
    for one in ended:
        show(f"{one.organisation}  {one.data_class}  {one.rows}")
    if not ended:
        say("Nothing has been kept for as long as it may be.")
    elif args.dry_run:
        say("Nothing was erased; without --dry-run it is.")
    return 0
