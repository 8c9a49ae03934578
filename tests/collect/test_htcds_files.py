"""Does an HTCDS row become a sealed person and a coded case, as its labels say? Source: HTCDS 2.0."""

import io
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from palermo.cases import Age, Case, Name, Person, Place, When
from palermo.codes import code_list
from palermo.collect import recognise
from palermo.collect.htcds_layout import known_columns, picklist, values_in
from tests.collect.sent import as_csv, cases, codes, persons, sent, table_csv, workbook

FILLED = {
    "prs_FirstName": "Zulmira",
    "prs_SecondName": "Invented-Testname",
    "prs_Birthdate": "2008-03-04",
    "prs_Gender": "Feminine",
    "prs_Citizenship": "Mali",
    "vic_TraffickingStatus": "Actual victim of trafficking",
    "vic_TypeOfExploitation": "Forced labour; Forced begging",
    "cas_IncomingReferralDate": "2025-01-15",
}


def both(area: str | None = "NER", **cells: str) -> tuple[Case, Person]:
    reading = sent(table_csv([FILLED | cells]), area=area)
    assert [p for p in reading.problems if p.refused] == []
    return cases(reading)[0], persons(reading)[0]


def only(**cells: str) -> Case:
    return both(**cells)[0]


def test_the_person_is_apart_from_the_case() -> None:
    case, person = both(
        prs_MobilePhone="+223 5550 0100",
        prs_MailingCity="Old Bridge",
        prs_MailingCountry="Mali",
        prs_IdentityNumber="INV-1",
        cas_IncomingReferralDetails="came with a cousin",
    )
    assert case.person == person.id
    assert person.names == (Name(text="Zulmira", kind="given"), Name(text="Invented-Testname", kind="family"))
    assert person.birth == When.day(date(2008, 3, 4))
    assert [(c.kind, c.value) for c in person.contacts] == [
        ("phone", "+223 5550 0100"),
        ("address", "Old Bridge, Mali"),
    ]
    assert [document.number for document in person.documents] == ["INV-1"]
    assert person.notes == "Incoming Referral Details: came with a cousin"


def test_the_case_is_coded() -> None:
    case = only()
    assert (case.sex, case.gender, case.citizenships) == ("female", "woman", ("MLI",))
    assert case.episodes[0].forms == ("forced_labour", "begging")
    assert case.raw["vic_TypeOfExploitation"] == "Forced labour; Forced begging"
    assert case.ages.detection == Age.exactly(16)


def test_no_person_where_nothing_identifies() -> None:
    reading = sent(
        table_csv(
            [
                {
                    "prs_Gender": "Masculine",
                    "vic_TraffickingStatus": "Possible victim of trafficking",
                    "vic_MethodsOfControl": "",
                }
            ]
        )
    )
    assert (persons(reading), cases(reading)[0].person) == ([], None)


@pytest.mark.parametrize(
    ("status", "by", "step", "authority"),
    [
        ("Possible victim of trafficking", "NGO", "presumed", "ngo"),
        ("PossibleVictimOfTrafficking", "Police", "presumed", "police"),
        ("Actual victim of trafficking", "", "identified", "unknown"),
        ("Actual victim of trafficking", "NGO", "identified", "ngo"),
        ("Actual victim of trafficking", "Police", "formally_identified", "police"),
        ("ActualVictimOfTrafficking", "CourtOrProsecution", "formally_identified", "prosecution_or_court"),
        (
            "Actual victim of trafficking",
            "Non-police governmental organization",
            "formally_identified",
            "national_other",
        ),
        ("Not a victim of trafficking", "Other", "not_identified", "other"),
    ],
)
def test_status_follows_who_decided(status: str, by: str, step: str, authority: str) -> None:
    case = only(vic_TraffickingStatus=status, vic_TraffickingStatusDecisionMakingOrg=by)
    assert [(s.step, s.authority, s.area) for s in case.statuses] == [(step, authority, "NER")]
    assert case.detection is not None
    assert (case.detection.place.area, str(case.detection.when)) == ("NER", "2025-01-15")


def test_without_a_status_nothing_was_assessed() -> None:
    assert only(vic_TraffickingStatus="").status == "not_assessed"


@pytest.mark.parametrize(
    "cell",
    [
        "Forced labour; Forced begging",
        "ForcedLabour ForcedBegging",
        "Forced labour, Forced begging",
        "forced labour;FORCED BEGGING",
    ],
)
def test_several_values_in_one_cell(cell: str) -> None:
    assert only(vic_TypeOfExploitation=cell).episodes[0].forms == ("forced_labour", "begging")


def test_a_label_with_commas_is_one_value() -> None:
    assert only(vic_ForcedLabourIndustry="Agriculture, forestry and fishing").episodes[0].sectors == ("A",)


def test_a_type_of_sexual_exploitation_is_closer_than_the_form() -> None:
    case = only(vic_TypeOfExploitation="Sexual exploitation", vic_TypeOfSexExploitation="Prostitution")
    assert case.episodes[0].forms == ("prostitution",)


def test_several_citizenships_and_stateless() -> None:
    assert only(prs_Citizenship="Mali; Niger").citizenships == ("MLI", "NER")
    assert only(prs_Citizenship="Korea, Republic of").citizenships == ("KOR",)
    assert only(prs_Citizenship="NG").citizenships == ("NGA",)
    assert only(prs_Citizenship="Stateless").stateless == "yes"


def test_places_in_free_text_stay_exact_and_out_of_the_clear() -> None:
    case = only(vic_LocationOfExploitation="Invented Mine 7, Mali", vic_LocationOfRecruitment="Niger")
    assert case.episodes[0].exploited_in == (Place(area="MLI", exact="Invented Mine 7, Mali"),)
    assert case.episodes[0].recruited_in == Place(area="NER")
    assert "vic_LocationOfExploitation" not in case.raw
    assert case.raw["vic_LocationOfRecruitment"] == "Niger"


def test_events_of_the_history() -> None:
    case = only(hte_Type="Exploitation", hte_Country="Mali", hte_City="Old Bridge", hte_Date="2024-06")
    assert case.episodes[0].exploited_in == (Place(area="MLI", exact="Old Bridge"),)
    assert case.episodes[0].began == When.month(2024, 6)
    through = only(hte_Type="Transit", hte_Country="Algeria")
    assert through.episodes[0].journey[0].destination == Place(area="DZA")


def test_recruitment_online_relation_means_and_needs() -> None:
    case = only(
        vic_MethodOfRecruitment="Through online social networks",
        vic_RelationshipToTrafficker="Familial",
        vic_MethodsOfControl="False promises; Debt bondage",
        vic_AgeWhenTrafficked="13",
        spl_Type="Health",
    )
    episode = case.episodes[0]
    assert (episode.acts, episode.online, episode.means) == (("recruitment",), "yes", ("deception", "force"))
    assert [actor.relation for actor in episode.actors] == ["family"]
    assert (case.ages.start, case.needs) == (Age.exactly(13), ("health",))


@pytest.mark.parametrize(
    ("column", "cell", "code", "hint"),
    [
        ("vic_TypeOfExploitation", "Forced labor", "COLLECT-024", "Forced labour"),
        ("prs_Gender", "Zulmira", "COLLECT-024", ""),
        ("prs_Gender", "Feminine; Masculine", "COLLECT-024", ""),
        ("prs_Birthdate", "30/02/2001", "COLLECT-026", ""),
        ("prs_Birthdate", "2031-01-01", "COLLECT-026", ""),
        ("vic_AgeWhenTrafficked", "thirteen", "COLLECT-027", ""),
        ("prs_Birthdate", "2025-06-01", "COLLECT-028", ""),
        ("per_RoleInProcess", "Smuggler", "COLLECT-033", ""),
        ("con_Consent", "perhaps", "COLLECT-024", ""),
    ],
)
def test_a_wrong_cell_keeps_the_row_out(column: str, cell: str, code: str, hint: str) -> None:
    reading = sent(table_csv([FILLED | {column: cell}, FILLED]))
    assert [(p.code, p.row, p.column, p.suggestion) for p in reading.problems] == [(code, 2, column, hint)]
    assert [row.row for row in reading.bad_rows] == [2]
    assert len(cases(reading)) == 1


def test_all_problems_of_a_row_are_told() -> None:
    reading = sent(
        table_csv([FILLED | {"prs_Gender": "?", "prs_Birthdate": "soon", "prs_Citizenship": "Borderland"}])
    )
    assert sorted(codes(reading)) == ["COLLECT-024", "COLLECT-026", "COLLECT-040"]


def test_a_no_to_consent_is_a_warning() -> None:
    reading = sent(table_csv([FILLED | {"con_Consent": "FALSE"}]))
    assert (codes(reading), len(cases(reading))) == (["COLLECT-047"], 1)


def test_names_in_other_scripts() -> None:
    assert [name.script for name in both(prs_FirstName="زلميرة")[1].names] == ["Arab", "Latn"]


def test_spellings_of_the_xlsform() -> None:
    row = {
        "start": "x",
        "prs_First_Name": "Zulmira",
        "prs_Second_Name": "Invented",
        "group/vic_Methods_of_Control": "DebtBondage FalsePromises",
        "vic_TypeOfExploitation": "ForcedLabour",
        "vic_TypeOfExploitation/ForcedLabour": "1",
        "_uuid": "0f8fad5b-d9cb-469f-a165-70867728950e",
    }
    reading = sent(table_csv([row]))
    assert cases(reading)[0].episodes[0].means == ("force", "deception")
    assert cases(reading)[0].source.natural == "0f8fad5bd9cb469fa16570867728950e"  # type: ignore[union-attr]
    assert [p.column for p in reading.problems] == ["column 1", "column 6"]


def template(*rows: list[Any]) -> bytes:
    """The two header rows of HTCDS's own workbook in the columns where they disagree, and rows below."""
    names = [
        "",
        "prs_FirstName",
        "prs_MailingCity",
        "prs_MailingStreet",
        "vic_TraffickinStatusDecisionMakingOrg",
        "vic_TypeOfExploitation",
        "",
        "vic_TraffickingStatus",
    ]
    labels = [
        "",
        "First Name",
        "Mailing Street",
        "Mailing Zip/Postal Code",
        "Trafficking Status Decision Making Organization",
        "Type of Exploitation",
        "Reason for Outgoing Referral",
        "Trafficking Status",
    ]
    return workbook([names, labels, *rows])


def test_labels_decide_where_the_header_rows_disagree() -> None:
    filled = [
        1,
        "Zulmira",
        "Invented Street 1",
        "99999",
        "Police",
        "Servitude",
        "Other",
        "Actual victim of trafficking",
    ]
    reading = sent(template(filled, [2], [3]))
    assert (reading.layout, reading.rows, codes(reading)) == ("htcds", 1, ["COLLECT-044"] * 3)
    assert {p.column for p in reading.problems} == {
        "prs_MailingStreet",
        "prs_MailingPostalCode",
        "cas_ReasonForOutgoingReferral",
    }
    assert cases(reading)[0].status == "formally_identified"
    assert cases(reading)[0].raw["cas_ReasonForOutgoingReferral"] == "Other"
    assert persons(reading)[0].contacts[0].value == "Invented Street 1, 99999"


def test_the_real_template_is_recognised_and_holds_no_case(shared: Path) -> None:
    content = (shared / "htcds" / "htcds_workbook_v2.xlsx").read_bytes()
    reading = sent(content)
    assert recognise(content) == "htcds"
    assert (reading.rows, reading.records, reading.bad_rows) == (0, (), ())
    assert codes(reading) == ["COLLECT-045", "COLLECT-048"]


def test_one_more_disagreement_than_the_template_has_is_told(shared: Path) -> None:
    """The five columns of the template as published are known; a sixth, or only some of them, are not."""
    content = (shared / "htcds" / "htcds_workbook_v2.xlsx").read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = openpyxl.load_workbook(io.BytesIO(content))["Case Sheet"]
    names, labels = (
        [str(cell or "") for cell in row] for row in sheet.iter_rows(max_row=2, values_only=True)
    )
    assert codes(sent(workbook([names, labels]))) == ["COLLECT-048"]
    gender, status = names.index("prs_Gender"), names.index("vic_TraffickingStatus")
    names[gender], names[status] = names[status], names[gender]
    told = sent(workbook([names, labels]))
    assert codes(told) == ["COLLECT-044", "COLLECT-044", "COLLECT-048"]
    assert {p.column for p in told.problems[:2]} == {"prs_Gender", "vic_TraffickingStatus"}
    names[gender], names[status] = names[status], names[gender]
    names[names.index("prs_MailingCity")] = "prs_MailingStreet"
    assert codes(sent(workbook([names, labels]))).count("COLLECT-044") == 4


def test_every_column_of_the_standard_has_a_place(shared: Path) -> None:
    lines = (shared / "htcds" / "htcds_fields.csv").read_text("utf-8")
    assert len(known_columns()) == 84
    assert all(name in lines for name in known_columns())


def test_every_target_is_a_code_of_ours() -> None:
    lists = {
        "prs_Gender": "gender",
        "vic_TraffickingStatus": "status_steps",
        "vic_MethodsOfControl": "means",
        "vic_TraffickingStatusDecisionMakingOrg": "authority_types",
        "vic_ForcedLabourIndustry": "sectors",
        "vic_RelationshipToTrafficker": "actor_relations",
        "spl_Type": "services",
    }
    for column, name in lists.items():
        targets = {value.target for value in picklist(column).values()} - {""}
        assert targets
        assert targets <= set(code_list(name)), column


def test_every_label_of_every_picklist_is_read() -> None:
    for column in known_columns():
        for value in picklist(column).values():
            assert values_in(column, value.label, most=1) == (value,)
            assert values_in(column, f" {value.code}\xa0", most=1) == (value,)


def test_labels_alone_are_a_header() -> None:
    rows = [
        ["First Name", "Trafficking Status", "Type of Exploitation"],
        ["Zulmira", "Possible victim of trafficking", "Servitude"],
    ]
    assert cases(sent(as_csv(rows)))[0].status == "presumed"
