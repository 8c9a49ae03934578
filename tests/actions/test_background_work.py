"""Does the work that nobody waits for run by itself, once a day, and say nothing of what it worked on?"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from palermo.actions import erasure, tasks
from palermo.actions.rights import clock
from palermo.store import queue
from palermo.store.models import Submission
from tests.actions.erasable import NAMES, Mission

PALERMO = (sys.executable, "-c", "import sys; from palermo.cli import main; sys.exit(main(sys.argv[1:]))")


@pytest.mark.django_db(transaction=True)
def test_a_task_is_put_into_the_queue_once_a_day() -> None:
    assert queue.enqueue_once_a_day(tasks.end_retention, now=clock())
    assert not queue.enqueue_once_a_day(tasks.end_retention, now=clock() + timedelta(hours=23))
    assert queue.enqueue_once_a_day(tasks.end_retention, now=clock() + timedelta(hours=25))
    assert {str(one.args_kwargs) for one in DBTaskResult.objects.all()} == {"{'args': [], 'kwargs': {}}"}


@pytest.mark.django_db(transaction=True)
def test_what_waits_runs_and_ends_what_is_due(house: Any) -> None:
    mission = Mission(house, house.actor())
    old = mission.take(mission.file(0), clock())
    mission.take(mission.file(1), clock())
    long_ago = clock() - timedelta(days=400)
    Submission.objects.filter(public_id=old.submission).update(arrived=long_ago)
    queue.enqueue_once_a_day(tasks.end_retention, now=clock())
    queue.run_waiting()
    result = DBTaskResult.objects.get()
    assert (result.status, result.return_value) == ("SUCCESSFUL", {"submission": 1})
    assert Submission.objects.exclude(data_key=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_told_without_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(now: Any = None) -> None:
        raise ValueError(NAMES[0])

    monkeypatch.setattr(erasure, "end_retention", fails)
    queue.enqueue_once_a_day(tasks.end_retention, now=clock())
    queue.run_waiting()
    result = DBTaskResult.objects.get()
    assert result.status == "FAILED"
    assert "ValueError" in result.traceback
    assert NAMES[0] not in result.traceback


@pytest.mark.django_db(transaction=True)
def test_a_job_that_was_cut_off_is_taken_up_again() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("on PostgreSQL another process may still run it; the next day's run takes up the rest")
    queue.enqueue_once_a_day(tasks.end_retention, now=clock())
    DBTaskResult.objects.get().claim("gone")
    queue.run_waiting()
    assert DBTaskResult.objects.get().status == "RUNNING"
    assert queue.take_up_interrupted() == 1
    queue.run_waiting()
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


@pytest.mark.django_db(transaction=True)
def test_the_thread_works_and_stops() -> None:
    work = tasks.Work(between=0.01)
    work.start()
    while not DBTaskResult.objects.filter(status="SUCCESSFUL").exists() and work.is_alive():
        time.sleep(0.01)
    work.stop()
    work.join(timeout=20)
    assert not work.is_alive()
    assert DBTaskResult.objects.count() == 1


def palermo(home: Path, *words: str) -> "subprocess.Popen[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PALERMO_", "DJANGO_"))}
    env = {**kept, "PALERMO_HOME": str(home)}
    return subprocess.Popen([*PALERMO, *words], env=env, stdout=-1, stderr=-1, text=True)


def jobs(home: Path) -> list[str]:
    with sqlite3.connect(home / "palermo.sqlite3") as database:
        return [
            status for (status,) in database.execute("SELECT status FROM django_tasks_database_dbtaskresult")
        ]


def test_the_server_works_by_itself_and_a_command_does_not(tmp_path: Path) -> None:
    said = palermo(tmp_path, "retention", "--dry-run").communicate(timeout=60)
    assert "Nothing has been kept" in said[1]
    assert jobs(tmp_path) == [], "the control: a command starts no worker"
    for _ in range(2):
        serving = palermo(tmp_path, "serve", "--port", "8765")
        assert serving.stdout is not None
        while "Palermo is ready" not in serving.stdout.readline():
            assert serving.poll() is None, "it serves"
        _until_done(tmp_path)
        serving.send_signal(signal.SIGINT)
        serving.communicate(timeout=30)
        assert serving.returncode == 0
        assert jobs(tmp_path) == ["SUCCESSFUL"], "once a day, also after the server was started again"


def _until_done(home: Path) -> None:
    for _ in range(400):
        if "SUCCESSFUL" in jobs(home):
            return
        time.sleep(0.05)
