"""How does a command speak to a person? On stderr, progress on a terminal only: pipes stay clean."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from palermo import ProblemWithInput


class Advance(Protocol):
    def __call__(self, done: int, total: int | None = None) -> None: ...


@contextmanager
def progress(title: str) -> Iterator[Advance]:
    """A bar on stderr while the block runs; silent where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total=None: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: int, total: int | None = None) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def hidden(prompt: str) -> str:
    """What somebody types without its being shown. Raises CLI-034 where there is nobody to type."""
    import getpass

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", getpass.GetPassWarning)
            return getpass.getpass(prompt)
    except EOFError:
        raise ProblemWithInput("CLI-034: nothing was typed; name a file with the key: --key-file") from None


def say(text: str) -> None:
    """A line for a person, on stderr."""
    print(text, file=sys.stderr)


def show(text: str = "") -> None:
    """A line of the result, on stdout and at once, also where stdout is a file or a pipe."""
    print(text, flush=True)
