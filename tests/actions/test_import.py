"""Is an import whole or not at all, the same twice, and silent about what it found?"""

import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from palermo import NotAllowed, PolicyRefusal, ProblemWithInput
from palermo.actions import accounts, collect, labels
from palermo.actions.cases import CaseFilter, count_cases, list_cases, one_case
from palermo.cases import (
    Case,
    Detection,
    Name,
    Person,
    Place,
    Referral,
    Source,
    Status,
    When,
    encode_all,
)
from palermo.store import audit, vault
from palermo.store.access import Missing
from palermo.store.models import (
    AuditEntry,
    BadRowRow,
    CaseRow,
    Job,
    LabelDecision,
    PersonRow,
    ProblemRow,
    ReturnRow,
    Submission,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
EXACT = Detection(when=When.day(date(2024, 5, 3)), place=Place(area="MLI", exact="Invented Village"))
SECRET = "Amina Invented"
HEADER = "yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation"


def lines(house: Any, number: int = 3, invented: bool = True, exact: bool = True) -> bytes:
    """Cases, a person with a name, and a referral, as Palermo's own lines."""
    person = Person(id="f" * 32, organisation=house.own, invented=invented, names=(Name(text=SECRET),))
    cases = [
        Case(
            id=f"{each:032x}",
            organisation=house.own,
            invented=invented,
            person=person.id if not each and exact else None,
            sex="female",
            statuses=(Status(step="identified", area="MLI"),),
            detection=EXACT if exact else None,
        )
        for each in range(number)
    ]
    referral = Referral(
        id="e" * 32, organisation=house.own, case=cases[0].id, service="shelter", to="x", invented=invented
    )
    return encode_all([person, *cases, referral] if exact else cases)


def ctdc(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows)).encode()


def take(actor: Any, content: bytes, **options: Any) -> collect.Imported:
    return collect.import_file(actor, content, now=NOW, **options)


@pytest.mark.django_db
def test_a_file_becomes_rows_and_one_entry(house: Any) -> None:
    actor = house.actor()
    before = AuditEntry.objects.count()
    imported = take(actor, lines(house), invented=True)
    assert (imported.layout, imported.stored, imported.refused) == ("palermo", 5, 0)
    assert (CaseRow.objects.count(), PersonRow.objects.count()) == (3, 1)
    assert AuditEntry.objects.count() == before + 1
    assert audit.verify(house.own) is None
    view = one_case(actor, f"{0:032x}")
    assert view.exact is not None
    assert view.exact.detection == EXACT
    assert view.person is not None
    assert view.person.names[0].text == SECRET
    assert len(view.referrals) == 1
    assert str(view.case.detection.when) == "2024-05"


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(house: Any) -> None:
    actor = house.actor()
    first = take(actor, lines(house), invented=True)
    rows = list(CaseRow.objects.values())
    again = collect.import_file(actor, lines(house), now=datetime(2026, 12, 1, tzinfo=UTC), invented=True)
    assert (again.submission, again.stored, again.superseded, again.unchanged) == (first.submission, 0, 0, 5)
    assert list(CaseRow.objects.values()) == rows
    assert Submission.objects.count() == 1


@pytest.mark.django_db
def test_without_a_vault_a_file_with_identities_is_refused_whole(house: Any) -> None:
    bare = accounts.create_organisation("Mission bare", short="BARE", kind="un_mission")
    house.rings[bare] = house.rings[house.own]
    actor = house.actor("focal_point", bare)
    before = AuditEntry.objects.count()
    with pytest.raises(PolicyRefusal, match="STORE-001") as refusal:
        take(actor, lines(house))
    assert SECRET not in str(refusal.value)
    for table in (CaseRow, PersonRow, Submission, ProblemRow, BadRowRow):
        assert table.objects.count() == 0
    assert AuditEntry.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("owner", ["own", "real"])
def test_identities_go_in_sealed_and_open_for_who_unlocked_the_vault(house: Any, owner: str) -> None:
    actor = house.actor("focal_point", getattr(house, owner))
    imported = take(actor, lines(house))
    assert imported.stored > 3
    assert everything().find(SECRET.encode()) < 0
    assert one_case(actor, f"{0:032x}").person.names[0].text == SECRET
    vault.lock(actor.session)
    shut = one_case(actor, f"{0:032x}")
    assert (shut.person, shut.exact, shut.locked, shut.has_person) == (None, None, True, True)


@pytest.mark.django_db
def test_a_real_file_without_identities_goes_in(house: Any) -> None:
    imported = take(house.actor("focal_point", house.real), ctdc("2019,Female,9--17,MLI,NGA"))
    assert imported.stored == 1
    assert CaseRow.objects.get().sealed is None


@pytest.mark.django_db
def test_a_role_without_identities_may_not_bring_them(house: Any) -> None:
    actor = house.actor("state_focal_point")
    with pytest.raises(NotAllowed):
        take(actor, lines(house), invented=True)
    assert CaseRow.objects.count() == 0
    assert take(actor, lines(house, exact=False), invented=True).stored == 3


@pytest.mark.django_db
def test_bad_rows_wait_for_their_owner_and_the_mended_row_goes_in(house: Any) -> None:
    actor = house.actor()
    imported = take(actor, ctdc("2019,Female,9--17,MLI,NGA", f"2019,{SECRET},9--17,MLI,NGA"), invented=True)
    assert (imported.stored, imported.refused) == (1, 1)
    view = collect.one_submission(actor, imported.submission)
    assert SECRET in [problem.found for problem in view.problems]
    bad = collect.bad_rows_file(actor, imported.submission)
    assert SECRET.encode() in bad
    mended = take(actor, bad.replace(SECRET.encode(), b"Male"), invented=True)
    assert (mended.stored, mended.refused) == (1, 0)
    assert count_cases(actor, filters=CaseFilter(sex="male")) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("owner", ["own", "real"])
def test_a_key_that_is_not_ours_is_sealed_or_dropped(house: Any, owner: str) -> None:
    """A sender's key may be a name. The control is a key of ours, which stays."""
    actor = house.actor("focal_point", getattr(house, owner))
    ours = "c" * 32
    rows = (f"2019,x,9--17,MLI,NGA,{key}" for key in ("Amina-Invented-1990", ours))
    content = "\n".join([f"{HEADER},palermo_key", *rows]).encode()
    imported = take(actor, content, invented=True)
    assert imported.refused == 2
    assert [row.key for row in BadRowRow.objects.order_by("row")] == ["", ours]
    assert everything().find(b"Amina") < 0
    bad = collect.bad_rows_file(actor, imported.submission).decode()
    assert "Amina-Invented-1990" in bad
    assert ours in bad
    assert bad.count("palermo_key") == 1


@pytest.mark.django_db
def test_what_was_found_in_a_file_is_sealed_with_it(house: Any) -> None:
    actor = house.actor("focal_point", house.real)
    imported = take(actor, ctdc(f"2019,{SECRET},9--17,MLI,NGA"))
    problem = ProblemRow.objects.exclude(row=0).get()
    assert problem.length == len(SECRET)
    assert everything().find(SECRET.encode()) < 0
    assert SECRET.encode() in collect.bad_rows_file(actor, imported.submission)
    vault.lock(actor.session)
    assert {each.found for each in collect.one_submission(actor, imported.submission).problems} == {None}
    with pytest.raises(PolicyRefusal, match="STORE-030"):
        collect.bad_rows_file(actor, imported.submission)


@pytest.mark.django_db
def test_the_search_of_every_value_would_find_it(house: Any, sealing_off: None) -> None:
    """The control: with sealing off, the same import leaves what was found for anybody to read."""
    take(house.actor(), ctdc(f"2019,{SECRET},9--17,MLI,NGA"), invented=True)
    assert everything().find(SECRET.encode()) >= 0


@pytest.mark.django_db
def test_a_file_sent_again_is_one_submission_that_opens(house: Any) -> None:
    actor = house.actor()
    for _ in range(2):
        imported = take(actor, ctdc(f"2019,{SECRET},9--17,MLI,NGA"))
    assert Submission.objects.count() == 1
    assert SECRET.encode() in collect.bad_rows_file(actor, imported.submission)


def everything() -> bytes:
    """Every value of every table, as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\n".join(found)


@pytest.mark.django_db
def test_another_role_does_not_see_what_was_found(house: Any) -> None:
    imported = take(house.actor(), ctdc(f"2019,{SECRET},9--17,MLI,NGA"), invented=True)
    view = collect.one_submission(house.actor("state_focal_point"), imported.submission)
    assert {problem.found for problem in view.problems} == {None}


@pytest.mark.django_db
def test_another_organisations_rows_answer_as_missing(house: Any) -> None:
    imported = take(house.actor(), lines(house), invented=True)
    other = house.actor("focal_point", house.other)
    assert list_cases(other).rows == ()
    answers = set()
    for ask in (
        lambda: one_case(other, f"{0:032x}"),
        lambda: one_case(other, "9" * 32),
        lambda: collect.one_submission(other, imported.submission),
        lambda: collect.one_submission(other, "9" * 32),
    ):
        with pytest.raises(Missing) as missing:
            ask()
        answers.add(str(missing.value))
    assert len(answers) == 1


@pytest.mark.django_db
def test_a_stopped_or_unreadable_import_leaves_nothing(house: Any) -> None:
    actor = house.actor()
    before = AuditEntry.objects.count()
    with pytest.raises(collect.Stopped):
        take(actor, lines(house), invented=True, cancelled=lambda: True)
    with pytest.raises(ProblemWithInput):
        take(actor, b"\x00\x01\x02")
    assert (CaseRow.objects.count(), Submission.objects.count()) == (0, 0)
    assert AuditEntry.objects.count() == before


@pytest.mark.django_db
def test_a_collector_sees_and_mends_only_what_was_recorded_by_the_collector(house: Any) -> None:
    mine, other = house.actor("collector"), house.actor("collector", team="b")
    take(mine, lines(house, exact=False), invented=True)
    assert (count_cases(mine), count_cases(other), count_cases(house.actor())) == (3, 0, 3)
    changed = encode_all([Case(id=f"{0:032x}", organisation=house.own, invented=True, sex="male")])
    with pytest.raises(NotAllowed, match="RIGHTS-003"):
        take(other, changed, invented=True)
    assert take(mine, changed, invented=True).superseded == 1


@pytest.mark.django_db
def test_a_label_is_settled_once_and_used_from_then_on(house: Any) -> None:
    actor = house.actor()
    row = "2019,Female,9--17,Invented Land,NGA"
    take(actor, ctdc(row), invented=True)
    assert [label.label for label in labels.unresolved(actor)] == ["Invented Land"]
    with pytest.raises(ProblemWithInput, match="STORE-041"):
        labels.settle(actor, "Amina Typed", area="MLI")
    labels.settle(actor, "Invented Land", area="MLI")
    assert labels.unresolved(actor) == ()
    assert take(actor, ctdc(row), invented=True).superseded == 1
    assert CaseRow.objects.get().citizenships == "MLI"
    assert "Invented Land" not in "".join(AuditEntry.objects.values_list("body", flat=True))


@pytest.mark.django_db
def test_a_label_stays_in_clear_only_where_a_return_says_it(house: Any) -> None:
    actor = house.actor()
    take(actor, encode_all([state_return(house)]))
    take(actor, ctdc("2019,Female,9--17,Invented Land,NGA"), invented=True)
    for label in ("Abania", "Invented Land"):
        labels.settle(actor, label, area="ALB")
    assert set(LabelDecision.objects.values_list("label", flat=True)) == {"Abania", None}
    assert labels.unresolved(actor) == ()


@pytest.mark.django_db(transaction=True)
def test_an_import_in_the_background_tells_how_far_it_is(house: Any) -> None:
    actor = house.actor()
    job = collect.start_import(actor, lines(house, number=3), invented=True)
    state = wait(actor, job)
    assert (state.outcome, state.problem) == ("done", "")
    assert collect.one_submission(actor, state.submission).line.stored == 5
    with pytest.raises(Missing):
        collect.import_state(house.actor("focal_point", house.other), job)


@pytest.mark.django_db(transaction=True)
def test_a_refused_import_in_the_background_says_why(house: Any) -> None:
    bare = accounts.create_organisation("Mission bare", short="BARE", kind="un_mission")
    house.rings[bare] = house.rings[house.own]
    actor = house.actor("focal_point", bare)
    state = wait(actor, collect.start_import(actor, lines(house)))
    assert state.outcome == "failed"
    assert state.problem.startswith("STORE-001")
    assert SECRET not in state.problem


@pytest.mark.django_db
def test_jobs_of_a_process_that_is_gone_are_marked(house: Any) -> None:
    actor = house.actor()
    from palermo.store import jobs

    job = jobs.begin(actor, kind="import", stage="reading", now=NOW)
    assert collect.close_interrupted() == 0, "this process's own job goes on"
    Job.objects.update(process="f" * 32)
    assert collect.close_interrupted() == 1
    assert collect.import_state(actor, job).outcome == "interrupted"


def wait(actor: Any, job: str) -> collect.ImportState:
    for _ in range(600):
        state = collect.import_state(actor, job)
        if not state.running:
            return state
        time.sleep(0.05)
    raise AssertionError("the import did not end")


@pytest.mark.django_db
def test_state_returns_go_in(house: Any) -> None:
    content = encode_all([state_return(house)])
    assert take(house.actor("state_focal_point"), content).stored == 1
    assert ReturnRow.objects.get().category == "Abania"


def state_return(house: Any) -> Any:
    from palermo.cases import StateReturn

    return StateReturn(
        id="1" * 32, organisation=house.own, iso3="MLI", country="Mali", region="Africa",
        subregion="Sub-Saharan Africa",
        indicator="Detected trafficking victims", dimension="by citizenship", category="Abania", sex="Total",
        age="Total", year=2020, unit="Counts", text="7", origin="GLOTIP", low=7, high=7,
        source=Source(layout="portal", row=4, natural="a" * 64 + ":4"),
    )  # fmt: skip


@pytest.mark.django_db
def test_one_import_at_a_time_per_organisation(house: Any) -> None:
    """The control: once the first one has ended, the next may start; another organisation never waits."""
    from palermo.store import jobs

    actor, other = house.actor(), house.actor(organisation=house.other)
    job = jobs.begin(actor, kind="import", stage="reading", now=NOW)
    with pytest.raises(ProblemWithInput, match="COLLECT-BUSY"):
        collect.start_import(actor, b"")
    assert jobs.under_way(actor, kind="import", now=NOW)
    assert not jobs.under_way(other, kind="import", now=NOW)
    jobs.end(job, outcome="done", now=NOW)
    assert not jobs.under_way(actor, kind="import", now=NOW)
