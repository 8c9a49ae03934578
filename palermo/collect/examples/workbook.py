"""How would an NGO fill in the workbook of HTCDS 2.0? Labels from its lists, a row per case, a few dirty.

Layout: sheet "Case Sheet", machine names in a hidden row 1, labels in row 2, cases from row 3, a running
number in the first column, its own misprints kept (a machine name misspelt, one missing). The running numbers
go on below the last case, as in the template. Source: HTCDS 2.0, IOM, CC BY 4.0.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import NamedTuple

import xlsxwriter

from palermo.cases import Case, Person, When
from palermo.codes import code_list

Cells = dict[str, str | date]
LISTED = "; "
NUMBERED = 20

COLUMNS = (
    ("cas_CaseOwner", "Case Owner"),
    ("prs_Salutation", "Salutation"),
    ("prs_FirstName", "First Name"),
    ("prs_SecondName", "Second Name"),
    ("con_Consent", "Consent"),
    ("prs_Birthdate", "Birthdate"),
    ("prs_Gender", "Gender"),
    ("prs_Citizenship", "Citizenship"),
    ("prs_Title", "Title"),
    ("prs_Email", "Email"),
    ("prs_HomePhone", "Home Phone"),
    ("prs_MobilePhone", "Mobile Phone"),
    ("prs_MailingCity", "Mailing Street"),
    ("prs_MailingCountry", "Mailing City"),
    ("prs_MailingState", "Mailing State/Province"),
    ("prs_MailingStreet", "Mailing Zip/Postal Code"),
    ("prs_MailingPostalCode", "Mailing Country"),
    ("vic_TraffickingStatus", "Trafficking Status"),
    ("vic_TraffickinStatusDecisionMakingOrg", "Trafficking Status Decision Making Organization"),
    ("vic_MethodOfRecruitment", "Method of Recruitment"),
    ("vic_LocationOfRecruitment", "Location of Recruitment"),
    ("vic_MethodsOfControl", "Methods of Control"),
    ("vic_TypeOfExploitation", "Type of Exploitation"),
    ("vic_ForcedLabourIndustry", "Forced Labour Industry"),
    ("vic_TypeOfSexExploitation", "Type of Sex Exploitation"),
    ("vic_LocationOfExploitation", "Location of Exploitation"),
    ("cas_Status", "Status"),
    ("cas_ReferringOrganisation", "Referring Organisation"),
    ("cas_IncomingReferralDate", "Incoming Referral Date"),
    ("cas_ReferringPrimaryCaseWorker", "Referring Primary Case Worker"),
    ("cas_ReasonForIncomingReferral", "Reason for Incoming Referral"),
    ("cas_IncomingReferralDetails", "Incoming Referral Details"),
    ("cas_ReferredOrganisation", "Referred Organisation"),
    ("cas_ReferredPrimaryCaseWorker", "Referred Primary Case Worker"),
    ("", "Reason for Outgoing Referral"),
    ("cas_OutgoingReferralDate", "Outgoing Referral Date"),
    ("cas_OutgoingReferralDetails", "Outgoing Referral Details"),
    ("cas_ReasonForCaseClosure", "Reason for Case Closure"),
)
POSSIBLE, ACTUAL = "Possible victim of trafficking", "Actual victim of trafficking"
STATUS = {
    "presumed": POSSIBLE,
    "identified": ACTUAL,
    "formally_identified": ACTUAL,
    "not_identified": "Not a victim of trafficking",
}
DECIDED_BY = {
    "police": "Police",
    "ngo": "NGO",
    "prosecution_or_court": "Court or prosecution",
} | dict.fromkeys(
    ("immigration", "labour_inspection", "social_services", "national_other"),
    "Non-police governmental organization",
)
GENDER = {
    "woman": "Feminine",
    "man": "Masculine",
    "trans_woman": "TransgenderFeminine",
    "trans_man": "TransgenderMasculine",
    "trans": "NonConforming",
    "non_conforming": "NonConforming",
}
RECRUITMENT = {
    "family": "Through family or family events",
    "neighbour": "Through friends or social events",
    "acquaintance": "Through friends or social events",
    "intimate_partner": "Through friends or social events",
    "employer": "At work",
    "unknown": "",
}
CONTROL = {
    "force": "Physical abuse",
    "abduction": "Physical threats",
    "fraud": "False promises",
    "deception": "False promises",
    "abuse_power_vulnerability": "Psychological abuse",
    "payments_benefits": "Other",
}
SEXUAL, LABOUR, ARMED = "Sexual exploitation", "Forced labour", "Forced military (by non-state actors)"
TYPE = dict.fromkeys(("prostitution", "sexual_slavery", "pornography", "sexual_other"), SEXUAL) | {
    "forced_labour": LABOUR,
    "child_labour": "Child labour",
    "domestic_servitude": LABOUR,
    "servitude": "Servitude",
    "slavery": "Servitude",
    "organ_removal": "Organ removal",
    "forced_marriage": "Forced marriage",
    "armed_combat": ARMED,
    "armed_support": ARMED,
    "armed_role_unknown": ARMED,
    "begging": "Forced begging",
    "illegal_adoption": "Forced adoption",
    "surrogacy": "Surrogacy",
    "unknown": "",
}
SEX_TYPE = {"prostitution": "Prostitution", "pornography": "Pornography"}


class Dirty(NamedTuple):
    """A cell that is wrong on purpose: file row, machine name of the column, and what is wrong with it."""

    row: int
    column: str
    why: str


DIRT: tuple[tuple[int, Cells, str], ...] = (
    (4, {"vic_TypeOfExploitation": "Forced labor"}, "a code that is nearly right"),
    (9, {"vic_TraffickingStatus": "Actual victm of trafficking"}, "a code that is nearly right"),
    (15, {"prs_Gender": "Zulmira Invented-Testname"}, "a shifted column: a name where a code belongs"),
    (21, {"prs_Birthdate": "30/02/2001"}, "an impossible date"),
    (26, {"prs_Citizenship": "Borderlands beyond the hills"}, "a label that no rule resolves"),
)


def htcds_workbook(
    rows: Sequence[tuple[Case, Person | None]], *, soil: bool = False
) -> tuple[bytes, tuple[Dirty, ...]]:
    """The workbook, and the cells that are wrong on purpose (none unless `soil`)."""
    cells = [_cells(case, person) for case, person in rows]
    dirty = tuple(_soiled(cells)) if soil else ()
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": "Invented cases", "created": datetime(2026, 1, 5)})  # noqa: DTZ001
        sheet = book.add_worksheet("Case Sheet")
        sheet.write_row(0, 1, [name or None for name, _ in COLUMNS])
        sheet.write_row(1, 1, [label for _, label in COLUMNS])
        sheet.set_row(0, None, None, {"hidden": True})
        for number in range(1, len(cells) + NUMBERED + 1):
            sheet.write_number(number + 1, 0, number)
        for number, row in enumerate(cells, start=2):
            _write(sheet, number, row)
        book.add_worksheet("about").write_column(
            0, 0, ["Invented cases", "Layout: HTCDS 2.0, IOM, CC BY 4.0"]
        )
    return content.getvalue(), dirty


def _write(sheet: xlsxwriter.worksheet.Worksheet, number: int, row: Cells) -> None:
    for place, (name, _) in enumerate(COLUMNS, start=1):
        value = row.get(name, "") if name else ""
        if isinstance(value, date):
            sheet.write_datetime(number, place, datetime(value.year, value.month, value.day))  # noqa: DTZ001
        elif value:
            sheet.write_string(number, place, value)


def _soiled(cells: list[Cells]) -> list[Dirty]:
    found = []
    for place, wrong, why in DIRT:
        if place < len(cells):
            cells[place] |= wrong
            found += [Dirty(place + 3, column, why) for column in wrong]
    return found


def _cells(case: Case, person: Person | None) -> Cells:
    return _person_cells(case, person) | _status_cells(case) | _episode_cells(case)


def _person_cells(case: Case, person: Person | None) -> Cells:
    first, second = _latin(person) if person else ("", "")
    birth = _a_day(person.birth) if person and person.birth else ""
    phones = [each.value for each in person.contacts if each.kind == "phone"] if person else []
    gender = GENDER.get(case.gender) or {"female": "Feminine", "male": "Masculine"}.get(case.sex)
    return {
        "cas_CaseOwner": f"Case worker {int(case.id[:2], 16) % 7 + 1} (invented)",
        "prs_FirstName": first,
        "prs_SecondName": second,
        "con_Consent": "Yes",
        "prs_Birthdate": birth,
        "prs_Gender": gender or "NonSpecifiedUnknown",
        "prs_Citizenship": LISTED.join(_countries(case)),
        "prs_MobilePhone": phones[0] if phones else "",
    }


def _latin(person: Person) -> tuple[str, str]:
    latin = [name for name in person.names if name.script == "Latn" and name.kind not in ("alias", "mother")]
    words = [word for name in latin[:1] if name.kind == "full" for word in name.text.split(" ")]
    words = words or [name.text for name in latin if name.kind != "full"]
    return (words[0], " ".join(words[1:])) if words else ("", "")


def _a_day(when: When) -> date:
    """Where only the year is known, the workbook asks for a day and gets the first."""
    return when.earliest


def _countries(case: Case) -> list[str]:
    if case.stateless == "yes":
        return ["Stateless"]
    return [code_list("areas").label(code) for code in case.citizenships]


def _status_cells(case: Case) -> Cells:
    decided = case.statuses[-1] if case.statuses else None
    met = case.detection.when if case.detection else decided.when if decided else None
    label = STATUS.get(decided.step, "") if decided else ""
    return {
        "vic_TraffickingStatus": label,
        "vic_TraffickinStatusDecisionMakingOrg": DECIDED_BY.get(decided.authority, "Other")
        if decided and label
        else "",
        "cas_Status": "Closed" if case.detection is None else "Active",
        "cas_IncomingReferralDate": _a_day(met) if met else "",
    }


def _episode_cells(case: Case) -> Cells:
    forms = [form for episode in case.episodes for form in episode.forms]
    last = case.episodes[-1] if case.episodes else None
    return {
        "vic_MethodOfRecruitment": _distinct([_recruitment(case)]),
        "vic_LocationOfRecruitment": _area(last.recruited_in.area) if last and last.recruited_in else "",
        "vic_MethodsOfControl": _mapped([m for episode in case.episodes for m in episode.means], CONTROL),
        "vic_TypeOfExploitation": _mapped(forms, TYPE),
        "vic_ForcedLabourIndustry": _sector(case),
        "vic_TypeOfSexExploitation": _distinct([SEX_TYPE.get(form, "") for form in forms]),
        "vic_LocationOfExploitation": _area(last.exploited_in[-1].area) if last and last.exploited_in else "",
    }


def _recruitment(case: Case) -> str:
    recruiters = [a.relation for e in case.episodes for a in e.actors if a.role == "recruiter"]
    return RECRUITMENT.get(recruiters[-1], "Other") if recruiters else ""


def _sector(case: Case) -> str:
    sectors = [sector for episode in case.episodes for sector in episode.sectors]
    return code_list("sectors").label(sectors[-1]) if sectors else ""


def _area(code: str) -> str:
    return code_list("areas").label(code) if code in code_list("areas") else ""


def _mapped(codes: Sequence[str], labels: Mapping[str, str]) -> str:
    return _distinct([labels.get(code, "Other") for code in codes])


def _distinct(labels: Sequence[str]) -> str:
    return LISTED.join(dict.fromkeys(label for label in labels if label))
