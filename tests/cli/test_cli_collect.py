"""Does `palermo collect` read files into records, tell all problems, and keep a bad file from the others?"""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from palermo.cases import Case, Organisation, StateReturn, decode
from palermo.cases.examples import invented_mission
from palermo.cli import main
from palermo.cli.collect import KINDS
from palermo.codes import code_list
from palermo.collect import record_id
from palermo.collect.examples import case_file_list

CASES = (
    "prs_FirstName,prs_Gender,prs_Citizenship,vic_TraffickingStatus,cas_IncomingReferralDate\n"
    "Zulmira,Feminine,Mali,Actual victim of trafficking,2025-01-15\n"
    "Zulmira,=Femin,Mali,Actual victim of trafficking,2025-01-15\n"
    "Zulmira,Masculine,Borderland,Possible victim of trafficking,2025-01-15\n"
)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.csv"
    path.write_text(CASES, "utf-8")
    return path


def collected(path: Path) -> list[Any]:
    return [decode(line) for line in path.read_bytes().splitlines()]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_records_problems_and_bad_rows(
    cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, problems, bad = tmp_path / "r.jsonl", tmp_path / "p.csv", tmp_path / "bad.csv"
    status = main(
        ["collect", str(cases), "-o", str(out), "--problems", str(problems), "--bad-rows", str(bad)]
    )
    assert status == 1
    found = [record for record in collected(out) if isinstance(record, Case)]
    assert [case.status for case in found] == ["identified", "presumed"]
    assert [(r["code"], r["row"], r["found"], r["refused"]) for r in rows(problems)] == [
        ("COLLECT-024", "3", "'=Femin", "yes"),
        ("COLLECT-040", "4", "Borderland", "no"),
    ]
    assert [row["prs_Gender"] for row in rows(bad)] == ["'=Femin"]
    said = capsys.readouterr()
    assert "htcds, 3 rows, 4 records, 1 rows stayed out" in said.err
    assert "COLLECT-024        1" in said.err
    assert said.out == ""
    assert "Zulmira" not in said.err
    assert "Borderland" not in said.err


def test_records_go_to_standard_output(cases: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["collect", str(cases)]) == 1
    assert len(capfdbinary.readouterr().out.splitlines()) == 4


def test_mended_rows_get_the_ids_of_the_same_run(cases: Path, tmp_path: Path) -> None:
    """So that one list of records holds a row once, whichever of the two files it came with."""
    bad, out = tmp_path / "bad.csv", tmp_path / "mended.jsonl"
    main(["collect", str(cases), "-o", str(tmp_path / "r.jsonl"), "--bad-rows", str(bad)])
    bad.write_text(bad.read_text("utf-8").replace("'=Femin", "Feminine"), "utf-8")
    assert main(["collect", str(bad), "-o", str(out)]) == 0
    (case,) = (record for record in collected(out) if isinstance(record, Case))
    assert case.source is not None
    assert case.source.natural.endswith(":3")
    assert case.id == record_id(b"this organisation", "htcds", case.source.natural)
    first = next(record for record in collected(tmp_path / "r.jsonl") if isinstance(record, Case))
    assert first.source is not None
    assert first.id == record_id(b"this organisation", "htcds", first.source.key)


def test_a_refused_file_never_costs_the_others(
    cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "noise.csv").write_text("a,b\n1,2\n", "utf-8")
    out, problems = tmp_path / "r.jsonl", tmp_path / "p.csv"
    files = [str(tmp_path / "noise.csv"), str(tmp_path / "missing.csv"), str(cases)]
    assert main(["collect", *files, "-o", str(out), "--problems", str(problems)]) == 3
    assert len(collected(out)) == 4
    assert "noise.csv: COLLECT-002" in capsys.readouterr().err
    assert [row["code"] for row in rows(problems)][:2] == ["COLLECT-002", "COLLECT-CLI"]


def test_settled_labels_area_and_organisation(cases: Path, tmp_path: Path) -> None:
    decisions, out = tmp_path / "labels.csv", tmp_path / "r.jsonl"
    decisions.write_text("label,area\nBorderland,MLI\n", "utf-8")
    words = ["collect", str(cases), "-o", str(out), "--decisions", str(decisions), "--area", "NER"]
    main([*words, "--organisation", "An Invented Agency", "--invented"])
    assert collected(out)[0].name == "An Invented Agency"
    found = [record for record in collected(out) if isinstance(record, Case)]
    assert found[1].citizenships == ("MLI",)
    assert found[1].statuses[0].area == "NER"
    assert found[1].invented
    main(words)
    assert collected(out)[1].organisation != found[0].organisation
    main([*words, "--organisation", "an invented agency "])
    assert collected(out)[1].organisation == found[0].organisation


def test_a_summary_for_programs(cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["collect", str(cases), "-o", str(tmp_path / "r.jsonl"), "--json"])
    (summary,) = json.loads(capsys.readouterr().out)
    assert (summary["rows"], summary["records"], summary["stayed_out"], summary["unresolved"]) == (3, 4, 1, 1)
    assert summary["problems"] == {"COLLECT-024": 1, "COLLECT-040": 1}


@pytest.mark.parametrize(
    "words",
    [
        ["--area", "Mali"],
        ["--json"],
        ["--decisions", "nowhere.csv"],
        ["-o", "no-such-folder/r.jsonl"],
        ["--problems", "no-such-folder/p.csv", "-o", "r.jsonl"],
    ],
)
def test_what_cannot_be_used_is_said(
    words: list[str], cases: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(cases.parent)
    assert main(["collect", str(cases), *words]) == 3
    assert "COLLECT-CLI" in capsys.readouterr().err


def test_the_invented_mission_comes_in_whole(tmp_path: Path) -> None:
    files = []
    for file in case_file_list(invented_mission(cases=200)):
        files.append(tmp_path / file.name)
        files[-1].write_bytes(file.content)
    out = tmp_path / "all.jsonl"
    main(["collect", *map(str, files), "-o", str(out)])
    kinds = {type(record) for record in collected(out)}
    assert {Case, StateReturn} <= kinds
    palermo = [path for path in files if path.suffix == ".jsonl"]
    main(["collect", *map(str, palermo), "-o", str(out)])
    sent_in = [decode(line) for path in palermo for line in path.read_bytes().splitlines()]
    came = {(type(one), one.id): one for one in collected(out)}
    assert len(came) == len(sent_in)
    for one in sent_in:
        found = came[type(one), one.id]
        if getattr(one, "arrived", True) is None:
            assert found.arrived is not None
            found = msgspec.structs.replace(found, arrived=None)
        assert found == one, "organisations and arrivals of Palermo's own lines stay as they are"


def test_no_django_no_server_and_no_half_file(cases: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from palermo.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "collect", str(cases), "-o", str(tmp_path / "r.jsonl")],
        capture_output=True, text=True, env=os.environ | {"PYTHONWARNINGS": "error"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not {"django", "duckdb", "palermo.report", "rich", "openpyxl"} & set(done.stderr.split())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.csv", "r.jsonl"]


@pytest.mark.parametrize("kind", ["", "un_entity"])
def test_the_named_organisation_comes_first_and_once(cases: Path, tmp_path: Path, kind: str) -> None:
    out, again = tmp_path / "r.jsonl", tmp_path / "again.csv"
    again.write_text(CASES.replace("Zulmira", "Zulmiro"), "utf-8")
    words = ["--organisation", " An Invented Agency ", "--invented", *(["--kind", kind] if kind else [])]
    main(["collect", str(cases), str(again), "-o", str(out), *words])
    first, *others = collected(out)
    assert isinstance(first, Organisation)
    assert (first.name, first.short) == ("An Invented Agency", "An Invented Agency")
    assert (first.kind, first.invented) == (kind or "ngo", True)
    assert not any(isinstance(record, Organisation) for record in others)
    assert {record.organisation for record in others} == {first.id}


def test_tables_print_the_name_of_the_organisation(
    cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The control is the same file without a name."""
    out = tmp_path / "r.jsonl"
    for words, named in ((["--organisation", "An Invented Agency"], True), ([], False)):
        main(["collect", str(cases), "-o", str(out), "--area", "MLI", *words])
        assert main(["report", str(out), "-o", "-"]) == 0
        told = capsys.readouterr().out
        assert ("An Invented Agency" in told) is named
        assert ("Organisation not named" in told) is not named


def test_no_record_of_an_organisation_without_other_records(tmp_path: Path) -> None:
    noise, out = tmp_path / "noise.csv", tmp_path / "r.jsonl"
    noise.write_text("a,b\n1,2\n", "utf-8")
    assert main(["collect", str(noise), "-o", str(out), "--organisation", "An Invented Agency"]) == 3
    assert out.read_bytes() == b""


def test_the_kinds_are_those_of_the_list() -> None:
    assert set(KINDS) == set(code_list("organisation_kinds"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits for group and others")
def test_files_that_may_hold_names_are_their_owners_alone(cases: Path, tmp_path: Path) -> None:
    """Also where they were there before, open to all; the control is a file that pathlib opens."""
    files = [tmp_path / name for name in ("r.jsonl", "p.csv", "bad.csv")]
    for path in files:
        path.touch(0o666)
        path.chmod(0o666)
    main(
        ["collect", str(cases), "-o", str(files[0]), "--problems", str(files[1]), "--bad-rows", str(files[2])]
    )
    assert [oct(path.stat().st_mode & 0o777) for path in files] == ["0o600"] * 3
    assert cases.stat().st_mode & 0o077, "the control"


def test_names_in_clear_are_said_once_unless_they_are_invented(
    cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again.csv"
    again.write_bytes(cases.read_bytes())
    for words, times in (([], 1), (["--invented"], 0)):
        main(["collect", str(cases), str(again), "-o", str(tmp_path / "r.jsonl"), *words])
        assert capsys.readouterr().err.count("Names in clear") == times


def test_a_file_refused_midway_leaves_no_bad_rows_behind(tmp_path: Path) -> None:
    head = ",".join(code_list("ctdc_37"))
    (tmp_path / "huge.csv").write_text(head + '"\n' * 700_000)
    words = ["collect", str(tmp_path / "huge.csv"), "-o", str(tmp_path / "out.jsonl")]
    assert main([*words, "--bad-rows", str(tmp_path / "bad.csv"), "--layout", "ctdc-37"]) == 3
    assert not (tmp_path / "bad.csv").exists()
