"""Does `palermo codes` answer in CSV and JSON, with its exit status, and explain what it cannot read?"""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from palermo.cli import main

LABELS = "Category,rows\nAbania,1\n3 maliens,2\n,3\nNationals,4\n"
WAITING = LABELS + "Congolese,5\n=cmd,6\n"


def _file(folder: Path, content: str | bytes, name: str = "labels.csv") -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def _resolve(*args: str) -> int:
    return main(["codes", "resolve", *args, "--column", "Category"])


def test_labels_become_areas_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _resolve(_file(tmp_path, LABELS), "--reporting", "SRB") == 0
    out, err = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["label"], row["area"], row["special"]) for row in rows] == [
        ("Abania", "ALB", ""),
        ("3 maliens", "MLI", ""),
        ("", "", "unknown"),
        ("Nationals", "SRB", "nationals"),
    ]
    assert "the number in front is ignored" in rows[1]["reason"]
    assert "4 of 4 rows resolved" in err


def test_what_waits_for_a_person_comes_back_as_a_decision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.csv"
    assert _resolve(_file(tmp_path, WAITING), "-o", str(answers)) == 1
    assert "2 wait for a person" in capsys.readouterr().err
    text = answers.read_text(encoding="utf-8")
    assert "\n'=cmd,,," in text  # guarded, so that a spreadsheet does not run it
    answers.write_text(text.replace("Congolese,,", "Congolese,COD,").replace("'=cmd,,", "'=cmd,,not_an_area"))
    assert _resolve(_file(tmp_path, WAITING), "--decisions", str(answers)) == 0
    assert "Congolese,COD,,settled by a person" in capsys.readouterr().out


def test_json_has_a_row_per_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _resolve(_file(tmp_path, WAITING), "--json") == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0]["area"] == "ALB"
    assert rows[4] | {"reason": ""} == {"label": "Congolese", "area": None, "special": None, "reason": ""}


@pytest.mark.parametrize(
    ("content", "code", "hint"),
    [
        ("category\nMali\n", "CODES-011", 'Did you mean "category"?'),
        ("", "CODES-011", "0 columns"),
        ("Category;rows\nMali;1\n", "CODES-011", "semicolons"),
        ("Category\nMalí\n".encode("cp1252"), "CODES-012", "--encoding cp1252"),
        ("Category\nMali\n".encode("utf-16"), "CODES-012", "encoding"),
        ('Category\n"Mali"x\n', "CODES-013", "double quotes"),
        (b"PK\x03\x04 a workbook", "CODES-016", "CSV UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | bytes, code: str, hint: str
) -> None:
    assert _resolve(_file(tmp_path, content)) == 3
    err = capsys.readouterr().err
    assert code in err
    assert hint in err


def test_nothing_is_written_where_the_column_is_missing(tmp_path: Path) -> None:
    assert _resolve(_file(tmp_path, "Amina (invented)\nMali\n"), "-o", str(tmp_path / "out.csv")) == 3
    assert not (tmp_path / "out.csv").exists()


def test_a_problem_never_repeats_what_the_file_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _resolve(_file(tmp_path, "Amina (invented)\nMali\n")) == 3
    decisions = _file(tmp_path, "label,area\nMali,Amina\n", "decisions.csv")
    assert _resolve(_file(tmp_path, LABELS), "--decisions", decisions) == 3
    err = capsys.readouterr().err
    assert "CODES-017 --decisions, row 2" in err
    assert "Amina" not in err


def test_other_encodings_can_be_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = "Category\nEspaña\n".encode("cp1252")
    assert _resolve(_file(tmp_path, content), "--encoding", "cp1252") == 0
    assert "España,ESP" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--reporting", "Serbia"], "CODES-010"),
        (["--encoding", "no-such"], "CODES-018"),
        (["--decisions", "no-such-file"], "CODES-015"),
    ],
)
def test_wrong_arguments_are_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    assert _resolve(_file(tmp_path, LABELS), *arguments) == 3
    assert code in capsys.readouterr().err


def test_decisions_need_their_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _resolve(_file(tmp_path, LABELS), "--decisions", _file(tmp_path, "a,b\n", "d.csv")) == 3
    assert "CODES-014" in capsys.readouterr().err


def test_lists_and_codes_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["codes", "lists"]) == 0
    assert "exploitation_forms" in capsys.readouterr().out
    assert main(["codes", "show", "acts", "--language", "fr"]) == 0
    assert "Hébergement" in capsys.readouterr().out
    assert main(["codes", "show", "ctdc_age_bands", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[1]["lowest"] == "9"
    assert main(["codes", "packs"]) == 0
    assert "pending the IC-TIP text" in capsys.readouterr().out
    assert main(["codes", "lists", "--json"]) == 0
    assert {"list": "acts", "codes": 5} in json.loads(capsys.readouterr().out)


def test_an_unknown_list_and_a_broken_pack_are_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["codes", "show", "no_such_list"]) == 3
    assert "CODES-002" in capsys.readouterr().err
    assert main(["codes", "packs", str(tmp_path)]) == 3
    assert "CODES-020" in capsys.readouterr().err


def test_it_reads_a_pipe_in_a_real_process() -> None:
    start = "from palermo.cli import main; raise SystemExit(main())"
    command = [sys.executable, "-c", start, "codes", "resolve", "-", "--column", "Category"]
    done = subprocess.run(command, input=WAITING.encode(), capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[1].startswith('Abania,ALB,,"reviewed alias:')
    assert b"4 of 6 rows resolved" in done.stderr
