"""Does an allegation against personnel show in a number that anybody sees? It is backed up, never counted."""

import re
import sqlite3
from pathlib import Path

from palermo.store.backup_frames import Ending, counted
from tests.backups.conftest import frames, palermo
from tests.backups.test_drill import entries

ADD = {
    "store_conductrow": "INSERT INTO store_conductrow (organisation_id, digest, sealed, arrived)"
    " VALUES (1, 'another', randomblob({size}), '2026-01-01')",
    "store_shared": "SELECT {size}",
    "store_labeldecision": "INSERT INTO store_labeldecision (organisation_id, label_digest, area, decided)"
    " VALUES (1, 'another', 'MLI', '2026-01-01')",
}


def add(home: Path, table: str, *, size: int = 2000) -> None:
    with sqlite3.connect(home / "palermo.sqlite3") as held:
        held.execute(ADD[table].format(size=size))


def rows_said(out: str) -> int:
    (number,) = re.findall(r"([\d,]+) rows[ ,]", out)
    return int(number.replace(",", ""))


def backed_up(home: Path, file: Path) -> int:
    done = palermo("backup", "-o", file, home=home)
    assert done.status == 0, done.err
    return rows_said(done.out)


def grown(home: Path, folder: Path, table: str) -> int:
    """By how many rows a backup says that it grew, when there is one more row of the table."""
    before = backed_up(home, folder / "before.backup")
    add(home, table)
    return backed_up(home, folder / "after.backup") - before


def test_one_more_allegation_changes_no_number(home: Path, tmp_path: Path) -> None:
    of_the_backup_itself = grown(home, tmp_path, "store_shared")
    assert grown(home, tmp_path, "store_conductrow") == of_the_backup_itself
    assert grown(home, tmp_path, "store_labeldecision") == of_the_backup_itself + 1, "the control"
    told = entries(home, "backup.make")
    assert len(told) >= 6
    assert {tuple(each) for each in told} == {("bytes",)}
    assert not any(each["bytes"] % 1_000_000 for each in told), "not even to the byte"  # type: ignore[operator]


def test_it_is_in_the_file_and_comes_back_and_is_in_no_count(home: Path, file: Path, tmp_path: Path) -> None:
    ending, new = frames(file, home)[-1], tmp_path / "new"
    assert isinstance(ending, Ending)
    assert ending.counts["store_conductrow"] == 1, "the control: it is backed up and checked"
    drilled = palermo("backup", "drill", file, home=home)
    assert drilled.status == 0, drilled.err
    assert "labeldecision" in drilled.out, "the control: tables are listed"
    assert "conduct" not in drilled.out + drilled.err
    restored = palermo("restore", file, "--home", new, home=home)
    assert rows_said(restored.out.replace("rows of", "rows ,")) == sum(counted(ending.counts).values())
    with sqlite3.connect(new / "palermo.sqlite3") as held:
        assert held.execute("SELECT count(*) FROM store_conductrow").fetchone() == (1,)
    assert all("rows" not in each for each in entries(home, "backup.drill"))
    assert [list(each) for each in entries(new, "backup.restore")] == [["made"], ["made"]]
