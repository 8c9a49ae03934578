"""As whom does each command act? On files: with no database at all. On the server: as the operator of the
machine, who runs it and sees nobody: no name, exact place or note is in anything that a command writes.

A new command needs a line here that runs it for real, else this fails.
"""

import ast
import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from palermo.cli import FILES, SERVER

NAME, VILLAGE = "Planted Zuhra Invented", "Planted Invented Ford"
NOTE, REPORTED = "Planted note of an invented officer", "Planted Captain"
PLANTED = (NAME, VILLAGE, NOTE, REPORTED)
CASE, PERSON = "ca5e" * 8, "9e45" * 8
CTDC = f"""yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation
2019,Female,9--17,{NAME},NGA
2019,Female,9--17,MLI,NGA
"""
ON_FILES: dict[str, tuple[tuple[str, ...], ...]] = {
    "codes": (("lists",), ("show", "areas")),
    "collect": (("cases.csv", "-o", "records.jsonl", "--invented"),),
    "protect": (("note.txt", "-o", "cleaned"),),
    "report": (("records.jsonl", "-o", "-"),),
    "open": (("--new-key", "key"),),
}
ON_SERVER: dict[str, tuple[tuple[str, ...], ...]] = {
    "audit": (("verify",), ("head",)),
    "backup": ((), ("drill",)),
    "conduct": (("-o", "carried"),),
    "demo": (("--no-serve", "--cases", "5", "--home", "home"),),
    "manage": (("check",), ("showmigrations",), ("dumpdata",), ("no-such-command",)),
    "organisation": (
        ("list",),
        ("add", "B", "--short", "B", "--kind", "ngo", "--administrator", "first", "--invented"),
    ),
    "restore": (("home/backups", "--home", "restored"),),
    "retention": (("--dry-run",),),
    "serve": (("--workers", "2"),),
}
"""Harmless runs. The demo refuses a store that is not invented, and `serve` several workers on SQLite: both
start, look at the store, and end; tests/web/test_serving.py serves for real."""

BEFORE = {"report": ("collect", *ON_FILES["collect"][0]), "restore": ("backup",)}
"""What another command makes for it first."""

SHOWS_IDS = ("manage",)
"""Django's own commands print the tables as they are: ids, codes and sealed bytes."""

MAKE = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from dataclasses import replace
from palermo.actions import accounts, cases, collect, conduct
from palermo.cases import Case, Detection, Name, Person, Place, encode_all
from palermo.protect.keys import new_pair
from palermo.store import vault
from tests.conftest import found_vault
place = accounts.create_organisation("Mission", short="MISSION", kind="un_mission")
user = accounts.create_user("focal", password="a quiet long sentence", checked=False)
for role in ("focal_point", "administrator"):
    accounts.add_member(user, organisation=place, role=role)
actor = accounts.Actor(user, place, "focal_point", session=vault.new_session())
ring = found_vault(place)
person = Person(id={PERSON!r}, organisation=place, names=(Name(text={NAME!r}),), notes={NOTE!r})
found = Detection(place=Place(area="MLI", exact={VILLAGE!r}))
case = Case(id={CASE!r}, organisation=place, sex="female", detection=found, person=person.id)
assert collect.import_file(actor, encode_all([person, case])).stored == 2
conduct.set_key(replace(actor, role="administrator"), new_pair().public.hex(), contact="Invented line")
assert conduct.report_allegation(actor, {REPORTED!r})
vault.unlock(actor, ring)
view = cases.one_case(actor, {CASE!r})
print(view.person.names[0].text, view.person.notes, view.exact.detection.place.exact)
"""


def run(*words: str, home: Path, code: str = "") -> subprocess.CompletedProcess[bytes]:
    """One command in a process of its own, in the folder that holds the installation."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PALERMO_", "DJANGO_"))}
    env = kept | {"PALERMO_HOME": str(home / "home"), "PYTHONPATH": str(Path(__file__).parents[2])}
    env |= {"DJANGO_SETTINGS_MODULE": "palermo.config.settings"} if code == MAKE else {}
    code = code or "import sys; from palermo.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *words], env=env, cwd=home, capture_output=True, timeout=120
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with planted secrets; `home` is its folder, beside it the files of the commands."""
    folder = tmp_path_factory.mktemp("operator")
    (folder / "cases.csv").write_text(CTDC, "utf-8")
    (folder / "note.txt").write_text(NOTE, "utf-8")
    made = run(home=folder, code=MAKE)
    assert made.returncode == 0, made.stderr.decode()
    assert set(leaks(made.stdout, *PLANTED)) == {NAME, VILLAGE, NOTE}, "the control: unlocked, they are seen"
    return folder


def leaks(written: bytes, *planted: str) -> list[str]:
    """Which of the texts stand in what was written, plain, as UTF-16, base64 or hexadecimal digits."""
    return [text for text in planted if any(one in written for one in _forms(text))]


def _forms(text: str) -> Iterator[bytes]:
    for clear in (text.encode(), text.encode("utf-16-le")):
        yield clear
        yield clear.hex().encode()
        yield from (base64.b64encode(b"\0" * start + clear)[4:-4] for start in range(3))


def test_every_command_is_run() -> None:
    assert set(ON_FILES) == set(FILES), "add to ON_FILES how to run it"
    assert set(ON_SERVER) == set(SERVER), "add to ON_SERVER how to run it without harm"
    assert not set(FILES) & set(SERVER)


def test_the_control_finds_what_is_planted() -> None:
    for text in PLANTED:
        for written in (text.encode(), base64.b64encode(b"xy" + text.encode()), text.encode("utf-16-le")):
            assert leaks(b"before " + written + b" after", *PLANTED) == [text]


SERVER_SIDE = ("django", "palermo.actions", "palermo.store", "palermo.config", "palermo.web")


def imported(path: Path) -> set[str]:
    """All modules that a source file imports, also later on and in its functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def server_side(names: set[str]) -> set[str]:
    return {name for name in names if any(name == one or name.startswith(f"{one}.") for one in SERVER_SIDE)}


@pytest.mark.parametrize("command", sorted(FILES))
def test_a_command_on_files_names_no_database(root: Path, command: str) -> None:
    folder = root / "palermo" / "cli"
    assert not server_side(imported(folder / f"{command}.py"))


def test_the_control_sees_a_command_that_names_one(root: Path) -> None:
    assert all(
        server_side(imported(root / "palermo" / "cli" / f"{name}.py")) for name in ("audit", "conduct")
    )


WATCHED = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(event) if event.startswith("sqlite3.connect") else None)
from palermo.cli import main
try:
    status = main(sys.argv[1:])
except SystemExit as ended:
    status = ended.code or 0
sides = {side}
loaded = [m for m in sys.modules if any(m == s or m.startswith(s + ".") for s in sides)]
print("database:", sorted(set(loaded))[:5], opened[:1], file=sys.stderr)
sys.exit(status)
"""


@pytest.mark.parametrize("command", sorted(FILES))
def test_a_command_on_files_opens_no_database_and_prints_no_name(home: Path, command: str) -> None:
    """What was found in a file goes into the files that its owner asks for, and not on the screen."""
    if command in BEFORE:
        run(*BEFORE[command], home=home)
    for words in (("--help",), *ON_FILES[command]):
        done = run(command, *words, home=home, code=WATCHED.format(side=SERVER_SIDE))
        assert done.returncode in (0, 1), (words, done.stderr.decode())
        assert b"database: [] []" in done.stderr, (words, done.stderr.decode())
        assert not leaks(done.stdout + done.stderr, *PLANTED), words


@pytest.mark.parametrize("command", sorted(SERVER))
def test_a_command_of_the_server_prints_nobody(home: Path, command: str) -> None:
    if command in BEFORE:
        run(*BEFORE[command], home=home)
    for words in (("--help",), *ON_SERVER[command]):
        done = run(command, *words, home=home)
        said = done.stdout + done.stderr
        assert said, words
        assert b"Traceback" not in said, (words, said.decode())
        planted = PLANTED if command in SHOWS_IDS else (*PLANTED, CASE, PERSON)
        assert not leaks(said, *planted), words
        assert words != ("dumpdata",) or leaks(said, CASE), "the control: Django prints ids"


def test_what_is_carried_out_is_sealed(home: Path) -> None:
    run("conduct", "-o", "sealed", home=home)
    (written,) = [path.read_bytes() for path in (home / "sealed").iterdir()]
    assert not leaks(written, *PLANTED)
