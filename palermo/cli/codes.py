"""`palermo codes`: areas from real-world labels, and the code lists that Palermo speaks.

`resolve` streams: a row in, a row out, so that a file of any size fits. What could not be resolved is a
question for a person: correct `area` or `special` in the output and give it back as `--decisions`.
"""

import argparse
import csv
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from palermo import ProblemWithInput
from palermo.cli.terminal import progress, say, show
from palermo.codes import code_list, list_names
from palermo.codes.formulas import guarded, unguarded
from palermo.codes.listing import LANGUAGES

if TYPE_CHECKING:
    from palermo.codes import Resolution

HELP = "code lists, and areas from real-world labels"
Write = Callable[[str, "Resolution"], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds `resolve`, `lists`, `show`, `packs` and `boundaries`."""
    doors = parser.add_subparsers(dest="door", metavar="WHAT", required=True, prog="palermo codes")
    _add_resolve(doors.add_parser("resolve", help="labels of a CSV column to areas, with the reason"))
    _add_boundaries(doors.add_parser("boundaries", help="take an official boundary file for the maps"))
    lists = doors.add_parser("lists", help="names of all code lists")
    show = doors.add_parser("show", help="the codes of one list")
    show.add_argument("list")
    show.add_argument("--language", choices=LANGUAGES, default="en")
    shown_packs = doors.add_parser("packs", help="classifications by version; checks the packs in FOLDER")
    shown_packs.add_argument("folder", nargs="*", type=Path)
    for door, run_door in ((lists, _lists), (show, _show), (shown_packs, _packs)):
        door.add_argument("--json", action="store_true", help="JSON for a program")
        door.set_defaults(run_door=run_door)


def _add_resolve(door: argparse.ArgumentParser) -> None:
    door.add_argument("file", help="a CSV file in UTF-8 with a header row; - for stdin")
    door.add_argument("--column", required=True, help="the column that holds the labels")
    door.add_argument("--reporting", metavar="ISO3", help="the State whose own citizens are 'nationals'")
    door.add_argument(
        "--decisions", type=Path, help="CSV: label, area or special; a person's answers, which win"
    )
    door.add_argument("--encoding", default="utf-8-sig", help="of FILE; default UTF-8")
    door.add_argument("-o", "--output", default="-", help="default stdout")
    door.add_argument("--json", action="store_true", help="one JSON object per line")
    door.set_defaults(run_door=_resolve)


def _add_boundaries(door: argparse.ArgumentParser) -> None:
    door.add_argument("file", type=Path, help="GeoJSON or TopoJSON in degrees (WGS 84)")
    door.add_argument(
        "--area", default="", metavar="ISO3", help="FILE holds the first-level areas of this area"
    )
    door.add_argument("--credit", required=True, help="the attribution that the file's owner asks for")
    door.add_argument("--check", action="store_true", help="say what was found, store nothing")
    door.set_defaults(run_door=_boundaries)


def run(args: argparse.Namespace) -> int:
    return int(args.run_door(args))


def _resolve(args: argparse.Namespace) -> int:
    from palermo.codes import resolve

    if args.reporting and args.reporting not in code_list("areas"):
        raise ProblemWithInput("CODES-010 --reporting: expected an ISO 3166 alpha-3 code, such as SRB")
    decisions = _decisions(args.decisions) if args.decisions else {}
    rows = waiting = 0
    with _reading(args.file, args.encoding) as lines:
        labels = _column(lines, args.column)
        with _writing(args.output) as out, progress("labels") as advance:
            write = _json_writer(out) if args.json else _csv_writer(out)
            for rows, label in enumerate(labels, start=1):
                found = resolve(label, reporting=args.reporting, decisions=decisions)
                waiting += found.code is None
                write(label, found)
                if rows % 5000 == 0:
                    advance(rows)
    say(f"{rows - waiting:,} of {rows:,} rows resolved; {waiting:,} wait for a person.")
    return 1 if waiting else 0


def _column(lines: Iterable[str], column: str) -> Iterator[str]:
    """The cells of one column; the header is read at once, so that nothing is written where it is missing."""
    table = csv.reader(lines, strict=True)
    with _explained():
        header = next(table, [])
    return _cells(table, header.index(column) if column in header else _no_column(column, header))


def _cells(table: Iterator[list[str]], place: int) -> Iterator[str]:
    with _explained():
        for row in table:
            if row:
                yield row[place] if place < len(row) else ""


@contextmanager
def _explained() -> Iterator[None]:
    """What is wrong with the file, without a word of what it holds."""
    try:
        yield
    except UnicodeError:
        raise ProblemWithInput(
            "CODES-012: the file is not in the encoding that was said. "
            "Save it as CSV UTF-8, or say its own, such as --encoding cp1252"
        ) from None
    except csv.Error:
        raise ProblemWithInput("CODES-013: expected CSV with commas and double quotes") from None


def _no_column(column: str, header: list[str]) -> int:
    from difflib import get_close_matches

    near = get_close_matches(column.casefold(), [name.casefold().strip() for name in header], n=1, cutoff=0.8)
    hint = (
        f'. Did you mean "{header[[n.casefold().strip() for n in header].index(near[0])]}"?' if near else ""
    )
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        hint = ". The cells seem to be parted by semicolons or tabs: save it as CSV with commas"
    raise ProblemWithInput(
        f'CODES-011 header: there is no column "{column}"; the header row has {len(header)} columns{hint}'
    )


def _decisions(path: Path) -> dict[str, str]:
    """A person's answers from a CSV with the columns label and area or special, as `resolve` writes them."""
    with _reading(str(path), "utf-8-sig") as lines, _explained():
        rows = csv.DictReader(lines)
        columns = set(rows.fieldnames or ())
        if "label" not in columns or not columns & {"area", "special"}:
            raise ProblemWithInput("CODES-014 --decisions: expected the columns label, and area or special")
        answers = [(row["label"], (row.get("area") or row.get("special") or "").strip()) for row in rows]
    for number, (_, code) in enumerate(answers, start=2):
        if code and code not in code_list("areas") and code not in code_list("special_areas"):
            raise ProblemWithInput(
                f"CODES-017 --decisions, row {number}: expected a code of areas or special_areas"
            )
    return {unguarded(label): code for label, code in answers if label and code}


@contextmanager
def _reading(name: str, encoding: str) -> Iterator[TextIO]:
    with _opened(name) as stream:
        if stream.peek(4)[:4] == b"PK\x03\x04":
            raise ProblemWithInput("CODES-016: this is an Excel workbook; save the sheet as CSV UTF-8 first")
        try:
            text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        except LookupError:
            raise ProblemWithInput("CODES-018 --encoding: there is no such encoding; try cp1252") from None
        yield text


def _opened(name: str) -> io.BufferedReader:
    try:
        if name == "-":
            return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False))
        return Path(name).open("rb")
    except OSError:
        raise ProblemWithInput("CODES-015: the file cannot be opened; check its path") from None


@contextmanager
def _writing(name: str) -> Iterator[TextIO]:
    if name != "-":
        with Path(name).open("w", encoding="utf-8", newline="") as stream:
            yield stream
        return
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    yield sys.stdout


def _csv_writer(out: TextIO) -> Write:
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("label", "area", "special", "reason"))
    return lambda label, found: table.writerow((guarded(label), found.area, found.special, found.reason))


def _json_writer(out: TextIO) -> Write:
    def write(label: str, found: "Resolution") -> None:
        row = {"label": label, "area": found.area, "special": found.special, "reason": found.reason}
        import json

        print(json.dumps(row, ensure_ascii=False), file=out)

    return write


def _lists(args: argparse.Namespace) -> int:
    rows = [{"list": name, "codes": len(code_list(name))} for name in list_names()]
    return _print(rows, as_json=args.json)


def _show(args: argparse.Namespace) -> int:
    fields = ("definition", "source", "since", "until")
    rows = [
        {"code": code.code, "label": code.label(args.language)}
        | {field: getattr(code, field) for field in fields}
        | dict(code.more)
        for code in code_list(args.list).values()
    ]
    if args.json:
        return _print(rows, as_json=True)
    return _print(
        [{"code": row["code"], "label": row["label"], "definition": row["definition"]} for row in rows]
    )


def _boundaries(args: argparse.Namespace) -> int:
    from palermo.plots.boundaries.official import official

    try:
        content = args.file.read_bytes()
    except OSError:
        raise ProblemWithInput("CODES-015: the file cannot be opened; check its path") from None
    read = official(content, credit=args.credit, area=args.area)
    show(
        f"Areas: {len(read.areas):,}. Hatched, as their status is open: {', '.join(read.hatched) or 'none'}."
    )
    show(f"Units without a code, drawn as plain land: {read.without_code:,}.")
    show(f"Areas that the file does not have: {', '.join(read.missing) or 'none'}.")
    show(f"Points: {read.points:,}, of which maps need {read.kept:,}.")
    if not args.check:
        folder = Path(os.environ.get("PALERMO_HOME", "var")) / "boundaries"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{args.area or 'world'}.json"
        whole = path.with_suffix(".new")
        whole.write_bytes(read.content)
        whole.replace(path)
        if args.area:
            show(f"Stored as {path}. No page draws first-level areas yet; palermo.plots.place_map does.")
        else:
            show(f"Stored. Maps use {path} from now on; remove it to go back.")
    return 0


def _packs(args: argparse.Namespace) -> int:
    from palermo.codes import packs, read_pack

    rows = [
        {"pack": pack.id, "version": pack.version, "status": pack.status, "lists": ", ".join(pack.lists)}
        for pack in (*packs(), *map(read_pack, args.folder))
    ]
    return _print(rows, as_json=args.json)


def _print(rows: list[dict[str, object]] | list[dict[str, str]], *, as_json: bool = False) -> int:
    if as_json:
        import json

        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    widths = {name: max(len(name), *(len(str(row[name])) for row in rows)) for name in rows[0]}
    for row in ({name: name for name in widths}, *rows):
        print("  ".join(str(row[name]).ljust(width) for name, width in widths.items()).rstrip())
    return 0
