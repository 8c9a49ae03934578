"""`palermo report`: records into tables, the portal layout, and the trace of a cell. Needs no database."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from shutil import get_terminal_size

import msgspec

from palermo import ProblemWithInput
from palermo.cases import (
    AggregateReturn,
    BrokenRecord,
    Case,
    Counted,
    Effort,
    Organisation,
    StateReturn,
    counted,
    decode,
)
from palermo.cli.terminal import Advance, progress, say
from palermo.report import (
    INTERNAL,
    LARGEST,
    TABLES,
    Table,
    portal_row,
    portal_rows,
    render_terminal,
    tables,
    trace,
    write_csv,
    write_portal_csv,
    write_portal_xlsx,
    write_xlsx,
)

HELP = "records into Global Report tables; trace a cell"
EXAMPLES = """examples:
  palermo report records.jsonl                         the tables, in the terminal
  palermo report records.jsonl -o tables.xlsx          a workbook (or tables.csv)
  palermo report records.jsonl --table form --area IRQ --year 2024
  palermo report trace records.jsonl --cell 'form/detected_victims?area=IRQ&form=labour'
  palermo report portal returns.jsonl -o portal.csv    the layout of the UNODC data portal
  palermo report tables                                which tables there are, and their rules"""


@dataclass(slots=True)
class Read:
    """What the files held, by kind; cases as their rows for the tables only."""

    counted: list[Counted] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    returns: list[StateReturn] = field(default_factory=list)
    aggregates: list[AggregateReturn] = field(default_factory=list)
    efforts: list[Effort] = field(default_factory=list)
    invented: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    what = "files of records (JSON lines); before them `portal`, `trace`; or `tables` alone"
    parser.add_argument("what", nargs="+", metavar="[portal|trace|tables] FILE", help=what)
    parser.add_argument("-o", "--output", default="-", help="a .xlsx or .csv file; - is the terminal")
    parser.add_argument("--year", help="only this year of detection, or unknown")
    parser.add_argument("--area", help="only this area of detection (ISO 3166 alpha-3), or unknown")
    parser.add_argument("--table", action="append", default=[], help="only this table; may be repeated")
    parser.add_argument("--unit", choices=("case", "person"), default="case", help="what is counted")
    parser.add_argument("--scheme", default="m49", help="region scheme of the flows")
    parser.add_argument("--on", type=date.fromisoformat, help="day whose policies hold (today)")
    parser.add_argument("--cell", help="the key of the cell to trace")
    parser.add_argument("--all", action="store_true", help="show long tables whole")
    parser.add_argument("--json", action="store_true", help="for a program to read")


def run(args: argparse.Namespace) -> int:
    """Runs the form of the command that the first word names; 0, or an error that `main` prints."""
    args.on = args.on or date.today()  # noqa: DTZ011  (a civil date; the clock is read here only)
    if args.what == ["tables"]:
        return _list(args)
    commands = {"portal": _portal, "trace": _trace}
    command = commands.get(args.what[0])
    files = args.what[1:] if command else args.what
    if args.output != "-":
        _suffix(args.output)
    if not files:
        raise ProblemWithInput("REPORT-006 files: expected a file of records. `palermo report --help`.")
    return (command or _tables)(args, read(files))


def read(paths: Iterable[str]) -> Read:
    """The records of all files; a later record of the same id wins.

    Raises `ProblemWithInput`: REPORT-005 names the lines that are not records, REPORT-006 an unreadable file.
    """
    found = Read()
    with progress("Reading records") as advance:
        for number, path in enumerate(paths, start=1):
            _read_file(Path(path), number, found, advance)
    return found


def _read_file(path: Path, number: int, found: Read, advance: Advance) -> None:
    bad: list[int] = []
    try:
        size, done = path.stat().st_size, 0
        with path.open("rb") as lines:
            for at, line in enumerate(lines, start=1):
                done += len(line)
                if at % 2000 == 0:
                    advance(done, size)
                if line.strip() and not _take(line, found):
                    bad.append(at)
    except OSError as error:
        reason = type(error).__name__
        raise ProblemWithInput(
            f"REPORT-006 file {number}: expected a file that can be read ({reason}). Check its path."
        ) from None
    if bad:
        shown = ", ".join(map(str, bad[:5])) + (f" and {len(bad) - 5} more" if len(bad) > 5 else "")
        raise ProblemWithInput(
            f"REPORT-005 file {number}, line {shown}: expected one record of Palermo per line. "
            "Make the file with `palermo collect FILE -o records.jsonl`."
        )


def _take(line: bytes, found: Read) -> bool:
    """Whether the line is a record; kinds that no table needs are passed over."""
    try:
        record = decode(line)
    except (msgspec.DecodeError, BrokenRecord, UnicodeDecodeError):
        return False
    match record:
        case Case():
            found.counted.append(counted(record))
        case Organisation():
            found.sources[record.id] = record.short
        case StateReturn():
            found.returns.append(record)
        case AggregateReturn():
            found.aggregates.append(record)
        case Effort():
            found.efforts.append(record)
    found.invented = found.invented or bool(getattr(record, "invented", False))
    return True


def _tables(args: argparse.Namespace, found: Read) -> int:
    made = tables(
        found.counted,
        sources=found.sources,
        on=args.on,
        returns=found.returns,
        aggregates=found.aggregates,
        efforts=found.efforts,
        year=args.year,
        area=args.area,
        only=args.table,
        unit=args.unit,
        scheme=args.scheme,
    )
    if found.invented:
        say("Invented data: these records describe nobody.")
    if args.output == "-":
        _print(args, made)
        return 0
    writers = {".csv": write_csv, ".xlsx": write_xlsx}
    _save(args.output, writers[_suffix(args.output)](made))
    return 0


def _print(args: argparse.Namespace, made: tuple[Table, ...]) -> None:
    if args.json:
        print(msgspec.json.encode(made).decode())
        return
    largest = None if args.all else LARGEST
    width = max(80, min(120, get_terminal_size().columns))
    print(render_terminal(made, width=width, largest=largest, colour=sys.stdout.isatty()), end="")


def _portal(args: argparse.Namespace, found: Read) -> int:
    made = portal_rows(found.counted, sources=found.sources, on=args.on, scheme=args.scheme)
    rows = [*map(portal_row, found.returns), *made]
    if args.output == "-":
        sys.stdout.write(write_portal_csv(rows).decode())
    elif _suffix(args.output) == ".csv":
        _save(args.output, write_portal_csv(rows))
    else:
        _save(args.output, write_portal_xlsx(rows, on=args.on))
    return 0


def _trace(args: argparse.Namespace, found: Read) -> int:
    if not args.cell:
        raise ProblemWithInput("REPORT-002 cell: expected --cell KEY, a key that a table printed.")
    traced = trace(
        found.counted,
        args.cell,
        on=args.on,
        returns=found.returns,
        aggregates=found.aggregates,
        efforts=found.efforts,
    )
    if args.json:
        print(msgspec.json.encode(traced).decode())
        return 0
    print(f"{traced.title}\ncell   {traced.cell}\nrule   {traced.rule_id}: {traced.rule}")
    print(f"count  {traced.count}\n{traced.of.replace('_', ' ')} ids ({len(traced.cases)}):")
    print("\n".join(f"  {one}" for one in traced.cases))
    say(INTERNAL)
    return 0


def _list(args: argparse.Namespace) -> int:
    if args.json:
        listed = [{"id": one.id, "title": one.title, "rule": one.rule, "notes": one.notes} for one in TABLES]
        print(msgspec.json.encode(listed).decode())
        return 0
    print("\n".join(_described()))
    return 0


def _described() -> Iterator[str]:
    width = max(len(one.id) for one in TABLES)
    for one in TABLES:
        yield f"{one.id:{width}}  {one.title}"


def _suffix(output: str) -> str:
    suffix = Path(output).suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise ProblemWithInput("REPORT-007 output: expected a name that ends in .xlsx or .csv, or -.")
    return suffix


def _save(output: str, content: bytes) -> None:
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        reason = type(error).__name__
        raise ProblemWithInput(
            f"REPORT-008 output: expected a place that can be written ({reason}). Choose another with -o."
        ) from None
    say(f"Wrote {output}. {INTERNAL}")
