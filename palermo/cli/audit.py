"""`palermo audit`: does each organisation's chain hold, and what is to be kept elsewhere to prove it?

For the operator of the installation, on its own computer; works while the pages are served. A head names the
last entry of a chain and holds nothing of anybody: it may go by e-mail to headquarters, or on a USB stick.
"""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from palermo import ProblemWithInput
from palermo.cli.serve import start_django
from palermo.cli.terminal import progress, say, show

if TYPE_CHECKING:
    from palermo.actions.accounts import Hosted
    from palermo.actions.audit import Head


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds `verify` and `head`."""
    doors = parser.add_subparsers(dest="door", metavar="WHAT", required=True, prog="palermo audit")
    verify = doors.add_parser("verify", help="name the first entry that was altered, removed or reordered")
    verify.add_argument(
        "--head", action="append", default=[], type=Path, metavar="FILE", help="signed heads kept elsewhere"
    )
    verify.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="FINGERPRINT",
        help="an earlier key of this installation",
    )
    head = doors.add_parser("head", help="write a signed head of each chain, to be kept elsewhere")
    head.add_argument("-o", "--output", default="-", help="a file that does not exist yet; default stdout")
    for door, run_door in ((verify, _verify), (head, _head)):
        door.add_argument("--organisation", metavar="SHORT|ID", help="one organisation; default all")
        door.set_defaults(run_door=run_door)


def run(args: argparse.Namespace) -> int:
    start_django()
    return int(args.run_door(args))


def _verify(args: argparse.Namespace) -> int:
    """0 where all chains hold, 1 with the first bad entry of each that does not."""
    from palermo.actions import audit

    heads = [head for path in args.head for head in audit.read_heads(_text(path), keys=args.key)]
    chosen = _chosen(args.organisation)
    bad = [one for one in chosen if not _holds(one, heads)]
    gone = set() if args.organisation else {head.organisation for head in heads} - {one.id for one in chosen}
    for organisation in sorted(gone):
        show(f"{organisation}: entry 1: the whole chain is missing: there is a head of it")
    return 1 if bad or gone else 0


def _holds(one: "Hosted", heads: "list[Head]") -> bool:
    from palermo.actions import audit

    with progress(f"Checking the chain of {one.short}") as advance:
        bad = audit.operator_verify(one.id, heads=heads, advance=advance)
    show(f"{one.short}: entry {bad.number}: {bad.why}" if bad else f"{one.short}: {_said(one, heads)}")
    return bad is None


def _said(one: "Hosted", heads: "list[Head]") -> str:
    kept = max((head for head in heads if head.organisation == one.id), key=_number, default=None)
    if kept is None:
        return "the chain holds; without a head kept elsewhere, a cut end or a chain written anew is not seen"
    return f"the chain holds, and up to entry {kept.number} it is the one that left on {kept.at}"


def _number(head: "Head") -> int:
    return head.number


def _head(args: argparse.Namespace) -> int:
    from palermo.actions import audit

    lines = [audit.operator_head(one.id) for one in _chosen(args.organisation)]
    _write("".join(f"{line}\n" for line in lines), args.output)
    say(f"Signed with the key {audit.signer()}. Keep the heads, and this fingerprint, on another computer.")
    return 0


def _write(text: str, output: str) -> None:
    """Never over a file that is there: it may hold the only head of its day."""
    if output == "-":
        show(text.rstrip("\n"))
        return
    path = Path(output)
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ProblemWithInput(
            "CLI-040: the file is there already; keep it, and give the new heads another name"
        ) from None
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(text)


def _text(path: Path) -> str:
    """What a file of heads says; a file that is not text holds none."""
    return path.read_bytes().decode("utf-8", "replace")


def _chosen(named: str | None) -> "tuple[Hosted, ...]":
    """All organisations, or the one of that id or short name. Raises CLI-041."""
    from palermo.actions.accounts import organisations

    hosted = organisations()
    found = tuple(one for one in hosted if named is None or named in (one.id, one.short))
    if named is not None and len(found) != 1:
        listed = ", ".join(f"{one.short} ({one.id})" for one in hosted) or "none"
        raise ProblemWithInput(f"CLI-041: name one organisation by its id or short name; there is: {listed}")
    if not found:
        say("There is no organisation in this PALERMO_HOME yet, so there is no chain.")
    return found
