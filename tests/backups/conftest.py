"""What do tests of backups stand on? Installations of their own, each in its home, run as processes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from palermo.protect.containers import open_file, seal_file
from palermo.protect.keys import pair_of
from palermo.store.backup_files import read
from palermo.store.backup_frames import Frame, Rows, packed, unpacked
from tests.store.test_on_postgresql import postgresql as postgresql

ROOT = Path(__file__).resolve().parents[2]
CASES = 40


def environment(home: Path, url: str = "") -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PALERMO_", "PYTEST_"))}
    more = {"PALERMO_DATABASE_URL": url} if url else {}
    return ours | {"PALERMO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "palermo.config.settings"} | more


def start(*words: str, home: Path, url: str = "") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *words], env=environment(home, url), cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


class Run:
    """What a process said and how it ended."""

    def __init__(self, *words: str, home: Path, url: str = "", typed: str = "") -> None:
        process = start(*words, home=home, url=url)
        self.out, self.err = process.communicate(typed)
        self.status = process.returncode


def palermo(*words: object, home: Path, url: str = "", typed: str = "") -> Run:
    program = "import sys; from palermo.cli import main; sys.exit(main())"
    return Run("-c", program, *map(str, words), home=home, url=url, typed=typed)


def installation(*words: str, home: Path, url: str = "") -> Run:
    return Run("-m", "tests.backups.installation", *words, home=home, url=url)


def look(home: Path, url: str = "") -> dict[str, Any]:
    seen: dict[str, Any] = json.loads(installation("look", home=home, url=url).out)
    return seen


def back_up(home: Path, folder: Path, url: str = "") -> Path:
    """A backup of the installation; the only one in its folder."""
    folder.mkdir(exist_ok=True)
    done = palermo("backup", "-o", folder, home=home, url=url)
    assert done.status == 0, done.err
    (file,) = folder.glob("*.backup")
    return file


def local_key(home: Path) -> bytes:
    return bytes.fromhex((home / "backup-key").read_text())


def frames(file: Path, home: Path) -> list[Frame]:
    return list(unpacked(open_file(read(file), private=local_key(home))))


def resealed(sent: list[Frame], file: Path, home: Path) -> Path:
    """A file that says something else than the database did, sealed as a real one."""
    from datetime import UTC, datetime

    public = pair_of(local_key(home)).public
    sealed = seal_file(packed(sent), kind="backup", made=datetime.now(UTC), keys=[public])
    file.write_bytes(b"".join(sealed))
    return file


def tables(sent: list[Frame]) -> dict[str, list[list[Any]]]:
    """Rows by table, in an order of their own; the audit chain without what came after."""
    names = [table.name for table in sent[0].tables]  # type: ignore[union-attr]
    rows: dict[str, list[list[Any]]] = {name: [] for name in names}
    for frame in sent:
        if isinstance(frame, Rows):
            rows[names[frame.table]] += frame.rows
    return {name: sorted(each, key=repr) for name, each in rows.items()}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("prepared") / "home"
    done = installation("prepare", str(CASES), home=home)
    assert done.status == 0, done.err
    return home


@pytest.fixture(scope="session")
def taken(prepared: Path) -> Path:
    """A backup of the prepared installation, made once."""
    return back_up(prepared, prepared.parent / "out")


@pytest.fixture
def home(prepared: Path, taken: Path, tmp_path: Path) -> Path:
    """An installation on SQLite that a test may do anything to."""
    return Path(shutil.copytree(prepared, tmp_path / "home"))


@pytest.fixture
def file(taken: Path, tmp_path: Path) -> Path:
    """A backup of `home`, in a folder of its own, that a test may do anything to."""
    (tmp_path / "out").mkdir()
    return Path(shutil.copy(taken, tmp_path / "out"))
