"""`palermo protect`: pictures, PDF and text files without what they tell besides their content.

Place, time, device, author, comments, scripts and attachments go, as they do when a file is attached to a
case. The file itself is not touched; the cleaned one is written for its owner only.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from palermo import ProblemWithInput
from palermo.cli.open import write_private
from palermo.cli.terminal import say, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", help="JPEG, PNG, WebP, PDF or plain text")
    parser.add_argument("-o", "--output", type=Path, required=True, help="a folder for the cleaned files")


def run(args: argparse.Namespace) -> int:
    """Exit status 0, or 1 where a file was refused; the others are written all the same."""
    args.output.mkdir(mode=0o700, parents=True, exist_ok=True)
    return 1 if refused(args.files, out=args.output) else 0


def refused(files: Sequence[Path], *, out: Path) -> int:
    """How many files were refused; each is named by its number, because a file's name may hold a name."""
    from palermo.protect.accepting import ACCEPTED, FileLimits
    from palermo.protect.files import cleaned

    suffixes = {media.type: media.suffix for media in ACCEPTED}
    limits, bad = FileLimits.on(datetime.now(UTC).date()), 0
    for number, path in enumerate(files, start=1):
        try:
            clean = cleaned(path.read_bytes(), limits=limits)
            write_private([clean.content], out=out / f"{number:03d}.{suffixes[clean.media].lstrip('.')}")
            show(f"file {number}: {clean.media}, {len(clean.content):,} bytes")
        except ProblemWithInput as problem:
            bad += 1
            say(f"file {number}: {problem}")
    return bad
