"""Does `palermo report` make tables, files and traces from records alone, and say clearly what is wrong?"""

import csv
import io
import json
from pathlib import Path

import pytest
from msgspec import structs
from openpyxl import load_workbook

from palermo.cases import Organisation, StateReturn, encode_all
from palermo.cases.examples import invented_mission
from palermo.cli import main
from palermo.codes import code_list
from palermo.report import INVENTED

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
    assert "Unit: cases. Rule: palermo-2026.1/sex_age." in out
    assert "Internal: not protected" in out
    assert (out + err).count("Invented data: these records describe nobody.") == 1


def test_tables_as_files(records: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("tables.csv", "tables.xlsx"):
        assert main(["report", records, "-o", str(tmp_path / name), *ON]) == 0
    said = capsys.readouterr().err
    assert said.count("Internal") == said.count(INVENTED) == 2
    rows = list(csv.DictReader(io.StringIO((tmp_path / "tables.csv").read_text("utf-8-sig"))))
    assert {"sex_age", "sex_age_documented", "effort"} <= {row["table"] for row in rows}
    assert {row["mark"] for row in rows} == {"internal; invented"}
    assert "sex_age" in load_workbook(tmp_path / "tables.xlsx").sheetnames


def test_tables_as_documents(records: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("tables.pdf", "tables.docx"):
        assert main(["report", records, "-o", str(tmp_path / name), "--table", "form", *ON]) == 0
    said = capsys.readouterr().err
    assert said.count("Internal") == said.count(INVENTED) == 2
    assert (tmp_path / "tables.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "tables.docx").read_bytes().startswith(b"PK")


def test_the_portals_layout_is_no_document(records: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "portal", records, "-o", "portal.pdf"]) == 3
    assert "REPORT-007" in capsys.readouterr().err


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


def test_tables_in_another_language(records: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Labels of code lists are in Arabic, sheets run from right to left, keys stay."""
    asked = ["report", records, "--table", "area", *ON, "--language", "ar"]
    assert main([*asked, "--json"]) == 0
    (table,) = json.loads(capsys.readouterr().out)
    labels = {row["labels"][0] for row in table["rows"]}
    iraq = code_list("areas").label("IRQ", "ar")
    assert iraq in labels
    assert {cell["key"].partition("?")[0] for row in table["rows"] for cell in row["cells"]} == {
        "area/detected_victims"
    }
    assert main([*asked, "-o", str(tmp_path / "tables.xlsx")]) == 0
    book = load_workbook(tmp_path / "tables.xlsx")
    assert book.sheetnames == ["Notes", "area"]
    assert all(sheet.sheet_view.rightToLeft for sheet in book)
    assert main(asked) == 0
    assert iraq in capsys.readouterr().out


def test_several_files_are_read_and_a_case_given_twice_counts_once(
    records: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for files in ([records], [records, records]):
        assert main(["report", *files, "--json", *ON]) == 0
        found.append(capsys.readouterr().out)
    assert found[0] == found[1]


def state_return(**fields: object) -> StateReturn:
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
    return structs.replace(one, **fields)


def test_state_returns_in_the_portals_layout(tmp_path: Path) -> None:
    one = state_return()
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


def test_the_portal_layout_holds_returns_or_cases_never_both(
    records: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "returns.jsonl"
    path.write_bytes(encode_all([state_return(), state_return(text="7", low=7, high=7)]))
    assert main(["report", "portal", records, str(path), *ON]) == 3
    assert "REPORT-013" in capsys.readouterr().err
    assert main(["report", "portal", records, str(path), "--from", "returns", *ON]) == 0
    lines = list(csv.reader(io.StringIO(capsys.readouterr().out)))[1:]
    assert [line[11] for line in lines] == ["7"]  # the same id once; the later wins
    assert main(["report", "portal", records, str(path), "--from", "cases", "--year", "2025", *ON]) == 0
    lines = list(csv.reader(io.StringIO(capsys.readouterr().out)))[1:]
    assert {line[9] for line in lines} == {"2025"}


@pytest.mark.parametrize("option", [["--table", "form"], ["--unit", "person"], ["--json"], ["--all"]])
def test_the_portal_layout_passes_over_no_option(
    records: str, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "portal", records, "--from", "cases", *option]) == 3
    assert f"REPORT-012 {option[0]}" in capsys.readouterr().err


def test_a_return_that_is_invented_is_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "returns.jsonl"
    for origin, marked in (("INVENTED", True), ("GLOTIP", False)):
        path.write_bytes(encode_all([state_return(origin=origin)]))
        for arguments in ([str(path), "--table", "convicted"], ["portal", str(path)]):
            assert main(["report", *arguments, *ON]) == 0
            out, err = capsys.readouterr()
            assert (out + err).count(INVENTED) == marked


def test_records_come_from_a_pipe(
    records: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = Path(records).read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert main(["report", "-", "--table", "sex_age", *ON]) == 0
    piped = capsys.readouterr().out
    assert main(["report", records, "--table", "sex_age", *ON]) == 0
    assert capsys.readouterr().out == piped


def test_each_form_has_a_help_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, told, left_out in (
        (["portal"], "--from", "--cell"),
        (["trace"], "--cell", "--scheme"),
        (["tables"], "--json", "FILE"),
        ([], "global_report_2016", "nothing of the kind"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["report", *arguments, "--help"])
        out = capsys.readouterr().out
        assert ended.value.code == 0
        assert told in out
        assert left_out not in out


def test_cases_in_the_portals_layout_carry_the_mission(records: str, tmp_path: Path) -> None:
    made = tmp_path / "portal.xlsx"
    assert main(["report", "portal", records, "--from", "cases", "-o", str(made), *ON]) == 0
    (sheet,) = load_workbook(made).worksheets
    assert INVENTED in sheet["B1"].value
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
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
        (["-o", "tables.odt"], "REPORT-007"),
        (["-o", "/nowhere/at/all/tables.csv"], "REPORT-008"),
        (["--scheme", "nowhere"], "CODES-006"),
        (["--year", "abc"], "REPORT-010"),
        (["--area", "Iraq"], 'Did you mean "IRQ"'),
        (["--cell", "form/detected_victims"], "REPORT-012"),
        (["--from", "cases"], "REPORT-012"),
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
