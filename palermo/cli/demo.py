"""`palermo demo`: an invented mission, from its case files to the Global Report tables and the pages.

Everything is real but the people: the files are written to a folder, imported as five organisations would
import them, counted, and served. Sent twice, the same files change nothing. It refuses a store that holds
an organisation which is not invented, because it prints passwords.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from palermo import PolicyRefusal, ProblemWithInput
from palermo.cli.serve import (
    a_port,
    at_least_one,
    close_interrupted,
    hold_home,
    migrate,
    serve,
    start_django,
)
from palermo.cli.terminal import progress, show

if TYPE_CHECKING:
    from palermo.actions.accounts import Actor
    from palermo.cases.examples import Mission
    from palermo.collect.examples import CaseFile

PASSWORD = "invented-2026"  # noqa: S105
PASSPHRASE = "invented lamp river seven"  # noqa: S105
NICKS = ("mission", "refugees", "children", "ngo", "state")
SHOWN = ("sex_age", "form", "flow_class", "flow", "sex_age_documented", "form_documented")
TOP = 12
RECOVERY_KEYS = "recovery-keys-invented.txt"


class Account(NamedTuple):
    """One invented account: its name, role and organisation (its place in the mission)."""

    username: str
    role: str
    organisation: int


ACCOUNTS = (
    *(Account(f"focal-{nick}", "focal_point", place) for place, nick in enumerate(NICKS[:4])),
    Account("focal-state", "state_focal_point", 4),
    *(Account(f"analyst-{nick}", "analyst", place) for place, nick in enumerate(NICKS[:4])),
    Account("case-worker-mission", "case_worker", 0),
    Account("verifier-mission", "verifier", 0),
    Account("administrator-mission", "administrator", 0),
    Account("auditor-mission", "auditor", 0),
    Account("advocate-mission", "advocate", 0),
    Account("both", "analyst", 0),
    Account("both", "analyst", 1),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address (default: this computer only)")
    parser.add_argument("--port", type=a_port, default=8000, help="the next free one where it is in use")
    parser.add_argument("--no-serve", action="store_true", help="end after the tables")
    parser.add_argument(
        "--cases", type=at_least_one, default=4000, help="how many cases to invent (default: 4000)"
    )
    parser.add_argument("--home", type=Path, help="folder of the demo (default: var/demo)")


def run(args: argparse.Namespace) -> int:
    if os.environ.get("PALERMO_DATABASE_URL"):
        raise PolicyRefusal(
            "DEMO-003: PALERMO_DATABASE_URL names a database; the demo prints passwords and makes its own."
            " Start it without that variable"
        )
    home = demo_home(args.home)
    show("Palermo's demo: an invented mission. Every person, case and organisation in it is made up.")
    start_django()
    hold_home()
    refuse_real()
    migrate()
    close_interrupted()
    with progress("Inventing the mission"):
        files = write_files(args.cases, folder=home / "files")
    show(f"\nCase files, as five organisations hand them in: {home / 'files'}")
    found_organisations(files.mission)
    set_up_vaults(files.mission, folder=home)
    show_tables(import_all(files.files))
    show_sign_ins(files.mission)
    if args.no_serve:
        return 0
    show("\nStarting the pages ...")
    return serve(host=args.host, port=args.port)


class Files(NamedTuple):
    mission: "Mission"
    files: Sequence["CaseFile"]


def demo_home(given: Path | None) -> Path:
    """The demo's folder, apart from the folder of real data; settings read it from the environment."""
    home = given or Path(os.environ.get("PALERMO_HOME", "var")) / "demo"
    os.environ["PALERMO_HOME"] = str(home)
    return home


def refuse_real() -> None:
    """Raises `PolicyRefusal` (DEMO-001) where the store holds an organisation that is not invented."""
    from django.db import connection

    from palermo.actions import accounts

    if "store_organisation" not in connection.introspection.table_names():
        return
    if not all(one.invented for one in accounts.organisations()):
        raise PolicyRefusal("DEMO-001: this store holds real organisations; give the demo another --home")


def write_files(cases: int, *, folder: Path) -> Files:
    """The mission and its files; each is written so that a person can open it."""
    from palermo.cases.examples import invented_mission
    from palermo.collect.examples import case_file_list

    mission = invented_mission(cases=cases)
    files = case_file_list(mission)
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        path = folder / file.name
        if not path.is_file() or path.read_bytes() != file.content:
            path.write_bytes(file.content)
    return Files(mission, files)


def found_organisations(mission: "Mission") -> None:
    """Organisations, accounts and memberships, where they are not there yet; all or nothing."""
    from django.db import transaction

    from palermo.actions import accounts

    known = {one.id for one in accounts.organisations()}
    with transaction.atomic():
        for one in mission.organisations:
            if one.id not in known:
                accounts.create_organisation(
                    one.name, short=one.short, kind=one.kind, areas=one.areas, invented=True, id=one.id
                )
        for account in ACCOUNTS:
            place = mission.organisations[account.organisation].id
            if not any(one.organisation == place for one in memberships_of(account.username)):
                made = user_id(account.username) or new_user(account)
                accounts.add_member(made, organisation=place, role=account.role)


def set_up_vaults(mission: "Mission", *, folder: Path) -> None:
    """A vault for each organisation that holds identities, with its printed key in a file: for the demo
    only.
    """
    from dataclasses import replace

    from palermo.actions import vault

    for one in mission.organisations[:4]:
        actor = replace(sender(one.id), session=vault.new_session())
        if not vault.state(actor).exists:
            printed = vault.begin_set_up(actor, PASSPHRASE)
            vault.finish_set_up(actor, printed)
            vault.lock(actor)
            with (folder / RECOVERY_KEYS).open("a", encoding="utf-8") as file:
                file.write(f"{one.short} {printed}\n")


def new_user(account: Account) -> str:
    from palermo.actions import accounts

    role = account.role.replace("_", " ")
    return accounts.create_user(
        account.username, password=PASSWORD, display=f"{role} (invented)", checked=False
    )


def user_id(username: str) -> str:
    """The public id of the account, or ""."""
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.filter(username=username).first()
    return str(getattr(user, "public_id", ""))


def memberships_of(username: str) -> tuple[Any, ...]:
    from palermo.actions import accounts

    return accounts.memberships(argparse.Namespace(public_id=user_id(username)))


def sender(organisation: str) -> "Actor":
    """Who sends the files of an organisation: its focal point."""
    for account in ACCOUNTS:
        for member in memberships_of(account.username):
            if member.organisation == organisation and "focal" in member.role:
                return member.actor  # type: ignore[no-any-return]
    raise PolicyRefusal("DEMO-002: the demo's accounts were changed; give the demo a new folder with --home")


def unlocked(actor: "Actor") -> "Actor":
    """With the vault unlocked, so that what is sealed is compared with what is there; else as it is."""
    from dataclasses import replace

    from palermo.actions import vault

    if not vault.state(actor).has_key:
        return actor
    actor = replace(actor, session=vault.new_session())
    vault.unlock(actor, PASSPHRASE)
    return actor


def import_all(files: Sequence["CaseFile"]) -> tuple["CaseFile", ...]:
    """Imports each file as its organisation and says what came of it; the files that could be read."""
    show(f"\n{'file':36} {'rows':>6} {'stored':>7} {'unchanged':>10} {'stayed out':>11} {'problems':>9}")
    return tuple(file for file in files if import_one(file))


def import_one(file: "CaseFile") -> bool:
    from palermo.actions import collect

    with progress(f"Importing {file.name}") as advance:
        try:
            came = collect.import_file(
                unlocked(sender(file.organisation.id)),
                file.content,
                name=file.name,
                now=datetime.now(UTC),
                layout=file.layout,
                area=file.area,
                invented=True,
                advance=advance,
            )
        except ProblemWithInput as problem:
            show(f"{file.name:36} {problem}")
            return False
    figures = (came.rows, came.stored + came.superseded, came.unchanged, came.refused, came.problems)
    show(f"{file.name:36} {'{:>6} {:>7} {:>10} {:>11} {:>9}'.format(*figures)}")
    return True


def show_tables(files: Sequence["CaseFile"]) -> None:
    """The main tables over the files of all organisations, counted from the files themselves."""
    from palermo.report import render_terminal

    with progress("Counting"):
        tables = mission_tables(files)
    show("\nTables over the files of all five organisations, unit: case. A person known to several of them")
    show("is in several files, and is counted in each until linkage joins them.\n")
    show(render_terminal(tables, width=width(), largest=TOP, colour=sys.stdout.isatty()))


def width() -> int:
    """Columns of the terminal; 100 where there is none."""
    return min(120, shutil.get_terminal_size((100, 24)).columns)


def mission_tables(files: Sequence["CaseFile"]) -> tuple[Any, ...]:
    from palermo.cases import AggregateReturn, Case, Effort, StateReturn, counted
    from palermo.report import tables

    records = [record for file in files for record in read_records(file)]

    def of(kind: type) -> list[Any]:
        return [record for record in records if isinstance(record, kind)]

    return tables(
        map(counted, of(Case)),
        sources={file.organisation.id: file.organisation.short for file in files},
        on=datetime.now(UTC).date(),
        returns=of(StateReturn),
        aggregates=of(AggregateReturn),
        efforts=of(Effort),
        only=SHOWN,
    )


def read_records(file: "CaseFile") -> tuple[Any, ...]:
    from django.conf import settings

    from palermo.collect import read

    reading = read(
        file.content,
        organisation=file.organisation.id,
        secret=settings.RECORD_KEY,
        now=datetime.now(UTC),
        layout=file.layout,
        area=file.area,
        invented=True,
    )
    return reading.records


def show_sign_ins(mission: "Mission") -> None:
    show(f"\nSign in to the pages as one of these; the password of all is {PASSWORD} (for the demo only).\n")
    for account in ACCOUNTS:
        short = mission.organisations[account.organisation].short
        show(f"  {account.username:22} {account.role.replace('_', ' '):18} {short}")
    show(f"\nThe focal points unlock names with the vault passphrase: {PASSPHRASE}")
    show("The case worker and the verifier make a key of their own (Vault); a focal point lets them in.")
    show("The recovery keys, which belong on paper and in a safe, are for the demo in a file:")
    show(f"{Path(os.environ['PALERMO_HOME']) / RECOVERY_KEYS}")
    show("\nEach sees one organisation's cases. Begin with analyst-mission: Tables, a table, a number.")
    show(f"Later, without the demo: PALERMO_HOME={os.environ['PALERMO_HOME']} palermo serve")
