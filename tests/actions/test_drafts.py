"""Is a draft looked at without going in, mended cell by cell, and committed with what was mended?"""

import time
from typing import Any

import pytest

from palermo.actions import collect, drafts, imports, mending, undo
from palermo.actions.cases import count_cases
from palermo.store.models import CaseRow

SECRET = "Amina Invented"
HEADER = "yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation"


def ctdc(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows)).encode()


def wait(actor: Any, job: str) -> imports.ImportState:
    for _ in range(600):
        state = imports.import_state(actor, job)
        if not state.running:
            return state
        time.sleep(0.02)
    raise AssertionError("the job did not end")


def done(actor: Any, job: str) -> str:
    state = wait(actor, job)
    assert (state.outcome, state.problem) == ("done", "")
    return state.submission


@pytest.mark.django_db(transaction=True)
def test_a_draft_is_mended_committed_and_undone(house: Any) -> None:
    actor = house.actor()
    content = ctdc("2019,Femal,9--17,MLI,NGA", "2019,Female,9--17,MLI,NGA", f"19x9,{SECRET},9--17,MLI,NGA")
    draft = done(actor, drafts.start(actor, [content], invented=True))
    assert CaseRow.objects.count() == 0
    view = drafts.one_draft(actor, draft)
    assert (view.line.rows, view.line.stored, view.line.refused) == (3, 1, 2)
    assert [row.row for row in view.rows] == [2, 4]
    assert SECRET in [cell.text for row in view.rows for cell in row.faulty]
    gender = next(column.place for column in view.columns if column.name == "gender")
    assert done(actor, mending.mend(actor, draft, 2, gender, "Female")) == draft
    view = drafts.one_draft(actor, draft)
    assert (view.line.stored, view.line.refused, view.line.mended) == (2, 1, 1)
    submission = done(actor, drafts.commit(actor, draft))
    assert count_cases(actor) == 2
    assert drafts.list_drafts(actor) == ()
    assert collect.one_submission(actor, submission).line.mended == 1
    (intake,) = undo.intakes_of(actor, submission)
    preview = undo.preview(actor, intake.id)
    assert (preview.withdrawn, preview.restored, preview.remaining) == (2, 0, 0)
    assert done(actor, undo.start(actor, intake.id)) == submission
    assert count_cases(actor) == 0
    (intake,) = undo.intakes_of(actor, submission)
    assert intake.undone is not None
