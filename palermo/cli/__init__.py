"""`palermo`: one module per command, loaded when it is asked for.

A command module has `HELP`, `add_arguments(parser)` and `run(args) -> int`. Start-up stays quick: nothing
but argparse is imported before the command is known.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from palermo import NotAllowed, PalermoError, PolicyRefusal, ProblemWithInput, __version__

FILES = {
    "codes": "code lists, and areas from real-world labels",
    "collect": "read case files and returns into records, with all problems",
    "protect": "take place, time, author and scripts out of pictures, PDF and text files",
    "report": "records into Global Report tables; trace a cell",
    "open": "a sealed file (an export, a backup) into its content, without a database",
}
SERVER = {
    "organisation": "begin an organisation with its first administrator; list what is here",
    "conduct": "carry sealed allegations against personnel to the office outside the mission",
    "demo": "an invented mission, from its case files to the tables and the pages",
    "serve": "serve the pages on this computer",
    "audit": "does each audit chain hold; signed heads to keep elsewhere",
    "retention": "erase what has been kept for as long as it may be",
    "backup": "a sealed backup while serving; drill: try one in a scratch folder",
    "restore": "a backup into an empty folder or database",
    "manage": "Django's management commands",
}
EXITS = {ProblemWithInput: 3, NotAllowed: 4, PolicyRefusal: 5}


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 with problems, 2 usage, 3 input, 4 not allowed, 5 policy, 130 stopped."""
    argv = list(sys.argv[1:] if argv is None else argv)
    if argv[:1] == ["manage"]:
        return int(import_module("palermo.cli.manage").run(argv[1:]))
    parser = _parser(argv)
    args = parser.parse_args(argv)
    if not args.command:
        parser.print_help()
        return 0
    try:
        return int(import_module(f"palermo.cli.{args.command}").run(args))
    except PalermoError as error:
        print(error, file=sys.stderr)
        return next((code for family, code in EXITS.items() if isinstance(error, family)), 1)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        said = _plainly(error)
        if not said:
            raise
        print(said, file=sys.stderr)
        return 3


def _plainly(error: Exception) -> str:
    """What to do about an error of the disk or the database, without its text, which quotes values; or ""."""
    if isinstance(error, OSError):
        why = os.strerror(error.errno) if error.errno else "no reason given"
        return (
            f"CLI-030: a file or folder could not be read or written ({why}); check PALERMO_HOME and the disk"
        )
    families = {f"{one.__module__}.{one.__name__}" for one in type(error).__mro__}
    if families & {"django.db.utils.Error", "django.core.exceptions.ImproperlyConfigured"}:
        return (
            f"CLI-031: the database does not answer as it should ({type(error).__name__}); check PALERMO_HOME"
            " or PALERMO_DATABASE_URL, and that the server runs"
        )
    return ""


def _parser(argv: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="palermo",
        description="Data collection on trafficking in persons in armed conflict (S/2016/949, 63 (g)).",
        epilog="Each command: palermo COMMAND --help",
    )
    parser.add_argument("--version", action="version", version=f"palermo {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog="palermo")
    asked = next((word for word in argv if not word.startswith("-")), None)
    for name, summary in {**FILES, **SERVER}.items():
        child = commands.add_parser(name, help=summary, description=summary)
        if name == asked:
            import_module(f"palermo.cli.{name}").add_arguments(child)
    return parser
