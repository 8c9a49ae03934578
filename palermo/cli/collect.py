"""`palermo collect`: case files and returns into records, with all problems. No database, no Django.

Ids come from the organisation's name and the file's content, so whoever holds both can predict them; a server
uses its own secret. A mended row gets the id of its original here too. The files of problems and of bad rows
hold what was found, and records may name persons: all files are readable by their owner only.
"""

import argparse
import csv
import hashlib
import io
import json
import os
import stat
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from palermo import ProblemWithInput
from palermo.cli.terminal import progress, say

LAYOUTS = ("htcds", "ctdc-27", "ctdc-37", "ctdc-62", "portal", "palermo")
COLUMNS = (
    "file", "code", "row", "column", "times", "refused", "expected", "found", "suggestion", "todo",
)  # fmt: skip
KINDS = (
    "un_mission", "un_entity", "intergovernmental", "ngo", "national_authority", "de_facto_authority", "hub",
)  # fmt: skip
DEFAULT_ORGANISATION = "this organisation"
BATCH = 5000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV, Excel, JSON lines; .gz too")
    parser.add_argument(
        "-o", "--output", default="-", help="records as JSON lines (default: standard output)"
    )
    parser.add_argument("--problems", type=Path, help="all problems as CSV, for the files' owner")
    parser.add_argument(
        "--bad-rows", type=Path, help="rows that stayed out as CSV, to be mended and read again"
    )
    parser.add_argument("--layout", choices=LAYOUTS, help="the layout, where it should not be recognised")
    parser.add_argument("--area", help="where the organisation works (ISO 3166 alpha-3)")
    parser.add_argument(
        "--organisation",
        metavar="NAME",
        help="whose files these are: tables print the name as Source, and ids of rows are made from it",
    )
    parser.add_argument(
        "--kind", choices=KINDS, default="ngo", help="what kind of organisation it is (default: ngo)"
    )
    parser.add_argument("--decisions", type=Path, help="CSV with the columns label and area: settled labels")
    parser.add_argument("--invented", action="store_true", help="mark every record as invented")
    parser.add_argument("--json", action="store_true", help="summary as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """Exit status: 0 all rows went in, 1 some stayed out, 3 a file was refused."""
    _check(args)
    results = []
    with _output(args.output) as whole:
        records = _Records(whole, args)
        for path in args.files:
            results.append(_one(path, args, records))
    if args.problems:
        _write(args.problems, _problem_rows(results))
    if args.bad_rows:
        _write_bad_rows(args.bad_rows, results)
    _tell(results, args)
    if records.names:
        say("Names in clear: keep the records as you keep the files that they came from.")
    if any(result.refused for result in results):
        return 3
    return 1 if any(result.bad for result in results) else 0


@dataclass
class _Result:
    """What became of one file."""

    file: str
    layout: str = ""
    rows: int = 0
    records: int = 0
    refused: str = ""
    problems: list[Any] = field(default_factory=list)
    bad: list[Any] = field(default_factory=list)
    reading: Any = None


def _check(args: argparse.Namespace) -> None:
    from palermo.codes import code_list

    if args.area and args.area not in code_list("areas"):
        raise ProblemWithInput(
            "COLLECT-CLI: --area is not an ISO 3166 alpha-3 code; `palermo codes show areas`"
        )
    if args.organisation is not None and not args.organisation.strip():
        raise ProblemWithInput("COLLECT-CLI: --organisation needs a name")
    if args.json and args.output == "-":
        raise ProblemWithInput("COLLECT-CLI: --json needs -o FILE, because both would go to standard output")
    args.settled = _decisions(args.decisions)


def _one(path: Path, args: argparse.Namespace, records: "_Records") -> _Result:
    result = _Result(str(path))
    try:
        content = path.read_bytes()
    except OSError:
        result.refused = "COLLECT-CLI: the file cannot be opened; check its path and its rights"
        return result
    try:
        with progress(path.name) as advance:
            _stream(content, args, records, result, advance)
    except ProblemWithInput as problem:
        result.refused, result.problems, result.bad = str(problem), [], []
    return result


def _stream(content: bytes, args: Any, records: "_Records", result: _Result, advance: Any) -> None:
    from palermo.cases import BadRow, Problem
    from palermo.collect import Reading, stream

    flow = stream(
        content,
        organisation=_organisation(args, content),
        secret=_name(args).encode(),
        now=datetime.now(UTC),
        layout=args.layout,
        area=args.area,
        invented=args.invented,
        decisions=args.settled,
        advance=advance,
    )
    result.layout = flow.layout
    good = _Batches()
    for item in flow:
        if isinstance(item, Problem):
            result.problems.append(item)
        elif isinstance(item, BadRow):
            result.bad.append(item)
        else:
            good.add(item)
    result.rows, result.records = flow.rows, records.write(good)
    result.reading = Reading(
        flow.layout, flow.submission, flow.rows, (), tuple(result.problems), tuple(result.bad)
    )


class _Batches:
    """The records of one file as lines, which are smaller than records; written only if the file is whole."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.count = 0
        self.names = False
        self._batch: list[Any] = []

    def add(self, record: Any) -> None:
        from palermo.cases import Person

        self.count += 1
        self.names = self.names or (isinstance(record, Person) and not record.invented)
        self._batch.append(record)
        if len(self._batch) >= BATCH:
            self.close()

    def close(self) -> None:
        from palermo.cases import encode_all

        self.lines.append(encode_all(self._batch))
        self._batch = []


class _Records:
    """The output: first the organisation, if it was named, then the records of each file that was read."""

    def __init__(self, whole: IO[bytes], args: argparse.Namespace) -> None:
        self.names = False
        self._whole, self._args, self._started = whole, args, False

    def write(self, good: _Batches) -> int:
        """How many records were written, the organisation aside."""
        good.close()
        if not self._started and self._args.organisation is not None and good.count:
            self._whole.write(_named(self._args))
        self._started = self._started or bool(good.count)
        self._whole.writelines(good.lines)
        self.names = self.names or good.names
        return good.count


def _named(args: argparse.Namespace) -> bytes:
    """The record from which tables take the name of the organisation, as a line."""
    from palermo.cases import Organisation, encode_all

    name = args.organisation.strip()
    return encode_all(
        [Organisation(id=_id(args), name=name, short=name, kind=args.kind, invented=args.invented)]
    )


def _organisation(args: Any, content: bytes) -> str:
    """A stable id from the name; Palermo's own lines keep the organisations that they name."""
    from palermo.collect import recognise

    if args.organisation is None and (args.layout or recognise(content)) == "palermo":
        return ""
    return _id(args)


def _id(args: Any) -> str:
    return hashlib.blake2b(f"organisation {_name(args)}".encode(), digest_size=16).hexdigest()


def _name(args: Any) -> str:
    return str(args.organisation or DEFAULT_ORGANISATION).strip().casefold()


def _decisions(path: Path | None) -> Mapping[str, str]:
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
            return {row["label"]: row["area"] for row in rows if row["area"]}
    except (OSError, UnicodeError, KeyError, csv.Error):
        raise ProblemWithInput(
            "COLLECT-CLI: --decisions needs a CSV in UTF-8 with the columns label and area"
        ) from None


class _output:
    """Standard output, or a file that is in place only when all is written."""

    def __init__(self, name: str) -> None:
        self._path = None if name == "-" else Path(name)

    def __enter__(self) -> IO[bytes]:
        self._whole: IO[bytes] = sys.stdout.buffer
        if self._path:
            self._part = self._path.with_name(self._path.name + ".part")
            self._whole = _opened(self._part)
        return self._whole

    def __exit__(self, kind: Any, *_: Any) -> None:
        self._whole.flush()
        if self._path:
            self._whole.close()
            if kind:
                self._part.unlink()
            else:
                self._part.replace(self._path)


def _opened(path: Path) -> IO[bytes]:
    """Readable by its owner only, from the first byte on and also where the file was there before."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        if hasattr(os, "fchmod") and stat.S_ISREG(os.fstat(number).st_mode):
            os.fchmod(number, 0o600)
        return os.fdopen(number, "wb")
    except OSError:
        raise ProblemWithInput(
            "COLLECT-CLI: the output cannot be written; check the folder of -o and its rights"
        ) from None


def _problem_rows(results: Sequence[_Result]) -> bytes:
    from palermo.codes.formulas import guarded

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for result in results:
        for one in result.problems:
            refused = "yes" if one.refused else "no"
            cells = (result.file, one.code, one.row or "", one.column, one.times, refused,
                     one.expected, one.found, one.suggestion, one.todo)  # fmt: skip
            writer.writerow([guarded(str(cell)) for cell in cells])
        if result.refused:
            code, _, why = result.refused.partition(": ")
            writer.writerow([guarded(result.file), code, "", "", 1, "yes", why, "", "", ""])
    return "\ufeff".encode() + text.getvalue().encode("utf-8", "replace")


def _write_bad_rows(path: Path, results: Sequence[_Result]) -> None:
    """One file per input that has bad rows: layouts do not mix in one table."""
    from palermo.collect import bad_rows_csv

    bad = [result for result in results if result.bad]
    for result in bad:
        stem = path.stem if len(bad) == 1 else f"{path.stem}-{Path(result.file).stem}"
        suffix = ".jsonl" if result.layout == "palermo" else path.suffix or ".csv"
        _write(path.with_name(stem + suffix), bad_rows_csv(result.reading))


def _write(path: Path, content: bytes) -> None:
    with _opened(path) as out:
        out.write(content)


def _tell(results: Sequence[_Result], args: argparse.Namespace) -> None:
    for result in results:
        say(f"{result.file}: {result.refused or _counts(result)}")
        for code, count in sorted(_times(result).items()):
            say(f"  {code}  {count:>7,}  {_meaning(code)}")
    if args.json:
        print(json.dumps([_summary(result) for result in results], indent=1))


def _counts(result: _Result) -> str:
    stayed = f", {len(result.bad):,} rows stayed out" if result.bad else ""
    return f"{result.layout}, {result.rows:,} rows, {result.records:,} records{stayed}"


def _times(result: _Result) -> dict[str, int]:
    """Rows by problem: a label that stands in many rows is told once and counts for all of them."""
    times: Counter[str] = Counter()
    for one in result.problems:
        times[one.code] += one.times
    return dict(times)


def _meaning(code: str) -> str:
    from palermo.collect import CATALOGUE

    return next((line.meaning for line in CATALOGUE if line.code == code), "")


def _summary(result: _Result) -> dict[str, Any]:
    return {
        "file": result.file,
        "layout": result.layout,
        "rows": result.rows,
        "records": result.records,
        "stayed_out": len(result.bad),
        "refused": result.refused,
        "problems": _times(result),
        "unresolved": len({one.found for one in result.problems if one.code == "COLLECT-040"}),
    }
