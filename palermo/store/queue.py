"""Which jobs without a key wait in the database? Once a day, in this process, one after the other.

The rows are those of django-tasks-db. No argument of a task holds an identity, and no job here holds a key.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

DAY, KEPT = timedelta(days=1), timedelta(days=30)


def enqueue_once_a_day(task: Any, *, now: datetime) -> bool:
    """Whether the task was put into the queue: not where it was in the last 24 hours, whatever came of it."""
    rows = DBTaskResult.objects.filter(task_path=task.module_path)
    if rows.filter(enqueued_at__gt=now - DAY).exists():
        return False
    rows.filter(finished_at__lt=now - KEPT).delete()
    task.enqueue()
    return True


def take_up_interrupted() -> int:
    """How many jobs of a process that is gone wait again; on SQLite one process serves."""
    if connection.vendor != "sqlite":
        return 0
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    return running.update(status=TaskResultStatus.READY)


def run_waiting() -> None:
    """Runs what waits, until nothing does. The row of a job that failed has the place, and no text."""
    if DBTaskResult.objects.ready().exists():
        Worker(
            queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False,
            max_tasks=None, worker_id=get_random_string(32), excluded_queue_names=[],
        ).run()  # fmt: skip
