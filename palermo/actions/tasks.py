"""Which work needs nobody's key and nobody's eyes? It runs in a thread of the process that serves.

On SQLite that process is the only writer, so its jobs take turns with the pages and wait for no lock from
outside. Each job works in short transactions and may be cut off anywhere: the next run takes up the rest.
Never a job that needs a key, and never an identity in a job's arguments.
"""

import logging
import threading

from django.db import close_old_connections, connection
from django_tasks import task

from palermo.actions import erasure, exports
from palermo.actions.rights import clock
from palermo.store import queue, vault

BETWEEN_LOOKS = 60.0
log = logging.getLogger(__name__)


class Failed(Exception):
    """A job failed; says where, and nothing of what it worked on."""


@task()
def end_retention() -> dict[str, int]:
    """How many rows of each class had been kept for as long as they may be."""
    try:
        ended = erasure.end_retention()
    except Exception as error:
        raise Failed(type(error).__name__) from None
    counts: dict[str, int] = {}
    for one in ended:
        counts[one.data_class] = counts.get(one.data_class, 0) + one.rows
    return counts


class Work(threading.Thread):
    """Looks once a minute for what is due; `stop` ends it at its next look."""

    def __init__(self, between: float = BETWEEN_LOOKS) -> None:
        super().__init__(name="work", daemon=True)
        self.between = between
        self._stop_asked = threading.Event()

    def run(self) -> None:
        first = True
        while not self._stop_asked.is_set():
            self._look(first)
            first = False
            self._stop_asked.wait(self.between)
        connection.close()

    def stop(self) -> None:
        self._stop_asked.set()

    def _look(self, first: bool) -> None:
        """Whatever goes wrong, the next look tries again."""
        try:
            close_old_connections()
            vault.drop_idle()
            exports.end_expired(clock())
            if first:
                queue.take_up_interrupted()
            queue.enqueue_once_a_day(end_retention, now=clock())
            queue.run_waiting()
        except Exception as error:
            log.error("work in the background failed: %s", type(error).__name__)
