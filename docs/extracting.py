"""Which English texts can be translated? Every marked one of pages, code and tables, with where it stands.

Templates: `{% translate %}` and its kin. Python: the calls named in `CALLS`, and every text that opens with
the code of a problem ("STORE-041: …"). Tables: the columns of `COLUMNS` and the sentences of the roles in
`rights.toml`. Labels of code lists have columns for their languages and are not in the catalogues.
"""

import ast
import csv
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "palermo"
KEYWORDS = {
    "gettext": None,
    "_": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
CALLS = {name: 2 if name.startswith("n") else 1 for name in KEYWORDS if "p" not in name} | {
    "gettext_noop": 1,
    "say": 1,
    "said": 1,
    "phrase": 1,
    "marked": 1,
    "counted": 2,
}
SECOND = {"fault"}
"""Calls that mark their second text: `self.fault("year", "a year")`."""
COLUMNS = {"collect/problems.csv": ("meaning", "expected", "todo")}
PROBLEM = re.compile(r"[A-Z]{3,}-(?:\d{3}|STOP|FAIL|BUSY)\b")
NOT_PAGES = (
    "cli/",
    "config/",
    "codes/classifications.py",
    "store/backup_",
    "store/restoring.py",
    "plots/boundaries/official.py",
)
"""What speaks on the command line only, which is English."""


class Message(NamedTuple):
    """A text to translate: `plural` and `context` are empty where it has none."""

    text: str
    plural: str
    context: str
    place: str


def messages(code: Path = CODE) -> tuple[Message, ...]:
    """Every text once, in the order of the files; one that stands in several files names the first."""
    found: dict[tuple[str, str], Message] = {}
    for one in (*_templates(code), *_modules(code), *_tables(code), *_report()):
        known = found.setdefault((one.context, one.text), one)
        if one.plural and not known.plural:
            found[one.context, one.text] = one
    return tuple(found.values())


def unmarked(code: Path = CODE) -> list[str]:
    """Places of texts with the code of a problem that pages may show and nobody can translate: f-strings."""
    return [
        f"{path.relative_to(code)}:{node.lineno}"
        for path in sorted(code.rglob("*.py"))
        if not path.relative_to(code).as_posix().startswith(NOT_PAGES)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr) and PROBLEM.match(_opening(node))
    ]


def _opening(node: ast.JoinedStr) -> str:
    first = node.values[0] if node.values else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _templates(code: Path) -> Iterator[Message]:
    if not settings.configured:
        settings.configure(USE_I18N=True)
    for path in sorted((code / "web" / "templates").rglob("*.*")):
        source = templatize(path.read_text("utf-8"), origin=path.name)
        lines = "\n".join(line.strip() for line in source.splitlines()).encode()
        for _line, text, _comments, context in extract("python", io.BytesIO(lines), KEYWORDS):
            single, plural = (text, "") if isinstance(text, str) else text[:2]
            yield Message(single, plural, context or "", path.relative_to(code).as_posix())


def _modules(code: Path) -> Iterator[Message]:
    for path in sorted(code.rglob("*.py")):
        place = path.relative_to(code).as_posix()
        if "/migrations/" not in place and not place.startswith(NOT_PAGES):
            tree = ast.parse(path.read_text("utf-8"))
            yield from (Message(text, plural, "", place) for text, plural in _said(tree, place))


def _said(tree: ast.Module, place: str) -> Iterator[tuple[str, str]]:
    """What calls mark and, in what pages reach, the texts that open with the code of a problem."""
    left_out = {id(text) for text in (*_docstrings(tree), *_parts(tree))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in SECOND:
            yield from ((one.value, "") for one in node.args[1:2] if _is_text(one))
        elif isinstance(node, ast.Call) and (taken := CALLS.get(_name(node.func))):
            texts = [one.value for one in node.args[:taken] if _is_text(one)]
            if len(texts) == taken:
                yield texts[0], texts[1] if taken == 2 else ""
        elif id(node) not in left_out and not place.startswith(NOT_PAGES) and _is_problem(node):
            yield node.value, ""  # type: ignore[attr-defined]


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node, clean=False
        ):
            yield node.body[0].value  # type: ignore[attr-defined]


def _parts(tree: ast.Module) -> Iterator[ast.expr]:
    """The pieces of f-strings, which are no sentences."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from node.values


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def _is_problem(node: ast.AST) -> bool:
    return _is_text(node) and bool(PROBLEM.match(node.value)) and " " in node.value  # type: ignore[attr-defined]


def _tables(code: Path) -> Iterator[Message]:
    for place, columns in COLUMNS.items():
        with (code / place).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield from (Message(row[column], "", "", place) for column in columns if row[column])
    for held in tomllib.loads((code / "codes/policy/rights.toml").read_text("utf-8"))["values"]:
        roles, actions = held["value"]["roles"], held["value"]["actions"]
        names = (*roles, *(action.partition(".")[2] for action in actions))
        for text in (*roles.values(), *(name.replace("_", " ").capitalize() for name in names)):
            yield Message(text, "", "", "codes/policy/rights.toml")


def _report() -> Iterator[Message]:
    """What the report step puts together from its definitions: titles, rules, notes, words of dimensions."""
    from palermo.report.definitions import TABLES, TITLES, UNIT_RULES, UNIT_WORDS
    from palermo.report.dimensions import DIMENSIONS

    texts = [*TITLES.values(), *UNIT_RULES.values(), *UNIT_WORDS.values(), "Total", "Unknown"]
    for table in TABLES:
        texts += [table.title, table.rule, *table.notes, *table.titles.values()]
        texts += [table.unit, *(one.title for one in table.measures)]
    for each in DIMENSIONS.values():
        texts += [each.title, each.unknown or "", *(each.words or {}).values()]
    yield from (Message(text, "", "", "report/definitions.py") for text in texts if text)
