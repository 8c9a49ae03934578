"""Which files are dirty? Invented case files with what people get wrong, and how a test waits for work."""

import time
from typing import Any

from palermo.actions import imports

SECRET = "SECRET Amina 0790123456"
HEADER = "yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation"


def ctdc(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *rows)).encode()


def wait(actor: Any, job: str) -> imports.ImportState:
    for _ in range(1000):
        state = imports.import_state(actor, job)
        if not state.running:
            return state
        time.sleep(0.02)
    raise AssertionError("the job did not end")


def done(actor: Any, job: str) -> str:
    """The id of the submission that a job made or read."""
    state = wait(actor, job)
    assert (state.outcome, state.problem) == ("done", "")
    return state.submission
