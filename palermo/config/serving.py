"""What does `palermo serve` run in each of its processes? The pages, and the work that nobody waits for.

The server's worker process loads this module, nothing else does: management commands, tests and another
WSGI server (`palermo.config.wsgi`) start no worker.
"""

from palermo.actions import tasks
from palermo.config.wsgi import application

__all__ = ["application"]

tasks.Work().start()
