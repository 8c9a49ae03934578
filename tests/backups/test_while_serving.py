"""Is a backup one moment of the database while others write, and whole or absent whenever it is killed?"""

import base64
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from palermo.protect.containers import open_file
from palermo.store.backup_files import kept, read
from palermo.store.backup_frames import unpacked
from tests.backups.conftest import (
    back_up,
    environment,
    frames,
    installation,
    local_key,
    look,
    palermo,
    start,
    tables,
)
from tests.backups.installation import MARK, NAME, OFFICE

BACKUP = ("-c", "import sys; from palermo.cli import main; sys.exit(main())", "backup", "-o")


def forms(text: str) -> list[bytes]:
    """A text as it could lie in a file: UTF-8, UTF-16, and the three places of base64."""
    plain = text.encode()
    in_base64 = [base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)]
    return [plain, text.encode("utf-16-le"), *in_base64]


def holds(content: bytes, text: str) -> bool:
    return any(form in content for form in forms(text))


def inside(file: Path, home: Path) -> bytes:
    """What the seal of the file covers: every value of every row."""
    values = (value for rows in tables(frames(file, home)).values() for row in rows for value in row)
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


def test_planted_names_are_in_no_byte_of_a_backup(home: Path, file: Path) -> None:
    """Readable words (the office) are in what the seal covers; names and villages not even there."""
    clear, sealed = inside(file, home), file.read_bytes()
    assert holds(clear, OFFICE), "the control: the clear stream holds what rests readable"
    assert not any(holds(clear, text) for text in (NAME, MARK))
    assert not any(holds(sealed, text) for text in (NAME, MARK, OFFICE))


def test_with_sealing_off_names_are_in_the_stream_and_still_not_in_the_file(tmp_path: Path) -> None:
    """The control of the test above: the search finds what leaks; the file is a second wall."""
    home = tmp_path / "leaking"
    assert installation("prepare", "5", "leaking", home=home).status == 0
    file = back_up(home, tmp_path / "out")
    assert all(holds(inside(file, home), text) for text in (NAME, MARK))
    assert not any(holds(file.read_bytes(), text) for text in (NAME, MARK, OFFICE))


def test_a_part_that_was_killed_holds_no_name_and_no_office(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for _ in range(20):
        killed(home, folder, after=lambda: bool(list(folder.glob(".*.part"))))
        if parts := list(folder.glob(".*.part")):
            break
    assert parts, "the control: one was killed while it wrote"
    for part in parts:
        assert not any(holds(part.read_bytes(), text) for text in (NAME, MARK, OFFICE))


def killed(home: Path, folder: Path, *, after: Any) -> int:
    """Kills a backup once `after` says so; its status, 0 where it was quicker."""
    work = start(*BACKUP, str(folder), home=home)
    while work.poll() is None and not after():
        time.sleep(0.0005)
    if work.poll() is None:
        os.kill(work.pid, signal.SIGKILL)
    work.communicate()
    return work.returncode


def kill_rounds(home: Path, folder: Path, *, seed: int, rounds: int) -> None:
    """After each kill every file of a final name is whole, and the first backup is still there."""
    first = back_up(home, folder)
    content = first.read_bytes()
    rng = random.Random(seed)
    for _ in range(rounds):
        until = time.monotonic() + rng.uniform(0.3, 1.0)
        killed(home, folder, after=lambda until=until: time.monotonic() > until)
        for file in kept(folder):
            assert list(unpacked(open_file(read(file), private=local_key(home))))
        assert first.read_bytes() == content
        others = [path for path in folder.iterdir() if path not in kept(folder)]
        assert all(path.name.endswith(".part") for path in others)
    assert palermo("backup", "-o", folder, home=home).status == 0
    assert set(look(home)["chains"].values()) == {"None"}


def test_killed_at_random_points_a_backup_is_whole_or_absent(home: Path, tmp_path: Path) -> None:
    kill_rounds(home, tmp_path / "out", seed=1, rounds=4)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(4))
def test_killed_many_times_a_backup_is_whole_or_absent(home: Path, tmp_path: Path, seed: int) -> None:
    kill_rounds(home, tmp_path / "out", seed=seed, rounds=40)


def test_a_backup_is_one_moment_while_others_write(home: Path, tmp_path: Path) -> None:
    """An import writes 30 cases and 30 persons with each file; no backup ever has a part of one."""
    writer = installation_that_writes(home)
    try:
        files = [back_up(home, tmp_path / f"out{number}") for number in range(3)]
    finally:
        os.kill(writer.pid, signal.SIGKILL)
        sent = writer.communicate()[0].count("sent")
    assert sent > 0, "the control: somebody wrote meanwhile, and did not wait for the end"
    before = look_at(files[0], home, tmp_path)["store_submission"]
    for file in files:
        counts = look_at(file, home, tmp_path)
        assert (
            counts["store_caserow"] == counts["store_personrow"] == 80 + 30 * (counts["store_submission"] - 2)
        )
    assert counts["store_submission"] > before
    assert palermo("restore", files[-1], "--home", tmp_path / "new", home=home).status == 0
    assert set(look(tmp_path / "new")["chains"].values()) == {"None"}


def installation_that_writes(home: Path) -> "subprocess.Popen[str]":
    writer = start("-m", "tests.backups.installation", "write", home=home)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    return writer


def look_at(file: Path, home: Path, tmp_path: Path) -> dict[str, int]:
    return frames(file, home)[-1].counts  # type: ignore[union-attr]


def test_the_newest_stay_and_what_was_left_by_a_kill_goes(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    old = [folder / f"palermo-2026010{day}-000000.backup" for day in range(1, 5)]
    stale, fresh, mine = (
        folder / name for name in (".palermo-1.backup-ab.part", ".palermo-2.backup-cd.part", "notes")
    )
    for path in (*old, stale, fresh, mine):
        path.write_bytes(b"x")
    os.utime(stale, (0, 0))
    assert palermo("backup", "-o", folder, "--keep", "2", home=home).status == 0
    left = {path.name for path in folder.iterdir()}
    assert old[3].name in left
    assert not {path.name for path in (*old[:3], stale)} & left
    assert {fresh.name, mine.name} <= left
    assert palermo("backup", "-o", folder / "x.backup", "--keep", "2", home=home).err.startswith("BACKUP-002")


def test_a_backup_needs_a_folder_and_a_database_of_this_version(home: Path, tmp_path: Path) -> None:
    assert palermo("backup", "-o", tmp_path / "none" / "x", home=home).status == 3
    missing = palermo("backup", "-o", tmp_path, home=tmp_path / "nowhere")
    assert missing.err.startswith("BACKUP-001")
    assert environment(home)["PALERMO_HOME"] == str(home)
    assert installation("look", home=home).status == 0
