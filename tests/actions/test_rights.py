"""Does the dated table alone decide who may do what? Role by role, action by action, own and other."""

import ast
import inspect
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from palermo import NotAllowed, PalermoError
from palermo.actions.case_filters import CaseFilter
from palermo.actions.rights import can, check_can
from palermo.codes.rights import DATA_CLASSES, SCOPES, rights
from palermo.store.access import Missing

TODAY = date(2026, 11, 1)
STEPS = (
    "accounts",
    "attention",
    "audit",
    "break_glass",
    "backups",
    "case_papers",
    "cases",
    "collect",
    "erasure",
    "conduct",
    "drafts",
    "exports",
    "figures",
    "files",
    "joining",
    "key_work",
    "notices",
    "labels",
    "mending",
    "people",
    "report",
    "saved_filters",
    "undo",
    "vault",
)
TABLE = rights(TODAY)
ACTIONS = sorted(TABLE.audited)
NOBODY = "0" * 32
IN_TABLE = {"key_work": "vault"}
FRASE = "a quiet long sentence"


def actions() -> Iterator[tuple[str, Any]]:
    """Every public function of a step that takes an actor, by its name in the table."""
    for step in STEPS:
        module = import_module(f"palermo.actions.{step}")
        for name, member in vars(module).items():
            if getattr(member, "__module__", "") == "palermo.actions.rights":
                continue
            if inspect.isfunction(member) and not name.startswith(("_", "check_can_", "can_")):
                first = next(iter(inspect.signature(member).parameters), "")
                if first == "actor" or "by" in inspect.signature(member).parameters:
                    yield f"{IN_TABLE.get(step, step)}.{name}", member


FOUND = dict(actions())
CALLS: dict[str, dict[str, Any]] = {
    "conduct.report_allegation": {"text": "Invented"},
    "conduct.confirm_key": {"shown": ""},
    "conduct.set_key": {"public": "", "contact": "Invented line"},
    "people.search_names": {"text": "Invented"},
    "vault.begin_set_up": {"passphrase": FRASE},
    "vault.finish_set_up": {"typed": ""},
    "vault.unlock": {"passphrase": FRASE},
    "vault.join": {"passphrase": FRASE},
    "vault.change_passphrase": {"old": FRASE, "new": FRASE},
    "vault.recover": {"typed": "", "passphrase": FRASE},
    "vault.let_in": {"member": NOBODY},
    "vault.take_key": {"member": NOBODY},
    "vault.work_state": {"job": NOBODY},
    "vault.cancel_work": {"job": NOBODY},
    "accounts.create_user": {"username": "new", "password": "a quiet long sentence"},
    "accounts.end_sessions": {"user": NOBODY},
    "accounts.reset_second_factor": {"user": NOBODY},
    "accounts.add_member": {"user": NOBODY, "organisation": NOBODY, "role": "auditor"},
    "accounts.invite": {"username": "newer", "role": "auditor"},
    "accounts.remove_member": {"membership": NOBODY},
    "accounts.change_role": {"membership": NOBODY, "role": "auditor"},
    "audit.who_saw": {"case": NOBODY},
    "break_glass.ask": {"case": NOBODY, "reason": "Invented"},
    "break_glass.answer": {"request": NOBODY, "yes": False},
    "break_glass.review": {"request": NOBODY, "justified": True},
    "break_glass.one_request": {"request": NOBODY},
    "break_glass.seen": {"request": NOBODY},
    "cases.one_case": {"case": NOBODY},
    "case_papers.case_paper": {"case": NOBODY},
    "collect.import_file": {"content": b"", "name": ""},
    "collect.start_import": {"content": b"", "name": ""},
    "collect.import_state": {"job": NOBODY},
    "collect.cancel_import": {"job": NOBODY},
    "collect.one_submission": {"submission": NOBODY},
    "collect.bad_rows_file": {"submission": NOBODY},
    "drafts.start": {"contents": [b""]},
    "drafts.keep": {"content": b""},
    "drafts.one_draft": {"draft": NOBODY},
    "drafts.read_again": {"draft": NOBODY},
    "drafts.from_bad_rows": {"submission": NOBODY},
    "drafts.look_again": {"submission": NOBODY},
    "drafts.commit": {"draft": NOBODY},
    "drafts.discard": {"draft": NOBODY},
    "mending.mend": {"draft": NOBODY, "row": 2, "place": 0, "value": "Invented"},
    "mending.mend_all": {"draft": NOBODY, "row": 2, "place": 0, "value": "Invented"},
    "mending.take_back": {"draft": NOBODY, "change": NOBODY},
    "mending.map_columns": {"draft": NOBODY, "mapping": {0: ""}},
    "mending.forget_columns": {"draft": NOBODY},
    "undo.intakes_of": {"submission": NOBODY},
    "undo.preview": {"intake": NOBODY},
    "undo.start": {"intake": NOBODY},
    "undo.undo_import": {"intake": NOBODY},
    "erasure.preview_erasure": {"case": NOBODY},
    "erasure.erase_person": {"case": NOBODY, "reason": "person_asked"},
    "exports.ask": {"kind": "coded"},
    "exports.one_waiting": {"export": NOBODY},
    "exports.agree": {"export": NOBODY, "yes": True},
    "exports.start": {"export": NOBODY},
    "exports.state": {"export": NOBODY},
    "exports.passphrase": {"export": NOBODY},
    "exports.download": {"export": NOBODY},
    "exports.withdraw": {"export": NOBODY},
    "files.attach": {"case": NOBODY, "content": b"an invented note", "title": "Invented"},
    "files.list_files": {"case": NOBODY},
    "files.read_titles": {"case": NOBODY},
    "files.one_file": {"file": NOBODY},
    "files.open_file": {"file": NOBODY},
    "files.remove_file": {"file": NOBODY},
    "notices.follow": {"job": NOBODY},
    "notices.seen": {"job": NOBODY},
    "joining.seen": {"announcement": NOBODY},
    "labels.forget": {"decision": NOBODY},
    "labels.settle": {"label": "Nowhere", "area": "MLI"},
    "report.build_tables": {"on": TODAY},
    "saved_filters.keep": {"filters": CaseFilter(sex="female")},
    "saved_filters.forget": {"saved": NOBODY},
    "report.compare_tables": {"table": "patterns", "years": (2024, 2025), "on": TODAY},
    "report.summaries": {"on": TODAY},
    "report.code_counts": {"name": "sex"},
    "report.cases_behind": {"cases": [NOBODY]},
    "report.trace_cell": {"cell": "x", "on": TODAY},
    "report.download_tables": {"format": "exe", "on": TODAY},
}


def test_every_action_has_a_row_and_every_row_an_action() -> None:
    assert sorted(FOUND) == ACTIONS


def test_the_table_is_well_formed() -> None:
    for right in TABLE:
        assert right.role in TABLE.roles
        assert right.scope in SCOPES
        assert right.data_class in DATA_CLASSES


def test_administrators_and_auditors_see_no_case() -> None:
    held = {(r.role, r.data_class) for r in TABLE if r.role in ("administrator", "auditor")}
    assert {data_class for _, data_class in held} <= {"aggregate"}
    assert not [r for r in TABLE if r.role == "administrator" and r.action.startswith(("cases", "collect"))]


def test_nobody_reaches_another_organisation_yet() -> None:
    assert "agreement" not in {right.scope for right in TABLE}


def test_identities_are_for_those_who_work_with_the_person() -> None:
    see = {r.role for r in TABLE if r.data_class == "identity" and r.action == "cases.one_case"}
    assert see == {"collector", "case_worker", "focal_point"}


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(TABLE.roles))
def test_each_role_may_what_the_table_says(house: Any, role: str) -> None:
    """The action itself is called: without a right it refuses before it looks at anything."""
    actor = house.actor(role)
    for name in ACTIONS:
        if name in ("collect.start_import", "drafts.start"):
            continue
        allowed = TABLE.scope(name, role=role) is not None
        assert can(actor, name) is allowed, name
        given = dict(CALLS.get(name, {}))
        if name.startswith("accounts."):
            given["by"] = actor
        try:
            FOUND[name](**given) if "by" in given else FOUND[name](actor, **given)
            refused = False
        except NotAllowed:
            refused = True
        except PalermoError:
            refused = False
        assert refused is not allowed, name


def test_an_unknown_role_or_action_may_not() -> None:
    from palermo.actions.accounts import Actor

    assert not can(Actor(NOBODY, NOBODY, "nobody"), "cases.list_cases")
    with pytest.raises(NotAllowed):
        check_can(Actor(NOBODY, NOBODY, "focal_point"), "cases.no_such_action")


@pytest.mark.django_db
@pytest.mark.parametrize("name", [n for n in ACTIONS if NOBODY in map(str, CALLS.get(n, {}).values())])
def test_what_is_missing_says_the_same_as_what_is_not_yours(house: Any, name: str) -> None:
    roles = [role for role in TABLE.roles if TABLE.scope(name, role=role)]
    actor = house.actor(roles[0])
    given = {"by": actor, **CALLS[name]} if name.startswith("accounts.") else {"actor": actor, **CALLS[name]}
    with pytest.raises(Missing) as refused:
        FOUND[name](**given)
    assert str(refused.value) == str(Missing())


def test_actions_reach_rows_through_the_store_only(root: Path) -> None:
    """No action imports the tables or uses a model's own queries: `access` is the only door."""
    for path in sorted((root / "palermo" / "actions").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert node.module is None or "store.models" not in node.module, path.name
                assert node.module != "palermo.store" or "models" not in [a.name for a in node.names]
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("objects", "_default_manager"), f"{path.name}:{node.lineno}"
