"""Does undoing an import restore what was before, exactly, and leave what something later stands on?"""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions import accounts, collect, erasure, exports, files, report, undo
from palermo.actions.cases import list_cases, one_case
from palermo.cases import Case, Detection, Name, Person, Place, Referral, Status, When, encode_all
from palermo.store import audit, indexing, undoing, vault
from palermo.store.models import (
    AuditEntry,
    CaseRow,
    Export,
    Holding,
    Intake,
    NameToken,
    PersonRow,
    RecordRow,
    ReturnRow,
    Submission,
    SupersededRow,
)
from tests.conftest import found_vault
from tests.proof import examples

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
NAMES = ("Invented Amina", "Invented Binta", "Invented Chidi")
KEPT = (CaseRow, PersonRow, RecordRow, ReturnRow, SupersededRow)


class Mission:
    """One organisation, its unlocked vault, and a clock that goes on."""

    def __init__(self) -> None:
        self.own = accounts.create_organisation("Mission", short="M", kind="un_mission", invented=True)
        user = accounts.create_user("focal", password="a quiet long sentence", checked=False)
        accounts.add_member(user, organisation=self.own, role="focal_point")
        self.actor = accounts.Actor(user, self.own, "focal_point", session=vault.new_session())
        vault.unlock(self.actor, found_vault(self.own))
        self.now = NOW

    def take(self, content: bytes) -> str:
        """The id of the intake."""
        self.now += timedelta(minutes=1)
        came = collect.import_file(self.actor, content, now=self.now, invented=True)
        return undo.intakes_of(self.actor, came.submission)[0].id

    def undo(self, intake: str) -> None:
        self.now += timedelta(minutes=1)
        undo.undo_import(self.actor, intake, now=self.now)

    def records(self, told: dict[int, int]) -> bytes:
        """Persons and cases by number, each in one of four versions, and a referral of every other case."""
        what = {"organisation": self.own, "invented": True}
        found: list[Any] = []
        for number, version in sorted(told.items()):
            area = ("MLI", "NER", "TCD", "SDN")[version]
            exact = Place(area=area, exact=f"Invented Well {version}") if number % 2 else Place(area=area)
            found += [
                Person(id=f"{number:x}".rjust(32, "f"), names=(Name(text=NAMES[version % 3]),), **what),
                Case(
                    id=f"{number:032x}",
                    person=f"{number:x}".rjust(32, "f"),
                    sex=("female", "male", "unknown", "female")[version],
                    statuses=(Status(step="identified", area=area, when=When.year_of(2020 + version)),),
                    detection=Detection(place=exact),
                    **what,
                ),
            ]
            if number % 2:
                text = {"service": "shelter", "to": f"Invented {version}"}
                found.append(Referral(id=f"{number:x}".rjust(32, "e"), case=f"{number:032x}", **text, **what))
        return encode_all(found)


def stored() -> dict[str, list[Any]]:
    """All rows as they rest, but for integer keys, and `indexed`: names are found again after unlocking."""
    told: dict[str, list[Any]] = {}
    for table in KEPT:
        names = [f.attname for f in table._meta.concrete_fields if f.attname not in ("id", "indexed")]
        rows = table.objects.values_list(*names)
        plain = (tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows)
        told[table.__name__] = sorted(plain, key=repr)
    return told


def seen(mission: Mission) -> list[Any]:
    """What lists, pages and tables say."""
    listed = list_cases(mission.actor)
    cases = [one_case(mission.actor, row.id) for row in listed.rows]
    tables = report.build_tables(mission.actor, on=NOW.date())
    return [listed.rows, [(one.case, one.person, one.referrals) for one in cases], tables]


FILES = st.lists(
    st.dictionaries(st.integers(0, 5), st.integers(0, 3), min_size=1, max_size=5), min_size=1, max_size=5
)


@pytest.fixture(autouse=True)
def _quick_passwords(request: Any) -> None:
    request.getfixturevalue("settings").PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.django_db
@settings(max_examples=examples(12), deadline=None)
@given(FILES)
def test_import_and_undo_restore_what_was_before(told: list[dict[int, int]]) -> None:
    """Any sequence of imports that overlap, undone from the last to the first: each state comes back."""
    with transaction.atomic():
        mission = Mission()
        before, intakes = [stored()], []
        for each in told:
            intakes.append(mission.take(mission.records(each)))
            before.append(stored())
        for intake in reversed(intakes):
            assert stored() == before.pop()
            mission.undo(intake)
        assert stored() == before.pop()
        assert not any(stored().values())
        assert audit.verify(mission.own) is None
        transaction.set_rollback(True)


def broken(told: list[dict[int, int]], order: list[int]) -> list[str]:
    """Ids that an import which stands brought last, and that are gone or not as it brought them, while the
    imports are undone in this order.
    """
    mission, last, intakes = Mission(), dict[str, tuple[int, bytes]](), []
    for number, each in enumerate(told):
        intakes.append(mission.take(mission.records(each)))
        held = prints()
        brought = {key for n in each for key in (f"{n:032x}", f"{n:x}".rjust(32, "f"))}
        brought |= {f"{n:x}".rjust(32, "e") for n in each if n % 2}
        last |= {key: (number, held[key]) for key in brought}
    undone, wrong = set[int](), list[str]()
    for number in order:
        with contextlib.suppress(PolicyRefusal, ProblemWithInput):
            mission.undo(intakes[number])
            undone.add(number)
        held = prints()
        wrong += [key for key, (by, as_was) in last.items() if by not in undone and held.get(key) != as_was]
    return wrong


def prints() -> dict[str, bytes]:
    return {
        one: bytes(value)
        for table in (CaseRow, PersonRow, RecordRow)
        for one, value in table.objects.values_list("public_id", "fingerprint")
    }


@pytest.mark.django_db
@settings(max_examples=examples(25), deadline=None)
@given(FILES.flatmap(lambda told: st.tuples(st.just(told), st.permutations(range(len(told))))))
def test_in_any_order_nothing_goes_that_an_import_which_stands_brought_last(
    told: tuple[list[dict[int, int]], list[int]],
) -> None:
    with transaction.atomic():
        assert broken(told[0], told[1]) == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("told", [[{1: 0}, {1: 0}], [{1: 0}, {1: 1}, {1: 1}]])
@pytest.mark.django_db
def test_that_law_sees_what_was_lost_before_imports_noted_what_they_met(told: Any, monkeypatch: Any) -> None:
    order = [len(told) - 2]
    monkeypatch.setattr(undoing, "_brought_again", lambda intake, found: None)
    assert broken(told, order) != []


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission()


def left(mission: Mission, intake: str) -> dict[str, int]:
    return undo.preview(mission.actor, intake).reasons


def test_lists_pages_and_tables_say_the_same_as_before(mission: Mission) -> None:
    mission.take(mission.records({0: 0, 1: 1}))
    before = seen(mission)
    second = mission.take(mission.records({0: 2, 1: 2, 2: 0, 3: 3}))
    assert seen(mission) != before, "the control"
    preview = undo.preview(mission.actor, second)
    assert (preview.withdrawn, preview.restored, preview.remaining) == (5, 5, 0)
    mission.undo(second)
    assert seen(mission) == before


def test_a_law_that_restores_nothing_would_be_seen(mission: Mission, monkeypatch: Any) -> None:
    """The control of the law: were the version before not brought back, the rows would differ."""
    mission.take(mission.records({1: 0}))
    before = stored()
    second = mission.take(mission.records({1: 1}))
    monkeypatch.setattr(undoing, "_as_before", lambda row, earlier: None)
    mission.undo(second)
    assert stored() != before


def test_what_a_later_import_changed_stays_until_that_one_is_undone(mission: Mission) -> None:
    first = mission.take(mission.records({0: 0, 1: 0}))
    second = mission.take(mission.records({0: 1}))
    assert left(mission, first) == {"later": 2}
    mission.undo(first)
    assert [row.public_id for row in CaseRow.objects.all()] == [f"{0:032x}"]
    assert Intake.objects.get(public_id=first).remaining == 2
    mission.undo(second)
    assert left(mission, first) == {}
    mission.undo(first)
    assert not any(stored().values())


def test_what_a_later_import_brought_again_stays_until_that_one_is_undone(mission: Mission) -> None:
    """With its person and its referral; also where two later ones brought it."""
    first = mission.take(mission.records({0: 0, 1: 0}))
    later = [mission.take(mission.records({1: 0, 2: version})) for version in (0, 1)]
    assert left(mission, first) == {"met_again": 3}
    mission.undo(first)
    assert sorted(row.public_id for row in CaseRow.objects.all()) == [f"{1:032x}", f"{2:032x}"]
    mission.undo(later[1])
    assert left(mission, first) == {"met_again": 3}, "the first of the two still stands"
    assert undo.preview(mission.actor, later[0]).met == 3
    mission.undo(later[0])
    assert left(mission, first) == {}
    mission.undo(first)
    assert not any(stored().values())


def test_a_case_whose_referral_came_again_stays(mission: Mission) -> None:
    first = mission.take(mission.records({1: 0}))
    referral = mission.records({1: 0}).splitlines(keepends=True)[-1]
    mission.take(referral)
    assert left(mission, first) == {"met_again": 1, "referred": 2}
    with pytest.raises(PolicyRefusal, match="IMPORT-005"):
        mission.undo(first)


def test_an_import_of_which_all_must_stay_still_lets_go_of_what_it_brought_again(mission: Mission) -> None:
    first = mission.take(mission.records({0: 0}))
    second = mission.take(mission.records({0: 0, 1: 0}))
    files.attach(mission.actor, f"{1:032x}", content=b"an invented note", title="Invented")
    mission.undo(second)
    assert left(mission, first) == {}
    with pytest.raises(PolicyRefusal, match="IMPORT-005"):
        mission.undo(second)


def test_of_an_import_from_before_all_that_its_file_holds_is_taken_as_brought_again(mission: Mission) -> None:
    first = mission.take(mission.records({0: 0, 1: 0}))
    second = mission.take(mission.records({1: 0}))
    Intake.objects.filter(public_id=second).update(met=None)
    assert left(mission, first) == {"met_again": 3}
    Holding.objects.all().delete()
    assert left(mission, first) == {"met_again": 5}, "nobody knows"


def test_undone_twice_changes_nothing_and_says_so(mission: Mission) -> None:
    intake = mission.take(mission.records({0: 0}))
    mission.undo(intake)
    entries = AuditEntry.objects.count()
    with pytest.raises(ProblemWithInput, match="IMPORT-004"):
        mission.undo(intake)
    assert AuditEntry.objects.count() == entries


def test_the_same_file_goes_in_again_after_it_was_undone(mission: Mission) -> None:
    content = mission.records({0: 0, 1: 1})
    first = mission.take(content)
    before = stored()
    mission.undo(first)
    second = mission.take(content)
    assert Submission.objects.count() == 1
    assert [len(rows) for rows in stored().values()] == [len(rows) for rows in before.values()]
    lines = undo.intakes_of(mission.actor, Submission.objects.get().public_id)
    assert [(line.id, line.undone is not None) for line in lines] == [(second, False), (first, True)]
    mission.undo(second)
    assert not any(stored().values())


def test_a_case_with_an_attached_file_stays_whole(mission: Mission) -> None:
    """With its person and its referral; the others go."""
    intake = mission.take(mission.records({0: 0, 1: 0}))
    files.attach(mission.actor, f"{1:032x}", content=b"an invented note", title="Invented")
    assert left(mission, intake) == {"files": 3}
    mission.undo(intake)
    assert [row.public_id for row in CaseRow.objects.all()] == [f"{1:032x}"]
    assert one_case(mission.actor, f"{1:032x}").person is not None
    assert RecordRow.objects.count() == 1


def test_erased_stays_erased(mission: Mission) -> None:
    mission.take(mission.records({0: 0, 1: 0}))
    second = mission.take(mission.records({0: 1, 1: 1}))
    erasure.erase_person(mission.actor, f"{1:032x}", reason="person_asked", now=mission.now)
    assert left(mission, second) == {"erased": 3}
    mission.undo(second)
    assert PersonRow.objects.get(public_id=f"{1:x}".rjust(32, "f")).sealed is None
    assert CaseRow.objects.get(public_id=f"{1:032x}").version == 2
    assert CaseRow.objects.get(public_id=f"{0:032x}").version == 1


def test_a_person_of_whom_a_later_case_speaks_stays(mission: Mission) -> None:
    first = mission.take(mission.records({0: 0}))
    what = {"organisation": mission.own, "invented": True, "person": f"{0:x}".rjust(32, "f")}
    mission.take(encode_all([Case(id="d" * 32, sex="male", **what)]))
    assert left(mission, first) == {"referred": 1}
    mission.undo(first)
    assert one_case(mission.actor, "d" * 32).person is not None


def test_where_the_earlier_version_is_from_before_it_stays(mission: Mission) -> None:
    mission.take(mission.records({0: 0}))
    second = mission.take(mission.records({0: 1}))
    SupersededRow.objects.update(columns="")
    assert left(mission, second) == {"no_earlier": 2}
    with pytest.raises(PolicyRefusal, match="IMPORT-005"):
        mission.undo(second)


def test_names_of_what_went_are_found_no_more(mission: Mission) -> None:
    mission.take(mission.records({0: 0}))
    second = mission.take(mission.records({0: 1, 2: 1}))
    indexing.index_some(mission.actor, vault.ring(mission.actor))
    mission.undo(second)
    assert NameToken.objects.count() == 0
    indexing.index_some(mission.actor, vault.ring(mission.actor))
    ring = vault.ring(mission.actor)
    assert len(indexing.persons_called(mission.actor, NAMES[0], ring)) == 1
    assert indexing.persons_called(mission.actor, NAMES[1], ring) == []


def test_exports_since_are_told(mission: Mission) -> None:
    intake = mission.take(mission.records({0: 0}))
    export = exports.ask(mission.actor, "coded")
    Export.objects.filter(public_id=export).update(content=b"sealed")
    assert undo.preview(mission.actor, intake).exports == 1


def test_one_entry_says_what_was_taken_back(mission: Mission) -> None:
    intake = mission.take(mission.records({0: 0, 1: 0}))
    mission.undo(intake)
    body = AuditEntry.objects.order_by("-id")[0].body
    assert '"action":"undo.undo_import"' in body
    assert '"withdrawn":5' in body


def test_two_imports_at_one_instant_are_told_apart(mission: Mission) -> None:
    for version in (0, 1):
        collect.import_file(mission.actor, mission.records({0: version}), now=NOW, invented=True)
    first, second = Intake.objects.order_by("at")
    assert first.at < second.at
    mission.undo(second.public_id)
    assert CaseRow.objects.get().version == 1
