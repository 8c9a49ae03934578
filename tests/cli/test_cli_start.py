"""Does `palermo` speak clearly? Exit status by family, errors on stderr with codes, never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from palermo import STEPS, NotAllowed, PolicyRefusal, ProblemWithInput
from palermo.cli import FILES, SERVER, main


def palermo(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import sys; from palermo.cli import main; sys.exit(main())", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


def test_alone_it_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in {**FILES, **SERVER})


def test_steps_are_commands_in_their_order() -> None:
    steps = [step.name for step in STEPS]
    assert [name for name in FILES if name in steps] == steps


def test_a_wrong_command_is_a_usage_error(tmp_path: Path) -> None:
    done = palermo("colect", cwd=tmp_path)
    assert done.returncode == 2
    assert "colect" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("collect", "missing.csv", "-o", "out.jsonl"),
        ("report", "missing.jsonl", "-o", "-"),
        ("codes", "resolve", "missing.csv", "--column", "Category"),
        ("codes", "show", "no-such-list"),
    ],
)
def test_input_errors_end_with_3_and_a_code(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = palermo(*words, cwd=tmp_path)
    assert done.returncode == 3
    assert words[0].upper() in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("family", "status"),
    [(ProblemWithInput, 3), (NotAllowed, 4), (PolicyRefusal, 5), (KeyboardInterrupt, 130)],
)
def test_exit_status_by_family(monkeypatch: pytest.MonkeyPatch, family: type, status: int) -> None:
    from palermo.cli import codes

    def refuse(args: object) -> int:
        raise family("CODE-001 a message")

    monkeypatch.setattr(codes, "run", refuse)
    assert main(["codes", "lists"]) == status


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    line = f"{sys.executable} -c 'from palermo.cli import main; main()' codes show areas | head -1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=tmp_path)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
