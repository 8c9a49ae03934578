"""`palermo conduct`: carries sealed allegations against personnel to whoever holds the conduct key outside
the mission.

The operator cannot open them. The office that holds the key opens each with `palermo open FILE --key-file
KEY`.
"""

import argparse
from pathlib import Path

from palermo.cli.open import write_private
from palermo.cli.serve import start_django
from palermo.cli.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", type=Path, required=True, help="a folder for the sealed files")


def run(args: argparse.Namespace) -> int:
    start_django()
    from palermo.actions.conduct import carried_out

    args.output.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in carried_out():
        path = args.output / f"allegation-{one.digest[:16]}.palermo"
        if not path.exists():
            write_private([one.sealed], out=path)
    say(f"What waited is in {args.output}. Send it to the office that holds the conduct key, then delete it.")
    return 0
