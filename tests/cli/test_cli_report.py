"""Does `palermo report` make tables, files and traces from records alone, and say clearly what is wrong?"""

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from palermo.cases import Organisation, StateReturn, encode_all
from palermo.cases.examples import invented_mission
from palermo.cli import main

ON = ["--on", "2026-11-01"]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "records.jsonl"
    path.write_bytes(encode_all(invented_mission(seed=7, cases=300).records))
    return str(path)


def test_tables_in_the_terminal(records: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", records, "--table", "sex_age", "--table", "form", *ON]) == 0
    out, err = capsys.readouterr()
    assert "Detected trafficking victims by sex and age" in out
    assert "by citizenship" not in out
    assert "Internal: not protected" in out
    assert err == "Invented data: these records describe nobody.\n"


def test_tables_as_files(records: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("tables.csv", "tables.xlsx"):
        assert main(["report", records, "-o", str(tmp_path / name), *ON]) == 0
    assert "Internal" in capsys.readouterr().err
    rows = list(csv.DictReader(io.StringIO((tmp_path / "tables.csv").read_text("utf-8-sig"))))
    assert {"sex_age", "sex_age_documented", "effort"} <= {row["table"] for row in rows}
    assert "sex_age" in load_workbook(tmp_path / "tables.xlsx").sheetnames


def test_a_cell_of_the_output_can_be_traced(records: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", records, "--table", "form_documented", "--area", "IRQ", "--json", *ON]) == 0
    (table,) = json.loads(capsys.readouterr().out)
    cell = max((cell for row in table["rows"] for cell in row["cells"]), key=lambda cell: cell["value"])
    assert main(["report", "trace", records, "--cell", cell["key"], "--json", *ON]) == 0
    traced = json.loads(capsys.readouterr().out)
    assert traced["count"] == len(traced["cases"]) == cell["value"] > 0
    assert main(["report", "trace", records, "--cell", cell["key"], *ON]) == 0
    out = capsys.readouterr().out
    assert traced["rule"] in out
    assert all(one in out for one in traced["cases"])


def test_several_files_are_read_and_a_case_given_twice_counts_once(
    records: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for files in ([records], [records, records]):
        assert main(["report", *files, "--json", *ON]) == 0
        found.append(capsys.readouterr().out)
    assert found[0] == found[1]


def test_state_returns_in_the_portals_layout(tmp_path: Path) -> None:
    one = StateReturn(
        id="1" * 32,
        organisation="2" * 32,
        iso3="AAA",
        country="Invented",
        region="Asia",
        subregion=None,
        indicator="Persons convicted",
        dimension="Total",
        category="Total",
        sex="Total",
        age="Total",
        year=2014,
        unit="Counts",
        text="1,680",
        origin="GLOTIP",
        low=1680,
        high=1680,
    )
    given, made = tmp_path / "returns.jsonl", tmp_path / "portal.csv"
    given.write_bytes(encode_all([one]))
    assert main(["report", "portal", str(given), "-o", str(made)]) == 0
    line = list(csv.reader(io.StringIO(made.read_text("utf-8"))))[1]
    assert line == [
        "AAA",
        "Invented",
        "Asia",
        "",
        "Persons convicted",
        *["Total"] * 4,
        "2014",
        "Counts",
        "1,680",
        "GLOTIP",
    ]


def test_cases_in_the_portals_layout_carry_the_mission(records: str, tmp_path: Path) -> None:
    made = tmp_path / "portal.xlsx"
    assert main(["report", "portal", records, "-o", str(made), *ON]) == 0
    rows = list(load_workbook(made).worksheets[0].iter_rows(min_row=4, values_only=True))
    assert rows
    assert "GLOTIP" not in {row[12] for row in rows}


def test_the_list_of_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "tables"]) == 0
    assert capsys.readouterr().out.startswith("area ")
    assert main(["report", "tables", "--json"]) == 0
    assert all(one["rule"] for one in json.loads(capsys.readouterr().out))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--table", "sexage"], "REPORT-001"),
        (["-o", "tables.pdf"], "REPORT-007"),
        (["-o", "/nowhere/at/all/tables.csv"], "REPORT-008"),
        (["--scheme", "nowhere"], "CODES-006"),
    ],
)
def test_what_cannot_be_done_is_said_on_stderr(
    records: str, arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", records, *arguments]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert code in err
    assert "Traceback" not in err


def test_a_bad_line_is_named_by_its_number_and_never_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.jsonl"
    good = encode_all([Organisation(id="1" * 32, name="Invented", short="INV", kind="un_mission")])
    path.write_bytes(good + b'{"record":"case","id":"Amina Invented"}\n\n\xff\xfe\n' + good)
    assert main(["report", str(path)]) == 3
    err = capsys.readouterr().err
    assert "REPORT-005 file 1, line 2, 4:" in err
    assert b"Amina" in path.read_bytes()
    assert "Amina" not in err


def test_missing_files_and_cells(records: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, code in (
        (["report", "nowhere.jsonl"], "REPORT-006"),
        (["report", "trace"], "REPORT-006"),
        (["report", "trace", records], "REPORT-002"),
        (["report", "trace", records, "--cell", "nothing"], "REPORT-002"),
    ):
        assert main(arguments) == 3
        assert code in capsys.readouterr().err
