"""How long does a real file take to be stored, against the least that SQLite can do with its rows?

The file is CTDC's of 2021 (193,025 x 37). Palermo: from its bytes to records, all problems and rows on the
disk, checked, keyed, entered in the audit chain, in one transaction. Yardstick: one `executemany` of the same
parsed rows into a bare SQLite table with the same PRAGMAs (WAL, synchronous FULL), commit included.
Both are done three times, in turn, in one run; the best of each counts. Goal: at most 10 times.
Another file: `bench/import_ctdc.py FILE`.
"""

import csv
import gzip
import io
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent.parent / "shared/data/ctdc/ctdc_synthetic_2021.csv.gz"
GOAL, TIMES = 10, 3


def bare(rows: list[list[str]], home: Path) -> float:
    """Seconds of one executemany into a table without keys."""
    from palermo.config.environment import PRAGMAS

    path = home / "bare.sqlite3"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(PRAGMAS)
    columns = ", ".join(f"c{number} TEXT" for number in range(len(rows[0])))
    connection.execute(f"CREATE TABLE bare ({columns})")
    marks = ", ".join("?" * len(rows[0]))
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO bare VALUES ({marks})", rows)
    connection.execute("COMMIT")
    took = time.perf_counter() - begun
    connection.close()
    for one in home.glob("bare.sqlite3*"):
        one.unlink()
    return took


def start(home: Path) -> None:
    os.environ["PALERMO_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "palermo.config.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def palermo(content: bytes, number: int) -> tuple[float, Any]:
    """Seconds of a whole import into a new organisation, which holds no invented data."""
    from palermo.actions import accounts, collect

    made = accounts.create_organisation(f"Bench {number}", short=f"B{number}", kind="un_entity")
    user = accounts.create_user(f"bench {number}", password="a quiet long sentence", checked=False)
    accounts.add_member(user, organisation=made, role="focal_point")
    begun = time.perf_counter()
    imported = collect.import_file(accounts.Actor(user, made, "focal_point"), content)
    return time.perf_counter() - begun, imported


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    if not path.exists():
        print("skipped: the real file is not in ../shared/data/ctdc")
        return
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]
    home = Path(tempfile.mkdtemp(prefix="palermo-bench-"))
    try:
        start(home)
        least, best = 10**9, 10**9
        for number in range(TIMES):
            least = min(least, bare(rows, home))
            took, imported = palermo(content, number)
            best = min(best, took)
            print(f"{number + 1}: {imported.stored:,} of {len(rows):,} rows stored in {took:.2f} s;", end=" ")
            print(f"{imported.refused:,} refused, {imported.problems:,} problems")
        print(f"bare executemany {least:.2f} s, Palermo {best:.2f} s: {best / least:.1f} times (goal {GOAL})")
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
