"""Is every block of the documentation true? Each `console` block is run, each `python` block is a doctest.

A page's blocks run in order in one empty folder. Output is compared where a block shows some; `...` stands
for anything. A block whose fence says `exit=1` must end with that status.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(console|python)([^\n]*)\n(.*?)^```$", re.M | re.S)
CHECK = doctest.OutputChecker()
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Command(NamedTuple):
    line: str
    output: str


def commands(block: str) -> list[Command]:
    parts = re.split(r"^\$ ", block, flags=re.M)[1:]
    return [Command(*part.partition("\n")[::2]) for part in parts]


def run(command: Command, folder: Path, status: int) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"} | {
        "PATH": path,
        "COLUMNS": "80",
        "PALERMO_HOME": str(folder / "var"),
        "DJANGO_SETTINGS_MODULE": "palermo.config.settings",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ["bash", "-c", command.line], cwd=folder, env=env, text=True, capture_output=True, timeout=120
    )
    said = done.stdout + done.stderr
    assert done.returncode == status, f"$ {command.line}\n{said}"
    if command.output.strip():
        assert CHECK.check_output(command.output, said, FLAGS), f"$ {command.line}\n{said}"


def runs(page: Path) -> list[tuple[str, str, str]]:
    blocks = [m.groups() for m in BLOCK.finditer(page.read_text("utf-8"))]
    return [(kind, notes, text) for kind, notes, text in blocks if "not-run" not in notes]


@pytest.mark.parametrize("page", [p for p in PAGES if runs(p)], ids=lambda p: str(p.relative_to(ROOT)))
def test_page_runs(page: Path, tmp_path: Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    names: dict[str, object] = {}
    for kind, notes, text in runs(page):
        if kind == "python":
            test = doctest.DocTestParser().get_doctest(text, names, page.name, str(page), 0)
            assert doctest.DocTestRunner(optionflags=FLAGS).run(test, clear_globs=False).failed == 0
            names |= test.globs
            continue
        status = re.search(r"exit=(\d+)", notes)
        for command in commands(text):
            run(command, tmp_path, int(status[1]) if status else 0)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_a_false_block_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        run(Command("echo one", "two\n"), tmp_path, 0)
    with pytest.raises(AssertionError):
        run(Command("exit 3", ""), tmp_path, 0)


def test_doctests_of_the_code() -> None:
    """Examples in docstrings run, too."""
    words = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--doctest-modules", "--import-mode=importlib"]
    parts = [str(ROOT / "palermo" / part) for part in ("codes", "cases", "collect", "report")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, *parts], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
