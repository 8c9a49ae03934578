"""What does somebody read who seizes the disk of a working installation? No planted name, village or day.

Database, its write-ahead log, temporary folder, cache, what was written to the terminal, and the backup:
every byte of every file, and every file's name. The control is the same work with sealing switched off.
"""

import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from tests.planted import ALPHABETS, VILLAGE, Hunt, files_below
from tests.store.seizing import names, triples
from tests.store.test_on_postgresql import postgresql as postgresql

ROOT = Path(__file__).resolve().parents[2]
NEAR = 200
ONCE = pytest.mark.skipif(bool(os.environ.get("PALERMO_DATABASE_URL")), reason="its long form has PostgreSQL")
NAMES = [Hunt(names(), mark=len(mark)) for mark, _ in ALPHABETS.values()]
VILLAGES = Hunt((each.village for each in triples()), mark=len(VILLAGE[0]))
MONTH_IN_AN_INDEX = re.compile(rb"(\d{4}-\d\d)-(20\d\d-\d\d-\d\d \d\d:)")
"""A month, the key of the row that is 45 (the byte of "-"), and the instant of arrival: no day."""
ISO = Hunt((str(each.day) for each in triples()), mark=3, cut=False)
SLASHED = {
    form: {f"{each.day:%d/%m/%Y}".encode(form) for each in triples()} for form in ("utf-8", "utf-16-le")
}
SLASHES = {
    "utf-8": re.compile(rb"\d\d/\d\d/20\d\d"),
    "utf-16-le": re.compile(rb"(?:\d\0){2}/\0(?:\d\0){2}/\0(?:\d\0){4}"),
}


def seized(folder: Path, *words: str, url: str = "") -> Path:
    """The folder of an installation that worked until the power was cut: all that it can write to."""
    places = {"PALERMO_HOME": "home", "TMPDIR": "temporary", "XDG_CACHE_HOME": "cache", "HOME": "user"}
    for name in (*places.values(), "here"):
        (folder / name).mkdir(parents=True)
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PALERMO_", "PYTEST_"))}
    env = ours | {name: str(folder / place) for name, place in places.items()}
    env |= {"DJANGO_SETTINGS_MODULE": "palermo.config.settings", "PYTHONPATH": str(ROOT)}
    env |= {"PALERMO_DATABASE_URL": url} if url else {}
    command = [sys.executable, "-W", "default", "-B", "-m", "tests.store.seizing", *words]
    with (folder / "terminal").open("wb") as terminal:
        done = subprocess.run(
            command, env=env, cwd=folder / "here", stdout=terminal, stderr=subprocess.STDOUT, check=False
        )
    said = (folder / "terminal").read_text()
    assert (done.returncode, said.splitlines()[-1]) == (0, "the power is cut"), said[-3000:]
    return folder


class Found(dict[str, set[str]]):
    """What was found, by the file that it was found in."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.triples: set[str] = set()
        self.days: set[str] = set()
        for file, content in files_below(folder):
            self.look(file, content)

    def look(self, file: str, content: bytes) -> None:
        content = MONTH_IN_AN_INDEX.sub(rb"\1 \2", content)
        called = {text for hunt in NAMES for text in hunt.found(content)}
        places = VILLAGES.found(content)
        days = ISO.found(content) | slashed(content)
        if called | places | days:
            self[file] = called | places | days
        self.names |= called & set(names())
        self.days |= days
        self.triples |= {
            each.village
            for each in triples()
            if each.village in places and str(each.day) in days and beside(content, each)
        }


def slashed(content: bytes) -> set[str]:
    """Planted days as people write them."""
    found = ((form, each) for form in SLASHES for each in SLASHES[form].findall(content))
    return {each.decode(form) for form, each in found if each in SLASHED[form]}


def beside(content: bytes, triple: Any) -> bool:
    """Whether the day stands near the age: within two hundred bytes."""
    day, age = str(triple.day).encode(), re.compile(rb"(?<!\d)%d(?!\d)" % triple.age)
    at = content.find(day)
    while at >= 0:
        if age.search(content[max(0, at - NEAR) : at + NEAR]):
            return True
        at = content.find(day, at + 1)
    return False


@ONCE
def test_a_seized_disk_holds_no_name_no_village_and_no_day(tmp_path: Path) -> None:
    folder = seized(tmp_path / "it", "1500")
    files = {name for name, _ in files_below(folder)}
    assert {"home/palermo.sqlite3", "home/palermo.sqlite3-wal", "terminal", "here/out/heads.jsonl"} <= files
    assert [name for name in files if name.endswith(".backup")]
    assert Found(folder) == {}


@ONCE
def test_with_sealing_off_they_are_found(tmp_path: Path) -> None:
    """The control: the same work, and the search finds them in the database, its log and the backup."""
    found = Found(seized(tmp_path / "it", "1500", "leaking"))
    assert len(found.names) >= 990
    assert len(found.triples) >= 990
    assert len(found.days) >= 990
    assert {Path(name).suffix for name in found} == {".sqlite3", ".sqlite3-wal", ".backup"}


def test_each_form_of_a_text_is_found_wherever_it_lies() -> None:
    """The search itself, over all that it says to look for."""
    for hunt, text in ((NAMES[0], names()[0]), (NAMES[1], names()[1]), (VILLAGES, triples()[0].village)):
        for before in range(4):
            plain = f"{'x' * before}{text}, and more"
            forms = (
                plain.encode(),
                plain.encode("utf-16"),
                plain.encode("utf-16-be"),
                b64encode(plain.encode()),
                quote(plain).encode(),
                json.dumps(plain).encode(),
                plain.upper().encode(),
            )
            assert [text in hunt.found(b"\xff" * before + form) for form in forms] == [True] * len(forms)
        assert hunt.found(text[:8].encode() + b" and no more") == {text[:8]}


@pytest.mark.prove
@pytest.mark.parametrize("words", [(), ("leaking",)])
def test_the_whole_mission_on_sqlite(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = Found(seized(tmp_path / "it", "4000", *words))
    assert (len(found.names), len(found.triples)) == ((1000, 1000) if words else (0, 0))
    assert bool(found) == bool(words)


@pytest.mark.prove
@pytest.mark.parametrize("words", [(), ("leaking",)])
def test_the_folder_of_postgresql(tmp_path: Path, postgresql: str, words: tuple[str, ...]) -> None:
    """Its tables, its write-ahead log and what the server wrote into its own log, while it still runs."""
    found = Found(seized(tmp_path / "it", "4000", *words, url=postgresql))
    with psycopg.connect(postgresql) as line:
        line.execute("CHECKPOINT")
        folder = Path(line.execute("SHOW data_directory").fetchone()[0])  # type: ignore[index]
    for file, content in files_below(folder):
        found.look(file, content)
    assert (len(found.names) >= 990, len(found.triples) >= 990) == (bool(words), bool(words))
    assert bool(found) == bool(words)
