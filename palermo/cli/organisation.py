"""`palermo organisation`: how does an installation begin? An organisation and its first administrator.

For the operator of the machine, who makes no other account: the administrator invites everybody else on the
page Members. The first password is printed once and kept nowhere. Never makes a vault, never sees a case.
"""

import argparse

from palermo.cli.serve import migrate, start_django
from palermo.cli.terminal import say, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds `add` and `list`."""
    doors = parser.add_subparsers(dest="door", metavar="WHAT", required=True, prog="palermo organisation")
    add = doors.add_parser("add", help="an organisation and its first administrator")
    add.add_argument("name", metavar="NAME", help="as it calls itself")
    add.add_argument("--short", required=True, help="short name, as tables print it")
    add.add_argument("--kind", required=True, help="a code: palermo codes show organisation_kinds")
    add.add_argument(
        "--area",
        action="append",
        default=[],
        metavar="CODE",
        help="where it works, may be given again: palermo codes show areas",
    )
    add.add_argument("--invented", action="store_true", help="for a trial: it never holds a real person")
    add.add_argument(
        "--administrator", required=True, metavar="USERNAME", help="a new account, which sees no case"
    )
    add.set_defaults(run_door=_add)
    doors.add_parser("list", help="all organisations of this installation").set_defaults(run_door=_list)


def run(args: argparse.Namespace) -> int:
    start_django()
    migrate()
    return int(args.run_door(args))


def _add(args: argparse.Namespace) -> int:
    from palermo.actions import accounts

    begun = accounts.begin(
        args.name,
        short=args.short,
        kind=args.kind,
        areas=args.area,
        invented=args.invented,
        administrator=args.administrator,
    )
    show(f"Organisation: {begun.organisation}")
    show(f"Administrator: {args.administrator.strip()}")
    show(f"First password, shown once: {begun.password}")
    say(NEXT)
    return 0


NEXT = """
Hand the password over in person or by telephone. Then the administrator
1. signs in, changes the password and sets up a second factor on the page Account;
2. invites a focal point on the page Members, with the role "focal point"; the page shows that account's first
   password once, and the focal point gets it in person or by telephone.
The focal point, not the administrator, signs in, sets up a second factor, then the vault on the page Vault.
An account with both roles would see every case and decide who comes in; keep them apart."""


def _list(args: argparse.Namespace) -> int:
    from palermo.actions import accounts

    held = accounts.organisations()
    for one in held:
        show(f"{one.id}  {one.short}{'  (invented)' if one.invented else ''}")
    if not held:
        say("No organisation is here yet; begin one with `palermo organisation add`.")
    return 0
