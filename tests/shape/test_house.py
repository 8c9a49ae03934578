"""Does the house keep its own rules? Layers, sizes, words, steps; no clock and no network in the steps."""

import ast
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from palermo import STEPS

PLAIN = ("codes", "cases", "plots", "collect", "protect", "report")
BANNED = {"utils", "helpers", "common", "misc", "manager", "handler", "processor", "base", "data", "info"}
DJANGO_NAMES = {"receive_data_chunk"}
TERMS = {"data_key", "new_data_key", "open_data_key"}  # what cryptographers call it
DJANGO_MODULES = {
    "palermo/store/encrypted/base.py"
}  # Django loads a database engine from `base`, and no other name
TEXT_ONLY = {"urllib.parse"}
OUTSIDE = {"socket", "urllib", "http", "requests", "time", "django"}


def sources(root: Path, *folders: str) -> Iterator[Path]:
    for folder in folders or ("",):
        for path in sorted((root / "palermo" / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_import_contract_is_kept(root: Path) -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_steps_are_the_folders_and_the_readme_table(root: Path) -> None:
    steps = [step.name for step in STEPS]
    rooms = {"codes", "cases", "plots", "store", "actions", "web", "api", "cli", "config", "locale"}
    folders = {p.name for p in (root / "palermo").iterdir() if p.is_dir() and not p.name.startswith("_")}
    assert folders - rooms == set(steps)
    table = re.findall(r"^\| `(\w+)` \| (.+?) \|", (root / "README.md").read_text("utf-8"), re.M)
    assert [name for name, _ in table] == steps
    assert [question for _, question in table] == [step.question for step in STEPS]


def test_sizes_of_functions_and_files(root: Path) -> None:
    sizes = {}
    for path in sources(root):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 400, f"{path.name} is over 400 lines"
        for function in functions(ast.parse(text)):
            sizes[f"{path.relative_to(root)}:{function.name}"] = code_lines(function)
    longest = max(sizes, key=lambda name: sizes[name])
    assert sizes[longest] <= 80, longest
    assert statistics.median(sizes.values()) <= 6
    over = sorted((name for name in sizes if sizes[name] > 22), key=lambda name: -sizes[name])
    assert len(over) <= len(sizes) / 10, over[:20]


def test_every_module_opens_with_what_it_answers(root: Path) -> None:
    texts = {str(p.relative_to(root)): p.read_text("utf-8") for p in sources(root)}
    assert [p for p, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))] == []


def test_public_functions_of_the_plain_part_have_docstrings(root: Path) -> None:
    """At module level; a name that starts with an underscore is private."""
    missing = []
    for path in sources(root, *PLAIN):
        for node in ast.parse(path.read_text("utf-8")).body:
            public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                missing.append(f"{path.relative_to(root)}:{node.name}")
    assert missing == []


def _banned(name: str) -> bool:
    return name not in DJANGO_NAMES | TERMS and bool(set(name.lower().split("_")) & BANNED)


def test_names_say_what_they_hold(root: Path) -> None:
    found = []
    for path in sources(root):
        names = [f.name for f in functions(ast.parse(path.read_text("utf-8")))]
        names += [path.stem] * (path.relative_to(root).as_posix() not in DJANGO_MODULES)
        found += [f"{path.relative_to(root)}:{n}" for n in names if _banned(n)]
    assert found == []


def test_steps_have_no_clock_no_network_no_django(root: Path) -> None:
    found = []
    for path in sources(root, *PLAIN):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            clock = isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
            if clock or any(m.split(".")[0] in OUTSIDE for m in set(modules) - TEXT_ONLY):
                found.append(f"{path.relative_to(root)}:{node.lineno}")
    assert found == []


def test_steps_never_import_each_other(root: Path) -> None:
    steps = {step.name for step in STEPS}
    for step in steps:
        for path in sources(root, step):
            others = "|".join(sorted(steps - {step}))
            assert not re.search(rf"palermo\.({others})\b", path.read_text("utf-8")), path


def test_start_up_loads_no_metadata_and_no_server(root: Path) -> None:
    program = "import sys; from palermo.cli import main; main([]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root)
    loaded = set(done.stderr.split())
    assert not loaded & {"importlib.metadata", "django", "duckdb", "openpyxl", "msgspec", "rich"}


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([uv, "build", "--wheel", "-q", "-o", folder, root], check=True)
    python = folder / "plain" / "bin" / "python"
    subprocess.run([uv, "venv", "-q", "-p", sys.executable, folder / "plain"], check=True)
    subprocess.run([uv, "pip", "install", "-q", "-p", python, next(folder.glob("*.whl"))], check=True)
    return folder / "plain" / "bin"


def test_wheel_runs_the_file_commands_without_django(wheel: Path, tmp_path: Path) -> None:
    no_django = subprocess.run([wheel / "python", "-c", "import django"], capture_output=True, cwd=tmp_path)
    assert no_django.returncode != 0
    for words in (["codes", "show", "acts"], ["collect", "--help"], ["report", "tables"], ["--version"]):
        done = subprocess.run([wheel / "palermo", *words], capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, (words, done.stderr)


def test_wheel_says_what_to_install_for_the_server(wheel: Path, tmp_path: Path) -> None:
    done = subprocess.run([wheel / "palermo", "serve"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 3
    assert "palermo[server]" in done.stderr
    assert "Traceback" not in done.stderr
