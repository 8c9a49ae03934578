"""Writes the pages of `docs/reference` that come from the code; `--check` says which are behind it."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

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
    text += "Areas, acts, means and purposes have labels in the six languages of the United Nations;\n"
    text += "the sources of the other lists are in English only.\n"
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
    return text + "".join(f"| `{a}` | {c} | {', '.join(who)} |\n" for (a, c), who in rows.items())


def steps() -> str:
    rows = "".join(f"| `{s.name}` | {s.question} | {s.source} |\n" for s in STEPS)
    return f"# Steps\n\n| step | question | source |\n|---|---|---|\n{rows}"


PAGES: dict[str, Callable[[], str]] = {
    "steps": steps,
    "commands": commands,
    "code-lists": code_lists,
    "records": records,
    "problems": problems,
    "tables": tables,
    "rights": rights,
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
