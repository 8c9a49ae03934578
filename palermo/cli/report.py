"""`palermo report`: records into tables, the portal layout, and the trace of a cell. Needs no database."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, NamedTuple

import msgspec

from palermo import ProblemWithInput
from palermo.cases import (
    AggregateReturn,
    BrokenRecord,
    Case,
    Counted,
    Effort,
    Organisation,
    PatternReturn,
    StateReturn,
    counted,
    decode,
)
from palermo.cli.terminal import Advance, progress, say
from palermo.codes.languages import language
from palermo.codes.listing import LANGUAGES
from palermo.report import (
    INVENTED,
    LARGEST,
    TABLES,
    Table,
    marks,
    portal_mark,
    portal_rows,
    render_terminal,
    returned_rows,
    tables,
    trace,
    write_csv,
    write_docx,
    write_pdf,
    write_portal_csv,
    write_portal_xlsx,
    write_xlsx,
)

HELP = "records into Global Report tables; trace a cell"
EXAMPLES = {
    "": """\
  palermo report records.jsonl                         the tables, in the terminal
  palermo report records.jsonl -o tables.xlsx          a workbook (or tables.csv)
  palermo report records.jsonl -o tables.pdf           to print (or tables.docx, to edit)
  palermo report records.jsonl --table form --area IRQ --year 2024
  palermo collect FILE -o - | palermo report -         records from a pipe""",
    "trace": """\
  palermo report trace records.jsonl --cell 'form/detected_victims?area=IRQ&form=labour'""",
    "portal": """\
  palermo report portal returns.jsonl -o portal.csv    State returns, as they were found
  palermo report portal records.jsonl --from cases -o portal.xlsx""",
    "tables": """\
  palermo report tables                                which tables there are, and their rules""",
}
SUMMARIES = {
    "": "Records into Global Report tables.",
    "trace": "The rule, the figure and the records behind one cell of a table.",
    "portal": "State returns, or cases, in the layout of the UNODC data portal.",
    "tables": "Which tables there are, and by which rule each is counted.",
}
WRITERS: Mapping[str, Callable[..., bytes]] = {
    ".xlsx": write_xlsx,
    ".csv": write_csv,
    ".pdf": write_pdf,
    ".docx": write_docx,
}
PORTAL_FILES = (".xlsx", ".csv")
SCHEMES = "regions of the flows: m49 (default) or global_report_2016 (from memory, unverified)"


class Option(NamedTuple):
    """An option, and the forms of the command that take it ("" is the tables themselves)."""

    flag: str
    modes: tuple[str, ...]
    help: str
    more: Mapping[str, Any] = {}


OPTIONS = (
    Option(
        "--output", ("", "portal"), "a .xlsx, .csv, .pdf or .docx file; - is the terminal", {"default": "-"}
    ),
    Option("--year", ("", "portal"), "only this year of detection, or unknown"),
    Option("--area", ("", "portal"), "only this area of detection (ISO 3166 alpha-3), or unknown"),
    Option("--table", ("",), "only this table; may be repeated", {"action": "append", "default": []}),
    Option("--unit", ("",), "what is counted", {"choices": ("case", "person"), "default": "case"}),
    Option("--scheme", ("", "portal"), SCHEMES, {"default": "m49"}),
    Option(
        "--from", ("portal",), "which records to write", {"choices": ("returns", "cases"), "dest": "kind"}
    ),
    Option("--on", ("", "portal", "trace"), "day whose policies hold (today)", {"type": date.fromisoformat}),
    Option("--cell", ("trace",), "the key of the cell to trace"),
    Option(
        "--language",
        ("", "trace"),
        "in which the tables are told",
        {"choices": LANGUAGES, "default": "en"},
    ),
    Option("--all", ("",), "show long tables whole", {"action": "store_true"}),
    Option("--json", ("", "trace", "tables"), "for a program to read", {"action": "store_true"}),
)


@dataclass(slots=True)
class Read:
    """What the files held, by kind; cases as their rows for the tables only."""

    counted: list[Counted] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    returns: list[StateReturn] = field(default_factory=list)
    aggregates: list[AggregateReturn] = field(default_factory=list)
    efforts: list[Effort] = field(default_factory=list)
    patterns: list[PatternReturn] = field(default_factory=list)
    invented: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    alone = "`palermo report portal --help` and so on: one form alone."
    parser.epilog = "\n".join(("examples:", *EXAMPLES.values(), alone))
    replacing = parser.add_argument_group(conflict_handler="resolve")
    replacing.add_argument("-h", "--help", action=Help, nargs=0, help="this, or the help of one form")
    what = "files of records (JSON lines; - is stdin); before them `portal`, `trace`; or `tables` alone"
    parser.add_argument("what", nargs="+", metavar="[portal|trace|tables] FILE", help=what)
    _add(parser, OPTIONS)


def _add(parser: argparse.ArgumentParser, options: Iterable[Option]) -> None:
    for one in options:
        short = ["-o"] if one.flag == "--output" else []
        parser.add_argument(*short, one.flag, help=one.help, **one.more)


class Help(argparse.Action):
    """`palermo report portal --help` shows that form alone; without a form, all."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: Any, *_rest: Any) -> None:
        mode = (getattr(namespace, "what", None) or [""])[0]
        if mode in MODES:
            kind = argparse.RawDescriptionHelpFormatter
            parser = argparse.ArgumentParser(
                f"{parser.prog} {mode}",
                formatter_class=kind,
                description=SUMMARIES[mode],
                epilog=f"examples:\n{EXAMPLES[mode]}",
            )
            if mode != "tables":
                parser.add_argument("file", nargs="+", help="records (JSON lines); - is stdin")
            _add(parser, (one for one in OPTIONS if mode in one.modes))
        parser.print_help()
        parser.exit()


MODES = tuple(mode for mode in SUMMARIES if mode)


def run(args: argparse.Namespace) -> int:
    """Runs the form of the command that the first word names; 0, or an error that `main` prints."""
    mode = args.what[0] if args.what[0] in MODES else ""
    _refuse_others(args, mode)
    args.on = args.on or date.today()  # noqa: DTZ011  (a civil date; the clock is read here only)
    if args.what == ["tables"]:
        return _list(args)
    files = args.what[1:] if mode in ("portal", "trace") else args.what
    if args.output != "-":
        _suffix(args.output, PORTAL_FILES if mode == "portal" else WRITERS)
    if not files:
        raise ProblemWithInput("REPORT-006 files: expected a file of records. `palermo report --help`.")
    return {"portal": _portal, "trace": _trace}.get(mode, _tables)(args, read(files))


def _refuse_others(args: argparse.Namespace, mode: str) -> None:
    """No option is passed over in silence. Raises REPORT-012 for one that the form does not take."""
    for one in OPTIONS:
        name = one.more.get("dest", one.flag.strip("-"))
        usual = one.more.get("default", False if one.more.get("action") == "store_true" else None)
        if mode not in one.modes and getattr(args, name) != usual:
            form = f"palermo report {mode}".strip()
            raise ProblemWithInput(
                f"REPORT-012 {one.flag}: `{form}` does not take it. Leave it out; `{form} --help`."
            )


def read(paths: Iterable[str]) -> Read:
    """The records of all files; a later record of the same id wins.

    Raises `ProblemWithInput`: REPORT-005 names the lines that are not records, REPORT-006 an unreadable file.
    """
    found = Read()
    with progress("Reading records") as advance:
        for number, path in enumerate(paths, start=1):
            _read_file(path, number, found, advance)
    return found


def _read_file(path: str, number: int, found: Read, advance: Advance) -> None:
    try:
        bad = _read_lines(path, found, advance)
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


def _read_lines(path: str, found: Read, advance: Advance) -> list[int]:
    """Numbers of the lines that are no records."""
    bad, done = [], 0
    size = None if path == "-" else Path(path).stat().st_size
    with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as lines:
        for at, line in enumerate(lines, start=1):
            done += len(line)
            if at % 2000 == 0:
                advance(done, size)
            if line.strip() and not _take(line, found):
                bad.append(at)
    return bad


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
        case PatternReturn():
            found.patterns.append(record)
    made_up = getattr(record, "invented", False) or getattr(record, "origin", "") == "INVENTED"
    found.invented = found.invented or made_up
    return True


def _tables(args: argparse.Namespace, found: Read) -> int:
    with progress("Counting") as advance:
        made = tables(
            found.counted,
            sources=found.sources,
            on=args.on,
            returns=found.returns,
            aggregates=found.aggregates,
            efforts=found.efforts,
            patterns=found.patterns,
            year=args.year,
            area=args.area,
            only=args.table,
            unit=args.unit,
            scheme=args.scheme,
            invented=found.invented,
            language=language(args.language),
            advance=advance,
        )
    if args.output == "-":
        _print(args, made)
        if args.json and found.invented:
            say(INVENTED)
        return 0
    with progress("Writing") as advance:
        write = WRITERS[_suffix(args.output, WRITERS)]
        content = write(made, language=language(args.language), advance=advance)
    _save(args.output, content, mark=marks(invented=found.invented))
    return 0


def _print(args: argparse.Namespace, made: tuple[Table, ...]) -> None:
    if args.json:
        print(msgspec.json.encode(made).decode())
        return
    largest = None if args.all else LARGEST
    width = max(80, min(120, get_terminal_size().columns))
    told = language(args.language)
    shown = render_terminal(made, width=width, largest=largest, colour=sys.stdout.isatty(), language=told)
    print(shown, end="")


def _portal(args: argparse.Namespace, found: Read) -> int:
    how = {"on": args.on, "scheme": args.scheme}
    if _portal_kind(args, found) == "returns":
        rows = returned_rows(found.returns, year=args.year, area=args.area)
    else:
        rows = portal_rows(found.counted, sources=found.sources, year=args.year, area=args.area, **how)
    mark = portal_mark(invented=found.invented, **how)
    if args.output == "-":
        sys.stdout.write(write_portal_csv(rows).decode())
        say(mark)
    elif _suffix(args.output, PORTAL_FILES) == ".csv":
        _save(args.output, write_portal_csv(rows), mark=mark)
    else:
        _save(args.output, write_portal_xlsx(rows, invented=found.invented, **how), mark=mark)
    return 0


def _portal_kind(args: argparse.Namespace, found: Read) -> str:
    """returns or cases. Raises REPORT-013 where the files hold both, REPORT-012 for a scheme of returns."""
    if not args.kind and found.returns and found.counted:
        raise ProblemWithInput(
            "REPORT-013 files: expected State returns or cases, not both, since a person may be in each. "
            "Choose with --from returns or --from cases."
        )
    kind = args.kind or ("returns" if found.returns else "cases")
    if kind == "returns" and args.scheme != "m49":
        raise ProblemWithInput(
            "REPORT-012 --scheme: State returns keep the regions that they came with. Leave it out."
        )
    return str(kind)


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
        patterns=found.patterns,
        language=language(args.language),
    )
    if args.json:
        print(msgspec.json.encode(traced).decode())
        return 0
    print(f"{traced.title}\ncell   {traced.cell}\nrule   {traced.rule_id}: {traced.rule}")
    print(f"count  {traced.count}\n{traced.of.replace('_', ' ')} ids ({len(traced.cases)}):")
    print("\n".join(f"  {one}" for one in traced.cases))
    say(marks(invented=found.invented))
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


def _suffix(output: str, files: Iterable[str]) -> str:
    suffix = Path(output).suffix.lower()
    if suffix not in files:
        names = ", ".join(files)
        raise ProblemWithInput(f"REPORT-007 output: expected a name that ends in {names}; or - alone.")
    return suffix


def _save(output: str, content: bytes, *, mark: str) -> None:
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        reason = type(error).__name__
        raise ProblemWithInput(
            f"REPORT-008 output: expected a place that can be written ({reason}). Choose another with -o."
        ) from None
    say(f"Wrote {output}. {mark}")
