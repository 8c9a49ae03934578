"""Do the CTDC readers say what the files say? Against a plain count of the real file, and by examples."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

from palermo.cases import Age, Case, Months
from palermo.cases.examples import invented_mission
from palermo.collect import Reading, recognise
from palermo.collect.ctdc import LAYOUTS, columns_of, known_columns
from palermo.collect.examples import ctdc_file
from tests.collect.sent import cases, codes, sent, table_csv

NEEDED = {"yearOfRegistration": "2019", "gender": "Female", "ageBroad": "18--20"}
OF_37 = {"majorityStatusAtExploit": "", "traffickMonths": "", "meansOfControlThreatOfLawEnforce": ""}


def one(**cells: str) -> Case:
    """The case of one row of the layout with 37 columns."""
    (case,) = cases(sent(table_csv([NEEDED | OF_37 | cells])))
    return case


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[dict[str, str]]:
    with gzip.open(shared / "ctdc" / "ctdc_synthetic_2021.csv.gz", "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def reading(shared: Path) -> Reading:
    return sent((shared / "ctdc" / "ctdc_synthetic_2021.csv.gz").read_bytes())


def test_the_real_file_is_read_whole(reading: Reading, rows: list[dict[str, str]]) -> None:
    assert reading.layout == "ctdc-37"
    assert len(reading.records) == reading.rows == len(rows) == 193_025
    assert reading.problems == () == reading.bad_rows
    assert len({record.id for record in reading.records}) == 193_025


def test_every_filled_cell_of_the_real_file_is_kept_as_found(
    reading: Reading, rows: list[dict[str, str]]
) -> None:
    for case, row in zip(cases(reading), rows, strict=True):
        assert case.raw == {name: cell for name, cell in row.items() if cell}


def test_counts_of_the_real_file(reading: Reading, rows: list[dict[str, str]]) -> None:
    """Plain counts of cells beside counts of records: year, sex, band, citizenship, place, forms, means."""
    found = cases(reading)
    years = Counter(c.detection.when.year if c.detection and c.detection.when else None for c in found)
    assert years == Counter(
        int(row["yearOfRegistration"]) if row["yearOfRegistration"] else None for row in rows
    )
    assert Counter(c.sex for c in found)["female"] == sum(row["gender"] == "Female" for row in rows)
    children = sum(row["ageBroad"] in ("0--8", "00--08", "09--17", "9--17") for row in rows)
    assert sum(bool(c.ages.detection) and c.ages.detection.group == "child" for c in found) == children
    assert Counter(c.citizenships for c in found) == Counter(
        (row["citizenship"],) if row["citizenship"] else () for row in rows
    )
    used = Counter(place.area for c in found for e in c.episodes for place in e.exploited_in)
    assert used == Counter(row["CountryOfExploitation"] for row in rows if row["CountryOfExploitation"])
    deceived = sum("deception" in e.means for c in found for e in c.episodes)
    assert deceived == sum(row["meansOfControlFalsePromises"] == "1" for row in rows)
    sexual = sum("sexual" in e.purposes for c in found for e in c.episodes)
    types = ("isSexualExploit", "typeOfSexProstitution", "typeOfSexPornography", "typeOfSexOther")
    assert sexual == sum(any(row[name] == "1" for name in types) for row in rows)


def test_exploitation_is_never_the_place_of_detection(reading: Reading) -> None:
    """The country of exploitation is a proxy by CTDC's own codebook."""
    assert {c.detection.place.area for c in cases(reading) if c.detection} == {"unknown"}


def test_the_subset_of_the_layout_of_2017(shared: Path) -> None:
    reading = sent((shared / "ctdc" / "ctdc_kanon_2020_subset.csv.gz").read_bytes(), layout="ctdc-62")
    assert len(reading.records) == reading.rows == 48_773
    assert reading.unresolved == ()
    assert Counter(codes(reading)) == {"COLLECT-042": 8, "COLLECT-043": 55}
    assert not any("0" in case.raw.values() for case in cases(reading) if not case.citizenships)


def test_layouts_have_as_many_columns_as_their_names_say() -> None:
    assert [len(columns_of(layout)) for layout in LAYOUTS] == [27, 37, 62]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_generated_files_of_each_layout(layout: str) -> None:
    mission = invented_mission(cases=300)
    content = ctdc_file(mission, layout=layout)
    reading = sent(content)
    assert recognise(content) == reading.layout == layout
    assert len(reading.records) == reading.rows == len(content.splitlines()) - 1
    assert codes(reading) == []


@pytest.mark.parametrize(
    ("cell", "age"),
    [("0--8", Age(highest=8)), ("09--17", Age(lowest=9, highest=17)), ("48+", Age(lowest=48)), ("-99", None)],
)
def test_age_bands_are_intervals_at_registration_and_detection(cell: str, age: Age | None) -> None:
    ages = one(ageBroad=cell).ages
    assert (ages.registration, ages.detection, ages.start) == (age, age, None)


def test_majority_at_exploitation_is_the_age_at_its_start() -> None:
    assert one(majorityStatusAtExploit="Minor").ages.start == Age(lowest=0, highest=17)


def test_missing_is_unknown_and_never_no() -> None:
    case = one(gender="-99", yearOfRegistration="", ageBroad="-99")
    assert (case.sex, case.gender, case.detection, case.episodes) == ("unknown", "unknown", None, ())


def test_the_type_names_the_form_more_closely() -> None:
    episode = one(isSexualExploit="1", typeOfSexProstitution="1").episodes[0]
    assert (episode.forms, episode.purposes) == (("prostitution",), ("sexual",))
    assert one(isSexualExploit="1").episodes[0].forms == ("sexual_other",)
    both = one(isForcedLabour="1", typeOfLabourDomesticWork="1").episodes[0]
    assert (both.forms, both.sectors) == (("domestic_servitude",), ("T",))
    married = one(isOtherExploit="1", isForcedMarriage="1").episodes[0]
    assert married.forms == ("forced_marriage",)


def test_means_recruiter_and_months() -> None:
    episode = one(
        meansOfControlThreats="1", meansOfControlOther="1", recruiterRelationFriend="1",
        traffickMonths="61+ (5+ yrs)",
    ).episodes[0]  # fmt: skip
    assert episode.means == ("force",)
    assert [(actor.role, actor.relation) for actor in episode.actors] == [("recruiter", "acquaintance")]
    assert (episode.acts, episode.duration) == (("recruitment",), Months(lowest=61))


def test_two_letters_that_look_missing_are_a_country() -> None:
    assert one(citizenship="NA").citizenships == ("NAM",)


def test_nought_is_no_and_kept() -> None:
    case = one(isForcedLabour="0.0", isAbduction="0")
    assert (case.episodes, case.raw["isForcedLabour"]) == ((), "0.0")


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("gender", "Femal", "COLLECT-024"),
        ("ageBroad", "17", "COLLECT-024"),
        ("isForcedLabour", "2", "COLLECT-024"),
        ("yearOfRegistration", "2027", "COLLECT-025"),
        ("yearOfRegistration", "19", "COLLECT-025"),
        ("yearOfRegistration", "٢٠١٩", "COLLECT-025"),
    ],
)
def test_a_wrong_code_keeps_the_row_out(column: str, cell: str, code: str) -> None:
    reading = sent(table_csv([NEEDED | OF_37, NEEDED | OF_37 | {"isForcedLabour": ""} | {column: cell}]))
    (problem,) = (p for p in reading.problems if p.refused)
    assert (problem.code, problem.row, problem.column, problem.found) == (code, 3, column, cell)
    assert len(reading.records) == 1
    assert [row.cells[column] for row in reading.bad_rows] == [cell]


@pytest.mark.parametrize("column", ["citizenship", "CountryOfExploitation"])
def test_nought_is_a_missing_area_and_a_tick_that_is_not_set(column: str) -> None:
    row = {"yearOfRegistration": "2019", "gender": "Female", "ageBroad": "", "citizenship": "MLI"}
    reading = sent(table_csv([row | {column: "0", "isSexualExploit": "0"}]), layout="ctdc-37")
    (case,) = cases(reading)
    assert "COLLECT-040" not in codes(reading)
    assert (case.citizenships == ()) is (column == "citizenship")
    assert (case.episodes, case.raw.get(column), case.raw.get("isSexualExploit")) == ((), None, "0")


def test_a_label_is_asked_once_per_column_with_its_first_row_and_its_count() -> None:
    row = {"yearOfRegistration": "2019", "gender": "Female", "ageBroad": "", "citizenship": "Borderland"}
    rows = [row | {"CountryOfExploitation": place} for place in ("MLI", "Borderland", "Borderland", "Noland")]
    reading = sent(table_csv(rows), layout="ctdc-37")
    asked = [(p.column, p.row, p.found, p.times) for p in reading.problems if p.code == "COLLECT-040"]
    assert asked == [
        ("citizenship", 2, "Borderland", 4),
        ("CountryOfExploitation", 3, "Borderland", 2),
        ("CountryOfExploitation", 5, "Noland", 1),
    ]
    assert reading.unresolved == ("Borderland", "Noland")
    assert len(reading.records) == 4
    (told, *_) = (str(p) for p in reading.problems if p.code == "COLLECT-040")
    assert told.startswith('COLLECT-040 row 2, column "citizenship" and 3 more: expected')


def test_an_unresolved_country_is_asked_and_the_row_goes_in() -> None:
    content = table_csv([NEEDED | OF_37 | {"citizenship": "Borderland"}])
    reading = sent(content)
    (case,) = cases(reading)
    assert (case.citizenships, "citizenship" in case.raw) == (("unknown",), False)
    assert reading.unresolved == ("Borderland",)
    settled = sent(content, decisions={"Borderland": "MLI"})
    assert (cases(settled)[0].citizenships, settled.unresolved) == (("MLI",), ())
    assert cases(settled)[0].id == case.id


def test_a_number_in_a_country_column_is_no_area_and_not_kept() -> None:
    """A shifted column may put a phone number there; the resolver alone would call it "not an area"."""
    reading = sent(table_csv([NEEDED | OF_37 | {"citizenship": "+223 5550 0100"}]))
    assert (cases(reading)[0].raw.get("citizenship"), reading.unresolved) == (None, ("+223 5550 0100",))


def test_the_table_of_columns_names_known_codes_only() -> None:
    kinds = {column.kind for column in known_columns().values()}
    assert kinds == {"year", "source", "gender", "age", "majority", "citizenship", "exploited_in", "months",
                     "means", "general", "form", "relation", "repeats"}  # fmt: skip
