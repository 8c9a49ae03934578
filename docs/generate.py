"""Writes the pages of `docs/reference` that come from the code; `--check` says which are behind it."""

import argparse
import ast
import csv
import inspect
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from itertools import groupby
from pathlib import Path
from textwrap import dedent
from typing import Any

import glossary
import msgspec

from palermo import STEPS
from palermo.cases import AnyRecord
from palermo.codes import code_list, list_names

FOLDER = Path(__file__).resolve().parent / "reference"
NOTE = "<!-- Written by `make docs` from the code; edit there. -->\n"


def commands() -> str:
    """Every command and its options, as `--help` prints them."""
    os.environ["COLUMNS"] = "100"
    from palermo.cli import FILES, SERVER

    text = "# Commands\n\n`palermo` has one module per command; nothing is loaded before it is asked for.\n"
    for name, summary in {**FILES, **SERVER}.items():
        text += f"\n## palermo {name}\n\n{summary[:1].upper()}{summary[1:]}.\n"
        if name != "manage":
            parser = argparse.ArgumentParser(prog=f"palermo {name}")
            import_module(f"palermo.cli.{name}").add_arguments(parser)
            text += "".join(f"\n```text\n{help_text}```\n" for help_text in _helps(parser))
    return text


def _helps(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield parser.format_help()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield child.format_help()


def code_lists() -> str:
    text = "# Code lists\n\nA code is never deleted. `palermo codes show LIST` prints one with all labels.\n"
    text += "Every code has a label in the six languages of the United Nations. Acts, means and purposes\n"
    text += "follow the authentic texts of Article 3, areas follow M49 and UNTERM; the other labels were\n"
    text += "written for Palermo after UN usage and await native review. Definitions are in English.\n"
    for name in list_names():
        listed = code_list(name)
        sources = sorted({code.source for code in listed.values() if code.source})
        text += f"\n## {name}\n\n{len(listed)} codes. Source: {'; '.join(sources)}.\n"
        if len(listed) <= 60:
            rows = (f"| `{c.code}` | {c.label()} | {c.definition} |" for c in listed.values())
            text += "\n| code | label | definition |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    return text


def records() -> str:
    """Every record, field and type, from the records themselves."""
    text = "# Records\n\nOne JSON object a line in Palermo's own layout; `record` names the kind.\n"
    seen: set[type] = set()
    queue = list(AnyRecord.__args__)
    while queue:
        kind = queue.pop(0)
        if kind in seen:
            continue
        seen.add(kind)
        shape: Any = msgspec.inspect.type_info(kind)
        doc = (kind.__doc__ or "").split("\n\n")[0].strip()
        text += f"\n## {kind.__name__}\n\n{doc if 'Alias' not in doc else ''}\n\n"
        text += "| field | type | list |\n|---|---|---|\n"
        for field in shape.fields:
            queue += _structs(field.type)
            coded = getattr(kind, "CODED", {}).get(field.name, "")
            text += f"| `{field.name}` | {_type(field.type)} | {coded} |\n"
    return text


def _structs(shape: Any) -> Iterator[type]:
    if isinstance(shape, msgspec.inspect.StructType):
        yield shape.cls
    for part in (*getattr(shape, "types", ()), *filter(None, [getattr(shape, "item_type", None)])):
        yield from _structs(part)


def _type(shape: Any) -> str:
    if isinstance(shape, msgspec.inspect.UnionType):
        return " or ".join(_type(part) for part in shape.types)
    if isinstance(shape, msgspec.inspect.VarTupleType):
        return f"list of {_type(shape.item_type)}"
    if isinstance(shape, msgspec.inspect.StructType):
        return shape.cls.__name__
    return type(shape).__name__.removesuffix("Type").lower().replace("str", "text")


def problems() -> str:
    from palermo.collect import CATALOGUE

    text = "# Problems\n\nEvery problem of a file is listed, with a stable code. What was found is shown\n"
    text += "to the file's owner only.\n\n| code | what stays out | meaning | expected | what to do |\n"
    text += "|---|---|---|---|---|\n"
    rows = (
        f"| {p.code} | {p.refuses or 'nothing'} | {p.meaning} | {p.expected} | {p.todo} |\n"
        for p in CATALOGUE
    )
    return text + "".join(rows)


def tables() -> str:
    from palermo.report import TABLES
    from palermo.report.definitions import UNIT_RULES

    text = "# Tables\n\nAll tables are internal until they have passed disclosure control.\n"
    text += "\nUnit of tables of cases, as asked:\n\n"
    text += "".join(f"- `{unit}`: {rule}\n" for unit, rule in UNIT_RULES.items())
    for table in TABLES:
        notes = "".join(f"- {note}\n" for note in table.notes)
        text += f"\n## {table.id}\n\n{table.title}.\n\nRule: {table.rule}\n" + (f"\n{notes}" if notes else "")
    return text


def rights() -> str:
    from palermo.codes.rights import rights

    held = rights(date.max)
    text = f"# Rights\n\nWho may do what, how far, with which class of data. Since {held.since}.\n\n"
    text += "".join(f"- **{role}**: {what}\n" for role, what in held.roles.items())
    text += "\n| action | data class | role: scope |\n|---|---|---|\n"
    rows: dict[tuple[str, str], list[str]] = {}
    for right in held:
        rows.setdefault((right.action, right.data_class), []).append(f"{right.role}: {right.scope}")
    text += "".join(f"| `{a}` | {c} | {', '.join(who)} |\n" for (a, c), who in rows.items())
    return text + pages()


def pages() -> str:
    """The right that each page needs, and why a page needs none."""
    from palermo.codes.doors import doors

    def cell(action: str) -> str:
        return f"`{action}`" if action else ""

    text = (
        "\n## Pages\n\nWhat each page needs, by its name in `palermo/web/urls.py`."
        " One that is not in this table is closed to everybody.\n\n"
        "| page | to look | to send | needs no right, because |\n|---|---|---|---|\n"
    )
    return text + "".join(
        f"| {name} | {cell(row.read)} | {cell(row.send)} | {row.signed_in or row.open} |\n"
        for name, row in doors(date.max).items()
    )


def steps() -> str:
    rows = "".join(f"| `{s.name}` | {s.question} | {s.source} |\n" for s in STEPS)
    return f"# Steps\n\n| step | question | source |\n|---|---|---|\n{rows}"


LIMITS_IN_WORDS = {
    "file_bytes": "bytes of a file as it arrives",
    "unpacked_bytes": "bytes of a gzip file once unpacked",
    "workbook_bytes": "bytes of a workbook (XLSX) once unpacked, all parts together",
    "workbook_part_bytes": "bytes of one part of a workbook, style sheets say",
    "workbook_strings_bytes": "bytes of a workbook's table of texts",
    "workbook_ratio": "times that a part of a workbook may grow when it is unpacked",
    "workbook_parts": "parts in a workbook",
    "workbook_sheets": "sheets in a workbook",
    "workbook_elements": "XML elements in a workbook",
    "workbook_pieces": "pieces of formatted text in a workbook",
    "workbook_row_bytes": "bytes of one row of a workbook",
    "rows": "rows of a file",
    "columns": "columns of a file",
    "bad_cells": "cells of rows that stay out",
    "header_rows": "rows above the header",
    "line_characters": "characters of a line of a text file",
    "cell_characters": "characters of a cell",
}


def file_limits() -> str:
    """Which files come in, how large they may be, and what happens beyond."""
    from palermo.collect.arriving import Limits

    text = """# Limits of files

**Import** (page and command) takes one file of case data at a time, as CSV (`.csv`, `.txt`,
`.tsv`), Excel workbook (`.xlsx`) or JSON lines (`.jsonl`), each of them also gzipped (`.gz`).
Neither name nor ending is believed: a file is what its bytes say, and one that is none of these
layouts is refused (COLLECT-002). Nothing in a file is run: no macro, no formula, no external
entity, no link. The file is held in memory, never under its own name, never on the disk in clear.
What leaves again (bad rows, tables) is written anew, guarded against formulas of spreadsheets, and
sent as an attachment that the browser does not show. No virus scanner looks at files.

Beyond a limit the whole file is refused and nothing of it is stored: COLLECT-004, 005, 009, 010,
013; see [problems](problems.md). Archives are measured while they unpack, and a workbook by its
directory before it does.

| at most | of what |
|---:|---|
"""
    limits = Limits.on(date.max)
    text += "".join(f"| {getattr(limits, name):,} | {said} |\n" for name, said in LIMITS_IN_WORDS.items())
    return f"""{text}
{_attached()}
## What takes long

Reading a large file may take minutes, so that it runs in the background: one import at a time for
each organisation (a second one is told to wait, COLLECT-BUSY), with progress and a button that
stops it. Tables are counted in memory by an engine that may use 2 GB and two threads, and are kept
until a record changes. Lists show a page at a time, and totals have a page of their own.
"""


ATTACHED_IN_WORDS = {
    "file_bytes": "bytes of a file",
    "text_bytes": "bytes of a text",
    "pixels": "pixels of a picture",
    "jpeg_scans": "scans in a JPEG",
    "pdf_pages": "pages of a PDF",
    "pdf_objects": "objects in a PDF",
    "pdf_unpacked_bytes": "bytes of a PDF once unpacked",
}


def _attached() -> str:
    from palermo.protect.accepting import ACCEPTED, FileLimits

    kinds = ", ".join(f"{media.type} (`{media.suffix}`)" for media in ACCEPTED)
    limits = FileLimits.on(date.max)
    rows = "".join(f"| {getattr(limits, name):,} | {said} |\n" for name, said in ATTACHED_IN_WORDS.items())
    return f"""## Files attached to a case

{kinds}. The content alone says which of them a file is, and gives a copy its ending; an archive, an
office file, SVG, a web page or a program is refused (PROTECT-030 to 041). What is kept is written
anew from pixels, pages or words, without metadata and without anything that acts.

| at most | of what |
|---:|---|
{rows}"""


def data_classes() -> str:
    """The class of every field of every record, and what must hold between fields, from the records."""
    from palermo.cases import Person

    text = """# Classes of data

Every field of every record has a class; the [rights](rights.md) say which role reaches which
class, and how far.

| class | what | rests as |
|---|---|---|
| identity | the person, whole: names, birth, documents, contacts, notes | one sealed value |
| protection_sensitive | what identifies without a name: exact place, day, unit, free text | sealed |
| coded | list codes, first-level area, month, age bands, counts, random ids | columns and a document |
| aggregate | counts by codes | nothing: made when asked for |

Nothing of the first two is ever in a log, an exception, an address or a title; see
[logs](connections-and-logs.md). A field that comes tomorrow is sealed until somebody decides
otherwise (`palermo/cases/protected.py`).

A rule says what must hold beyond the [type and list](records.md) of a field, also between fields.
Where it is broken the row stays out, whatever a browser has checked; see [problems](problems.md).
"""
    people = {Person, *_reached(Person)} - _reached(*(one for one in AnyRecord.__args__ if one is not Person))
    for kind in sorted(_reached(*AnyRecord.__args__), key=lambda one: one.__name__):
        rules = _rules(kind)
        text += f"\n## {kind.__name__}\n\n| field | class | rule |\n|---|---|---|\n"
        for name in kind.__struct_fields__:
            held = "identity" if kind in people else _class(kind, name)
            text += f"| `{name}` | {held} | {'; '.join(rules.get(name, ()))} |\n"
    return text


def _reached(*kinds: type) -> set[type]:
    """The records and all that is in them."""
    found: set[type] = set()
    queue = list(kinds)
    while queue:
        kind = queue.pop()
        if kind not in found:
            found.add(kind)
            queue += [one for field in msgspec.inspect.type_info(kind).fields for one in _structs(field.type)]
    return found


def _class(kind: Any, name: str) -> str:
    from palermo.cases.protected import stays

    (shape,) = [one for one in msgspec.inspect.type_info(kind).fields if one.name == name]
    within = sorted(one.__name__ for one in _structs(shape.type))
    if within:
        return "see " + ", ".join(within)
    if (kind.__name__, name) == ("Case", "raw"):
        return "coded where a list holds the cell, else protection_sensitive"
    if kind.__name__ == "When":
        return "coded to the month, beyond it protection_sensitive"
    text = "StrType" in str(shape.type)
    return "protection_sensitive" if text and stays(kind, name) == "sealed" else "coded"


def _rules(kind: Any) -> dict[str, list[str]]:
    """What `faults` expects of each field, in its own words."""
    found: dict[str, list[str]] = {}
    named = vars(sys.modules[kind.__module__])
    for node in ast.walk(ast.parse(dedent(inspect.getsource(kind.faults)))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fault":
            field, expected = (eval(ast.unparse(one), dict(named)) for one in node.args)
            found.setdefault(field, []).append(expected)
    return found


def asvs() -> str:
    """OWASP ASVS 5.0, level 1 and 2, from `asvs.csv`; the text of the standard is not repeated."""
    rows = list(csv.DictReader((FOLDER / "asvs.csv").open(encoding="utf-8", newline="")))
    count = Counter(row["result"] for row in rows)
    results = f"{count['pass']} pass, {count['fail']} fail, {count['n-a']} not applicable"
    text = f"""# OWASP ASVS 5.0, level 2

{len(rows)} requirements of levels 1 and 2: {results}.

Numbers and levels are those of the [OWASP Application Security Verification Standard
5.0.0](https://github.com/OWASP/ASVS/tree/v5.0.0) (© OWASP Foundation, CC BY-SA 4.0); the subject of
each is in our words and does not replace its text. *Pass* means that the test or page beside it
shows it. *Fail* means that it is not so, or that nothing shows it yet: the remark says which. *Not
applicable* means that Palermo has nothing of the kind. The table was filled by the project itself;
nobody from outside has looked at it.
"""
    for chapter, part in groupby(rows, key=lambda row: row["chapter"]):
        text += f"\n## {chapter}\n\n| id | level | subject | result | shown by | remark |\n"
        text += "|---|---|---|---|---|---|\n" + "".join(map(_requirement, part))
    return text


def _requirement(row: dict[str, str]) -> str:
    shown = "<br>".join(f"`{one}`" for one in row["evidence"].split())
    result = f"**{row['result']}**" if row["result"] == "fail" else row["result"]
    cells = (row["id"], row["level"], row["subject"], result, shown, row["remark"])
    return f"| {' | '.join(cells)} |\n"


PAGES: dict[str, Callable[[], str]] = {
    "steps": steps,
    "commands": commands,
    "code-lists": code_lists,
    "records": records,
    "problems": problems,
    "tables": tables,
    "rights": rights,
    "data-classes": data_classes,
    "file-limits": file_limits,
    "asvs": asvs,
    "glossary": glossary.page,
}


def main() -> int:
    behind = []
    for name, make in PAGES.items():
        path, text = FOLDER / f"{name}.md", NOTE + make()
        if not path.is_file() or path.read_text("utf-8") != text:
            behind.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, "utf-8")
    if "--check" in sys.argv:
        print(
            f"generated docs: behind the code: {', '.join(behind)}; run `make docs`"
            if behind
            else "generated docs: fine"
        )
        return 1 if behind else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
