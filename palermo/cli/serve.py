"""`palermo serve`: the pages on this computer, from one process that owns the database.

The database is brought up to date first; styles come straight from the package. Ctrl-C stops it. Serves this
computer only unless told otherwise; TLS is the matter of whatever stands before it.
"""

import argparse
import os
import socket
import sys
import threading
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from typing import IO, Any

from palermo import ProblemWithInput
from palermo.cli.terminal import say, show

TRIES = 50


class NoServer(ProblemWithInput):
    """The extra `server` is not installed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen at (default: this computer only)"
    )
    parser.add_argument(
        "--port", type=a_port, default=8000, help="the next free one is taken where it is in use"
    )
    parser.add_argument(
        "--workers", type=at_least_one, default=1, help="processes; more than one on PostgreSQL only"
    )
    parser.add_argument(
        "--threads", type=at_least_one, default=4, help="requests at the same time in one process"
    )


def run(args: argparse.Namespace) -> int:
    start_django()
    hold_home()
    migrate()
    check_workers(args.workers)
    close_interrupted()
    note_rules()
    tell_of_proxies()
    return serve(host=args.host, port=args.port, workers=args.workers, threads=args.threads)


def at_least_one(text: str) -> int:
    """A number from 1 on; anything else is an error of usage."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a number from 1 on")
    return number


def a_port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError("a port from 1 to 65535")
    return number


_held: list[IO[bytes]] = []


def hold_home() -> None:
    """Holds the home of a SQLite database until this process ends. Raises CLI-023 where another one holds it.

    A second server would take the imports of the first for interrupted ones.
    """
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "sqlite" or _held:
        return
    lock = (settings.HOME / "serve.lock").open("ab")
    try:
        _lock(lock)
    except OSError:
        lock.close()
        raise ProblemWithInput(
            "CLI-023: another process serves this PALERMO_HOME already; stop it, or use another folder"
        ) from None
    _held.append(lock)


def _lock(file: IO[bytes]) -> None:
    """The system lets go of it when the process ends, however it ends."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def start_django() -> None:
    """Makes Django ready. Raises `NoServer` (CLI-020) where the extra is missing."""
    if any(find_spec(name) is None for name in ("django", "granian", "whitenoise", "allauth", "axes")):
        raise NoServer('CLI-020: this command needs the pages; install them: pip install "palermo[server]"')
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palermo.config.settings")
    import django

    django.setup()


def migrate() -> None:
    """Brings the database up to date; says so only where there is something to do."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database ...")
        call_command("migrate", verbosity=0, interactive=False)


def close_interrupted() -> None:
    """Says of imports whose process is gone that they ended without storing anything."""
    from palermo.actions import imports

    imports.close_interrupted()


def note_rules() -> None:
    """Writes into the audit chains that rights, other rules or the program changed since the last start."""
    from palermo.actions import audit

    audit.note_rules()


def check_workers(workers: int) -> None:
    """Raises CLI-021 where several processes would write to one SQLite file."""
    from django.db import connection

    if workers > 1 and connection.vendor == "sqlite":
        raise ProblemWithInput("CLI-021: SQLite has one writer; use --threads, or PALERMO_DATABASE_URL")


def tell_of_proxies() -> None:
    """Says that whoever serves more than this computer has a TLS server in front, which must be named."""
    from django.conf import settings

    if settings.SECURE and not settings.BEHIND_PROXY:
        say("PALERMO_HOSTS names other computers: set PALERMO_PROXIES to the number of TLS servers in front;")
        say("without it X-Forwarded-Proto is not believed, and every page leads to https for ever.")


def serve(*, host: str, port: int, workers: int = 1, threads: int = 4) -> int:
    """Serves until it is told to stop; prints the address as soon as the pages answer."""
    from granian import Granian
    from granian.constants import Interfaces

    free = free_port(host, port)
    if free != port:
        say(f"Port {port} is in use; taking {free}.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palermo.config.settings")
    server = Granian(
        "palermo.config.serving:application",
        address=host,
        port=free,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_enabled=False,
        respawn_failed_workers=True,
    )
    threading.Thread(target=announce, args=(host, free), daemon=True).start()
    server.serve()
    show("Stopped.")
    return 0


def announce(host: str, port: int) -> None:
    """Prints the address once the pages answer there."""
    here = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    for _ in range(120):
        if answers(here, port):
            show(f"Palermo is ready: {address(here, port)}   (Ctrl-C stops it)")
            return
        time.sleep(0.25)
    say("The pages do not answer; run `palermo manage check` to see why.")


def answers(host: str, port: int) -> bool:
    """Whether the sign-in page comes from that address."""
    try:
        with closing(HTTPConnection(host, port, timeout=10)) as line:
            line.request("GET", "/sign-in", headers={"Host": f"localhost:{port}"})
            return line.getresponse().status < 500
    except (OSError, HTTPException):
        return False


def address(host: str, port: int) -> str:
    """The address of the pages, as a browser takes it.

    >>> address("127.0.0.1", 8000), address("::1", 8000)
    ('http://127.0.0.1:8000/', 'http://[::1]:8000/')
    """
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def free_port(host: str, port: int) -> int:
    """The first free port from `port` on. Raises CLI-022 where none of the next ones is free."""
    for each in range(port, min(port + TRIES, 65536)):
        if is_free(host, each):
            return each
    raise ProblemWithInput(f"CLI-022: no free port from {port} on; choose one with --port")


def is_free(host: str, port: int) -> bool:
    family: Any = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        if os.name != "nt":
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True
