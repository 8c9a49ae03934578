"""Which words go into Palermo, and what does it write while they do? The tables and the ears of
`test_nothing_in_logs.py`.
"""

import ast
import io
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from inspect import isclass, signature
from pathlib import Path
from typing import Any

import palermo.web
from tests.planted import Hunt

MARK = "Zulmiraquex"
HUNT = Hunt([MARK], mark=len(MARK))
LONG, NUL, WAY = MARK * 2000, f"{MARK}\0", f"../{MARK} <b>=cmd|' /C {MARK}'!A0"
TYPED = (MARK, LONG, NUL, WAY)
WRONG: tuple[Any, ...] = ([MARK], {MARK: MARK}, MARK.encode(), Exception(MARK))

TEXTS: dict[str, tuple[str, ...]] = {
    "accounts.create_user": ("username", "password", "display"),
    "accounts.add_member": ("user", "organisation", "role", "team"),
    "accounts.invite": ("username", "role", "display", "team"),
    "accounts.remove_member": ("membership",),
    "accounts.change_role": ("membership", "role", "team"),
    "accounts.end_sessions": ("user",),
    "accounts.reset_second_factor": ("user",),
    "audit.verify_chain": ("heads",),
    "audit.entries": ("action",),
    "audit.who_saw": ("case", "after"),
    "break_glass.ask": ("case", "reason"),
    "break_glass.answer": ("request",),
    "break_glass.review": ("request",),
    "break_glass.one_request": ("request",),
    "break_glass.notices": ("case",),
    "break_glass.seen": ("request",),
    "cases.list_cases": ("filters", "sort", "after", "before"),
    "cases.count_cases": ("filters",),
    "case_papers.case_paper": ("case",),
    "cases.counts_by_code": ("filters",),
    "cases.one_case": ("case",),
    "collect.import_file": ("content", "name", "layout", "area"),
    "collect.start_import": ("content", "options"),
    "collect.import_state": ("job",),
    "collect.cancel_import": ("job",),
    "collect.one_submission": ("submission",),
    "collect.bad_rows_file": ("submission",),
    "conduct.report_allegation": ("text",),
    "conduct.set_key": ("public", "contact"),
    "conduct.confirm_key": ("shown",),
    "drafts.start": ("contents", "options"),
    "drafts.keep": ("content", "layout", "area"),
    "drafts.one_draft": ("draft", "code"),
    "drafts.read_again": ("draft", "layout", "area"),
    "drafts.from_bad_rows": ("submission",),
    "drafts.look_again": ("submission",),
    "drafts.commit": ("draft",),
    "drafts.discard": ("draft",),
    "mending.mend": ("draft", "value"),
    "mending.mend_all": ("draft", "value"),
    "mending.take_back": ("draft", "change"),
    "mending.map_columns": ("draft", "mapping"),
    "mending.forget_columns": ("draft",),
    "undo.intakes_of": ("submission",),
    "undo.preview": ("intake",),
    "undo.start": ("intake",),
    "undo.undo_import": ("intake",),
    "erasure.preview_erasure": ("case",),
    "erasure.erase_person": ("case", "reason"),
    "exports.ask": ("kind", "filters", "recipient"),
    "exports.one_waiting": ("export",),
    "exports.agree": ("export",),
    "exports.start": ("export",),
    "exports.state": ("export",),
    "exports.passphrase": ("export",),
    "exports.download": ("export",),
    "exports.withdraw": ("export",),
    "files.attach": ("case", "content", "title"),
    "files.list_files": ("case",),
    "files.read_titles": ("case",),
    "files.one_file": ("file",),
    "files.open_file": ("file",),
    "files.remove_file": ("file",),
    "notices.follow": ("job",),
    "notices.seen": ("job",),
    "joining.seen": ("announcement",),
    "labels.settle": ("label", "area"),
    "labels.forget": ("decision",),
    "people.search_names": ("text",),
    "saved_filters.keep": ("filters", "sort"),
    "saved_filters.forget": ("saved",),
    "report.build_tables": ("year", "area", "only", "unit", "scheme"),
    "report.code_counts": ("name",),
    "report.cases_behind": ("cases",),
    "report.compare_tables": ("table", "area", "unit", "scheme"),
    "report.summaries": ("year", "area", "unit", "scheme"),
    "report.trace_cell": ("cell",),
    "report.download_tables": ("format", "area", "only", "unit", "scheme"),
    "vault.begin_set_up": ("passphrase",),
    "vault.finish_set_up": ("typed",),
    "vault.unlock": ("passphrase",),
    "vault.join": ("passphrase",),
    "vault.change_passphrase": ("old", "new"),
    "vault.recover": ("typed", "passphrase"),
    "vault.let_in": ("member",),
    "vault.take_key": ("member",),
    "vault.work_state": ("job",),
    "vault.cancel_work": ("job",),
}
"""Parameters of actions that take text; an action that is not here takes none."""

CASE_FILTER = (
    "status", "area", "detected_from", "detected_to", "sex", "age_group", "form", "citizenship",
    "arrived_from", "arrived_to", "unknown", "kind", "layout", "invented", "cases", "sort", "size",
)  # fmt: skip
TABLE_FILTER = ("table", "year", "compare", "area", "unit", "scheme")
QUERY: dict[str, tuple[str, ...]] = {
    "cases": (*CASE_FILTER, "after", "before"),
    "case-counts": CASE_FILTER,
    "case-choice": (*CASE_FILTER, "here", "tick", "which", "what"),
    "export-new": CASE_FILTER,
    "who-saw": ("after",),
    "audit": ("action", "before"),
    "import-new": ("layout",),
    "draft": ("code", "after"),
    "draft-columns": ("place",),
    "tables": TABLE_FILTER,
    "table": TABLE_FILTER,
    "tables-download": (*TABLE_FILTER, "format"),
    "code-list": ("all",),
    "design": ("agreed", "choice", "day", "file", "note", "one_of", "several", "text", "year"),
    "trace": (*TABLE_FILTER, "cell", "page"),
}
"""Words in the address of a page. `next` is an address of ours, and is checked by `test_asvs.py`."""

FRASE = "violet kettle north again"
POSTED: dict[str, dict[str, str]] = {
    "language": {"language": "en"},
    "break-glass": {"number": "0" * 32, "reason": "Invented reason"},
    "break-glass-answer": {"answer": "yes"},
    "break-glass-review": {"review": "justified"},
    "members": {"username": "new-one", "display": "Invented", "role": "auditor", "team": ""},
    "member-role": {"role": "auditor"},
    "case-filter-keep": dict.fromkeys(CASE_FILTER, "") | {"sex": "female"},
    "case-erase": {"reason": "person_asked", "number": "x"},
    "file-add": {"title": "Invented letter", "file": "invented"},
    "who-saw-ask": {"number": "0" * 32},
    "audit": {"heads": ""},
    "import-new": {"file": "invented", "layout": "", "area": "", "invented": "on", "look": ""},
    "draft": {"layout": "ctdc-37", "area": "", "invented": "on"},
    "draft-mend": {
        "row": "2",
        "place": "1",
        "value": "Female",
        "all": "",
        "area": "",
        "code": "",
        "after": "",
    },
    "draft-take-back": {"change": "0"},
    "draft-columns": {"place": "0", "field": ""},
    "export-new": {"kind": "coded", "recipient": ""},
    "export-answer": {"answer": "no"},
    "labels": {"label": "Nowhere", "area": "MLI"},
    "codes": {"text": "Invented"},
    "account_login": {"login": "focal-mission", "username": "focal-mission", "password": "x"},
    "mfa_authenticate": {"code": "123456"},
    "mfa_login_webauthn": {"credential": "{}"},
    "account_change_password": {"oldpassword": "x", "password1": FRASE, "password2": FRASE},
    "account_reauthenticate": {"password": "x"},
    "mfa_reauthenticate": {"code": "123456"},
    "mfa_reauthenticate_webauthn": {"credential": "{}"},
    "mfa_activate_totp": {"code": "123456"},
    "mfa_add_webauthn": {"name": "Invented key", "credential": "{}", "passwordless": ""},
    "conduct": {"text": "Invented"},
    "conduct-confirm": {"fingerprint": ""},
    "conduct-key": {"public": "", "contact": "Invented line"},
    "people": {"name": "Invented"},
    "vault-set-up": {"passphrase": FRASE, "again": FRASE},
    "vault-prove": {"key": "x"},
    "vault-unlock": {"passphrase": FRASE},
    "vault-join": {"passphrase": FRASE, "again": FRASE},
    "vault-passphrase": {"old": FRASE, "passphrase": FRASE, "again": FRASE},
    "vault-recover": {"key": "x", "passphrase": FRASE, "again": FRASE},
}
"""What the form of a page sends; a page that is not here is only read, or takes a press of a button."""
ADDRESSES, OURS = {"next"}, {"csrfmiddlewaretoken"}
ONE_OF_TWO = {"break-glass-answer", "break-glass-review"}
"""Pages whose requests must exist, and which take one of two words."""
NO_PLACE = {"remember"}
"""Fields of allauth's forms that our pages do not show."""

READABLE = {
    ("store_user", "username"), ("store_user", "display"), ("store_membership", "team"),
    ("store_vault", "conduct_contact"), ("allauth_mfa_authenticator", "data"),
}  # fmt: skip
"""Columns that may hold what was typed: accounts, the channel to the outside, the name of one's own key."""


def text_parameters(action: Any) -> tuple[str, ...]:
    """Names of an action's parameters that can carry words."""
    return tuple(
        name
        for name, one in signature(action).parameters.items()
        if name not in ("actor", "by", "now")
        and re.search("str|bytes|Any|CaseFilter", str(one.annotation))
        and "Callable" not in str(one.annotation)
    )


def fields() -> set[str]:
    """Names of all fields of all forms of the pages, and of what the pages read from a request by name."""
    from django.forms import Form

    modules = (path.stem for path in Path(palermo.web.__path__[0]).glob("*forms.py"))
    forms = (one for name in modules for one in vars(import_module(f"palermo.web.{name}")).values())
    named = {field for one in forms if isclass(one) and issubclass(one, Form) for field in one.base_fields}
    return named | set(_read_by_name())


def _read_by_name() -> Iterator[str]:
    for path in sorted(Path(palermo.web.__path__[0]).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            asked = getattr(getattr(getattr(node, "func", None), "value", None), "attr", "")
            if asked in ("POST", "GET") and node.args and isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
                yield node.args[0].value  # type: ignore[attr-defined]


def forms_in(page: str, *, here: str) -> Iterator[tuple[str, str, set[str]]]:
    """Method, name of the page that is asked, and the names of the fields of each form of a page."""
    from django.urls import resolve

    for opening, inside in re.findall("(?s)<form([^>]*)>(.*?)</form>", page):
        told = dict(re.findall('(method|action)="([^"]*)"', opening))
        to = told.get("action") or here
        named = set(re.findall(r'<(?:input|select|textarea|button)\b[^>]*?\bname="([^"]*)"', inside))
        yield told.get("method", "get").lower(), resolve(to.partition("?")[0]).view_name, named


class Ears:
    """Hears all that the program writes: every logger, warnings, and the two streams."""

    def __init__(self) -> None:
        self.written = io.StringIO()

    def heard(self) -> set[str]:
        return HUNT.found(self.written.getvalue().encode(errors="surrogateescape"))


@contextmanager
def listening(capsys: Any) -> Iterator[Ears]:
    """Every logger at DEBUG, in the words in which an installation would write them."""
    from django.conf import settings

    line = dict(settings.LOGGING["formatters"]["line"])
    ears = Ears()
    ear = logging.StreamHandler(ears.written)
    ear.setFormatter(line.pop("()")(**line))
    quiet = settings.LOGGING["loggers"]
    root = logging.getLogger()
    loggers = [
        root,
        *(logging.getLogger(name) for name in list(root.manager.loggerDict) if name not in quiet),
    ]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
    root.addHandler(ear)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield ears
    finally:
        root.removeHandler(ear)
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)
        ears.written.write("".join(str(one.message) for one in warned))
        ears.written.write("".join(capsys.readouterr()))


@contextmanager
def broken_database() -> Iterator[None]:
    """Whatever is asked or written fails, with an error that quotes it."""
    from django.db import OperationalError, connection

    def fails(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match("SAVEPOINT|RELEASE|ROLLBACK", sql) or re.search("session|store_user|membership", sql):
            return execute(sql, params, many, context)
        raise OperationalError(f"broken on purpose: {sql} {params}")

    with connection.execute_wrapper(fails):
        yield


def columns_with_it() -> set[tuple[str, str]]:
    """Table and column of every value of the database that holds the mark."""
    from django.db import connection

    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
            for at, name in enumerate(names):
                values = (row[at] for row in rows)
                held = (bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode() for v in values)
                if HUNT.found(b"\n".join(held)):
                    found.add((table, name))
    return found
