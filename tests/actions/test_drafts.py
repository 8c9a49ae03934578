"""Is a draft looked at without going in, mended cell by cell, and committed with what was mended?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from palermo import NotAllowed, ProblemWithInput
from palermo.actions import accounts, collect, conduct, drafts, erasure, mending, undo
from palermo.actions.cases import count_cases, list_cases, one_case
from palermo.actions.imports import Busy
from palermo.codes.phrases import Phrase
from palermo.protect import keys
from palermo.store import drafts as store
from palermo.store import jobs, rekeying, vault
from palermo.store.access import Missing
from palermo.store.models import (
    AuditEntry,
    BadRowRow,
    CaseRow,
    ColumnMemory,
    ConductRow,
    Holding,
    PersonRow,
    Submission,
)
from tests.actions.dirty import SECRET, ctdc, done, wait
from tests.actions.erasable import Mission
from tests.actions.test_import import lines
from tests.collect.sent import workbook
from tests.store.test_nothing_in_clear import columns_with_it

COMMITS = pytest.mark.django_db(transaction=True)
HTCDS = ("First Name", "Gender", "Trafficking Status", "Type of Exploitation", "Relationship to Trafficker")


def place_of(view: Any, name: str) -> int:
    return next(column.place for column in view.columns if column.name == name)


def dirty(actor: Any) -> str:
    rows = ("2019,Femal,9--17,MLI,NGA", "2019,Female,9--17,MLI,NGA", f"19x9,{SECRET},9--17,MLI,NGA")
    return done(actor, drafts.start(actor, [ctdc(*rows, "2020,Femal,9--17,MLI,NGA")], invented=True))


@COMMITS
def test_a_draft_is_mended_committed_and_undone(house: Any) -> None:
    actor = house.actor()
    draft = dirty(actor)
    assert CaseRow.objects.count() == 0
    view = drafts.one_draft(actor, draft)
    assert (view.line.rows, view.line.stored, view.line.refused) == (4, 1, 3)
    assert [row.row for row in view.rows] == [2, 4, 5]
    assert SECRET in [cell.text for row in view.rows for cell in row.faulty]
    gender = place_of(view, "gender")
    assert done(actor, mending.mend(actor, draft, 2, gender, "Female")) == draft
    view = drafts.one_draft(actor, draft)
    assert (view.line.stored, view.line.refused, view.line.mended) == (2, 2, 1)
    submission = done(actor, drafts.commit(actor, draft))
    assert count_cases(actor) == 2
    assert drafts.list_drafts(actor) == ()
    line = collect.one_submission(actor, submission).line
    assert (line.mended, line.stored, line.refused) == (1, 2, 2)
    (intake,) = undo.intakes_of(actor, submission)
    assert done(actor, undo.start(actor, intake.id)) == submission
    assert count_cases(actor) == 0
    assert undo.intakes_of(actor, submission)[0].undone is not None


@COMMITS
def test_each_change_can_be_taken_back(house: Any) -> None:
    actor = house.actor()
    draft = dirty(actor)
    gender = place_of(drafts.one_draft(actor, draft), "gender")
    done(actor, mending.mend_all(actor, draft, 2, gender, "Female"))
    view = drafts.one_draft(actor, draft)
    assert (view.line.stored, view.line.refused) == (3, 1), "both rows that say so"
    done(actor, mending.mend(actor, draft, 4, gender, "Male"))
    done(actor, mending.mend(actor, draft, 4, place_of(view, "yearOfRegistration"), "1999"))
    view = drafts.one_draft(actor, draft)
    assert view.line.refused == 0
    assert [(m.row, m.found, m.value) for m in view.mends] == [
        (4, SECRET, "Male"), (4, "19x9", "1999"), (0, "Femal", "Female"),
    ]  # fmt: skip
    for mended in view.mends:
        done(actor, mending.take_back(actor, draft, mended.id))
    view = drafts.one_draft(actor, draft)
    assert (view.line.refused, view.mends) == (3, ())


@COMMITS
def test_rows_are_shown_by_problem_and_some_at_a_time(house: Any) -> None:
    actor = house.actor()
    content = ctdc(*[f"2019,Wrong{n},9--17,MLI,NGA" for n in range(45)], "19x9,Male,9--17,MLI,NGA")
    draft = drafts.keep(actor, content, invented=True)
    first = drafts.one_draft(actor, draft)
    assert (len(first.rows), first.more) == (20, True)
    last = drafts.one_draft(actor, draft, after=41)
    assert ([row.row for row in last.rows], last.more) == ([42, 43, 44, 45, 46, 47], False)
    years = drafts.one_draft(actor, draft, code="COLLECT-025")
    assert [row.row for row in years.rows] == [47]
    assert dict(years.codes) == {"COLLECT-024": 45, "COLLECT-025": 1}


CHANGES = (
    lambda actor, draft: mending.mend(actor, draft, 2, 1, "Female"),
    lambda actor, draft: mending.mend_all(actor, draft, 2, 1, "Female"),
    lambda actor, draft: mending.take_back(actor, draft, "0" * 32),
    lambda actor, draft: mending.map_columns(actor, draft, {1: ""}),
    lambda actor, draft: mending.forget_columns(actor, draft),
    lambda actor, draft: drafts.read_again(actor, draft, layout="ctdc-62"),
    drafts.commit,
    drafts.discard,
)


@COMMITS
@pytest.mark.parametrize("kind", ["draft", "import"])
def test_while_work_on_a_draft_runs_nothing_else_changes_it(house: Any, kind: str) -> None:
    actor = house.actor()
    draft, other = dirty(actor), drafts.keep(actor, ctdc("2021,Femal,9--17,MLI,NGA"), invented=True)
    row = Submission.objects.get(public_id=draft)
    job = jobs.begin(actor, kind=kind, stage="reading", now=datetime.now(UTC), about=row)
    for change in CHANGES:
        with pytest.raises(Busy, match="IMPORT-007"):
            change(actor, draft)
    assert drafts.one_draft(actor, draft).line.mended == 0
    drafts.discard(actor, other)
    jobs.end(job, outcome="stopped", now=datetime.now(UTC))
    drafts.discard(actor, draft)
    assert drafts.list_drafts(actor) == ()


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_a_draft_is_read_under_the_lock_only(house: Any, change: Any) -> None:
    """Else two that change it at once would both begin with the same, and one would be lost."""
    actor = house.actor()
    draft = drafts.keep(actor, ctdc("2019,Femal,9--17,MLI,NGA"), invented=True)
    with CaptureQueriesContext(connection) as asked:
        change(actor, draft)
    said = [one["sql"] for one in asked]
    locked = next(n for n, sql in enumerate(said) if "audithead" in sql.lower())
    read = next(n for n, sql in enumerate(said) if 'FROM "store_submission"' in sql and draft in sql)
    assert locked < read


@pytest.mark.django_db
def test_of_a_draft_that_is_no_more_nothing_stays_in_memory(house: Any) -> None:
    actor = house.actor()
    vault.lock(actor.session)
    row = store.begin(actor, digest="", layout="ctdc-37", area="", invented=True, now=datetime.now(UTC))
    store.write(row, b"x", store.Choices(), ring=None, now=datetime.now(UTC))
    store.discard(row)
    with pytest.raises(DatabaseError):
        store.write(row, b"y", store.Choices(), ring=None, now=datetime.now(UTC))
    assert row.public_id not in store._memory


@COMMITS
def test_what_is_wrong_with_a_row_can_be_translated(house: Any) -> None:
    actor = house.actor()
    draft = drafts.keep(actor, ctdc("2019,Female"), invented=True)
    (row,) = drafts.one_draft(actor, draft).rows
    told = [text for cell in (*row.whole, *row.faulty) for text in (cell.expected, cell.todo)]
    assert any(isinstance(text, Phrase) and text.values for text in told)
    assert not any(text.startswith("{") for text in told)


@COMMITS
def test_a_column_is_read_as_another_field_and_that_is_remembered(house: Any) -> None:
    actor = house.actor()
    header = "yearOfRegistration,gender,ageBroad,Nacionalidad,CountryOfExploitation"
    content = ctdc("2019,Female,9--17,MLI,NGA", header=header)
    draft = done(actor, drafts.start(actor, [content], layout="ctdc-27", invented=True))
    view = drafts.one_draft(actor, draft)
    column = view.columns[3]
    assert (column.label, column.is_read, column.samples) == ("Nacionalidad", False, ("MLI",))
    done(actor, mending.map_columns(actor, draft, {3: "citizenship"}))
    submission = done(actor, drafts.commit(actor, draft))
    assert CaseRow.objects.get().citizenships == "MLI"
    assert "Nacionalidad" not in str(list(ColumnMemory.objects.values()))
    again = done(actor, drafts.start(actor, [ctdc("2020,Male,9--17,NER,NGA", header=header)], invented=True))
    view = drafts.one_draft(actor, again)
    assert (view.remembered, view.columns[3].name) == (True, "citizenship")
    done(actor, mending.forget_columns(actor, again))
    assert not drafts.one_draft(actor, again).columns[3].is_read
    assert ColumnMemory.objects.count() == 0
    other = house.actor(organisation=house.other)
    draft = drafts.keep(other, content, invented=True)
    assert not drafts.one_draft(other, draft).columns[3].is_read, "another organisation remembers nothing"
    assert collect.one_submission(actor, submission).line.stored == 1


@COMMITS
def test_two_columns_are_not_one_field(house: Any) -> None:
    actor = house.actor()
    draft = dirty(actor)
    for mapping, code in (
        ({3: "gender"}, "IMPORT-002"),
        ({3: SECRET}, "IMPORT-003"),
        ({99: ""}, "IMPORT-003"),
    ):
        with pytest.raises(ProblemWithInput, match=code) as refused:
            mending.map_columns(actor, draft, mapping)
        assert SECRET not in str(refused.value)


@COMMITS
def test_rows_that_stayed_out_of_an_import_are_mended_in_place(house: Any) -> None:
    actor = house.actor()
    came = collect.import_file(
        actor, ctdc("2019,Femal,9--17,MLI,NGA", "2019,Male,9--17,MLI,NGA"), invented=True
    )
    draft = done(actor, drafts.from_bad_rows(actor, came.submission))
    view = drafts.one_draft(actor, draft)
    (row,) = view.rows
    done(actor, mending.mend(actor, draft, row.row, place_of(view, "gender"), "Female"))
    done(actor, drafts.commit(actor, draft))
    assert count_cases(actor) == 2
    again = collect.import_file(actor, ctdc("2019,Female,9--17,MLI,NGA"), invented=True)
    assert again.stored == 1, "another file is another case"


@COMMITS
def test_the_mended_row_takes_the_place_of_the_one_that_the_same_file_brings(house: Any) -> None:
    """The natural key is that of the file as it came, so that mending makes no second case."""
    actor = house.actor()
    draft = dirty(actor)
    done(actor, mending.mend(actor, draft, 2, 1, "Female"))
    done(actor, drafts.commit(actor, draft))
    before = {row.id for row in list_cases(actor).rows}
    again = dirty(actor)
    done(actor, mending.mend(actor, again, 2, 1, "Male"))
    view = drafts.one_draft(actor, again)
    assert (view.line.stored, view.line.superseded, view.line.unchanged) == (0, 1, 1)
    done(actor, drafts.commit(actor, again))
    assert {row.id for row in list_cases(actor).rows} == before
    assert Submission.objects.count() == 1


@COMMITS
def test_several_files_become_drafts_and_one_that_cannot_be_read_is_told(house: Any) -> None:
    actor = house.actor()
    good = ctdc("2019,Female,9--17,MLI,NGA"), ctdc("2020,Female,9--17,MLI,NGA")
    state = wait(actor, drafts.start(actor, [good[0], SECRET.encode(), good[1]], invented=True))
    assert state.outcome == "failed"
    assert "File 2 of 3: COLLECT-002" in state.problem
    assert isinstance(state.problem, Phrase)
    assert isinstance(state.problem.values["problem"], Phrase), "each part can be translated"
    assert SECRET not in state.problem
    assert len(drafts.list_drafts(actor)) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("owner", ["own", "real"])
def test_nothing_of_a_draft_is_in_clear(house: Any, owner: str) -> None:
    actor = house.actor(organisation=getattr(house, owner))
    header = f"yearOfRegistration,gender,ageBroad,citizenship,{SECRET}"
    content = ctdc(f"2019,{SECRET},9--17,MLI,x", f"2019,Female,9--17,{SECRET},{SECRET}", header=header)
    drafts.keep(actor, content, invented=owner == "own")
    drafts.keep(actor, lines(house), invented=owner == "own")
    assert columns_with_it() == set()


@pytest.mark.django_db
def test_with_sealing_off_it_is_found(house: Any, sealing_off: None) -> None:
    """The control: the same file, and the search finds it where sealed values would be."""
    drafts.keep(house.actor(), ctdc(f"2019,{SECRET},9--17,MLI,NGA"), invented=True)
    assert {name for _, name in columns_with_it()} == {"cells", "sealed", "choices", "found"}


@COMMITS
def test_what_is_found_is_for_who_unlocked_the_vault(house: Any) -> None:
    actor = house.actor()
    draft = dirty(actor)
    vault.lock(actor.session)
    view = drafts.one_draft(actor, draft)
    assert view.locked
    assert SECRET not in repr(view)
    assert {cell.text for row in view.rows for cell in row.faulty} == {None}
    with pytest.raises(vault.Locked):
        mending.mend(actor, draft, 2, 1, "Female")
    with pytest.raises(vault.Locked):
        drafts.commit(actor, draft)
    with pytest.raises(Missing):
        drafts.one_draft(house.actor(organisation=house.other), draft)
    collector = house.actor("collector")
    with pytest.raises(Missing):
        drafts.one_draft(collector, draft)


@COMMITS
def test_where_nothing_can_seal_it_a_draft_waits_in_memory_only(house: Any) -> None:
    bare = accounts.create_organisation("Mission bare", short="BARE", kind="un_mission")
    house.rings[bare] = house.rings[house.own]
    actor = house.actor("focal_point", bare)
    vault.lock(actor.session)
    draft = done(
        actor, drafts.start(actor, [ctdc("2019,Femal,9--17,MLI,NGA", f"{SECRET},Male,9--17,MLI,NGA")])
    )
    row = Submission.objects.get(public_id=draft)
    assert (row.sealed, row.choices, row.data_key) == (None, None, None)
    assert BadRowRow.objects.filter(cells=None).count() == 2
    assert drafts.one_draft(actor, draft).line.in_memory
    done(actor, mending.mend(actor, draft, 2, 1, "Female"))
    assert drafts.one_draft(actor, draft).line.refused == 1
    assert columns_with_it() == set()
    done(actor, drafts.commit(actor, draft))
    assert count_cases(actor) == 1
    again = done(actor, drafts.start(actor, [ctdc("2019,Femal,9--17,MLI,NGA")]))
    store._memory.clear()
    with pytest.raises(ProblemWithInput, match="IMPORT-001"):
        drafts.commit(actor, again)
    assert drafts.one_draft(actor, again).line.refused == 1, "the page still opens"
    drafts.discard(actor, again)
    state = wait(actor, drafts.start(actor, [lines(house)]))
    assert (state.outcome, state.problem[:9]) == ("failed", "STORE-001")


@pytest.mark.django_db
def test_a_draft_ends_by_itself(house: Any) -> None:
    actor = house.actor()
    draft = drafts.keep(actor, ctdc("2019,Femal,9--17,MLI,NGA"), invented=True)
    row = Submission.objects.get(public_id=draft)
    assert row.expires - row.arrived == timedelta(days=7)
    late = row.expires + timedelta(seconds=1)
    assert [one.data_class for one in erasure.due(late)] == ["drafts"]
    erasure.end_retention(late)
    row.refresh_from_db()
    assert (row.sealed, row.choices, row.data_key) == (None, None, None)
    with pytest.raises(Missing):
        drafts.one_draft(actor, draft)
    drafts.keep(actor, ctdc("2020,Female,9--17,MLI,NGA"), invented=True)
    assert not Submission.objects.filter(public_id=draft).exists()


@pytest.mark.django_db
def test_erasing_a_person_takes_a_draft_that_speaks_of_them(house: Any) -> None:
    mission = Mission(house, house.actor())
    mission.take(mission.file(0, 1))
    draft = drafts.keep(mission.actor, mission.file(0, notes="mended"), invented=True)
    assert Holding.objects.filter(submission__public_id=draft).exists()
    case = CaseRow.objects.order_by("public_id")[0].public_id
    assert erasure.preview_erasure(mission.actor, case).submissions == 2
    erasure.erase_person(mission.actor, case, reason="person_asked")
    assert Submission.objects.get(public_id=draft).choices is None
    with pytest.raises(Missing):
        drafts.one_draft(mission.actor, draft)
    later = drafts.keep(mission.actor, mission.file(0, notes="again"), invented=True)
    row = Submission.objects.get(public_id=later)
    assert (row.sealed, row.data_key) == (None, None), "one that comes later waits in memory only"


@COMMITS
def test_rows_that_accuse_personnel_leave_at_once(house: Any) -> None:
    """Also when a mend makes them speak; what stays is as if the file had never held them."""
    actor = house.actor()
    admin, pair = house.actor("administrator"), keys.new_pair()
    conduct.set_key(admin, pair.public.hex(), contact="Invented line")
    told = ("Invented", "Feminine", "Actual victim of trafficking", "Forced labour")
    rows = [(*told, "Peacekeeper"), (*told, ""), (told[0], "Femal", *told[2:], "")]
    content = workbook([HTCDS, *rows])
    draft = done(actor, drafts.start(actor, [content], invented=True))
    assert ConductRow.objects.count() == 1
    view = drafts.one_draft(actor, draft)
    assert (view.line.rows, [row.row for row in view.rows]) == (2, [3])
    opened = store.content(Submission.objects.get(public_id=draft), vault.ring(actor))
    assert b"eacekeeper" not in opened
    done(actor, mending.mend(actor, draft, 3, place_of(view, "prs_Gender"), "Feminine"))
    assert drafts.one_draft(actor, draft).line.refused == 0
    done(actor, drafts.commit(actor, draft))
    assert (count_cases(actor), ConductRow.objects.count()) == (2, 1)
    alone = done(actor, drafts.start(actor, [workbook([HTCDS, (*told[:3], "Nothing", "")])], invented=True))
    view = drafts.one_draft(actor, alone)
    done(actor, mending.mend(actor, alone, 2, place_of(view, "vic_TypeOfExploitation"), "UN peacekeeper"))
    assert ConductRow.objects.count() == 2
    row = Submission.objects.get(public_id=alone)
    assert store.choices(row, vault.ring(actor)).mends == ()
    assert drafts.one_draft(actor, alone).line.rows == 0


@COMMITS
def test_a_new_key_of_the_vault_opens_a_draft(house: Any) -> None:
    actor = house.actor()
    draft = dirty(actor)
    assert Submission in rekeying.TABLES
    assert rekeying.waiting(actor, 2) > 0
    assert drafts.one_draft(actor, draft).mends == ()


@COMMITS
def test_what_was_mended_is_in_the_audit_chain_as_counts(house: Any) -> None:
    actor = house.actor()
    draft = dirty(actor)
    done(actor, mending.mend(actor, draft, 2, 1, "Female"))
    done(actor, drafts.commit(actor, draft))
    bodies = list(AuditEntry.objects.order_by("id").values_list("body", flat=True))
    actions = [body.split('"action":"')[1].split('"')[0] for body in bodies]
    assert actions[-3:] == ["mending.mend", "drafts.keep", "collect.import_file"]
    assert '"mended":1' in bodies[-1]
    assert not any(SECRET in body for body in bodies)


@COMMITS
def test_identities_of_a_draft_go_in_sealed(house: Any) -> None:
    actor = house.actor()
    draft = done(actor, drafts.start(actor, [lines(house)], invented=True))
    assert PersonRow.objects.count() == 0
    done(actor, drafts.commit(actor, draft))
    assert one_case(actor, f"{0:032x}").person is not None


@pytest.mark.django_db
def test_a_role_without_identities_may_not_bring_them(house: Any) -> None:
    with pytest.raises(NotAllowed, match="RIGHTS-001"):
        drafts.keep(house.actor("state_focal_point"), lines(house), invented=True)
    assert Submission.objects.count() == 0


@COMMITS
def test_a_header_of_no_layout_is_read_as_the_one_that_somebody_names(house: Any) -> None:
    """Near names are found by themselves, the others are chosen, and the next file needs no choice."""
    actor = house.actor()
    header = ("Genre", "Birth date", "Situation", "Exploitation subie")
    told = ("Feminine", "2001-05-03", "Actual victim of trafficking", "Forced labour")
    for content in (workbook([header, told]), ctdc(";".join(told), header=";".join(header))):
        state = wait(actor, drafts.start(actor, [content], invented=True))
        assert state.problem.startswith("COLLECT-002"), "the control"
        draft = done(actor, drafts.start(actor, [content], layout="htcds", invented=True))
        names = [column.name for column in drafts.one_draft(actor, draft).columns]
        assert names == ["", "prs_Birthdate", "", ""]
        for place, name in ((0, "prs_Gender"), (2, "vic_TraffickingStatus"), (3, "vic_TypeOfExploitation")):
            done(actor, mending.map_columns(actor, draft, {place: name}))
        again = done(actor, drafts.start(actor, [content], invented=True))
        assert drafts.one_draft(actor, again).remembered
        assert drafts.one_draft(actor, again).line.stored == 2
        done(actor, drafts.commit(actor, again))
        done(actor, mending.forget_columns(actor, draft))
    assert {row.forms for row in CaseRow.objects.all()} == {"forced_labour"}


@COMMITS
def test_a_file_that_was_undone_is_looked_at_again_with_what_was_mended(house: Any) -> None:
    actor = house.actor()
    draft = dirty(actor)
    done(actor, mending.mend(actor, draft, 2, 1, "Female"))
    submission = done(actor, drafts.commit(actor, draft))
    before = {row.id for row in list_cases(actor).rows}
    done(actor, undo.start(actor, undo.intakes_of(actor, submission)[0].id))
    again = done(actor, drafts.look_again(actor, submission))
    view = drafts.one_draft(actor, again)
    assert (view.line.stored, view.line.refused, len(view.mends)) == (2, 2, 1)
    assert done(actor, drafts.commit(actor, again)) == submission
    assert {row.id for row in list_cases(actor).rows} == before
