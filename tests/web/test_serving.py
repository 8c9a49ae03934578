"""`palermo demo` and `palermo serve`: from an empty folder to pages that answer, and back to silence."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions import accounts
from palermo.cli import demo, serve

PALERMO = (sys.executable, "-c", "import sys; from palermo.cli import main; sys.exit(main(sys.argv[1:]))")


def environment(home: Path) -> dict[str, str]:
    """Ours, without what would lead to another store."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PALERMO_", "DJANGO_"))}
    return {**kept, "PALERMO_HOME": str(home)}


def palermo(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PALERMO, *words], env=environment(home), capture_output=True, text=True, timeout=120
    )


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


def test_a_taken_port_gives_the_next_free_one(taken):
    assert serve.free_port("127.0.0.1", taken) > taken


def test_demo_shows_tables_serves_and_stops(tmp_path, taken):
    words = ("demo", "--cases", "60", "--home", str(tmp_path / "demo"), "--port", str(taken))
    running = subprocess.Popen(
        [*PALERMO, *words],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said, address = _until_address(running)
        with urlopen(address, timeout=10) as answer:
            assert answer.status == 200
            assert "Sign in" in answer.read().decode()
        assert address != f"http://127.0.0.1:{taken}/"
    finally:
        running.send_signal(signal.SIGINT)
        rest, complaints = running.communicate(timeout=20)
    assert running.returncode == 0
    assert "Traceback" not in complaints
    assert "Stopped." in rest
    assert "Documented by UN entities" in said
    assert "made up" in said
    assert demo.PASSWORD in said
    assert all(account.username in said for account in demo.ACCOUNTS)
    assert {account.role for account in demo.ACCOUNTS} > {"administrator", "case_worker", "verifier"}
    kept = tmp_path / "demo" / demo.RECOVERY_KEYS
    assert str(kept) in said
    assert len(kept.read_text("utf-8").splitlines()) == 4
    assert (tmp_path / "demo" / "files" / "un-mission-invented.jsonl").is_file()


def _until_address(running: subprocess.Popen[str]) -> tuple[str, str]:
    """What was printed up to the line with the address, and the address."""
    assert running.stdout is not None
    said, end = "", time.monotonic() + 90
    while time.monotonic() < end and (line := running.stdout.readline()):
        said += line
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return said, found.group(0)
    raise AssertionError(said)


def test_the_same_files_twice_change_nothing(tmp_path):
    first = palermo("demo", "--no-serve", "--cases", "60", home=tmp_path)
    second = palermo("demo", "--no-serve", "--cases", "60", home=tmp_path)
    stored = [sum(int(line.split()[2]) for line in _files(run.stdout)) for run in (first, second)]
    assert stored[0] > 60
    assert stored[1] == 0
    assert _tables(first.stdout) == _tables(second.stdout)


def _files(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.match(r"[\w-]+-invented\.\w+ +\d", line)]


def _tables(text: str) -> str:
    return text.partition("Tables over the files")[2]


def test_demo_refuses_a_store_with_real_organisations(db):
    demo.refuse_real()
    accounts.create_organisation("An Agency", short="AA", kind="un_entity")
    with pytest.raises(PolicyRefusal, match="DEMO-001"):
        demo.refuse_real()


def test_without_the_extra_it_says_what_to_install(tmp_path):
    without = PALERMO[2].replace("import sys;", "import sys; sys.modules['granian'] = None;")
    for words in (["serve"], ["demo"], ["manage", "check"]):
        done = subprocess.run(
            [sys.executable, "-c", without, *words], env=environment(tmp_path), capture_output=True, text=True
        )
        assert done.returncode == 3, words
        assert 'pip install "palermo[server]"' in done.stderr


def test_manage_hands_on_to_django(tmp_path):
    done = palermo("manage", "check", home=tmp_path)
    assert done.returncode == 0
    assert "no issues" in done.stdout


def test_several_processes_are_refused_on_sqlite(db):
    serve.check_workers(1)
    from django.db import connection

    if connection.vendor == "sqlite":
        with pytest.raises(ProblemWithInput, match="CLI-021"):
            serve.check_workers(2)
