"""Does a list show each chosen case once, in order, page by page, and do counts say what lists hold?

Beside the pages by key and the counts in memory stands a plain reference: Python's own filter and sort over
the same rows. The rows are invented; their columns alone matter.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palermo import NotAllowed, ProblemWithInput
from palermo.actions import figures
from palermo.actions.case_filters import GAPS, CaseFilter, chosen, filtered
from palermo.actions.cases import SORTS, count_cases, counts_by_code, list_cases
from palermo.store import access
from palermo.store.columns import columns_of
from palermo.store.models import CaseRow, ConductRow, Organisation
from tests.proof import examples

QUICK = settings(max_examples=examples(30), suppress_health_check=list(HealthCheck), deadline=None)
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
MONTHS = ("", "2024-12", "2025-01", "2025-02")
STATUSES = ("at_risk", "presumed", "identified", "formally_identified")
AREAS = ("MLI", "NGA", "unknown")
FORMS = ("unknown", "forced_labour", "forced_labour begging", "slavery", "servitude slavery")
CITIZENS = ("unknown", "MLI", "MLI NGA", "stateless")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "days": st.integers(0, 3),
            "month": st.sampled_from(MONTHS),
            "status": st.sampled_from(STATUSES),
            "area": st.sampled_from(AREAS),
            "sex": st.sampled_from(("female", "male", "unknown")),
            "age_group": st.sampled_from(("child", "adult", "unknown")),
            "forms": st.sampled_from(FORMS),
            "citizenships": st.sampled_from(CITIZENS),
            "kind": st.sampled_from(("direct", "proxy")),
            "layout": st.sampled_from(("palermo", "htcds")),
            "invented": st.booleans(),
        }
    ),
    max_size=30,
)
FILTERS = st.builds(
    CaseFilter,
    status=st.sampled_from(("", "presumed", "presumed identified")),
    form=st.sampled_from(("", "slavery", "begging forced_labour")),
    area=st.sampled_from(("", "", *AREAS)),
    citizenship=st.sampled_from(("", "", "NGA", "stateless")),
    sex=st.sampled_from(("", "", "female")),
    age_group=st.sampled_from(("", "", "child")),
    detected_from=st.sampled_from(("", "", "2024", "2025-01")),
    detected_to=st.sampled_from(("", "", "2024", "2025-01")),
    arrived_from=st.sampled_from(("", "", "2026-03-02")),
    arrived_to=st.sampled_from(("", "", "2026-03-02")),
    unknown=st.sampled_from(("", "", *GAPS)),
    kind=st.sampled_from(("", "", "proxy")),
    layout=st.sampled_from(("", "", "htcds")),
    invented=st.sampled_from(("", "", "yes", "no")),
)


def put(organisation: str, rows: list[dict[str, Any]]) -> None:
    """These rows and no others of the organisation."""
    place = Organisation.objects.get(public_id=organisation)
    CaseRow.objects.filter(organisation=place).delete()
    empty = dict.fromkeys(
        ("source_key", "document", "team", "person", "standing", "portal_forms", "repatriation",
         "displacement", "conflict", "party_types", "recruited_in", "exploited_in", "routes", "in_return"),
        "",
    )  # fmt: skip
    CaseRow.objects.bulk_create(
        CaseRow(
            organisation=place,
            public_id=f"{place.id:016x}{number:016x}",
            arrived=BEGAN + timedelta(days=row["days"]),
            source_row=0,
            fingerprint=b"",
            stateless=False,
            **empty | {name: value for name, value in row.items() if name != "days"},
        )
        for number, row in enumerate(rows)
    )
    Organisation.objects.filter(id=place.id).update(writes=place.writes + 1)


def held(organisation: str) -> list[Any]:
    return list(CaseRow.objects.filter(organisation__public_id=organisation))


def is_chosen(row: Any, wanted: CaseFilter) -> bool:
    """The rule, read plainly."""
    month, arrived = row.month, row.arrived.date().isoformat()
    gaps = {
        "place": row.area == "unknown",
        "month": not month,
        "place_or_month": row.area == "unknown" or not month,
        "sex": row.sex == "unknown",
        "age_group": row.age_group == "unknown",
        "form": row.forms == "unknown",
        "": True,
    }
    same = ("area", "sex", "age_group", "kind", "layout")
    dated = wanted.detected_from or wanted.detected_to
    last = wanted.detected_to if "-" in wanted.detected_to else f"{wanted.detected_to or '9999'}-12"
    return all(
        (
            all(getattr(wanted, name) in ("", getattr(row, name)) for name in same),
            not wanted.status or row.status in wanted.status.split(),
            not wanted.form or set(wanted.form.split()) & set(row.forms.split()),
            not wanted.citizenship or wanted.citizenship in row.citizenships.split(),
            not dated or (month and wanted.detected_from <= month <= last),
            not wanted.arrived_from or wanted.arrived_from <= arrived,
            not wanted.arrived_to or arrived <= wanted.arrived_to,
            gaps[wanted.unknown],
            wanted.invented in ("", "yes" if row.invented else "no"),
        )
    )


def expected(rows: list[Any], wanted: CaseFilter, sort: str) -> list[str]:
    """Ids of the chosen rows as Python sorts them."""
    order = SORTS[sort]
    found = [row for row in rows if is_chosen(row, wanted)]
    return [
        row.public_id
        for row in sorted(found, key=lambda row: (getattr(row, order.column), row.id), reverse=order.falling)
    ]


def pages(actor: Any, **asked: Any) -> list[list[str]]:
    """Ids page by page, from the first one on."""
    page = list_cases(actor, **asked)
    found = [[line.id for line in page.rows]]
    while page.next:
        page = list_cases(actor, after=page.next, **asked)
        found.append([line.id for line in page.rows])
    return found


@pytest.mark.django_db
def test_pages_hold_each_chosen_case_once_in_order(house: Any) -> None:
    actor = house.actor()

    @QUICK
    @given(ROWS, FILTERS, st.sampled_from(sorted(SORTS)), st.integers(1, 7))
    def law(rows: list[dict[str, Any]], wanted: CaseFilter, sort: str, size: int) -> None:
        put(house.own, rows)
        found = pages(actor, filters=wanted, sort=sort, size=size)
        assert [id for page in found for id in page] == expected(held(house.own), wanted, sort)
        assert all(len(page) == size for page in found[:-1])

    law()


@pytest.mark.django_db
def test_the_page_before_the_next_one_is_this_one(house: Any) -> None:
    actor = house.actor()

    @QUICK
    @given(ROWS, FILTERS, st.sampled_from(sorted(SORTS)), st.integers(1, 7))
    def law(rows: list[dict[str, Any]], wanted: CaseFilter, sort: str, size: int) -> None:
        put(house.own, rows)
        asked: dict[str, Any] = {"filters": wanted, "sort": sort, "size": size}
        here = list_cases(actor, **asked)
        assert here.previous == ""
        while here.next:
            there = list_cases(actor, after=here.next, **asked)
            back = list_cases(actor, before=there.previous, **asked)
            assert back.rows == here.rows
            assert back.next == here.next
            here = there

    law()


@pytest.mark.django_db
def test_the_database_memory_and_the_rule_choose_the_same(house: Any) -> None:
    actor = house.actor()

    @QUICK
    @given(ROWS, FILTERS)
    def law(rows: list[dict[str, Any]], wanted: CaseFilter) -> None:
        put(house.own, rows)
        cases = access.cases(actor, "organisation")
        number = sum(is_chosen(row, wanted) for row in held(house.own))
        assert count_cases(actor, filters=wanted) == filtered(cases, wanted).count() == number
        assert int(chosen(columns_of(cases), wanted).sum()) == number
        counts = counts_by_code(actor, filters=wanted)
        assert (counts.chosen, counts.reach) == (number, len(rows))

    law()


@pytest.mark.django_db
def test_counts_of_a_field_leave_its_own_codes_free(house: Any) -> None:
    actor = house.actor()

    @QUICK
    @given(ROWS, FILTERS)
    def law(rows: list[dict[str, Any]], wanted: CaseFilter) -> None:
        put(house.own, rows)
        free = CaseFilter(**{**{n: getattr(wanted, n) for n in wanted.__slots__}, "form": ""})
        found = [row for row in held(house.own) if is_chosen(row, free)]
        plain = Counter(code for row in found for code in set(row.forms.split()))
        (group,) = (one for one in counts_by_code(actor, filters=wanted).groups if one.field == "form")
        assert {one.code: one.cases for one in group.counts} == plain
        assert [one.cases for one in group.counts] == sorted(plain.values(), reverse=True)

    law()


@pytest.mark.django_db
def test_figures_are_plain_counts_of_the_records(house: Any) -> None:
    actor = house.actor()

    @QUICK
    @given(ROWS)
    def law(rows: list[dict[str, Any]]) -> None:
        put(house.own, rows)
        found, all_rows = figures.of_cases(actor, now=NOW), held(house.own)
        aged = [row for row in all_rows if row.age_group != "unknown"]
        plain = {
            "dated": (sum(bool(row.month) for row in all_rows), len(all_rows)),
            "formally_identified": (
                sum(row.status == "formally_identified" for row in all_rows),
                len(all_rows),
            ),
            "children": (sum(row.age_group == "child" for row in aged), len(aged)),
            "place_or_month_unknown": (
                sum(row.area == "unknown" or not row.month for row in all_rows),
                len(all_rows),
            ),
        }
        assert {one.name: (one.n, one.of) for one in found.figures} == plain
        assert dict(found.areas) == Counter(row.area for row in all_rows)
        assert found.undated == sum(not row.month for row in all_rows)
        months = Counter(row.month for row in all_rows if row.month)
        dated = found.figures[0]
        assert {one.month: one.of for one in dated.months if one.of} == months
        assert len(dated.months) == (figures.MONTHS if months else 0)
        assert (found.lately, found.latest) == (
            len(all_rows),
            max((row.arrived for row in all_rows), default=None),
        )

    law()


@pytest.mark.django_db
def test_figures_and_counts_end_where_the_role_does(house: Any) -> None:
    """Another organisation's cases, a colleague's beyond the scope, and the conduct channel are in none."""
    row = {
        "days": 0, "month": "2025-01", "status": "presumed", "area": "MLI", "sex": "female",
        "age_group": "child", "forms": "slavery", "citizenships": "MLI", "kind": "direct",
        "layout": "palermo", "invented": True,
    }  # fmt: skip
    put(house.own, [row] * 3)
    put(house.other, [row] * 5)
    mine, theirs = house.actor(), house.actor(organisation=house.other)
    assert figures.of_cases(mine, now=NOW).cases == counts_by_code(mine).reach == 3
    assert figures.of_cases(theirs, now=NOW).cases == 5, "the control"
    place = Organisation.objects.get(public_id=house.own)
    ConductRow.objects.create(organisation=place, digest="0" * 64, sealed=b"x", arrived=BEGAN)
    assert figures.of_cases(mine, now=NOW).cases == 3
    collector, worker = house.actor("collector"), house.actor("case_worker", team="north")
    assert figures.of_cases(collector, now=NOW).cases == figures.of_cases(worker, now=NOW).cases == 0
    CaseRow.objects.filter(organisation=place).update(team="north")
    Organisation.objects.filter(id=place.id).update(writes=99)
    assert figures.of_cases(worker, now=NOW).cases == counts_by_code(worker).chosen == 3
    assert counts_by_code(collector).reach == 0
    with pytest.raises(NotAllowed):
        figures.of_cases(house.actor("administrator"), now=NOW)


@pytest.mark.django_db
def test_what_was_counted_is_counted_anew_after_a_write_only(house: Any) -> None:
    actor = house.actor()
    put(house.own, [])
    assert counts_by_code(actor).chosen == 0
    with CaptureQueriesContext(connection) as queries:
        counts_by_code(actor)
        figures.of_cases(actor, now=NOW)
    assert len(queries) == 2, "the state of the records, and nothing else"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "filters",
    [
        CaseFilter(area="Nowhere"),
        CaseFilter(status="presumed  identified"),
        CaseFilter(detected_from="2024-13"),
        CaseFilter(arrived_to="2026-02-30"),
        CaseFilter(cases="x"),
        CaseFilter(cases=" ".join(["0" * 32] * 101)),
        CaseFilter(unknown="name"),
    ],
)
def test_a_choice_holds_codes_only(house: Any, filters: CaseFilter) -> None:
    actor, every = house.actor(), (list_cases, count_cases, counts_by_code)
    for asked in every:
        with pytest.raises(ProblemWithInput, match="STORE-080"):
            asked(actor, filters=filters)  # type: ignore[operator]


@pytest.mark.django_db
def test_a_page_costs_few_statements_at_any_depth(house: Any) -> None:
    actor = house.actor()
    rows: list[dict[str, Any]] = [
        {
            "days": number % 2, "month": MONTHS[number % 4], "status": "presumed", "area": "MLI",
            "sex": "female", "age_group": "child", "forms": "slavery", "citizenships": "MLI",
            "kind": "direct", "layout": "palermo", "invented": True,
        }
        for number in range(40)
    ]  # fmt: skip
    put(house.own, rows)
    for sort in SORTS:
        page = list_cases(actor, sort=sort, size=5)
        while page.next:
            with CaptureQueriesContext(connection) as queries:
                page = list_cases(actor, sort=sort, after=page.next, size=5)
            assert len(queries) <= 4, sort


@pytest.mark.django_db
def test_ticked_cases_are_a_choice_of_their_own(house: Any) -> None:
    row = SimpleNamespace(
        days=0, month="", status="presumed", area="MLI", sex="male", age_group="adult", forms="slavery",
        citizenships="MLI", kind="direct", layout="palermo", invented=True,
    )  # fmt: skip
    put(house.own, [vars(row)] * 4)
    put(house.other, [vars(row)])
    actor, rows = house.actor(), held(house.own)
    foreign = held(house.other)[0].public_id
    ticked = CaseFilter(cases=f"{rows[0].public_id} {rows[2].public_id} {foreign}")
    assert {line.id for line in list_cases(actor, filters=ticked).rows} == {
        rows[0].public_id,
        rows[2].public_id,
    }
    assert count_cases(actor, filters=ticked) == counts_by_code(actor, filters=ticked).chosen == 2
