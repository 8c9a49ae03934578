"""Does each class of data end on its day, not before, and without a change of any table?"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from palermo.actions import erasure, report
from palermo.actions.cases import one_case
from palermo.cases import Case, Person, encode_all
from palermo.codes.policies import policy
from palermo.store import audit, retention
from palermo.store.models import (
    AttachedFile,
    AuditEntry,
    BreakGlass,
    CaseRow,
    Export,
    PersonRow,
    RecordRow,
    Submission,
    SupersededRow,
)
from tests.actions.erasable import LATER, NOW, Mission, ids
from tests.proof import examples
from tests.strategies import CASES

YEARS = policy("retention", on=date(2026, 11, 1)).value
TICK = timedelta(microseconds=1)
FEW = settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def mission(house: Any) -> Mission:
    made = Mission(house, house.actor())
    made.fill()
    return made


def after(start: datetime, years: int) -> datetime:
    return start.replace(year=start.year + years)


BORDERS: dict[str, tuple[Any, datetime]] = {
    "submission": (Submission, after(NOW, YEARS["submission_years"])),
    "superseded": (SupersededRow, after(LATER, YEARS["superseded_years"])),
    "identity": (PersonRow, after(LATER, YEARS["identity_years"])),
    "protection_sensitive": (RecordRow, after(NOW, YEARS["protection_sensitive_years"])),
    "files": (AttachedFile, after(NOW, YEARS["files_years"])),
    "break_glass": (BreakGlass, after(NOW, YEARS["break_glass_years"])),
}


@pytest.mark.django_db
@pytest.mark.parametrize("data_class", BORDERS)
def test_a_class_ends_on_its_day_and_not_before(mission: Mission, data_class: str) -> None:
    table, end = BORDERS[data_class]
    held = table.objects.exclude(data_key=None).count()
    assert held
    erasure.end_retention(end - TICK)
    assert table.objects.exclude(data_key=None).count() == held
    ended = erasure.end_retention(end)
    assert data_class in {one.data_class for one in ended}
    assert table.objects.exclude(data_key=None).count() < held
    assert not table.objects.filter(sealed=None, erased=None).exists()
    assert audit.verify(mission.house.own) is None


@pytest.mark.django_db
def test_an_export_ends_when_it_expires_and_after_thirty_days_at_the_latest(mission: Mission) -> None:
    first, *_others = Export.objects.order_by("id")
    Export.objects.filter(id=first.id).update(expires=NOW + timedelta(hours=1))
    erasure.end_retention(NOW + timedelta(hours=1))
    assert [one.content is None for one in Export.objects.order_by("id")] == [True, False, False]
    erasure.end_retention(NOW + timedelta(days=YEARS["exports_days"]))
    assert not Export.objects.exclude(content=None).exists()


@pytest.mark.django_db
def test_a_change_of_one_case_keeps_the_identity(mission: Mission) -> None:
    """A new case of the person, years later: the period of the identity begins anew."""
    fresh = NOW + timedelta(days=5 * 365)
    own = {"organisation": mission.house.own, "invented": True}
    mission.take(encode_all([Case(id="e" * 32, person=ids(0)["person"], **own)]), fresh)
    moment = timedelta(seconds=1)  # imports of one instant have instants of their own
    erasure.end_retention(after(LATER, YEARS["identity_years"]) + moment)
    held = PersonRow.objects.exclude(data_key=None).values_list("public_id", flat=True)
    assert list(held) == [ids(0)["person"]]
    erasure.end_retention(after(fresh, YEARS["identity_years"]))
    assert not PersonRow.objects.exclude(data_key=None).exists()


@pytest.mark.django_db
def test_what_is_due_is_what_ends_and_the_second_run_finds_nothing(mission: Mission) -> None:
    end = after(LATER, 8)
    due, entries = erasure.due(end), AuditEntry.objects.count()
    assert AuditEntry.objects.count() == entries, "looking writes nothing"
    assert erasure.end_retention(end) == due
    assert {one.data_class for one in due} == set(BORDERS) - {"protection_sensitive"} | {"exports"}
    assert erasure.due(end) == erasure.end_retention(end) == ()


@pytest.mark.django_db
def test_each_batch_is_a_transaction_with_its_entry(
    mission: Mission, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off after the first batch, what it did stands and is in the chain; the next run does the rest."""
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention.due, "__kwdefaults__", {"most": 2})
    end = after(NOW, YEARS["submission_years"])
    held = Submission.objects.exclude(data_key=None).count()
    place = retention.places()[0]
    assert erasure._end_some(place, retention.CLASSES[0], end, []) == 2
    assert Submission.objects.exclude(data_key=None).count() == held - 2
    body = msgspec.json.decode(AuditEntry.objects.order_by("-id")[0].body)
    assert (body["actor"], body["action"]) == ("operator", "erasure.end_retention")
    assert body["details"] == {"class": "submission", "submissions": 2}
    erasure.end_retention(end + timedelta(days=1))
    assert not Submission.objects.exclude(data_key=None).exists()


@pytest.mark.django_db
def test_coded_parts_stay_readable_after_everything_has_ended(mission: Mission) -> None:
    erasure.end_retention(after(NOW, 30))
    for table in (CaseRow, PersonRow, RecordRow, Submission, SupersededRow, AttachedFile, BreakGlass):
        assert not table.objects.exclude(data_key=None).exists()
        assert not table.objects.exclude(sealed=None).exists()
    view = one_case(mission.actor, ids(1)["case"])
    assert (view.case.sex, view.case.status, view.person) == ("female", "identified", None)


@pytest.mark.django_db
@FEW
@given(cases=st.lists(CASES, min_size=1, max_size=4), chosen=st.integers(0, 3), wait=st.integers(0, 12))
def test_no_erasure_and_no_end_of_a_period_changes_a_table(
    house: Any, cases: list[Case], chosen: int, wait: int
) -> None:
    """Any cases with persons, whichever is erased and whatever has ended: all tables are what they were."""
    actor = _actor(house)
    with undone():
        own: Callable[[int], dict[str, Any]] = lambda n: {  # noqa: E731
            "id": f"{n:032x}", "organisation": house.own, "invented": True,
        }  # fmt: skip
        told = [
            msgspec.structs.replace(case, **own(n), person=f"{100 + n // 2:032x}", arrived=None)
            for n, case in enumerate(cases)
        ]
        persons = [Person(**own(100 + n)) for n in range(2)]
        Mission(house, actor).take(encode_all([*persons, *told]))
        stored = CaseRow.objects.order_by("id").values_list("public_id", flat=True)
        assume(stored)  # allegations against personnel leave by a channel of their own
        before = _tables(actor)
        erasure.erase_person(actor, stored[chosen % len(stored)], reason="person_asked", now=LATER)
        assert _tables(actor) == before
        erasure.end_retention(after(NOW, wait))
        assert _tables(actor) == before


def _actor(house: Any) -> Any:
    if not hasattr(house, "one"):
        house.one = house.actor()
    return house.one


def _tables(actor: Any) -> list[Any]:
    report.forget()
    built = report.build_tables(actor, on=date(2026, 11, 5))
    by_person = report.build_tables(actor, on=date(2026, 11, 5), unit="person")
    return [msgspec.to_builtins(table) for table in (*built, *by_person)]


class undone:
    """A transaction that is taken back, so that each example begins with nothing."""

    def __enter__(self) -> None:
        self.held = transaction.atomic()
        self.held.__enter__()

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(True)
        self.held.__exit__(None, None, None)


@pytest.mark.django_db
def test_the_tables_would_show_it(mission: Mission) -> None:
    """The control: a case that is removed instead of erased changes them."""
    before = _tables(mission.actor)
    CaseRow.objects.filter(public_id=ids(0)["case"]).delete()
    assert _tables(mission.actor) != before


def test_a_leap_day_ends_on_the_28th() -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert retention.years_before(leap, 1) == datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert retention.years_before(leap, 4) == datetime(2024, 2, 29, 12, tzinfo=UTC)
