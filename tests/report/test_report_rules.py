"""Do the tables keep the counting rules that travel with them?"""

from datetime import UTC, date, datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from palermo import ProblemWithInput
from palermo.cases import (
    Age,
    Ages,
    AggregateReturn,
    Case,
    Detection,
    Effort,
    Episode,
    PatternReturn,
    Place,
    Repatriation,
    Reporter,
    StateReturn,
    Status,
    When,
    counted,
)
from palermo.codes import code_list
from palermo.report import TABLES, CellKey, Table, cell_key, parse_key, tables, trace
from palermo.report.engine import Engine, Failed

ON = date(2026, 11, 1)
ORG = "a" * 32
SOURCES = {ORG: "UNTEST (invented)"}
MAY = When.day(date(2024, 5, 3))


def case(number: int = 1, *steps: str, **fields: object) -> Case:
    statuses = tuple(
        Status(
            step=step,
            when=MAY,
            area="IRQ",
            authority="police" if step == "formally_identified" else "un_entity",
        )
        for step in steps
    )
    return Case(id=f"{number:032x}", organisation=ORG, statuses=statuses, **fields)  # type: ignore[arg-type]


def made(*cases: Case, **asked: object) -> dict[str, Table]:
    rows = [counted(one) for one in cases]
    return {one.id: one for one in tables(rows, sources=SOURCES, on=ON, **asked)}  # type: ignore[arg-type]


def total(table: Table) -> object:
    return table.rows[-1].cells[-1].value


def figures(table: Table) -> dict[str, object]:
    return {cell.key: cell.value for cell in table.cells}


def test_a_case_that_a_state_identifies_moves_and_changes_no_other_count() -> None:
    detection = Detection(when=MAY, place=Place(area="IRQ"), authority="police")
    fields = {
        "sex": "female",
        "ages": Ages(detection=Age.exactly(16)),
        "detection": detection,
        "citizenships": ("SYR",),
        "episodes": (Episode(forms=("forced_marriage", "forced_labour")),),
    }
    others = [case(2, "identified"), case(3, "presumed"), case(4, "formally_identified"), case(5, "at_risk")]
    before = made(case(1, "identified", **fields), *others)
    after = made(case(1, "identified", "formally_identified", **fields), *others)
    for one in TABLES:
        if one.of != "case":
            continue
        change = {"detected_victims": 1, "documented": -1}.get(one.indicator, 0)
        if one.breakdown != "repatriation":
            assert total(after[one.id]) == total(before[one.id]) + change, one.id  # type: ignore[operator]
        if not change:
            assert after[one.id] == before[one.id]
    assert _moved(before, after, "form") == _moved(after, before, "form_documented")


def _moved(less: dict[str, Table], more: dict[str, Table], name: str) -> set[str]:
    was = figures(less[name])
    now = figures(more[name])
    return {key.partition("?")[2] for key, value in now.items() if value != was.get(key, 0)}


@pytest.mark.parametrize("step", ["at_risk", "not_identified", "not_assessed"])
def test_who_is_no_victim_is_counted_apart(step: str) -> None:
    found = made(case(1, step))
    assert total(found["not_counted"]) == 1
    assert {total(found[name]) for name in ("sex_age", "sex_age_documented", "sex_age_presumed")} == {0}


def test_a_proxy_report_is_never_a_victim() -> None:
    found = made(case(1, "identified", kind="proxy", reporter=Reporter(relation="parent")))
    assert total(found["sex_age_documented"]) == 0
    assert total(found["not_counted"]) == 1


def test_unknown_year_and_area_have_rows_of_their_own() -> None:
    one = Case(id="1" * 32, organisation=ORG, statuses=(Status(step="identified"),))
    found = made(one)
    labels = [row.labels for row in found["area_documented"].rows]
    assert ("Area unknown", "Year unknown") in labels
    empty = [row.labels for row in made()["area"].rows]
    assert empty == [
        ("Area unknown", "Year unknown"),
        ("Area unknown", "Total"),
        ("Total", "Year unknown"),
        ("Total", "Total"),
    ]


def test_parts_may_exceed_the_total_and_the_notes_say_so() -> None:
    found = made(case(1, "identified", episodes=(Episode(forms=("begging", "forced_labour")),)))[
        "form_documented"
    ]
    totals = {row.labels[0]: row.cells[-1].value for row in found.rows if row.labels[1] == "Total"}
    assert (totals["Forced labour"], totals["Other forms of exploitation"], totals["Total"]) == (1, 1, 1)
    assert any("exceed the total" in note for note in found.notes)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"citizenships": ("IRQ", "SYR")}, "Domestic"),
        ({"citizenships": ("SYR",)}, "Within the sub-region"),
        ({"citizenships": ("BGD",)}, "From another sub-region"),
        ({"citizenships": ("NGA",)}, "Transregional"),
        ({"citizenships": ("IRQ",), "stateless": "yes"}, "Stateless"),
        ({"citizenships": ("nationals",)}, "Domestic"),
        ({"citizenships": ("foreign",)}, "Cross-border, not classified"),
        ({}, "Unknown"),
    ],
)
def test_classes_of_flow(fields: dict[str, object], expected: str) -> None:
    found = made(case(1, "formally_identified", **fields))["flow_class"]
    assert [row.labels[0] for row in found.rows if row.cells[-1].value == 1] == [expected, "Total"]


def test_nobody_is_domestic_in_an_unknown_area() -> None:
    nowhere = Status(step="formally_identified", authority="police")
    one = Case(id="1" * 32, organisation=ORG, statuses=(nowhere,), citizenships=("unknown",))
    (found,) = [row for row in made(one)["flow_class"].rows if row.cells[-1].value and row.kind != "total"]
    assert found.labels == ("Unknown",)


def test_a_flow_is_drawn_from_five_victims_on() -> None:
    five = [case(n, "formally_identified", citizenships=("SYR",)) for n in range(1, 6)]
    four = [case(n, "formally_identified", citizenships=("TUR",)) for n in range(6, 10)]
    found = made(*five, *four)["flow"]
    shown = {row.labels[0]: row.cells[0].value for row in found.rows}
    assert shown == {"Syrian Arab Republic": 5, "Flows under the line": 4, "Total": 9}
    assert any("Global Report's rule for detected victims (since 2010-01-01" in one for one in found.notes)
    assert any("Palermo's own" in note for note in made(*four)["flow_documented"].notes)
    under = next(row for row in found.rows if row.labels[0] == "Flows under the line").cells[0]
    traced = trace([counted(one) for one in (*five, *four)], under.key, on=ON)
    assert traced.cases == tuple(one.id for one in four)


def test_what_is_no_line_between_two_areas_is_folded_and_traced() -> None:
    origins = {"IRQ": "Domestic", "stateless": "Stateless", "foreign": "Origin unknown or other"}
    cases = [case(n, "formally_identified", citizenships=(one,)) for n, one in enumerate(origins, start=1)]
    cases.append(case(9, "formally_identified"))
    found = made(*cases)["flow"]
    assert [(row.labels[0], row.cells[0].value) for row in found.rows] == [
        ("Domestic", 1),
        ("Stateless", 1),
        ("Origin unknown or other", 2),
        ("Total", 4),
    ]
    rows = [counted(one) for one in cases]
    assert trace(rows, found.rows[2].cells[0].key, on=ON).cases == (cases[2].id, cases[3].id)


def test_a_scheme_from_memory_is_said_in_the_title_wherever_it_is_used() -> None:
    by = {scheme: made(scheme=scheme) for scheme in ("m49", "global_report_2016")}
    for name in ("flow", "flow_class", "flow_documented"):
        assert by["m49"][name].title.endswith("(regions: m49)")
        assert "from memory, unverified" in by["global_report_2016"][name].title
    assert by["m49"]["sex_age"].title == by["global_report_2016"]["sex_age"].title


def test_organisations_outside_the_un_have_an_indicator_of_their_own() -> None:
    found = made(one_of("ngo"), one_of("unknown", 2), case(3, "identified"))
    assert total(found["sex_age_documented_others"]) == 2
    assert total(found["sex_age_documented"]) == 1
    assert found["sex_age_documented_others"].title == "Documented by other organisations by sex and age"


def one_of(authority: str, number: int = 1, **fields: object) -> Case:
    status = Status(step="identified", when=MAY, area="IRQ", authority=authority)
    return Case(id=f"{number:032x}", organisation=ORG, statuses=(status,), **fields)  # type: ignore[arg-type]


def test_what_a_states_return_holds_is_shown_apart() -> None:
    held = case(1, "identified", in_state_return="yes")
    found = made(held, case(2, "formally_identified", in_state_return="yes"))
    assert total(found["sex_age_documented"]) == 0
    labels = {row.labels[0]: row.cells[-1].value for row in found["not_counted"].rows}
    assert labels["Already in a State's return"] == 1
    overlap = {row.labels[0]: row.cells[-1].value for row in found["in_return"].rows}
    assert overlap == {"In a State's return": 1, "Not in a State's return": 0, "Unknown": 0, "Total": 1}


def test_a_person_is_in_one_indicator_only() -> None:
    steps = ("at_risk", "presumed", "identified", "formally_identified")
    cases = [case(n, step, person="f" * 32) for n, step in enumerate(steps, start=1)]
    cases.append(one_of("ngo", 9, person="f" * 32))
    names = ("sex_age", "sex_age_documented", "sex_age_documented_others", "sex_age_presumed", "not_counted")
    assert [total(made(*cases)[name]) for name in names] == [1, 1, 1, 1, 1]
    assert [total(made(*cases, unit="person")[name]) for name in names] == [1, 0, 0, 0, 0]
    assert [total(made(*cases[:3], unit="person")[name]) for name in names] == [0, 1, 0, 0, 0]


def test_the_rule_says_the_unit_and_the_moment_of_its_own_indicator() -> None:
    cases, persons = made(), made(unit="person")
    for one in TABLES:
        if one.of == "case":
            assert cases[one.id].rule.startswith("Counts cases: a person with two cases is counted in each.")
            assert persons[one.id].rule.startswith("Counts persons, within one organisation")
            assert (cases[one.id].unit, persons[one.id].unit) == ("cases", "persons")
        else:
            assert (
                cases[one.id].unit
                == persons[one.id].unit
                in ("persons", "interviews", "respondents", "returns")
            )
    assert "its decision" in cases["form"].rule
    assert "Year and area" not in cases["not_counted"].rule
    assert cases["effort"].header[0] == "Area"


@pytest.mark.parametrize(
    ("asked", "code", "hint"),
    [
        ({"year": "abc"}, "REPORT-010", "four digits"),
        ({"area": "Iraq"}, "REPORT-011", 'Did you mean "IRQ"'),
        ({"area": "irq"}, "REPORT-011", 'Did you mean "IRQ"'),
        ({"area": "Amina"}, "REPORT-011", "such as IRQ"),
    ],
)
def test_a_year_or_area_that_is_none_is_refused(asked: dict[str, str], code: str, hint: str) -> None:
    with pytest.raises(ProblemWithInput, match=code) as refused:
        made(**asked)
    assert hint in str(refused.value)
    assert "Amina" not in str(refused.value)


def test_only_repatriated_cases_are_in_the_table_of_repatriation() -> None:
    home = Repatriation(area="NGA")
    found = made(case(1, "identified", repatriation=home), case(2, "identified"))["repatriation_documented"]
    assert total(found) == 1
    resettled = Repatriation(area="NGA", kind="resettlement")
    assert total(made(case(1, "identified", repatriation=resettled))["repatriation_documented"]) == 0


def test_a_person_with_two_cases_is_one_person() -> None:
    two = [case(1, "identified", person="f" * 32), case(2, "identified", person="f" * 32)]
    assert total(made(*two)["sex_age_documented"]) == 2
    assert total(made(*two, unit="person")["sex_age_documented"]) == 1


def test_the_source_is_the_mission_and_never_the_global_report() -> None:
    assert made(case(1, "identified"))["sex_age_documented"].source == "UNTEST (invented)"
    with pytest.raises(ProblemWithInput, match="REPORT-004"):
        tables([], sources={ORG: " glotip"}, on=ON)


def test_every_table_is_internal_and_carries_its_rule() -> None:
    for one in made().values():
        assert one.internal
        assert one.rule
        assert one.rule_id == f"palermo-2026.1/{one.id}"


def state_return(
    number: int, area: str, year: int, text: str, indicator: str = "Persons convicted"
) -> StateReturn:
    low, high = (0, 4) if text == "<5" else (int(text), int(text))
    return StateReturn(
        id=f"{number:032x}",
        organisation=ORG,
        iso3=area,
        country=area,
        region=None,
        subregion=None,
        indicator=indicator,
        dimension="Total",
        category="Total",
        sex="Total",
        age="Total",
        year=year,
        unit="Counts",
        text=text,
        origin="GLOTIP",
        low=low,
        high=high,
    )


def test_convictions_have_an_interval_and_an_explicit_denominator() -> None:
    returns = [
        state_return(1, "AAA", 2014, "<5"),
        state_return(2, "BBB", 2014, "12"),
        state_return(3, "CCC", 2014, "8"),
        state_return(4, "CCC", 2014, "11"),
        state_return(5, "AAA", 2015, "7"),
        state_return(6, "DDD", 2015, "9", indicator="Persons prosecuted"),
        structs.replace(state_return(7, "DDD", 2014, "6"), sex="Female"),
    ]
    found = made(returns=returns)["convicted"]
    assert found.header[1:] == (
        "Areas in the file",
        "Areas that returned a total",
        "Returned without a total",
        "Persons, lowest",
        "Persons, highest",
        "Areas with ten or fewer",
        "Areas with 0 to 4 (masked)",
    )
    shown = {row.labels[0]: [cell.value for cell in row.cells] for row in found.rows}
    assert shown == {"2014": [4, 3, 1, 20, 27, 1, 1], "2015": [4, 1, 0, 7, 7, 1, 0]}
    few, without = found.rows[0].cells[5], found.rows[0].cells[2]
    assert trace([], without.key, returns=returns, on=ON).cases == (returns[6].id,)
    assert trace([], few.key, returns=returns, on=ON).cases == (returns[0].id,)
    returned = trace([], found.rows[0].cells[1].key, returns=returns, on=ON)
    assert (returned.of, returned.count, len(returned.cases)) == ("state_return", 3, 4)


def test_effort_gives_the_rate_with_its_denominator() -> None:
    month = When.month(2024, 5)
    efforts = [
        Effort(
            id=f"{n:032x}",
            organisation=ORG,
            month=month,
            place=Place(area="IRQ"),
            interviews=40,
            without_indication=40 - n,
        )
        for n in (10, 20)
    ]
    found = made(efforts=efforts)["effort"]
    assert found.rows[0].labels == ("Iraq", "2024-05")
    assert [cell.value for cell in found.rows[0].cells] == [80, 50, 37.5]
    assert trace([], found.rows[0].cells[2].key, efforts=efforts, on=ON).count == 37.5


def test_aggregates_and_exposure_stay_apart_and_are_never_totalled() -> None:
    given = [
        AggregateReturn(
            id=f"{n:032x}",
            organisation=ORG,
            indicator=indicator,
            place=Place(area="SOM"),
            period=When.year_of(2024),
            low=n,
            high=n + 2,
        )
        for n, indicator in enumerate(("documented", "exposure"), start=10)
    ]
    found = made(aggregates=given)
    assert [[cell.value for cell in row.cells] for row in found["aggregates"].rows] == [[10, 12]]
    assert [[cell.value for cell in row.cells] for row in found["exposure"].rows] == [[11, 13]]
    assert total(found["sex_age_documented"]) == 0


def test_patterns_are_listed_in_words_and_traced() -> None:
    one = PatternReturn(
        id="1" * 32,
        organisation=ORG,
        place=Place(area="SOM"),
        period=When.year_of(2024),
        forms=("armed_combat", "begging"),
        means=("abduction",),
    )
    (row,) = made(patterns=[one])["patterns"].rows
    words = code_list("exploitation_forms")
    forms = f"{words.label('armed_combat')}; {words.label('begging')}"
    means = code_list("means").label("abduction")
    assert row.labels == ("Somalia", "2024", forms, means, "Not said", "Not said", "Not said")
    traced = trace([], row.cells[0].key, patterns=[one], on=ON)
    assert (traced.of, traced.count, traced.cases) == ("pattern_return", 1, (one.id,))


CODES = st.dictionaries(
    st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(min_size=1, max_size=8), max_size=4
)


@given(codes=CODES)
def test_a_key_comes_back_as_it_was(codes: dict[str, str]) -> None:
    codes = {name: code for name, code in codes.items() if name not in ("measure", "unit", "scheme")}
    place = CellKey("form", "documented", codes, unit="person")
    key = cell_key(place)
    assert parse_key(key) == place
    assert key.isascii()
    assert not set(key) & set(" \"'<>")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "Amina Invented",
        "form/detected_victims?form",
        "form/detected_victims?form=a&form=b",
        "form/glotip",
        "form/detected_victims?unit=cluster",
        "form/detected_victims?case_id=Amina",
        "form/detected_victims?measure=low",
        "convicted/convicted",
        "courts/convicted?year=2014",
        "form/detected_victims?scheme=nowhere&form=sexual",
    ],
)
def test_what_is_no_cell_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(ProblemWithInput) as refused:
        trace([], key, on=ON)
    assert str(refused.value).startswith(("REPORT-002", "CODES-006"))
    assert "Amina" not in str(refused.value)


def test_an_unknown_table_is_refused_with_a_suggestion() -> None:
    with pytest.raises(ProblemWithInput, match='Did you mean "citizenship"') as refused:
        tables([], sources={}, on=ON, only=["citizenshp"])
    assert "citizenshp" not in str(refused.value)


def test_the_engine_reaches_no_file_and_tells_no_value(tmp_path: object) -> None:
    secret = f"{tmp_path}/Amina-Invented.csv"
    duckdb.connect(":memory:").execute(f"COPY (SELECT 1) TO '{secret}'")  # the control: plain DuckDB does
    with pytest.raises(Failed) as failed:
        Engine().rows(f"SELECT * FROM read_csv('{secret}')")
    assert "Amina" not in str(failed.value)
    with pytest.raises(duckdb.Error):
        Engine().connection.execute("SET enable_external_access = true")


def test_arrival_does_not_change_a_count() -> None:
    late = datetime(2026, 10, 1, tzinfo=UTC)
    assert made(case(1, "identified", arrived=late)) == made(case(1, "identified"))
