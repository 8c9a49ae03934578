"""Is an import whole or absent after `kill -9`? A process of its own imports and dies at random points."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

WORK = """
import sys, django
django.setup()
from datetime import UTC, datetime
from palermo.actions import accounts, collect
from palermo.cases import Case, encode_all
from palermo.store import audit
from palermo.store.models import CaseRow, Organisation, Submission
ROWS = 3000

def content(number, organisation):
    ids = (f"{number * ROWS + each:032x}" for each in range(ROWS))
    return encode_all(Case(id=each, organisation=organisation) for each in ids)

if sys.argv[1] == "prepare":
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    made = accounts.create_organisation("Invented", short="I", kind="un_mission", invented=True)
    user = accounts.create_user("ann", password="x", checked=False)
    accounts.add_member(user, organisation=made, role="focal_point")
organisation = Organisation.objects.get().public_id
if sys.argv[1] == "import":
    from palermo.store.models import User
    actor = accounts.actor_for(User.objects.get())
    first = Submission.objects.count()
    print("ready", flush=True)
    for number in range(first, first + 50):
        collect.import_file(actor, content(number, organisation))
        print("acknowledged", number, flush=True)
if sys.argv[1] == "look":
    print(CaseRow.objects.count() // ROWS, CaseRow.objects.count() % ROWS, Submission.objects.count(),
          audit.verify(organisation))
"""


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Starts one of the three jobs in a process with a database of its own."""
    env = {name: value for name, value in os.environ.items() if name != "PALERMO_DATABASE_URL"}
    env |= {"PALERMO_HOME": str(tmp_path / "home"), "DJANGO_SETTINGS_MODULE": "palermo.config.settings"}

    def start(job: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", WORK, job]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)

    return start


@pytest.mark.skipif(bool(os.environ.get("PALERMO_DATABASE_URL")), reason="about SQLite's own file")
@pytest.mark.parametrize("seed", range(4))
def test_killed_at_a_random_point_the_store_opens_and_is_whole(run: Any, seed: int) -> None:
    assert run("prepare").communicate() == ("", None)
    rng = random.Random(seed)
    acknowledged = 0
    for _ in range(2):
        work = run("import")
        assert work.stdout.readline() == "ready\n"
        for _ in range(rng.randrange(3)):
            acknowledged += work.stdout.readline().startswith("acknowledged")
        time.sleep(rng.random() * 0.3)
        os.kill(work.pid, signal.SIGKILL)
        acknowledged += work.communicate()[0].count("acknowledged")
        whole, part, submissions, bad = run("look").communicate()[0].split()
        assert int(part) == 0, "an import is whole or absent"
        assert int(whole) == int(submissions) >= acknowledged, "what was acknowledged is on the disk"
        assert bad == "None", "the chain holds"
