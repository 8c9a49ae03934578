"""`palermo conduct`: carries sealed allegations against personnel to whoever holds the conduct key outside
the mission, and deletes them here once they are there.

The operator cannot open them. The office that holds the key opens each with `palermo open FILE --key-file
KEY`. Never here: how many there are.
"""

import argparse
from hashlib import sha256
from pathlib import Path

from palermo import ProblemWithInput
from palermo.cli.open import write_private
from palermo.cli.serve import start_django
from palermo.cli.terminal import say

SUFFIX = ".palermo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("-o", "--output", type=Path, help="a folder for the sealed files")
    what.add_argument(
        "--carried",
        type=Path,
        metavar="FOLDER",
        help="the folder with the files that the office has, as it confirmed: they are deleted here",
    )


def run(args: argparse.Namespace) -> int:
    start_django()
    return _confirm(args.carried) if args.carried else _carry(args.output)


def _carry(folder: Path) -> int:
    from palermo.actions.conduct import carried_out

    waits = False
    for one in carried_out():
        waits = True
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(one.sealed, folder / f"allegation-{one.digest[:16]}{SUFFIX}")
    if not waits:
        say("Nothing waits to be carried to the office that holds the conduct key.")
        return 0
    say(
        f"What waits is in {folder}. Send it to the office that holds the conduct key. When it has confirmed"
        f" every file: palermo conduct --carried {folder}"
    )
    return 0


def _write(sealed: bytes, path: Path) -> None:
    """The whole file, also where one of before was cut while it was written."""
    if path.exists() and path.read_bytes() != sealed:
        path.unlink()
    if not path.exists():
        write_private([sealed], out=path)


def _confirm(folder: Path) -> int:
    """0 where every file of the folder was one that waited, else 1."""
    from palermo.actions.conduct_sent import delete_confirmed

    if not folder.is_dir():
        raise ProblemWithInput(
            "CONDUCT-010: there is no such folder; name the one whose files the office has"
        )
    files = {sha256(path.read_bytes()).hexdigest() for path in folder.glob(f"*{SUFFIX}")}
    known = delete_confirmed(files)
    if known:
        say(f"Deleted here: what the office has of {folder}. Now delete that folder, too.")
    else:
        say(f"Nothing was deleted: no file in {folder} is one that waits here.")
    if known and files - known:
        say("Other files in it are none that wait here: sent before, or cut on their way.")
    return 0 if known == files and files else 1
