"""Is an erased person gone from database, index, logs and a later backup, for good, and no count with it?

The proof holds the wrapped data keys as they were before: without them what was sealed cannot be opened by
anybody, and they are in no file any more. Its control: before the erasure each of them is there.
"""

import logging
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import connection, transaction

from palermo import NotAllowed, PolicyRefusal
from palermo.actions import accounts, break_glass, erasure, files
from palermo.cases import Age, Ages, encode_all
from palermo.codes import UnknownCode
from palermo.store import audit, erasing, vault, wiping
from palermo.store.access import Missing
from palermo.store.models import (
    AuditEntry,
    BadRowRow,
    CaseRow,
    Export,
    FilePiece,
    NameToken,
    PersonRow,
    ProblemRow,
    RecordRow,
    Submission,
)
from tests.actions.erasable import (
    BROKEN,
    LAST,
    LATER,
    NAMES,
    VILLAGE,
    Mission,
    ids,
    in_clear,
    left,
    on_disk,
    records,
    told,
)


@pytest.fixture
def mission(house: Any) -> Mission:
    made = Mission(house, house.actor())
    made.fill()
    return made


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_is_gone_from_disk_index_logs_and_a_later_backup(
    mission: Mission, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gone = mission.keys[0] | mission.shared
    tables = told(mission.actor)
    wiping.wipe([])
    before = list(on_disk(tmp_path))
    assert left(gone, before) == gone, "the control: every key is on the disk before"
    assert len(mission.keys[0]) == 8
    done = erasure.erase_person(mission.actor, ids(0)["case"], reason="person_asked", now=LAST)
    assert done.wiped
    after = [*on_disk(tmp_path), caplog.text.encode()]
    assert left(gone, after) == set()
    assert not [text for text in in_clear(0) for file in after if text in file]
    assert left(mission.keys[1] | mission.keys[2], after) == mission.keys[1] | mission.keys[2]
    assert told(mission.actor) == tables
    assert audit.verify(mission.house.own) is None


@pytest.mark.django_db(transaction=True)
def test_old_bytes_from_before_secure_deletion_go_too(mission: Mission, tmp_path: Path) -> None:
    """The control: overwritten without that pragma, keys stay in the file until it is written anew."""
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite's own file")
    gone = mission.keys[0] | mission.shared
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")
        reach = erasing.reach_of_person(CaseRow.objects.get(public_id=ids(0)["case"]))
        keys = erasing.destroy(reach, now=LAST)
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert left(gone, list(on_disk(tmp_path)))
        cursor.execute("PRAGMA secure_delete=ON")
    assert set(keys) == gone
    assert wiping.wipe(keys)
    assert left(gone, list(on_disk(tmp_path))) == set()


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_nothing_is_said_to_be_wiped(mission: Mission) -> None:
    with transaction.atomic():
        assert not wiping.wipe([])


@pytest.mark.django_db
def test_everything_that_identifies_goes_and_the_others_stay(mission: Mission) -> None:
    asked = erasure.preview_erasure(mission.actor, ids(0)["case"])
    done = erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    assert done.consequence == asked
    assert (asked.persons, asked.cases, asked.records, asked.files, asked.break_glass) == (1, 1, 1, 1, 1)
    assert (asked.earlier_versions, asked.submissions, asked.exports, asked.bad_rows) == (1, 3, 3, 1)
    view = mission.view(0)
    assert (view.person, view.exact, view.erased) == (None, None, LAST)
    assert view.case.sex == "female"
    assert NameToken.objects.filter(person__public_id=ids(0)["person"]).count() == 0
    assert FilePiece.objects.count() == NameToken.objects.count() == 2
    for number in (1, 2):
        held = mission.view(number)
        assert held.person.names[0].text == NAMES[number]
        assert held.exact.detection.place.exact == VILLAGE.format(number)
        assert held.referrals[0].to == NAMES[number]
        assert held.erased is None


@pytest.mark.django_db
def test_a_submission_goes_whole_and_others_stay_whole(mission: Mission) -> None:
    erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    rows = list(Submission.objects.order_by("id"))
    kept = [row.data_key is not None for row in rows]
    assert kept == [False, False, True, True, True, True, False], "the last one held all three"
    assert BadRowRow.objects.filter(submission=rows[0]).get().cells is None
    assert not ProblemRow.objects.filter(submission=rows[0]).exclude(found=None).exists()
    assert BadRowRow.objects.filter(submission=rows[2]).get().cells is not None


@pytest.mark.django_db
def test_no_later_file_brings_an_erased_person_back(mission: Mission) -> None:
    erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    again = mission.take(mission.file(0, bad=BROKEN.format("b" * 32, NAMES[0])), LAST)
    mended = mission.take(mission.file(0, 1, notes="mended once more"), LAST)
    assert (again.stored, again.superseded, again.unchanged) == (0, 0, 3)
    assert (mended.stored, mended.superseded, mended.unchanged) == (0, 1, 5)
    for imported in (again, mended):
        row = Submission.objects.get(public_id=imported.submission)
        assert (row.sealed, row.data_key) == (None, None)
        assert row.erased is not None
    assert mission.view(0).person is None
    assert mission.view(1).person.notes == "mended once more"
    assert not BadRowRow.objects.filter(submission__public_id=again.submission).exclude(cells=None).exists()


@pytest.mark.django_db
def test_a_new_case_or_referral_of_an_erased_person_keeps_its_codes_only(mission: Mission) -> None:
    erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    _person, case, referral = records(mission.house.own, 0)
    fresh = [msgspec.structs.replace(case, id="e" * 32), msgspec.structs.replace(referral, id="f" * 32)]
    imported = mission.take(encode_all(fresh), LAST)
    assert imported.stored == 2
    assert CaseRow.objects.get(public_id="e" * 32).sealed is None
    assert RecordRow.objects.get(public_id="f" * 32).sealed is None
    assert Submission.objects.get(public_id=imported.submission).data_key is None
    other = msgspec.structs.replace(case, id="9" * 32, person=None)
    mission.take(encode_all([other]), LAST)
    assert CaseRow.objects.get(public_id="9" * 32).sealed is not None, "the control: another person's case"


@pytest.mark.django_db
def test_a_file_with_only_a_bad_row_of_the_person_goes_too(house: Any) -> None:
    """The row was refused, so no record points to its file; it was mended and sent again in another one."""
    mission = Mission(house, house.actor())
    own = ids(0)
    first = mission.take(mission.file(1, bad=BROKEN.format(own["person"], NAMES[0])))
    mission.take(mission.file(0), LATER)
    erasure.erase_person(mission.actor, own["case"], reason="danger", now=LAST)
    assert Submission.objects.get(public_id=first.submission).data_key is None


@pytest.mark.django_db
def test_the_entry_names_pseudonyms_and_counts_and_nobody(mission: Mission) -> None:
    erasure.erase_person(mission.actor, ids(0)["case"], reason="person_asked", now=LAST)
    body = msgspec.json.decode(AuditEntry.objects.order_by("-id")[0].body)
    assert body["action"] == "erasure.erase_person"
    assert body["details"]["reason"] == "person_asked"
    assert (body["details"]["persons"], body["details"]["submissions"]) == (1, 3)
    assert audit.pseudonym(mission.house.own, ids(0)["person"]) in body["subjects"]
    assert ids(0)["person"] not in str(body)


@pytest.mark.django_db
def test_who_may_not_erase_erases_nothing(mission: Mission) -> None:
    case = ids(0)["case"]
    for role in ("collector", "case_worker", "administrator", "analyst"):
        with pytest.raises(NotAllowed):
            erasure.erase_person(mission.house.actor(role), case, reason="danger")
    with pytest.raises(Missing):
        erasure.erase_person(mission.house.actor("focal_point", mission.house.other), case, reason="danger")
    with pytest.raises(UnknownCode):
        erasure.erase_person(mission.actor, case, reason="because")
    assert mission.view(0).person.names[0].text == NAMES[0]


@pytest.mark.django_db
def test_an_account_without_the_key_erases_nobody(mission: Mission) -> None:
    """An administrator can make a focal point and sign in with its first password; no key comes with it."""
    locked = accounts.Actor(mission.actor.user_id, mission.house.own, "focal_point")
    with pytest.raises(vault.Locked):
        erasure.erase_person(locked, ids(0)["case"], reason="danger", now=LAST)
    assert mission.view(0).person.names[0].text == NAMES[0]
    erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    assert mission.view(0).person is None, "the control: with the key it goes"


@pytest.mark.django_db
def test_nothing_new_is_sealed_about_an_erased_person_through_a_later_case(mission: Mission) -> None:
    """Two later cases: one of the erased person, one of somebody else, who is the control."""
    erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    person, case, referral = records(mission.house.own, 0, notes="come back")
    ages = Ages(detection=Age.exactly(30))
    later, other = (
        msgspec.structs.replace(case, id=id * 32, person=whose, ages=ages)
        for id, whose in (("e", person.id), ("9", ids(1)["person"]))
    )
    mission.take(encode_all([person, later, other]), LAST)
    assert PersonRow.objects.get(public_id=person.id).sealed is None
    told = [
        msgspec.structs.replace(referral, id=id * 32, case=of.id) for id, of in (("f", later), ("8", other))
    ]
    mission.take(encode_all(told), LAST)
    assert RecordRow.objects.get(public_id="f" * 32).sealed is None
    assert RecordRow.objects.get(public_id="8" * 32).sealed is not None
    with pytest.raises(PolicyRefusal, match="STORE-073"):
        files.attach(mission.actor, later.id, content=b"an invented note", title="Invented")
    assert files.attach(mission.actor, other.id, content=b"an invented note", title="Invented")
    asker = mission.house.actor("collector")
    with pytest.raises(PolicyRefusal, match="RIGHTS-018"):
        break_glass.ask(asker, later.id, "An invented reason", now=LAST)
    assert break_glass.ask(asker, other.id, "An invented reason", now=LAST)


@pytest.mark.django_db
def test_a_referral_that_comes_with_a_later_case_is_bare_too(mission: Mission) -> None:
    erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    _person, case, referral = records(mission.house.own, 0)
    later = msgspec.structs.replace(case, id="e" * 32)
    mission.take(encode_all([later, msgspec.structs.replace(referral, id="f" * 32, case=later.id)]), LAST)
    assert RecordRow.objects.get(public_id="f" * 32).sealed is None


@pytest.mark.django_db
def test_an_export_that_runs_now_finds_itself_withdrawn(mission: Mission) -> None:
    first, *_others = Export.objects.order_by("id")
    Export.objects.filter(id=first.id).update(state="running", content=None)
    done = erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    assert done.consequence.exports == 3
    assert [one.state for one in Export.objects.order_by("id")] == ["withdrawn", "expired", "expired"]
    assert not Export.objects.exclude(content=None).exists()
