"""Is anything that was acknowledged lost when the process is killed? Import, sealing, new keys and backup.

A real process is killed at random points, again and again on the same database; the next one looks at all
that the ones before had acknowledged, with the passphrase and with the printed key.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.store.killing import ROWS
from tests.store.test_on_postgresql import postgresql as postgresql

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SECONDS = 2.5


class Killed:
    """One installation, what it acknowledged so far, and the printed key of its vault."""

    def __init__(self, folder: Path, url: str = "") -> None:
        folder.mkdir()
        ours = {
            name: value for name, value in os.environ.items() if not name.startswith(("PALERMO_", "PYTEST_"))
        }
        self.env = ours | {"PALERMO_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
        self.env |= {"DJANGO_SETTINGS_MODULE": "palermo.config.settings"}
        self.env |= {"PALERMO_DATABASE_URL": url} if url else {}
        self.folder = folder
        self.told: dict[str, set[int]] = defaultdict(set)
        self.told["passphrase"].add(0)
        self.recovery = self.start("prepare").communicate()[0].strip()

    def start(self, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.store.killing", *words]
        with (self.folder / "errors").open("a") as errors:
            return subprocess.Popen(
                command, env=self.env, cwd=self.folder, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def round(self, number: int, rng: random.Random, *, kill: bool = True) -> dict[str, Any]:
        """What one process saw at its start; then it works until it is killed."""
        last = max(self.told["passphrase"])
        seed = str(rng.randrange(10**6)) if kill else "-"
        process = self.start("go", self.recovery, seed, str(number * 1000 + 1), str(last), str(last + 1))
        assert process.stdout
        seen = process.stdout.readline()
        if kill:
            assert process.stdout.readline().startswith("ready"), self.errors()
            time.sleep(rng.uniform(0, LONGEST_SECONDS))
            os.kill(process.pid, signal.SIGKILL)
        for line in process.communicate()[0].splitlines(keepends=True):
            if line.endswith("\n"):
                what, _, told = line.partition(" ")
                self.told[what].add(json.loads(told)["number"])
        assert process.returncode == (-signal.SIGKILL if kill else 0), self.errors()
        return dict(json.loads(seen))

    def errors(self) -> str:
        return (self.folder / "errors").read_text()[-3000:]

    def check(self, seen: dict[str, Any], before: dict[str, set[int]]) -> None:
        assert (seen["integrity"], seen["chain"]) == ("ok", "None")
        for opened in seen["opened"]:
            assert opened == seen["opened"][0], "the passphrase and the paper open the same"
            assert before["import"] <= set(opened["files"])
            assert before["file"] <= set(opened["notes"])
        files = len(seen["opened"][0]["files"])
        assert seen["rows"] == [files * ROWS, files * ROWS, files], "a file is in whole, or not at all"
        assert seen["keys"] == 1, "a change of the key that was cut off came to its end"
        assert seen["number"] >= max(before["key"], default=1)
        assert seen["passphrase"] >= max(before["passphrase"])
        assert before["backup"] <= set(seen["backups"])
        self.told["passphrase"].add(seen["passphrase"])


def rounds(installation: Killed, *, seed: int, number: int) -> list[dict[str, Any]]:
    rng, all_seen = random.Random(seed), []
    for each in range(number + 1):
        before = {name: set(told) for name, told in installation.told.items()}
        seen = installation.round(each, rng, kill=each < number)
        installation.check(seen, defaultdict(set, before))
        all_seen.append(seen)
    return all_seen


@pytest.mark.skipif(bool(os.environ.get("PALERMO_DATABASE_URL")), reason="its long form has PostgreSQL")
def test_killed_at_random_points_nothing_acknowledged_is_missing(tmp_path: Path) -> None:
    installation = Killed(tmp_path / "it")
    rounds(installation, seed=3, number=4)
    assert installation.told["import"], "the control: something was acknowledged"


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(4))
def test_killed_many_times(tmp_path: Path, seed: int) -> None:
    installation = Killed(tmp_path / "it")
    seen = rounds(installation, seed=seed, number=25)
    assert [one for one in seen if one["went_on"]], "the control: a change of the key was cut off"
    assert all(installation.told[name] for name in ("import", "file", "key", "backup", "passphrase"))


@pytest.mark.prove
def test_killed_many_times_on_postgresql(tmp_path: Path, postgresql: str) -> None:
    installation = Killed(tmp_path / "it", postgresql)
    seen = rounds(installation, seed=7, number=15)
    assert [one for one in seen if one["went_on"]], "the control: a change of the key was cut off"
    assert installation.told["import"]
