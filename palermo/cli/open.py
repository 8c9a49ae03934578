"""`palermo open`: a sealed file (an export, a backup) into its content, on any computer, without a database.

Asks for the passphrase, or takes a key from a file; `--new-key` makes such a key. What comes out is in the
clear: it is written for its owner only, and removed where the sealed file turns out to be cut or altered.
"""

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from palermo import ProblemWithInput
from palermo.cli.terminal import hidden, progress, say

READ = 256 * 1024
RAW = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", type=Path, nargs="?", help="the sealed file")
    what.add_argument(
        "--new-key",
        type=Path,
        metavar="KEY_FILE",
        help="make a key in a new file that only you may read, and print its public half, which you give to"
        " whoever seals for you",
    )
    parser.add_argument("-o", "--output", type=Path, help="a new file for its content")
    parser.add_argument(
        "--key-file",
        type=Path,
        help="a text file with a recovery key as printed, or a private key of 64 hexadecimal digits;"
        " else the passphrase is asked for",
    )


def run(args: argparse.Namespace) -> int:
    from palermo.protect.containers import open_file

    if args.new_key:
        return new_key(args.new_key)
    if args.output is None:
        raise ProblemWithInput("CLI-034: say with -o where the content is to be written")
    private = key_in(args.key_file) if args.key_file else b""
    passphrase = "" if private else hidden("Passphrase of the file: ")
    write_private(open_file(parts(args.file), passphrase=passphrase, private=private), out=args.output)
    say(f"Written in the clear: {args.output}. Delete it as soon as you no longer need it.")
    return 0


def new_key(path: Path) -> int:
    """Writes a new private key for its owner only, and prints the public one with its fingerprint."""
    from palermo.protect.keys import fingerprint, new_pair

    pair = new_pair()
    write_private([pair.private.hex().encode() + b"\n"], out=path)
    print(pair.public.hex())
    say(f"Fingerprint {fingerprint(pair.public)}: read it to whoever seals for you, over another line.")
    say("Without the key file nobody opens what is sealed to it: keep a copy where nobody else comes.")
    return 0


def key_in(path: Path) -> bytes:
    """The private key that a text file holds. Raises PROTECT-011 where it is neither kind of key."""
    return typed_key(path.read_text(encoding="utf-8", errors="replace"))


def typed_key(text: str) -> bytes:
    """A private key of 32 bytes from 64 hexadecimal digits, or from a recovery key as printed.

    >>> len(typed_key("00007-0000S-00007-00009-00009-00000-00VMQ")), typed_key("11" * 32)[:2]
    (32, b'\\x11\\x11')
    """
    from palermo.protect.recovery import recovery_pair, typed

    signs = text.strip()
    if len(signs) == RAW and set(signs.lower()) <= set("0123456789abcdef"):
        return bytes.fromhex(signs)
    return recovery_pair(typed(signs)).private


def parts(path: Path) -> Iterator[bytes]:
    """The file's bytes, a little at a time."""
    try:
        with path.open("rb") as file:
            while part := file.read(READ):
                yield part
    except (FileNotFoundError, IsADirectoryError):
        raise ProblemWithInput("CLI-032: the file cannot be opened; check its path") from None


def write_private(pieces: Iterable[bytes], *, out: Path) -> None:
    """Writes a new file that only its owner may read; removed where the pieces end in an error.

    Raises CLI-033 where there is such a file already.
    """
    try:
        opened = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        raise ProblemWithInput("CLI-033: there is a file of that name already; choose another -o") from None
    try:
        with os.fdopen(opened, "wb") as file, progress("Opening") as advance:
            for done, piece in enumerate(pieces, start=1):
                file.write(piece)
                advance(done)
    except BaseException:
        out.unlink()
        raise
