"""Does every case enter the tables once, under one indicator, with unknown as a value?"""

import msgspec
from hypothesis import given

from palermo.cases import NATIONAL, Case, Counted, Status, counted, readable
from palermo.cases.counting import NOT_COUNTED, VICTIMS, standing
from palermo.codes import code_list, crosswalk
from tests.strategies import CASES, PROXIES


@given(case=PROXIES)
def test_a_proxy_report_is_never_a_victim(case: Case) -> None:
    assert counted(case).standing == "proxy"


@given(case=CASES)
def test_every_case_has_exactly_one_standing(case: Case) -> None:
    assert counted(case).standing in {*VICTIMS, *NOT_COUNTED}
    assert (counted(case).standing == "detected_victims") == (
        case.kind == "direct" and case.status == "formally_identified"
    )


@given(case=CASES)
def test_unknown_is_a_value_and_never_a_total(case: Case) -> None:
    row = counted(case)
    several = [
        *(row.citizenships, row.forms, row.portal_forms, row.conflict, row.party_types),
        *(row.recruited_in, row.exploited_in, row.routes),
    ]
    assert all(values and len(set(values)) == len(values) for values in several)
    assert row.age_group in code_list("age_groups")
    assert "total" not in {row.sex, row.age_group, row.area, *row.forms}


@given(case=CASES)
def test_tables_need_nothing_that_the_vault_protects(case: Case) -> None:
    """A case counts the same while the vault is locked."""
    shown, exact = counted(readable(case)), counted(case)
    assert msgspec.structs.replace(shown, age_group=exact.age_group) == exact
    assert shown.age_group in (exact.age_group, "unknown"), "an age band may lie on both sides of 18 later"


@given(case=CASES)
def test_a_person_identified_by_a_state_is_counted_where_a_state_found_or_identified_her(case: Case) -> None:
    row = counted(case)
    if row.standing != "detected_victims":
        return
    found, decided = case.detection, case.decided
    assert decided is not None
    if found is None or found.authority not in NATIONAL:
        assert row.area == decided.area
    else:
        assert row.area in (found.place.area, decided.area)


@given(case=CASES)
def test_only_a_national_authority_takes_a_formal_identification_back(case: Case) -> None:
    last = Status(step="not_identified", authority="ngo")
    later = msgspec.structs.replace(case, statuses=(*case.statuses, last))
    assert (standing(later) == "detected_victims") == (standing(case) == "detected_victims")


@given(case=CASES)
def test_forms_of_the_portal_come_from_forms_of_the_case(case: Case) -> None:
    row, targets = counted(case), crosswalk("portal")
    expected = {target for form in row.forms for target in targets.get(form, ())} or {"unknown"}
    assert set(row.portal_forms) == expected


@given(case=CASES)
def test_a_counted_row_holds_codes_and_ids_only(case: Case) -> None:
    row: Counted = counted(case)
    assert row.person in (case.person, case.id)
    assert not hasattr(row, "raw")
    assert standing(case) == row.standing
